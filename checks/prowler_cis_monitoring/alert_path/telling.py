"""How paths and events are told: like paths in one line, events by what a person looks for in CloudTrail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from prowler_cis_monitoring.alert_path.paths import ARROW, AlertPath, Link
from prowler_cis_monitoring.alert_path.rules import Effect, Hidden, Remark, joined, listed
from prowler_cis_monitoring.filter_pattern import FilterPattern
from prowler_cis_monitoring.foreign_text import shown
from prowler_cis_monitoring.records import dataclass

# So much of the links' remarks is told with the path; the others follow as sentences of their own.
_MOST_OF_REMARKS = 320
_MOST_FIELDS = 3
MOST_OF_A_SENTENCE = 700
_COMPARED = re.compile(r"(\$(?:\.\w+)+) = ")
_ALWAYS_TOLD = {"$.eventName", "$.eventSource", "$.awsRegion", "$.userIdentity.type"}


@dataclass(frozen=True)
class Told:
    """What is said of some paths.

    Attributes:
        main: the way to what is to be said, and that; no full stop at its end.
        further: whole sentences on what else there is, most important first.
        next_step: what to do, as a whole sentence.
        way: the beginning of `main` that is the path, for whoever shows it apart.
    """

    main: str
    further: tuple[str, ...] = ()
    next_step: str = ""
    way: str = ""


@dataclass(frozen=True)
class Sentence:
    """What a finding says, in as many characters as a person reads (count: `MOST_OF_A_SENTENCE`).

    Attributes:
        opening: what is true, as the beginning of the first sentence.
        told: its grounds; what does not fit is in the evidence.
        terms: whole sentences that must not be left out.
        hint: where there is more help, as a whole sentence; it stands last, and instead of what there is to do where
            there is no room for both.
    """

    opening: str
    told: Told
    terms: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        """Return it in words: what there is to do stands last."""
        told, first = self.told, f"{self.opening}: {self.told.main}."
        last = [*self.terms, *filter(None, (told.next_step, self.hint))]
        if self.hint and _room(first, last) < 0:
            last = [*self.terms, self.hint]
        room = _room(first, last)
        fitting: list[str] = []
        for place, further in enumerate(dict.fromkeys(told.further)):
            rest = f"{len(told.further) - place} more in the evidence."
            if len(further) + len(rest) + 2 > room:
                fitting.append(rest)
                break
            fitting.append(further)
            room -= len(further) + 1
        return " ".join([first, *fitting, *last])

    def evidence(self) -> dict[str, str]:
        """Return the parts that a program may want to show apart, as they stand in the sentence."""
        told = self.told
        return {"opening": self.opening, "way": told.way, "next_step": told.next_step, "hint": self.hint}


def _room(first: str, last: Iterable[str]) -> int:
    return MOST_OF_A_SENTENCE - len(first) - sum(len(part) + 1 for part in last)


def whole(paths: Sequence[AlertPath]) -> str:
    """Return paths in words down to who hears, those in one line that differ in like parts."""
    lines = []
    for like in _alike(paths):
        heard = {subscription.arn: subscription.protocol for path in like for subscription in path.hears}
        protocols = ", ".join(sorted({shown(protocol) for protocol in heard.values()}))
        number = f"{len(heard)} confirmed subscription{'s' if len(heard) != 1 else ''} ({protocols})"
        lines.append(ARROW.join([*_line(like, None), number]))
    return f"{'; and '.join(lines[:3])}{f'; and {len(lines) - 3} more such paths' if len(lines) > 3 else ''}"  # noqa: PLR2004


def told_of(paths: Sequence[AlertPath], effect: Effect) -> Told:
    """Tell the remarks of one effect, each path down to the link that they stand on.

    Args:
        paths: at least one path with such remarks; the first is the one that matters most.
        effect: which remarks are told.
    """
    remarks = {path: _with_one_for_all_accounts(path.having(effect)) for path in paths}
    groups: dict[object, list[AlertPath]] = {}
    for path in paths:
        groups.setdefault(_cause(remarks[path][0]), []).append(path)
    first, *others = [_told_of_like(like, remarks[like[0]]) for like in groups.values()]
    further = [*first.further, *(f"{_capital(other.main)}." for other in others)]
    return replace(first, further=tuple(further))


def _cause(found: Remark) -> object:
    return found.rule.slug, found.resource, found.sentence


def _told_of_like(paths: Sequence[AlertPath], remarks: Sequence[Remark]) -> Told:
    first = remarks[0]
    here = [found for found in remarks if (found.rule.link, found.resource) == (first.rule.link, first.resource)]
    # Of what another account owns, all that is known is said.
    end = None if first.closed_account else (first.rule.link, first.resource)
    place = ARROW.join(_line(paths, end))
    if first.rule.link == "subscription":  # no link of its own: one subscription that works is enough
        protocol, _, endpoint = first.resource.partition(" ")
        place = f"{place}{ARROW}subscription {' '.join(shown(part) for part in (protocol, endpoint) if part)}"
    with_path, room = [first], _MOST_OF_REMARKS - len(first.sentence)
    for found in here[1:]:
        if len(found.sentence) > room:
            break
        with_path.append(found)
        room -= len(found.sentence)
    main = f"{place}: {'; '.join(found.sentence for found in with_path)}"
    further = [f"Also, {clause(found)}." for found in remarks if found not in with_path]
    return Told(main, tuple(further), first.next_step, place)


def clause(found: Remark) -> str:
    """Return a remark with its link, without a full stop."""
    return f"{found.rule.link} {shown(found.resource)}: {found.sentence}"


def _with_one_for_all_accounts(remarks: Sequence[Remark]) -> list[Remark]:
    """Join the remarks on accounts that are not read into the first of them: what helps is the same for all."""
    foreign = [found for found in remarks if found.rule.hidden_by is Hidden.OWNER]
    accounts = " and account ".join(dict.fromkeys(shown(found.closed_account) for found in foreign))
    return [
        replace(found, values={**found.values, "account": accounts}) if found in foreign else found
        for found in remarks
        if found not in foreign[1:]
    ]


def _alike(paths: Iterable[AlertPath]) -> Iterator[list[AlertPath]]:
    """Group paths from one trail and log group over links of the same kinds; what else differs is told as a number."""
    groups: dict[object, list[AlertPath]] = {}
    for path in paths:
        kinds = tuple(link.kind for link in path.links)
        groups.setdefault((kinds, path.links[:2]), []).append(path)
    yield from groups.values()


def _line(paths: Sequence[AlertPath], end: tuple[str, str] | None) -> list[str]:
    """Return the links of like paths in words, to the link of this kind and name or to the end of the first path."""
    first, told = paths[0], []
    for place, words in enumerate(first.words(first.links)):
        link = first.links[place]
        told.append(words if len(paths) == 1 else _at(place, paths, words))
        if end in ((link.kind, link.name), (link.kind, None)):
            break
    return told


def _at(place: int, paths: Sequence[AlertPath], words: str) -> str:
    links: dict[Link, None] = dict.fromkeys(path.links[place] for path in paths if len(path.links) > place)
    names = sorted({link.name for link in links})
    return words if len(names) == 1 else f"{len(names)} {paths[0].links[place].kind}s ({listed(names)})"


def event_in_words(event: Mapping[str, Any], required: FilterPattern) -> str:
    """Name an event by what a person looks for in CloudTrail, and by the fields that the demand compares."""
    who = (event.get("userIdentity") or {}).get("type", "somebody")
    named = [shown(str(event.get(name))) for name in ("eventName", "eventSource", "awsRegion")]
    fields = [
        f"{selector.removeprefix('$.')} {shown(str(value))}"
        for selector in dict.fromkeys(_COMPARED.findall(str(required)))
        if selector not in _ALWAYS_TOLD and (value := _value(event, selector)) is not None
    ]
    compared = f" with {joined(fields, _MOST_FIELDS)}" if fields else ""
    return f"{named[0]} of {named[1]} by {shown(str(who))} in {named[2]}{compared}"


def _value(event: Mapping[str, Any], selector: str) -> object:
    value: object = event
    for name in selector.split(".")[1:]:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
