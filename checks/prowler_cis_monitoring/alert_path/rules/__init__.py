"""What can be wrong with a link of an alert path: one row a rule, with the sentence a person reads and its source.

A judgement names a rule and the values of its sentence; nothing else in this package writes prose about a link. The
rows stand in one table a link; a new rule is a row in the table of its link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from prowler_cis_monitoring.alert_path.error_codes import advice_on
from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, Unread
from prowler_cis_monitoring.alert_path.rules import (
    alarms,
    composite_alarms,
    log_groups,
    metric_filters,
    topics,
    trails,
    unread,
)
from prowler_cis_monitoring.alert_path.rules.rule import NOT_ALWAYS, Effect, Hidden, Remark, Rule
from prowler_cis_monitoring.foreign_text import shown

__all__ = [
    "NOT_ALWAYS",
    "RULES",
    "Effect",
    "Hidden",
    "Remark",
    "Rule",
    "joined",
    "listed",
    "remark",
    "unread_remark",
    "unread_remarks",
]

RULES: dict[str, Rule] = {
    rule.slug: rule
    for table in (trails, log_groups, metric_filters, alarms, composite_alarms, topics, unread)
    for rule in table.RULES
}
_MOST_LISTED = 3
_CAUSES = {"call": "unread", "answer": "unreadable", "defect": "defect"}


def remark(slug: str, resource: str, **values: Any) -> Remark:  # noqa: ANN401 - anything that formats
    """Apply the rule `slug` to `resource`; raises KeyError for an unknown rule or a value the sentence lacks."""
    made = Remark(RULES[slug], resource, values)
    try:
        made.sentence  # noqa: B018 - a missing value must fail where the remark is made
    except KeyError as missing:
        raise KeyError(f"{slug} lacks the value {missing}") from None
    return made


def unread_remark(link: str, resource: str, failed: Unread) -> Remark:
    """Say that a call on `resource` gave no answer, none to rely on, or was not made."""
    slug = link.replace(" ", "-")
    if failed.error == FOREIGN_ACCOUNT:
        return remark(f"{slug}-foreign", resource, account=failed.account)
    if failed.action == "sts:AssumeRole":
        values = {"account": failed.account, "role": failed.resource, "region": failed.region, "error": failed.error}
        return remark(f"{slug}-locked", resource, **values)
    return _unanswered(link, resource, failed, [failed.region])


def unread_remarks(link: str, resource: str, failed: Iterable[Unread]) -> Iterator[Remark]:
    """Say of calls on `resource` in many Regions why they failed: once a call and error."""
    alike: dict[tuple[str, str, str], list[Unread]] = {}
    for one in failed:
        alike.setdefault((one.action, one.error, one.cause), []).append(one)
    for ones in alike.values():
        made = unread_remark(link, resource, ones[0])
        yield made if made.closed_account else _unanswered(link, resource, ones[0], [one.region for one in ones])


def _unanswered(link: str, resource: str, failed: Unread, regions: Sequence[str]) -> Remark:
    slug = f"{link.replace(' ', '-')}-{_CAUSES[failed.cause]}"
    where = listed(list(dict.fromkeys(regions)))
    told = f"{where} Regions" if len(set(regions)) > _MOST_LISTED else where
    values = {"action": failed.action, "region": told, "error": failed.error}
    if failed.cause == "call":
        values["advice"] = advice_on(shown(failed.action), failed.error)
    return remark(slug, resource, **values)


def listed(names: Sequence[str], most: int = _MOST_LISTED) -> str:
    """Join foreign names for a sentence, at most `most` (count) of them."""
    return joined([shown(name) for name in names], most)


def joined(phrases: Sequence[str], most: int = _MOST_LISTED) -> str:
    """Join phrases of ours for a sentence, at most `most` (count) of them."""
    told = ", ".join(phrases[:most])
    return f"{told} and {len(phrases) - most} more" if len(phrases) > most else told
