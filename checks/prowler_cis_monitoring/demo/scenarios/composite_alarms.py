"""Scenarios of composite alarms: does the parent notify when its child rings?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, REGION, TOPIC_ARN
from prowler_cis_monitoring.demo.scenarios.scenario import (
    ALARM,
    ROOT,
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


def _lately(name: str, **alarm: Any) -> tuple[Callable[[Session], None], ...]:  # noqa: ANN401
    """Create an alarm on a metric that no filter feeds, which went into OK two hours ago."""
    build = another_alarm(name, MetricName="Elsewhere", AlarmActions=[], **alarm)
    return build, lambda _: moto_gaps.leave_in_state(name, "OK", REGION, hours=2)


def _state(name: str, state: str) -> Callable[[Session], None]:
    return lambda _: moto_gaps.set_alarm_fields(name, {"state_value": state}, REGION)


def _beside(name: str, pattern: str = f"{{ {ROOT} }}", **alarm: Any) -> tuple[Callable[[Session], None], ...]:  # noqa: ANN401
    """Create an alarm that tells nobody itself, on a metric of a filter of its own."""
    changed = {"MetricName": f"Metric-{name}", "AlarmActions": [], **alarm}
    return another_filter(pattern, f"Metric-{name}"), another_alarm(name, **changed)


def _under_another_name(name: str, rule: str) -> dict[str, Any]:
    return {"alarm": {"AlarmName": name, "AlarmActions": []}, "afterwards": (_composite(rule),)}


_ALWAYS_ON: dict[str, Any] = {"pattern": ""}


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


_RULES = (
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
        "composite-child-unsettled",
        "the parent's rule looks at an alarm on a metric of another team, which went into OK two hours ago",
        "depends on deployment (ALARM when its metric has no data)",
        shows=("composite-child-unsettled",),
        **_under(
            *_lately("deployment", TreatMissingData="breaching"),
            _composite(f"{_CHILD} AND NOT ALARM(deployment)"),
        ),
    ),
    passes(
        "composite-child-settles-either-way",
        "the parent's rule looks at such an alarm, which rests in OK whether its metric has data or not",
        "composite alarm security",
        **_under(*_lately("deployment"), _composite(f"{_CHILD} AND NOT ALARM(deployment)")),
    ),
    unseen(
        "composite-suppressor-unsettled",
        "the parent's suppressor is an alarm on a metric of another team, which went into OK two hours ago",
        "depends on deployment (ALARM when its metric has no data)",
        shows=("composite-suppressor-unsettled",),
        **_under(
            *_lately("deployment", TreatMissingData="breaching"),
            _composite(_CHILD, suppressor="deployment"),
        ),
    ),
    unseen(
        "composite-suppressor-lets-go",
        "the parent's rule becomes true when its suppressor leaves ALARM, and its wait period outlasts its child",
        "in the very moment in which its suppressor short leaves that state",
        shows=("composite-suppressor-lets-go",),
        **_under(
            *_beside("short", Period=60),
            _composite(f"{_CHILD} AND OK(short)", suppressor="short", suppressor_wait=1800),
        ),
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
        alarm={"AlarmActions": [], "Period": 3600},
        afterwards=(
            _other_alarms("maintenance"),
            _composite(_CHILD, suppressor="maintenance", suppressor_wait=7200),
        ),
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

_GRAPH = (
    fails(
        "composite-guarded-by-a-composite",
        "the parent rings unless another composite alarm is on, which the same events turn on",
        "because the same event moves b",
        **_under(*_beside("b"), _silent_composite("ALARM(b)", "two"), _composite(f"{_CHILD} AND NOT ALARM(two)")),
    ),
    passes(
        "composite-of-composites",
        "the parent needs two composite alarms, and the same events turn both on",
        "composite alarm security",
        **_under(
            *_beside("b"),
            _silent_composite("ALARM(b)", "two"),
            _silent_composite(_CHILD, "three"),
            _composite("ALARM(two) AND ALARM(three)"),
        ),
    ),
    passes(
        "composite-calm",
        "the parent also needs a composite alarm that is on while there is no maintenance",
        "composite alarm security",
        **_under(
            _other_alarms("maintenance"),
            _silent_composite("NOT ALARM(maintenance)", "calm"),
            _composite(f"{_CHILD} AND ALARM(calm)"),
        ),
    ),
    fails(
        "composite-sibling-always-on",
        "the parent rings with any of two alarms, of which everyday events keep the other one on",
        "because b is in ALARM at times",
        **_under(*_beside("b", **_ALWAYS_ON), _composite(f"{_CHILD} OR ALARM(b)")),
    ),
    fails(
        "composite-guard-always-on",
        "the parent rings unless another alarm is on, which it is whenever it has no data",
        "because of b (which rests in ALARM)",
        shows=("composite-held-back-at-rest",),
        **_under(*_beside("b", TreatMissingData="breaching"), _composite(f"{_CHILD} AND NOT ALARM(b)")),
    ),
    fails(
        "composite-guard-without-data",
        "the parent rings only while another alarm is OK, which has no data most of the time",
        "because of b (which rests in INSUFFICIENT_DATA)",
        **_under(
            *_beside("b", '{ $.userIdentity.type = "AWSAccount" }', TreatMissingData="missing"),
            _composite(f"{_CHILD} AND OK(b)"),
        ),
    ),
    passes(
        "composite-guard-of-a-few-minutes",
        "the parent rings unless a second alarm is on, which the same events turn on for three minutes only",
        "composite alarm security",
        **_under(*_beside("short", Period=60), _composite(f"{_CHILD} AND NOT ALARM(short)")),
    ),
    fails(
        "composite-of-an-average",
        "the parent needs a second alarm, which rings only while nothing else happens",
        "depending on which other log events come in",
        shows=("composite-unreliable",),
        transformation={"defaultValue": 0.0},
        **_under(
            another_alarm("diluted", Statistic="Average", AlarmActions=[]),
            _composite(f"{_CHILD} AND ALARM(diluted)"),
        ),
    ),
    fails(
        "composite-late",
        "the parent needs a second alarm, which rings two hours later",
        "7200 seconds after the event",
        shows=("composite-late",),
        alarm={"AlarmActions": [], "Period": 3600},
        afterwards=(
            another_alarm("slow", Period=3600, EvaluationPeriods=3, TreatMissingData="missing", AlarmActions=[]),
            _composite(f"{_CHILD} AND ALARM(slow)"),
        ),
    ),
    passes(
        "composite-suppressed-for-a-while",
        "the same events turn the suppressor on, but only for three of fifteen minutes",
        "composite alarm security",
        **_under(*_beside("short", Period=60), _composite(_CHILD, suppressor="short", suppressor_extension=60)),
    ),
    fails(
        "composite-suppressed-for-good",
        "the suppressor is on all the time",
        "which is in ALARM all the time",
        shows=("composite-suppressed-for-good",),
        **_under(*_beside("b", TreatMissingData="breaching"), _composite(_CHILD, suppressor="b")),
    ),
    fails(
        "composite-waits-too-long-for-its-child",
        "the parent waits half an hour for its suppressor, and its child is on for three minutes",
        "by then it is no longer in ALARM",
        shows=("composite-wait-outlasts",),
        alarm={"AlarmActions": [], "Period": 60},
        afterwards=(_other_alarms("maintenance"), _composite(_CHILD, suppressor="maintenance", suppressor_wait=1800)),
    ),
    unseen(
        "composite-waits-as-long-as-its-child",
        "the parent waits for its suppressor just as long as its child is on",
        "what happens then is not documented",
        shows=("composite-wait-ends-with-alarm",),
        alarm={"AlarmActions": [], "Period": 60},
        afterwards=(_other_alarms("maintenance"), _composite(_CHILD, suppressor="maintenance", suppressor_wait=180)),
    ),
    passes(
        "composite-child-with-quotation-marks",
        "the child's name has quotation marks and a backslash in it",
        "composite alarm security",
        **_under_another_name('root "usage" \\o/', r'ALARM("root \"usage\" \\o/")'),
    ),
    fails(
        "composite-in-alarm-for-days",
        "the parent has been in ALARM for two days",
        "has been in ALARM since",
        shows=("composite-in-alarm-long",),
        **_under(_composite(_CHILD), lambda _: moto_gaps.leave_in_alarm("security", REGION, hours=48)),
    ),
    passes(
        "composite-in-alarm-now",
        "the parent has been in ALARM for an hour",
        "it is in ALARM now",
        shows=("composite-in-alarm-now",),
        **_under(_composite(_CHILD), lambda _: moto_gaps.leave_in_alarm("security", REGION, hours=1)),
    ),
)
SCENARIOS = (*_RULES, *_GRAPH)
