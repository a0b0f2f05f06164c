"""Scenarios of composite alarms: does the parent notify when its child rings?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, REGION, TOPIC_ARN
from prowler_cis_monitoring.demo.scenarios.scenario import (
    ALARM,
    Scenario,
    another_alarm,
    another_filter,
    fails,
    passes,
    scenario,
    unseen,
)

if TYPE_CHECKING:
    from boto3.session import Session

_CHILD = f'ALARM("{ALARM}")'
_FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:page-the-duty-officer"


def _composite(rule: str, *actions: str, name: str = "security", **options: Any) -> Callable[[Session], None]:  # noqa: ANN401
    told = list(actions) or [TOPIC_ARN]
    return lambda _: moto_gaps.put_composite_alarm(name, rule, told, REGION, **options)


def _silent_composite(rule: str, name: str) -> Callable[[Session], None]:
    return lambda _: moto_gaps.put_composite_alarm(name, rule, [], REGION)


def _under(*changes: Callable[[Session], None]) -> dict[str, Any]:
    """Let the child tell nobody itself."""
    return {"alarm": {"AlarmActions": []}, "afterwards": changes}


def _other_alarms(*names: str) -> Callable[[Session], None]:
    """Create alarms of other teams on a metric of their own, which no event of the root user moves."""

    def build(session: Session) -> None:
        another_filter('{ $.userIdentity.type = "AWSAccount" }')(session)
        for name in names:
            another_alarm(name, MetricName="Other", AlarmActions=[])(session)

    return build


def _state(name: str, state: str) -> Callable[[Session], None]:
    return lambda _: moto_gaps.set_alarm_fields(name, {"state_value": state}, REGION)


def _last_action_failed(slug: str, when: str, status: str, rule: str, days_ago: int) -> Scenario:
    return scenario(
        slug,
        f"the parent's history tells that its last notification failed {when}",
        status,
        "composite alarm security",
        shows=(rule,),
        settings={"alarm_history": True},
        **_under(
            _composite(_CHILD),
            lambda _: moto_gaps.let_action_fail("security", TOPIC_ARN, '"Internal error"', REGION, days_ago=days_ago),
        ),
    )


SCENARIOS = (
    passes(
        "composite-notifies",
        "the alarm has no action, and a composite alarm over it tells the topic",
        "composite alarm security",
        **_under(_composite(_CHILD)),
    ),
    passes(
        "composite-by-arn",
        "the parent's rule names its child by ARN, without quotes",
        "composite alarm security",
        **_under(_composite(f"ALARM(arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{ALARM})")),
    ),
    passes(
        "composite-any-of",
        "the parent rings with any of several alarms",
        "composite alarm security",
        **_under(_other_alarms("disk", "queue"), _composite(f"{_CHILD} OR ALARM(disk) OR ALARM(queue)")),
    ),
    passes(
        "composite-at-least-one",
        "the parent rings when at least one of three alarms rings",
        "composite alarm security",
        **_under(
            _other_alarms("disk", "queue"),
            _composite(f"AT_LEAST(1, ALARM, ({ALARM}, disk, queue))"),
        ),
    ),
    fails(
        "composite-at-least-two",
        "the parent rings when at least two of three alarms ring",
        "needs disk or queue in ALARM besides",
        **_under(
            _other_alarms("disk", "queue"),
            _composite(f"AT_LEAST(2, ALARM, ({ALARM}, disk, queue))"),
        ),
    ),
    fails(
        "composite-needs-another",
        "the parent rings only when a second alarm rings too",
        "needs disk in ALARM besides",
        shows=("composite-needs-another",),
        **_under(_other_alarms("disk"), _composite(f"{_CHILD} AND ALARM(disk)")),
    ),
    passes(
        "composite-guarded",
        "the parent rings unless a maintenance alarm is on, which it is not",
        "composite alarm security",
        **_under(_other_alarms("maintenance"), _composite(f"{_CHILD} AND NOT ALARM(maintenance)")),
    ),
    fails(
        "composite-guarded-by-the-same-event",
        "the parent rings unless a second alarm is on, and some events of the root user turn that on as well",
        "because the same event moves logins. Missed event: ConsoleLogin",
        shows=("composite-moved-together",),
        **_under(
            another_filter('{ $.eventName = "ConsoleLogin" }', "Logins"),
            another_alarm("logins", MetricName="Logins", AlarmActions=[]),
            _composite(f"{_CHILD} AND NOT ALARM(logins)"),
        ),
    ),
    unseen(
        "composite-held-back",
        "the parent rings unless a maintenance alarm is on, which it is",
        "because of maintenance (ALARM)",
        shows=("composite-held-back",),
        **_under(
            _other_alarms("maintenance"),
            _state("maintenance", "ALARM"),
            _composite(f"{_CHILD} AND NOT ALARM(maintenance)"),
        ),
    ),
    unseen(
        "composite-already-in-alarm",
        "the parent rings with any of two alarms, and the other is on already",
        "true already because of disk (ALARM)",
        shows=("composite-already-in-alarm",),
        **_under(_other_alarms("disk"), _state("disk", "ALARM"), _composite(f"{_CHILD} OR ALARM(disk)", state="ALARM")),
    ),
    fails(
        "composite-always-on",
        "the parent's rule is true whatever happens",
        "is true before anything happened",
        shows=("composite-always-in-alarm",),
        **_under(_composite(f"{_CHILD} OR TRUE", state="ALARM")),
    ),
    fails(
        "composite-never-on",
        "the parent's rule is false whatever happens",
        "never becomes true",
        shows=("composite-ignores-child",),
        **_under(_composite(f"{_CHILD} AND FALSE")),
    ),
    fails(
        "composite-on-recovery",
        "the parent rings when its child is not in ALARM",
        "is true before anything happened",
        **_under(_composite(f"NOT {_CHILD}", state="ALARM")),
    ),
    passes(
        "composite-nested",
        "a parent without actions stands under another parent, which tells the topic",
        "composite alarm security",
        **_under(_silent_composite(_CHILD, "identity"), _composite("ALARM(identity)")),
    ),
    fails(
        "composite-cycle",
        "the parent depends on a composite alarm that depends on the parent",
        "depends on itself",
        shows=("composite-cycle",),
        **_under(_silent_composite('ALARM("security")', "identity"), _composite(f"{_CHILD} OR ALARM(identity)")),
    ),
    fails(
        "composite-actions-disabled",
        "the parent's actions are switched off",
        "ActionsEnabled is false",
        shows=("composite-actions-disabled",),
        **_under(_composite(_CHILD, enabled=False)),
    ),
    fails(
        "composite-without-actions",
        "neither the alarm nor its parent has an action",
        "no action",
        shows=("composite-without-actions",),
        **_under(_silent_composite(_CHILD, "security")),
    ),
    unseen(
        "composite-action-is-a-function",
        "the parent calls a Lambda function",
        "lambda",
        shows=("composite-action-not-a-topic",),
        **_under(_composite(_CHILD, _FUNCTION)),
    ),
    unseen(
        "composite-unknown-child",
        "the parent's rule also asks for an alarm that is gone",
        "not found: decommissioned",
        shows=("composite-unknown-child",),
        **_under(_composite(f"{_CHILD} AND ALARM(decommissioned)")),
    ),
    unseen(
        "composite-rule-not-understood",
        "the parent's rule has a form that is not known (AWS would not take this one)",
        "could not be read",
        shows=("composite-rule-unreadable",),
        **_under(_composite(f"{_CHILD} XOR ALARM(disk)")),
    ),
    passes(
        "composite-suppressor-rests",
        "the parent's actions are suppressed while a maintenance alarm is on, which it is not",
        "composite alarm security",
        **_under(_other_alarms("maintenance"), _composite(_CHILD, suppressor="maintenance", suppressor_wait=600)),
    ),
    unseen(
        "composite-may-suppress-itself",
        "the suppressor watches the same metric in a way that nobody can decide",
        "which may go into ALARM with the very event",
        shows=("composite-may-suppress-itself",),
        **_under(another_alarm("doubtful", Period=30, AlarmActions=[]), _composite(_CHILD, suppressor="doubtful")),
    ),
    fails(
        "composite-waits-for-its-suppressor",
        "the parent waits two hours for its suppressor before it tells anybody",
        "7200 seconds after the event, later than the 3600 seconds allowed",
        shows=("composite-waits",),
        **_under(_other_alarms("maintenance"), _composite(_CHILD, suppressor="maintenance", suppressor_wait=7200)),
    ),
    unseen(
        "composite-suppressed-now",
        "the parent's actions are suppressed while a maintenance alarm is on, which it is",
        "suppressed while maintenance is in ALARM",
        shows=("composite-suppressed-now",),
        **_under(
            _other_alarms("maintenance"),
            _state("maintenance", "ALARM"),
            _composite(_CHILD, suppressor="maintenance"),
        ),
    ),
    fails(
        "composite-suppresses-itself",
        "the parent's actions are suppressed by its own child",
        "goes into ALARM with the very event",
        shows=("composite-suppresses-itself",),
        **_under(_composite(_CHILD, suppressor=ALARM)),
    ),
    unseen(
        "composite-suppressor-gone",
        "the parent's actions are suppressed by an alarm that is gone",
        "which was not found",
        shows=("composite-suppressor-unseen",),
        **_under(_composite(_CHILD, suppressor="decommissioned")),
    ),
    _last_action_failed("composite-last-action-failed", "a moment ago", "FAIL", "composite-action-failed", 0),
    _last_action_failed(
        "composite-last-action-failed-days-ago", "three days ago", "MANUAL", "composite-action-failed-before", 3
    ),
)
