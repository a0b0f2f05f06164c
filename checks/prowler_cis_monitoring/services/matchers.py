"""Asks AWS's own pattern matcher: FilterLogEvents on what a log group holds of a day, TestMetricFilter on records.

Both read only. Each is bounded; log groups of other accounts are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.alert_path.resources import Arn, LogGroup, Scope, Unread
from prowler_cis_monitoring.alert_path.sources import metric_filters
from prowler_cis_monitoring.proof.matchers import Answer, Found, Matching, answers_of, compared, unmatched
from prowler_cis_monitoring.services.history_calls import spent
from prowler_cis_monitoring.services.logs.logs_client import logs_client
from prowler_cis_monitoring.services.reading import Record, count
from prowler_cis_monitoring.services.reading import text as a_text

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider

    from prowler_cis_monitoring.alert_path.resources import AccountResources
    from prowler_cis_monitoring.services.history_calls import Budget
    from prowler_cis_monitoring.services.logs.logs_service import Logs

_DAY = timedelta(days=1)
# What came in just now is not found yet.
_ARRIVING = timedelta(minutes=5)
_MOST_PAGES = 10
# CloudWatch Logs API, TestMetricFilter: log event messages a call, and characters of a pattern.
_MOST_MESSAGES = 50
_MOST_FILTERS = 20


class Matchers:
    """AWS's matcher of one account, asked for one control after the other."""

    def __init__(self, provider: AwsProvider, budget: Budget, now: datetime) -> None:
        """Prepare for `provider`; makes no call."""
        self.account: str = provider.identity.account
        self.logs: Logs = logs_client(provider)
        self.budget = budget
        self.now = now

    def ask(
        self, required: str, filters: Iterable[tuple[str, str]], resources: AccountResources, records: Sequence[Any]
    ) -> Matching:
        """Compare AWS's matcher with ours.

        Args:
            required: the pattern of the events that are required.
            filters: ARN of the log group and name of each metric filter on the control's paths.
            resources: the account.
            records: CloudTrail records to ask about.
        """
        by_group = self._filters(filters, resources)
        answers: list[Answer] = []
        unread: list[Unread] = []
        missed: list[Mapping[str, Any]] = []
        for group, patterns in by_group.items():
            searched = [self._search(group, name, text) for name, text in (("", required), *patterns)]
            found = [one for one in searched if isinstance(one, Found)]
            unread += [one for one in searched if isinstance(one, Unread)]
            answers += answers_of(found)
            if len(found) == len(searched):
                missed += unmatched(found[0], found[1:])
        lines = [json.dumps(record) for record in records][:_MOST_MESSAGES]
        for name, text, region in self._patterns(required, by_group) if lines else ():
            answer = self._test(name, text, lines, region)
            if isinstance(answer, Unread):
                unread.append(answer)
            else:
                answers.append(answer)
        number, disagreements = compared(answers)
        return Matching(number, disagreements, tuple(missed), tuple(dict.fromkeys(unread)))

    @staticmethod
    def _patterns(required: str, by_group: Mapping[str, Sequence[tuple[str, str]]]) -> Iterator[tuple[str, str, str]]:
        """Yield each pattern once, with a Region in which it may be tested."""
        seen = set()
        for group, patterns in by_group.items():
            parsed = Arn.parse(group)
            for name, text in (("", required), *patterns):
                if (name, text) not in seen:
                    seen.add((name, text))
                    yield name, text, parsed.region if parsed else ""

    def _filters(
        self, named: Iterable[tuple[str, str]], resources: AccountResources
    ) -> dict[str, list[tuple[str, str]]]:
        """Name and pattern of the metric filters in the account's own log groups, by the group's ARN."""
        found: dict[str, list[tuple[str, str]]] = {}
        for arn, name in dict.fromkeys(named):
            group = resources.log_groups.get(arn)
            if isinstance(group, LogGroup) and group.account == self.account:
                ones = [(one.name, one.pattern) for one in metric_filters(group) if one.name == name]
                found[arn] = [*found.get(arn, ()), *ones][:_MOST_FILTERS]
        return found

    def _search(self, group: str, name: str, pattern: str) -> Found | Unread:
        """Search the last day of a log group for what a pattern matches."""
        parsed = Arn.parse(group)
        scope = Scope(account=self.account, region=parsed.region if parsed else "")
        if not self.budget.take("filter_log_events"):
            return spent("logs:FilterLogEvents", scope)

        def read(answer: Record) -> Found:
            lines = frozenset(event.required("message", a_text, "") for event in answer.records("events"))
            return Found(name, pattern, lines, whole=not answer.has("nextToken"))

        group_name = parsed.resource.removeprefix("log-group:") if parsed else group
        start, end = (int(at.timestamp() * 1000) for at in (self.now - _DAY, self.now - _ARRIVING))
        asked: dict[str, Any] = {
            "logGroupName": group_name,
            "filterPattern": pattern,
            "startTime": start,
            "endTime": end,
        }
        return self.logs.call("filter_log_events", scope, group_name, read=read, most_pages=_MOST_PAGES, **asked)

    def _test(self, name: str, pattern: str, lines: Sequence[str], region: str) -> Answer | Unread:
        """Ask which of some log lines a pattern matches."""
        scope = Scope(account=self.account, region=region)
        if not self.budget.take("test_metric_filter"):
            return spent("logs:TestMetricFilter", scope)

        def read(answer: Record) -> Answer:
            numbers = {match.required("eventNumber", count, 0) for match in answer.records("matches")}
            # Events are counted from one.
            matched = frozenset(line for number, line in enumerate(lines, 1) if number in numbers)
            return Answer(name, pattern, matched, frozenset(lines) - matched)

        asked: dict[str, Any] = {"filterPattern": pattern, "logEventMessages": list(lines)}
        return self.logs.call("test_metric_filter", scope, read=read, **asked)
