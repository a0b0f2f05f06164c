"""What the commands print with `--json` and what the configuration file may hold, as JSON Schemas beside this file.

The schemas are written by `python -m docs.generate` from the models here. Members may be added to an output in any
release, so the schemas of outputs leave other members open; what is here stays.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from prowler_cis_monitoring import snapshot
from prowler_cis_monitoring.settings import KEY, Settings

FOLDER = Path(__file__).parent
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PATTERN = "CloudWatch Logs filter pattern"


class Link(BaseModel):
    """A link of an alert path."""

    kind: Literal["trail", "log group", "metric filter", "metric", "alarm", "composite alarm", "topic"]
    name: str
    arn: str = Field(description="empty where AWS gives the resource none")


class Subscription(BaseModel):
    """A subscription that hears the alarm."""

    arn: str
    protocol: str


class Remark(BaseModel):
    """What is to be said of a link."""

    rule: str = Field(description="permanent name; `cis-monitoring rule NAME` explains it")
    link: str
    resource: str
    effect: Literal["broken", "unseen", "note"]
    sentence: str
    source: str = Field(description="where AWS or CIS says so")


class AlertPath(BaseModel):
    """A way from a trail towards somebody."""

    state: Literal["live", "unseen", "broken"]
    organization: bool = Field(description="whether an organisation trail feeds it")
    pattern: str = Field(description=f"{_PATTERN} of the events that pass")
    metric: str = Field(description="NAMESPACE/NAME that the metric filter publishes; empty where the path ends before")
    links: list[Link]
    subscriptions: list[Subscription]
    seconds_to_ring: int | None = Field(description="from the event to the notification; null when it never rings")
    remarks: list[Remark]


class EventRule(BaseModel):
    """An EventBridge rule that tells somebody beside the alert paths."""

    name: str
    region: str
    arn: str


class PastEvent(BaseModel):
    """A CloudTrail record of the event history."""

    time: str
    name: str
    actor: str
    id: str
    region: str
    record: dict[str, Any] | None = Field(None, description="the record itself, only with --proof-events")


class LostEvent(PastEvent):
    """A required event that no alarm told anybody of."""

    ends_at: Literal["delivery", "metric filter", "alarm", "action", "topic"] | None = Field(
        description="the link at which its trace ends; null when it is on no alert path"
    )


class Trace(BaseModel):
    """What the newest ringing of the grade left on a path; times are null where nothing was found."""

    path: list[str]
    event: PastEvent | None
    or_: list[PastEvent] = Field(alias="or", description="events shortly before, which may be behind it as well")
    datapoint: str | None
    rang: str | None
    action: str | None
    topic: dict[str, float] | None = Field(description="messages published, deliveries, failures, filtered out")
    seconds_after_event: int | None = Field(description="from the event to the alarm")
    seconds_expected: int | None = Field(description="from the datapoint to the alarm, by the simulation")


class Void(BaseModel):
    """A better grade that a change since has voided."""

    grade: Literal["proved", "rang", "drilled"]
    at: str
    changed_at: str
    changed: str
    by: str


class Proof(BaseModel):
    """What the records of the past prove."""

    grade: Literal["proved", "rang", "drilled", "never seen"]
    trace: Trace | None
    unchanged_since: bool | None = Field(description="whether it is known that no link was changed since")
    void: Void | None
    nobody_was_told: LostEvent | None
    no_alarm_read_told: LostEvent | None = Field(
        description="the same, where whether an alarm that was not read told somebody cannot be known"
    )
    matching: dict[str, Any] | None = Field(None, description="what AWS's own matcher says, only with --proof-filters")
    unread: list[str] = Field(description="calls that gave no answer")


class Told(BaseModel):
    """Parts of the sentence as they stand in it, for whoever shows them apart."""

    opening: str = Field(description="what is true for whoever should be told; the grounds follow after a colon")
    way: str = Field(description="the path in words, with which the grounds begin; empty where they name none")
    next_step: str = Field(description="what to do, as a whole sentence; empty where the sentence itself ends with it")
    hint: str = Field(description="where there is more help, as a whole sentence; empty where there is none")


class Evidence(BaseModel):
    """The grounds of a verdict; also in the resource metadata of Prowler's OCSF output."""

    control: str
    benchmark: str = Field(description="the version of the benchmark by whose demand was judged")
    required_pattern: str = Field(description=f"{_PATTERN} of the events that must raise an alert")
    paths: list[AlertPath]
    missed_event: dict[str, Any] | None = Field(description="CloudTrail record of an event that nobody is told of")
    event_rules: list[EventRule]
    alternatives: list[str]
    told: Told | None = Field(description="null where the sentence was written as a whole")
    proof: Proof | None = Field(None, description="only with --proof")


class Finding(BaseModel):
    """One control of one account."""

    control: str
    check_id: str
    requirements: dict[str, str] = Field(description="number of the requirement by compliance framework")
    verdict: Literal["PASS", "FAIL", "MANUAL"]
    muted: bool
    sentence: str
    severity: Literal["critical", "high", "medium", "low", "informational"]
    region: str
    resource: str
    resource_arn: str
    evidence: Evidence


class WeakPoint(BaseModel):
    """A resource whose loss alone would leave somebody untold."""

    resource: str
    controls: list[str]


class Account(BaseModel):
    """The findings of one account."""

    account: str
    partition: str
    findings: list[Finding]
    weak_points: list[WeakPoint] | None = Field(None, description="only with --what-if; most controls first")


class Scan(BaseModel):
    """What `cis-monitoring scan --json` prints."""

    schema_version: Literal[1]
    accounts: list[Account]
    failures: dict[str, str] = Field(description="why an account could not be scanned, by account id")
    files: list[str] = Field(description="the reports written, and what --save names")


class Explanation(BaseModel):
    """What `cis-monitoring explain --json` prints of a control."""

    schema_version: Literal[1]
    control: str
    required_pattern: str
    patterns: list[str]
    places: list[str] = Field(description="where each of the patterns stands")
    always_on: bool = Field(description="whether all is covered by patterns that everyday events match too")
    verdict: Literal["covered", "gap", "unknown"]
    reason: str
    differences: list[str]
    missed_event: dict[str, Any] | None
    everyday_events: list[str] = Field(description="everyday events that the patterns match too")


class Explanations(BaseModel):
    """What `cis-monitoring explain --file FILE --json` prints of all controls."""

    schema_version: Literal[1]
    explanations: list[Explanation]


class NewerEvents(BaseModel):
    """Events that only newer versions of the benchmark demand."""

    events: list[str]
    since: str | None


class ControlPage(BaseModel):
    """A control."""

    control: str
    check_id: str
    title: str
    severity: str
    numbers: dict[str, str] = Field(description="its number by version of the benchmark")
    risk: str
    required_pattern: str
    suggested_pattern: str
    reading: str
    newer_events: NewerEvents
    remediation: dict[Literal["cli", "cloudformation", "terraform"], str]


class Controls(BaseModel):
    """What `cis-monitoring control --json` prints."""

    schema_version: Literal[1]
    controls: list[ControlPage]


class ControlChange(BaseModel):
    """One control in two snapshots."""

    control: str
    turn: Literal["worse", "better", "same"]
    before: Literal["PASS", "FAIL", "MANUAL"]
    after: Literal["PASS", "FAIL", "MANUAL"]
    reasons: list[str] = Field(description="what changed in resources or settings; empty where the verdict stayed")
    sentence: str = Field(description="what is said now")


class AccountChange(BaseModel):
    """One account in two snapshots."""

    account: str
    in_old: bool
    in_new: bool
    before: str | None = Field(description="when the older snapshot was taken")
    after: str | None = Field(description="when the newer snapshot was taken")
    controls: list[ControlChange] = Field(description="worse ones first; none where the account is in one only")


class Difference(BaseModel):
    """What `cis-monitoring diff --json` prints."""

    schema_version: Literal[1]
    accounts: list[AccountChange]


class LintedControl(BaseModel):
    """What becomes of a control when the templates are deployed."""

    control: str
    state: Literal["holds", "broken", "depends", "absent"]
    sentence: str = Field(description="as a finding of the deployed account would say it")
    when: dict[str, str] = Field(description="the answers to conditions under which that is so; empty for all")
    provided_trail_delivers_to: list[str] = Field(description="log groups that a trail is assumed to deliver to")


class LintFinding(BaseModel):
    """One thing that is told of templates."""

    rule: str = Field(description="permanent name of a rule, which `cis-monitoring rule NAME` explains, or a control")
    level: Literal["broken", "depends", "absent"]
    message: str
    file: str
    line: int | None = Field(description="counts from 1; null where only the file is known, as of plans")
    column: int | None = Field(description="counts from 1")
    resource: str = Field(description="logical id or Terraform address; empty for none")
    property: str = Field(description="CloudFormation's name of the property; empty for the resource")
    controls: list[str] = Field(description="the controls that it concerns")
    when: str = Field(description="the combination of conditions under which it is so; empty for all")
    also: list[str] = Field(description="what else may tell somebody, in sentences")
    missed_event: dict[str, Any] | None
    fingerprint: str = Field(description="stays the same when lines move")


class Linted(BaseModel):
    """What `cis-monitoring lint --format json` prints."""

    schema_version: Literal[1]
    controls: list[LintedControl]
    findings: list[LintFinding]
    skipped: list[str] = Field(description="files that are no templates")


def _output(model: type[BaseModel]) -> Callable[[], dict[str, Any]]:
    return lambda: {"$schema": _DIALECT, **model.model_json_schema(mode="serialization")}


def _configuration() -> dict[str, Any]:
    """Return the schema of Prowler's configuration file, of which only our section is described."""
    (_, reference), definitions = _reference(Settings)
    section = {"type": "object", "properties": {KEY: reference}}
    return {
        "$schema": _DIALECT,
        "title": "Prowler's configuration file with the settings of prowler-cis-monitoring",
        "type": "object",
        "properties": {"aws": section},
        **definitions,
    }


def _reference(model: type[BaseModel]) -> tuple[tuple[object, dict[str, Any]], dict[str, Any]]:
    references, definitions = models_json_schema([(model, "validation")])
    ((key, reference),) = references.items()
    return (key, reference), definitions


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "settings": _configuration,
    "scan": _output(Scan),
    "explain": _output(Explanation),
    "explain-file": _output(Explanations),
    "control": _output(Controls),
    "diff": _output(Difference),
    "lint": _output(Linted),
    "snapshot": lambda: dict(snapshot.schema()),
}
"""By name, what makes the schema that lies here as `NAME.schema.json`."""
