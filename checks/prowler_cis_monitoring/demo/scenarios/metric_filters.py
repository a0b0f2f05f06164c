"""Scenarios of the metric filter: does its pattern match every event, and which log events does it look at?"""

from __future__ import annotations

from typing import Any

from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import ACCOUNT, REGION
from prowler_cis_monitoring.demo.scenarios.scenario import (
    ALARM,
    CANONICAL,
    METRIC,
    NO_SERVICE_EVENT,
    NOT_INVOKED,
    OTHER_REGION,
    ROOT,
    another_alarm,
    another_filter,
    fails,
    passes,
    pattern,
    scenario,
    unseen,
)


def _fields(**fields: object) -> dict[str, Any]:
    return {"afterwards": (lambda _: moto_gaps.set_metric_filter_fields(ALARM, fields, REGION),)}


_IDENTITY = "$.userIdentity.sessionContext.sourceIdentity"
_PATTERNS = (
    passes(
        "pattern-reordered",
        "the conditions stand in another order",
        **pattern(f"{{ {NO_SERVICE_EVENT} && {ROOT} && {NOT_INVOKED} }}"),
    ),
    passes("pattern-broader", "the filter matches all use of root", **pattern(f"{{ {ROOT} }}")),
    passes(
        "pattern-in-parentheses",
        "each condition stands in parentheses",
        **pattern(f"{{ (({ROOT}) && ({NOT_INVOKED}) && ({NO_SERVICE_EVENT})) }}"),
    ),
    passes(
        "pattern-unquoted",
        "values stand without quotes",
        **pattern("{$.userIdentity.type=Root&&$.userIdentity.invokedBy NOT EXISTS&&$.eventType!=AwsServiceEvent}"),
    ),
    passes(
        "pattern-over-lines",
        "the pattern stands on several lines",
        **pattern(f"{{ {ROOT} &&\n  $.userIdentity.invokedBy NOT\n  EXISTS &&\n  {NO_SERVICE_EVENT} }}"),
    ),
    passes(
        "pattern-with-others",
        "the filter matches other events too",
        **pattern(f"{{ ({CANONICAL}) || ($.eventName = StopLogging) }}"),
    ),
    fails(
        "pattern-without-sign-in",
        "the filter leaves console sign-ins out",
        "ConsoleLogin",
        shows=("filter-gap",),
        **pattern(f"{{ {CANONICAL} && $.eventName != ConsoleLogin }}"),
    ),
    fails(
        "pattern-in-quotation-marks",
        "the whole pattern stands in quotation marks",
        "begins with '\"' instead of {",
        shows=("filter-is-text",),
        **pattern('"{ $.userIdentity.type = Root }"'),
    ),
    fails(
        "pattern-in-two-with-a-gap",
        "two filters share the events, and neither matches sign-ins",
        "none of the 2 metric filters for such events (it, root-usage) matches the missed event",
        shows=("filters-gap",),
        **pattern(f"{{ {CANONICAL} && $.readOnly IS FALSE && $.eventName != ConsoleLogin }}"),
        afterwards=(another_filter(f"{{ {CANONICAL} && $.readOnly IS TRUE }}", METRIC, name="root-reads"),),
    ),
    fails(
        "pattern-one-address",
        "the filter matches one source address only",
        "missed event",
        **pattern(f"{{ {CANONICAL} && $.sourceIPAddress = 10.0.0.1 }}"),
    ),
    scenario(
        "pattern-with-an-approved-exclusion",
        "the filter leaves an address out, and the configuration approves of that",
        "PASS",
        "Approved exclusions",
        **pattern(f"{{ {CANONICAL} && $.sourceIPAddress != 192.0.2.7 }}"),
        settings={"controls": {"root_usage": {"exclusions": ["{ $.sourceIPAddress = 192.0.2.7 }"]}}},
    ),
    scenario(
        "pattern-with-a-guarded-exclusion",
        "the filter leaves a source identity out but not what has none, and the configuration approves of that",
        "PASS",
        "Approved exclusions",
        **pattern(f'{{ {CANONICAL} && (({_IDENTITY} NOT EXISTS) || ({_IDENTITY} != "v")) }}'),
        settings={"controls": {"root_usage": {"exclusions": [f'{{ {_IDENTITY} = "v" }}']}}},
    ),
    passes(
        "pattern-by-arn",
        "the filter knows the root user by its ARN",
        **pattern(f'{{ $.userIdentity.arn = "*:root" && {NOT_INVOKED} && {NO_SERVICE_EVENT} }}'),
    ),
    unseen(
        "pattern-that-misses-the-unseen",
        "what the filter leaves out is not known to occur: sessions of the root user that a role has issued",
        "none was found that is known to occur in CloudTrail",
        **pattern(f"{{ {CANONICAL} && $.userIdentity.sessionContext.sessionIssuer.userName NOT EXISTS }}"),
    ),
    fails(
        "pattern-without-a-call",
        "the filter leaves one call out, whichever service has it",
        "Decrypt of kms.amazonaws.com",
        **pattern(f"{{ {CANONICAL} && $.eventName != Decrypt }}"),
    ),
    fails(
        "pattern-misspelt",
        "the filter looks for RootX",
        "missed event",
        **pattern(f'{{ $.userIdentity.type = "RootX" && {NOT_INVOKED} && {NO_SERVICE_EVENT} }}'),
    ),
    fails(
        "pattern-contradiction",
        "the filter can match nothing",
        "missed event",
        **pattern(f'{{ {CANONICAL} && $.userIdentity.type != "Root" }}'),
    ),
    fails(
        "pattern-phrase",
        "the filter looks for the pattern's own text",
        "none of its",
        shows=("no-matching-filter",),
        **pattern('"userIdentity.type = Root"'),
    ),
    fails(
        "pattern-everything",
        "the filter matches every event, so its alarm is always on",
        "everyday",
        shows=("filter-everyday",),
        **pattern(""),
    ),
    unseen(
        "pattern-not-understood",
        "the pattern has a form that is not known (AWS would not take this one)",
        "could not be understood",
        shows=("filter-pattern-unparsed",),
        **pattern(f"{{ {ROOT} BUT {NOT_INVOKED} }}"),
    ),
    passes(
        "split-filters",
        "two filters share the events, each with an alarm",
        **pattern(f"{{ {CANONICAL} && $.eventName = ConsoleLogin }}"),
        afterwards=(
            another_filter(f"{{ {CANONICAL} && $.eventName != ConsoleLogin }}"),
            another_alarm(MetricName="Other"),
        ),
    ),
    fails(
        "split-filters-one-without-an-alarm",
        "two filters share the events, and only one has an alarm",
        "Somebody is not always told",
        **pattern(f"{{ {CANONICAL} && $.eventName = ConsoleLogin }}"),
        afterwards=(another_filter(f"{{ {CANONICAL} && $.eventName != ConsoleLogin }}"),),
    ),
    passes(
        "split-filters-one-metric",
        "two filters share the events and publish to one metric",
        **pattern(f"{{ {CANONICAL} && $.eventName = ConsoleLogin }}"),
        afterwards=(another_filter(f"{{ {CANONICAL} && $.eventName != ConsoleLogin }}", METRIC),),
    ),
    passes(
        "second-filter-works",
        "an older filter is too narrow, a second one with its own alarm is not",
        "filter-of-Other",
        **pattern(f"{{ {CANONICAL} && $.sourceIPAddress = 10.0.0.1 }}"),
        afterwards=(another_filter(f"{{ {CANONICAL} }}"), another_alarm(MetricName="Other")),
    ),
)
_SELECTION = (
    unseen(
        "filter-on-transformed-logs",
        "the filter reads log events after a transformer has changed them",
        "transformed log events",
        shows=("metric-filter-on-transformed-logs",),
        **_fields(applyOnTransformedLogs=True),
    ),
    passes(
        "field-selection-admits",
        "the filter selects the log events of this account",
        "admits account",
        shows=("metric-filter-selection-admits",),
        **_fields(fieldSelectionCriteria=f'@aws.account = "{ACCOUNT}"'),
    ),
    unseen(
        "field-selection-by-region",
        "the filter selects the log events of one Region",
        "not documented",
        shows=("metric-filter-selection-by-region",),
        **_fields(fieldSelectionCriteria=f'@aws.account = "{ACCOUNT}" AND @aws.region = "{REGION}"'),
    ),
    unseen(
        "field-selection-elsewhere",
        "the filter selects the log events of another Region",
        "leaves out",
        shows=("metric-filter-selection-elsewhere",),
        **_fields(fieldSelectionCriteria=f'@aws.region = "{OTHER_REGION}"'),
    ),
    unseen(
        "field-selection-not-understood",
        "the filter selects log events by criteria of a form that is not known",
        "could not be read",
        shows=("metric-filter-selection-unreadable",),
        **_fields(fieldSelectionCriteria="@aws.account LIKE 12*"),
    ),
)
SCENARIOS = (*_PATTERNS, *_SELECTION)
