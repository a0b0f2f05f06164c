"""A script for bash that makes the changes with the AWS CLI, can be run again, and takes them back.

Before each step the script looks how things stand: as they are wanted, as they were when the account was read, or
neither; then it stops. All that comes from the account is quoted for the shell, or for JMESPath within it, and stands
in JSON where it may be any text.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from prowler_cis_monitoring.alert_path.resources import CompositeAlarm
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.remedy.changes import (
    ALL_MANAGEMENT_EVENTS,
    AddAlarmAction,
    AddEventSelector,
    Change,
    CreateLogGroup,
    CreateTopic,
    CreateTrail,
    DeliverToLogGroup,
    EnableAlarmActions,
    PutKeyPolicy,
    PutMetricAlarm,
    PutMetricFilter,
    RecordEveryRegion,
    SetTopicPolicy,
    StartLogging,
    Subscribe,
)
from prowler_cis_monitoring.remedy.forms import documents
from prowler_cis_monitoring.remedy.parts import Part

_HEAD = r"""set -euo pipefail
export AWS_PAGER=""

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "stopped: $*" >&2; exit 1; }

# ask CODE COMMAND: prints what AWS answers, nothing when the answer is the error CODE; fails with any other error.
ask() {
  local code=$1 errors
  errors=$(mktemp)
  shift
  if "$@" 2> "$errors"; then
    rm -f "$errors"
  elif grep -qF "($code)" "$errors"; then
    rm -f "$errors"
  else
    cat "$errors" >&2
    rm -f "$errors"
    return 1
  fi
}

# again COMMAND: a new role needs some seconds until other services know it.
again() {
  local left=12
  until "$@"; do
    left=$((left - 1))
    if [ "$left" -eq 0 ]; then return 1; fi
    sleep 5
  done
}
"""
_NO_ERROR = "none"


@dataclass(frozen=True)
class Step:
    """One change as shell code.

    Attributes:
        state: a command that prints how things stand.
        before: what it prints while the change is still to be made.
        wanted: what it prints once it is made.
        make: commands that make it.
        take_back: commands that take it back.
        at: the beginning of the answer is enough where it is a policy: a shell pattern that stands for `wanted`.
    """

    state: str
    before: str
    wanted: str
    make: tuple[str, ...]
    take_back: tuple[str, ...]
    pattern: bool = False


def script(part: Part, source: str) -> str:
    """Return the script for the changes of one account, which stops in any other.

    Args:
        part: the changes.
        source: what they were planned on, for the head.
    """
    account = part.account
    lines = [
        "#!/usr/bin/env bash",
        f"# What mends the alert paths in account {harmless(account)}, planned on {harmless(source)}.",
        "#   bash FILE             makes the changes; what is there already is left as it is",
        "#   bash FILE rollback    takes them back",
        _HEAD,
        f"account=$({_ask(_aws('', 'sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'))})",
        f'if [ "$account" != {shlex.quote(account)} ]; then',
        f'  stop {_text(f"these changes are for account {account}, the credentials are of account")} "$account"',
        "fi",
        "",
        "apply() {",
        "  local current",
    ]
    steps = [(change, step_of(change)) for change in part.changes]
    for number, (change, step) in enumerate(steps, start=1):
        lines += ["", *(f"  # {line}" for line in _numbered(number, change)), *_making(change, step)]
    lines += ["", *(f"  say {_text(f'still to be done: {step}')}" for step in part.steps)]
    lines += ["}", "", "rollback() {", "  local current"]
    for change, step in reversed(steps):
        lines += ["", *_taking_back(change, step)]
    lines += [
        "}",
        "",
        'case "${1:-apply}" in',
        "  apply) apply ;;",
        "  rollback) rollback ;;",
        '  *) stop "apply or rollback is expected" ;;',
        "esac",
        "",
    ]
    return "\n".join(lines)


def _numbered(number: int, change: Change) -> list[str]:
    first, *others = documents.comment(change)
    return [f"{number}. {first}", *(f"   {line}" for line in others)]


def _making(change: Change, step: Step) -> list[str]:
    return [
        f"  current=$({step.state})",
        f"  if {_is(step)}; then",
        f"    say {_text(f'already so: {change.says}')}",
        f'  elif [ "$current" = {shlex.quote(step.before)} ]; then',
        *(f"    {command}" for command in step.make),
        f"    say {_text(f'done: {change.says}')}",
        "  else",
        f"    stop {_text(f'{change.says}: things are not as they were read; run cis-monitoring fix again')}",
        "  fi",
    ]


def _taking_back(change: Change, step: Step) -> list[str]:
    return [
        f"  current=$({step.state})",
        f"  if {_is(step)}; then",
        *(f"    {command}" for command in step.take_back),
        f"    say {_text(f'taken back: {change.says}')}",
        "  else",
        f"    say {_text(f'nothing to take back: {change.says}')}",
        "  fi",
    ]


def _is(step: Step) -> str:
    if step.pattern:
        return f"[[ $current == *{shlex.quote(step.wanted)}* ]]"
    return f'[ "$current" = {shlex.quote(step.wanted)} ]'


def _text(text: str) -> str:
    return shlex.quote(harmless(text, 2000))


def _aws(region: str, *words: str) -> str:
    """Return a call of the AWS CLI."""
    where = ("--region", region) if region else ()
    return " ".join(shlex.quote(word) for word in ("aws", *where, *words))


def _ask(call: str, absent: str = _NO_ERROR) -> str:
    return f"ask {absent} {call}"


def _input(parameters: Any) -> tuple[str, str]:  # noqa: ANN401 - JSON values
    """Return names as JSON: of words the AWS CLI would take `--x` for an option, and read the file of `file://x`."""
    return "--cli-input-json", json.dumps(parameters)


def _literal(text: str) -> str:
    """Return a text as JMESPath writes it, as a JSON literal: of a raw string a backslash cannot be the last letter."""
    told = json.dumps(text).replace("`", "\\u0060")
    return f"`{told}`"


def _counts(everything: str, alike: str) -> str:
    """Return a JMESPath expression: how many there are of a name, and how many of them are as wanted."""
    return f"join(' ', [to_string(length({everything})), to_string(length({alike}))])"


_NONE, _ONE = '"0 0"', '"1 1"'


@singledispatch
def step_of(change: Change) -> Step:
    """Return a change as shell code."""
    raise NotImplementedError(type(change).__name__)


@step_of.register
def _(change: StartLogging) -> Step:
    def call(operation: str, *words: str) -> str:
        return _aws(change.region, "cloudtrail", operation, "--name", change.trail, *words)

    return Step(
        state=_ask(call("get-trail-status", "--query", "IsLogging", "--output", "json")),
        before="false",
        wanted="true",
        make=(call("start-logging"),),
        take_back=(call("stop-logging"),),
    )


@step_of.register
def _(change: RecordEveryRegion) -> Step:
    def update(*words: str) -> str:
        return f"{_aws(change.region, 'cloudtrail', 'update-trail', '--name', change.trail, *words)} > /dev/null"

    # They go off with the other Regions, unless told otherwise.
    before = "--include-global-service-events" if change.global_events else "--no-include-global-service-events"
    query = ("--query", "Trail.IsMultiRegionTrail", "--output", "json")
    return Step(
        state=_ask(_aws(change.region, "cloudtrail", "get-trail", "--name", change.trail, *query)),
        before="false",
        wanted="true",
        make=(update("--is-multi-region-trail"),),
        take_back=(update("--no-is-multi-region-trail", before),),
    )


@step_of.register
def _(change: AddEventSelector) -> Step:
    trail = ("--trail-name", change.trail)
    if change.advanced:
        member, option = "AdvancedEventSelectors", "--advanced-event-selectors"
        added: Any = {
            "Name": ALL_MANAGEMENT_EVENTS,
            "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
        }
        ours = f"Name=={_literal(ALL_MANAGEMENT_EVENTS)}"
    else:
        member, option = "EventSelectors", "--event-selectors"
        added = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
        excluded = "length(not_null(ExcludeManagementEventSources, `[]`)) == `0`"
        data = "length(not_null(DataResources, `[]`)) == `0`"
        ours = f"ReadWriteType=='All' && IncludeManagementEvents && {excluded} && {data}"

    def get(query: str) -> str:
        words = ("get-event-selectors", *trail, "--query", query, "--output", "json")
        return _ask(_aws(change.region, "cloudtrail", *words))

    put = _aws(change.region, "cloudtrail", "put-event-selectors", *trail, option)
    return Step(
        state=get(f"length({member}[?{ours}])"),
        before="0",
        wanted="1",
        make=(
            f"current=$({get(member)})",
            f'{put} "${{current%]*}}, "{shlex.quote(json.dumps(added))}"]" > /dev/null',
        ),
        take_back=(f"current=$({get(f'{member}[?!({ours})]')})", f'{put} "$current" > /dev/null'),
    )


@step_of.register
def _(change: CreateLogGroup) -> Step:
    def call(operation: str, *words: str) -> str:
        return _aws(change.region, "logs", operation, *words)

    query = f"length(logGroups[?logGroupName=={_literal(change.name)}])"
    prefix, name = _input({"logGroupNamePrefix": change.name}), _input({"logGroupName": change.name})
    return Step(
        state=_ask(call("describe-log-groups", *prefix, "--query", query, "--output", "json")),
        before="0",
        wanted="1",
        make=(call("create-log-group", *name),),
        take_back=(call("delete-log-group", *name),),
    )


def _make_role(change: DeliverToLogGroup | CreateTrail) -> tuple[str, ...]:
    name, (key, value) = ("--role-name", change.role), documents.TAG
    tagged = f"length(not_null(Role.Tags, `[]`)[?Key=={_literal(key)} && Value=={_literal(value)}])"
    exists = _ask(_aws("", "iam", "get-role", *name, "--query", tagged, "--output", "json"), "NoSuchEntity")
    trust = ("--assume-role-policy-document", json.dumps(documents.trust()), "--tags", f"Key={key},Value={value}")
    policy = ("--policy-name", change.role, "--policy-document", json.dumps(documents.delivery(change)))
    return (
        f"current=$({exists})",
        'case "$current" in',
        f"  '') {_aws('', 'iam', 'create-role', *name, *trust)} > /dev/null ;;",
        "  1) ;;",
        f"  *) stop {_text(f'somebody else has created role {change.role}')} ;;",
        "esac",
        _aws("", "iam", "put-role-policy", *name, *policy),
    )


def _delete_role(change: DeliverToLogGroup | CreateTrail) -> tuple[str, ...]:
    name = ("--role-name", change.role)
    return (
        _aws("", "iam", "delete-role-policy", *name, "--policy-name", change.role),
        _aws("", "iam", "delete-role", *name),
    )


@step_of.register
def _(change: DeliverToLogGroup) -> Step:
    def update(group: str, role: str) -> str:
        where = (f"--cloud-watch-logs-log-group-arn={group}", f"--cloud-watch-logs-role-arn={role}")
        return f"{_aws(change.region, 'cloudtrail', 'update-trail', '--name', change.trail, *where)} > /dev/null"

    group = f"{change.log_group}:*"
    had = group if change.had_log_group else ""
    query = "join(' ', [not_null(Trail.CloudWatchLogsLogGroupArn, ''), not_null(Trail.CloudWatchLogsRoleArn, '')])"
    get = ("get-trail", "--name", change.trail, "--query", query, "--output", "json")
    return Step(
        state=_ask(_aws(change.region, "cloudtrail", *get)),
        before=json.dumps(f"{had} "),
        wanted=json.dumps(f"{group} {change.role_arn}"),
        make=(*_make_role(change), f"again {update(group, change.role_arn)}"),
        # CloudTrail User Guide, "Stopping CloudTrail from sending events to CloudWatch Logs": empty ARNs.
        take_back=(update(had, ""), *_delete_role(change)),
    )


@step_of.register
def _(change: CreateTrail) -> Step:
    bucket = ("--bucket", change.bucket)

    def storage(operation: str, *words: str) -> str:
        return _aws(change.region, "s3api", operation, *bucket, *words)

    def trail(operation: str, *words: str) -> str:
        return _aws(change.region, "cloudtrail", operation, "--name", change.name, *words)

    place = (
        () if change.region == "us-east-1" else ("--create-bucket-configuration", f"LocationConstraint={change.region}")
    )
    closed = "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
    create = trail(
        "create-trail",
        *("--s3-bucket-name", change.bucket, "--is-multi-region-trail", "--enable-log-file-validation"),
        *("--cloud-watch-logs-log-group-arn", f"{change.log_group}:*"),
        *("--cloud-watch-logs-role-arn", change.role_arn),
    )
    kept = f"bucket {change.bucket} keeps the records in it: empty and delete it"
    logging = trail("get-trail-status", "--query", "to_string(IsLogging)", "--output", "text")
    return Step(
        state=_ask(logging, "TrailNotFoundException"),
        before="",
        wanted="true",
        make=(
            f"{storage('create-bucket', *place)} > /dev/null",
            storage("put-public-access-block", "--public-access-block-configuration", closed),
            storage("put-bucket-policy", "--policy", json.dumps(documents.bucket_policy(change))),
            *_make_role(change),
            f"again {create} > /dev/null",
            trail("start-logging"),
        ),
        take_back=(
            trail("delete-trail"),
            *_delete_role(change),
            f"{storage('delete-bucket')} || say {_text(kept)}",
        ),
    )


@step_of.register
def _(change: PutMetricFilter) -> Step:
    group = {"logGroupName": change.log_group_name}
    named = f"metricFilters[?filterName=={_literal(change.name)}]"
    conditions = [
        f"filterPattern=={_literal(change.pattern)}",
        f"metricTransformations[0].metricNamespace=={_literal(change.namespace)}",
        f"metricTransformations[0].metricName=={_literal(change.metric)}",
    ]
    query = _counts(named, f"{named} | [?{' && '.join(conditions)}]")
    get = ("describe-metric-filters", *_input({**group, "filterNamePrefix": change.name}), "--query", query)
    parameters = {
        **group,
        "filterName": change.name,
        "filterPattern": change.pattern,
        "metricTransformations": [
            documents.filter_transformation(change.namespace, change.metric, change.unit),
        ],
    }
    return Step(
        state=_ask(_aws(change.region, "logs", *get, "--output", "json"), "ResourceNotFoundException"),
        before=_NONE,
        wanted=_ONE,
        make=(_aws(change.region, "logs", "put-metric-filter", *_input(parameters)),),
        take_back=(_aws(change.region, "logs", "delete-metric-filter", *_input({**group, "filterName": change.name})),),
    )


def _describe_alarm(region: str, name: str, query: str) -> str:
    """Ask for one alarm of either kind: they share their names."""
    wanted = _input({"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "AlarmNames": [name]})
    return _ask(_aws(region, "cloudwatch", "describe-alarms", *wanted, "--query", query, "--output", "json"))


def _as_configured(parameters: dict[str, Any]) -> str:
    """Return a JMESPath condition: whether an alarm has what was read of it."""
    conditions = []
    for name, value in parameters.items():
        if isinstance(value, str):
            conditions.append(f"{name}=={_literal(value)}")
        elif isinstance(value, (bool, int, float)):
            conditions.append(f"{name}==`{json.dumps(value)}`")
    return " && ".join(conditions)


@step_of.register
def _(change: PutMetricAlarm) -> Step:
    parameters = documents.created_alarm(change)
    alike = f"{_as_configured(parameters)} && contains(AlarmActions, {_literal(change.topic)})"
    query = _counts("[MetricAlarms, CompositeAlarms][]", f"MetricAlarms[?{alike}]")
    return Step(
        state=_describe_alarm(change.region, change.name, query),
        before=_NONE,
        wanted=_ONE,
        make=(_aws(change.region, "cloudwatch", "put-metric-alarm", *_input(parameters)),),
        take_back=(_aws(change.region, "cloudwatch", "delete-alarms", *_input({"AlarmNames": [change.name]})),),
    )


@step_of.register
def _(change: EnableAlarmActions) -> Step:
    def call(operation: str) -> str:
        return _aws(change.region, "cloudwatch", operation, *_input({"AlarmNames": [change.name]}))

    return Step(
        state=_describe_alarm(change.region, change.name, "[MetricAlarms, CompositeAlarms][] | [0].ActionsEnabled"),
        before="false",
        wanted="true",
        make=(call("enable-alarm-actions"),),
        take_back=(call("disable-alarm-actions"),),
    )


@step_of.register
def _(change: AddAlarmAction) -> Step:
    before, after = documents.alarm_parameters(change.before), documents.alarm_parameters(change.after)
    operation = "put-composite-alarm" if isinstance(change.before, CompositeAlarm) else "put-metric-alarm"
    # The call replaces the whole alarm: whatever somebody has changed since would be lost.
    unchanged = _as_configured({name: value for name, value in before.items() if name != "ActionsEnabled"})
    alarm = "[MetricAlarms, CompositeAlarms][]"
    tells = f"to_string(contains({alarm}.AlarmActions[], {_literal(change.topic)}))"
    query = f"length({alarm} | [?{unchanged}]) == `1` && {tells}"
    return Step(
        state=_describe_alarm(change.region, change.before.name, query),
        before='"false"',
        wanted='"true"',
        make=(_aws(change.region, "cloudwatch", operation, *_input(after)),),
        take_back=(_aws(change.region, "cloudwatch", operation, *_input(before)),),
    )


@step_of.register
def _(change: CreateTopic) -> Step:
    arn, (key, value) = ("--topic-arn", change.arn), documents.TAG
    tagged = f"Tags[?Key=={_literal(key)} && Value=={_literal(value)}] | length(@)"
    get = ("list-tags-for-resource", "--resource-arn", change.arn, "--query", tagged, "--output", "json")
    create = ("create-topic", "--name", change.name, "--tags", f"Key={key},Value={value}")
    return Step(
        # SNS API, ListTagsForResource: ResourceNotFound; a topic without the tag is somebody else's.
        state=_ask(_aws(change.region, "sns", *get), "ResourceNotFound"),
        before="",
        wanted="1",
        make=(f"{_aws(change.region, 'sns', *create)} > /dev/null",),
        take_back=(_aws(change.region, "sns", "delete-topic", *arn),),
    )


@step_of.register
def _(change: SetTopicPolicy) -> Step:
    arn = ("--topic-arn", change.topic)

    def set_to(policy: str) -> str:
        attribute = ("--attribute-name", "Policy", "--attribute-value", policy)
        return _aws(change.region, "sns", "set-topic-attributes", *arn, *attribute)

    get = ("get-topic-attributes", *arn, "--query", "Attributes.Policy", "--output", "text")
    return Step(
        state=_ask(_aws(change.region, "sns", *get)),
        before=change.before.rstrip("\n"),
        wanted=json.dumps(change.sid),
        make=(set_to(change.after),),
        take_back=(set_to(change.before),),
        pattern=True,
    )


@step_of.register
def _(change: PutKeyPolicy) -> Step:
    key = ("--key-id", change.key, "--policy-name", "default")
    get = ("get-key-policy", *key, "--query", "Policy", "--output", "text")
    return Step(
        state=_ask(_aws(change.region, "kms", *get)),
        before=change.before.rstrip("\n"),
        wanted=json.dumps(change.sid),
        make=(_aws(change.region, "kms", "put-key-policy", *key, "--policy", change.after),),
        take_back=(_aws(change.region, "kms", "put-key-policy", *key, "--policy", change.before),),
        pattern=True,
    )


@step_of.register
def _(change: Subscribe) -> Step:
    topic = ("--topic-arn", change.topic)
    ours = f"Subscriptions[?Protocol=='email' && Endpoint=={_literal(change.address)} && SubscriptionArn!='Deleted']"

    def get(query: str, output: str) -> str:
        words = ("list-subscriptions-by-topic", *topic, "--query", query, "--output", output)
        return _ask(_aws(change.region, "sns", *words), "NotFound")

    subscribe = ("subscribe", *_input({"TopicArn": change.topic, "Protocol": "email", "Endpoint": change.address}))
    unsubscribe = _aws(change.region, "sns", "unsubscribe", "--subscription-arn") + ' "$current"'
    waits = f"the subscription of {change.address} was never confirmed: SNS forgets it by itself"
    return Step(
        state=get(f"length({ours})", "json"),
        before="0",
        wanted="1",
        make=(f"{_aws(change.region, 'sns', *subscribe)} > /dev/null",),
        take_back=(
            f"current=$({get(f'{ours}.SubscriptionArn | [0]', 'text')})",
            f"if [[ $current == arn:* ]]; then {unsubscribe}; else say {_text(waits)}; fi",
        ),
    )
