"""Each change as shell code for the AWS CLI: how things stand, how the change is made, how it is taken back.

Each resource of a change is a step, so that a script which was interrupted between two of them goes on there, or takes
back what it had made. All that comes from the account is quoted for the shell, or for JMESPath within it, and stands in
JSON where it may be any text.
"""

from __future__ import annotations

import json
import shlex
from functools import singledispatch
from typing import Any

from prowler_cis_monitoring.alert_path.resources import CompositeAlarm
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.records import dataclass
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
from prowler_cis_monitoring.remedy.changes.change import log_group_name
from prowler_cis_monitoring.remedy.forms import documents

_NO_ERROR = "none"


@dataclass(frozen=True)
class Step:
    """What is done to one resource, as shell code.

    Attributes:
        state: a command that prints how things stand.
        before: what it prints while the step is still to be made.
        wanted: what it prints once it is made.
        make: commands that make it.
        take_back: commands that take it back; none where that is done with the resource of an earlier step.
        says: what the step does, as `Change.says`; empty where that is all that the change does.
        otherwise: what it means when `state` prints neither `before` nor `wanted`.
        pattern: whether `wanted` is only a part of what is printed: of a policy.
    """

    state: str
    before: str
    wanted: str
    make: tuple[str, ...]
    take_back: tuple[str, ...] = ()
    says: str = ""
    otherwise: str = "things are not as they were read; run cis-monitoring fix again"
    pattern: bool = False


def quoted(text: str) -> str:
    """Return what is said, as one word for the shell."""
    return shlex.quote(harmless(text, 2000))


def aws(region: str, *words: str) -> str:
    """Return a call of the AWS CLI."""
    where = ("--region", region) if region else ()
    return " ".join(shlex.quote(word) for word in ("aws", *where, *words))


def ask(call: str, absent: str = _NO_ERROR) -> str:
    """Return a call that prints nothing where AWS answers with the error `absent`; bash gets `ask` from the script."""
    return f"ask {absent} {call}"


def _input(parameters: Any) -> tuple[str, str]:  # noqa: ANN401 - JSON values
    """Return names as JSON: of words the AWS CLI would take `--x` for an option, and read the file of `file://x`."""
    return "--cli-input-json", json.dumps(parameters)


def literal(text: str) -> str:
    """Return a text as JMESPath writes it, as a JSON literal: of a raw string a backslash cannot be the last letter."""
    told = json.dumps(text).replace("`", "\\u0060")
    return f"`{told}`"


def _counts(everything: str, alike: str) -> str:
    """Return a JMESPath expression: how many there are of a name, and how many of them are as wanted."""
    return f"join(' ', [to_string(length({everything})), to_string(length({alike}))])"


_NONE, _ONE = '"0 0"', '"1 1"'


@singledispatch
def steps_of(change: Change) -> tuple[Step, ...]:
    """Return a change as shell code, in the order in which it is made."""
    raise NotImplementedError(type(change).__name__)


@steps_of.register
def _(change: StartLogging) -> tuple[Step, ...]:
    def call(operation: str, *words: str) -> str:
        return aws(change.region, "cloudtrail", operation, "--name", change.trail, *words)

    step = Step(
        state=ask(call("get-trail-status", "--query", "IsLogging", "--output", "json")),
        before="false",
        wanted="true",
        make=(call("start-logging"),),
        take_back=(call("stop-logging"),),
    )
    return (step,)


@steps_of.register
def _(change: RecordEveryRegion) -> tuple[Step, ...]:
    def update(*words: str) -> str:
        return f"{aws(change.region, 'cloudtrail', 'update-trail', '--name', change.trail, *words)} > /dev/null"

    # They go off with the other Regions, unless told otherwise.
    before = "--include-global-service-events" if change.global_events else "--no-include-global-service-events"
    query = ("--query", "Trail.IsMultiRegionTrail", "--output", "json")
    step = Step(
        state=ask(aws(change.region, "cloudtrail", "get-trail", "--name", change.trail, *query)),
        before="false",
        wanted="true",
        make=(update("--is-multi-region-trail"),),
        take_back=(update("--no-is-multi-region-trail", before),),
    )
    return (step,)


@steps_of.register
def _(change: AddEventSelector) -> tuple[Step, ...]:
    trail = ("--trail-name", change.trail)
    if change.advanced:
        member, option = "AdvancedEventSelectors", "--advanced-event-selectors"
        added: Any = {
            "Name": ALL_MANAGEMENT_EVENTS,
            "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
        }
        ours = f"Name=={literal(ALL_MANAGEMENT_EVENTS)}"
    else:
        member, option = "EventSelectors", "--event-selectors"
        added = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
        excluded = "length(not_null(ExcludeManagementEventSources, `[]`)) == `0`"
        data = "length(not_null(DataResources, `[]`)) == `0`"
        ours = f"ReadWriteType=='All' && IncludeManagementEvents && {excluded} && {data}"

    def get(query: str) -> str:
        words = ("get-event-selectors", *trail, "--query", query, "--output", "json")
        return ask(aws(change.region, "cloudtrail", *words))

    put = aws(change.region, "cloudtrail", "put-event-selectors", *trail, option)
    step = Step(
        state=get(f"length({member}[?{ours}])"),
        before="0",
        wanted="1",
        make=(
            f"current=$({get(member)})",
            f'{put} "${{current%]*}}, "{shlex.quote(json.dumps(added))}"]" > /dev/null',
        ),
        take_back=(f"current=$({get(f'{member}[?!({ours})]')})", f'{put} "$current" > /dev/null'),
    )
    return (step,)


@steps_of.register
def _(change: CreateLogGroup) -> tuple[Step, ...]:
    def call(operation: str, parameters: Any, *words: str) -> str:  # noqa: ANN401 - JSON values
        return aws(change.region, "logs", operation, *_input(parameters), *words)

    name, (key, value) = {"logGroupName": change.name}, documents.TAG
    number = ("--query", f"length(logGroups[?logGroupName=={literal(change.name)}])", "--output", "json")
    ours = ("--query", f"tags.{key}=={literal(value)}", "--output", "json")
    kept = f"log group {change.name} was there before: it is left"
    step = Step(
        state=ask(call("describe-log-groups", {"logGroupNamePrefix": change.name}, *number)),
        before="0",
        wanted="1",
        make=(call("create-log-group", {**name, "tags": {key: value}}),),
        # Only trails tell of log groups, so one of this name may have been there, with what it holds.
        take_back=(
            f"current=$({ask(call('list-tags-for-resource', {'resourceArn': change.arn}, *ours))})",
            'if [ "$current" = true ]; then',
            call("delete-log-group", name),
            f"else say {quoted(kept)}; fi",
        ),
    )
    return (step,)


def _tagged(tags: str) -> str:
    """Return a JMESPath expression: `1` where a list of tags has the one that says that we made it, else `0`."""
    key, value = documents.TAG
    return f"length(not_null({tags}, `[]`)[?Key=={literal(key)} && Value=={literal(value)}])"


def _role(change: DeliverToLogGroup | CreateTrail) -> tuple[Step, ...]:
    """Return how the role is created by which CloudTrail writes to a log group."""

    def call(operation: str, *words: str) -> str:
        return aws("", "iam", operation, "--role-name", change.role, *words)

    key, value = documents.TAG
    trust = ("--assume-role-policy-document", json.dumps(documents.trust()), "--tags", f"Key={key},Value={value}")
    name, policy = ("--policy-name", change.role), documents.delivery(change)
    (statement,) = policy["Statement"]
    written = ("--query", "PolicyDocument.Statement[0].Resource", "--output", "text")
    return (
        Step(
            state=ask(call("get-role", "--query", _tagged("Role.Tags"), "--output", "json"), "NoSuchEntity"),
            before="",
            wanted="1",
            make=(f"{call('create-role', *trust)} > /dev/null",),
            take_back=(call("delete-role"),),
            says=f"Create role {change.role}",
            otherwise=f"somebody else has created role {change.role}",
        ),
        Step(
            state=ask(call("get-role-policy", *name, *written), "NoSuchEntity"),
            before="",
            wanted=statement["Resource"],
            make=(call("put-role-policy", *name, "--policy-document", json.dumps(policy)),),
            take_back=(call("delete-role-policy", *name),),
            says=f"Let role {change.role} write to log group {log_group_name(change.log_group)}",
        ),
    )


@steps_of.register
def _(change: DeliverToLogGroup) -> tuple[Step, ...]:
    def update(group: str, role: str) -> str:
        where = (f"--cloud-watch-logs-log-group-arn={group}", f"--cloud-watch-logs-role-arn={role}")
        return f"{aws(change.region, 'cloudtrail', 'update-trail', '--name', change.trail, *where)} > /dev/null"

    group = f"{change.log_group}:*"
    had = group if change.had_log_group else ""
    query = "join(' ', [not_null(Trail.CloudWatchLogsLogGroupArn, ''), not_null(Trail.CloudWatchLogsRoleArn, '')])"
    get = ("get-trail", "--name", change.trail, "--query", query, "--output", "json")
    step = Step(
        state=ask(aws(change.region, "cloudtrail", *get)),
        before=json.dumps(f"{had} "),
        wanted=json.dumps(f"{group} {change.role_arn}"),
        make=(f"again {update(group, change.role_arn)}",),
        # CloudTrail User Guide, "Stopping CloudTrail from sending events to CloudWatch Logs": empty ARNs.
        take_back=(update(had, ""),),
    )
    return (*_role(change), step)


def _bucket(change: CreateTrail) -> tuple[Step, ...]:
    """Return how the bucket of a trail is created."""

    def call(operation: str, *words: str) -> str:
        return aws(change.region, "s3api", operation, "--bucket", change.bucket, *words)

    place = f"LocationConstraint={change.region}"
    options = () if change.region == "us-east-1" else ("--create-bucket-configuration", place)
    # S3 API, GetBucketLocation: null stands for us-east-1.
    located = ("--query", "LocationConstraint || 'us-east-1'", "--output", "text")
    shut = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    shutters = " && ".join(f"PublicAccessBlockConfiguration.{name}" for name in shut)
    block = ("--public-access-block-configuration", ",".join(f"{name}=true" for name in shut))
    kept = f"bucket {change.bucket} keeps the records in it: empty and delete it"
    return (
        Step(
            state=ask(call("get-bucket-location", *located), "NoSuchBucket"),
            before="",
            wanted=change.region,
            make=(f"{call('create-bucket', *options)} > /dev/null",),
            take_back=(f"{call('delete-bucket')} || say {quoted(kept)}",),
            says=f"Create bucket {change.bucket}",
        ),
        Step(
            state=ask(
                call("get-public-access-block", "--query", shutters, "--output", "json"),
                "NoSuchPublicAccessBlockConfiguration",
            ),
            before="",
            wanted="true",
            make=(call("put-public-access-block", *block),),
            says=f"Keep bucket {change.bucket} from being made public",
            otherwise=f"somebody lets bucket {change.bucket} be made public",
        ),
        Step(
            state=ask(call("get-bucket-policy", "--query", "Policy", "--output", "text"), "NoSuchBucketPolicy"),
            before="",
            wanted=json.dumps(change.arn),
            make=(call("put-bucket-policy", "--policy", json.dumps(documents.bucket_policy(change))),),
            says=f"Let trail {change.name} write to bucket {change.bucket}",
            otherwise=f"bucket {change.bucket} has a policy already",
            pattern=True,
        ),
    )


@steps_of.register
def _(change: CreateTrail) -> tuple[Step, ...]:
    def call(operation: str, *words: str) -> str:
        return aws(change.region, "cloudtrail", operation, "--name", change.name, *words)

    options = (
        *("--s3-bucket-name", change.bucket, "--is-multi-region-trail", "--enable-log-file-validation"),
        *("--cloud-watch-logs-log-group-arn", f"{change.log_group}:*"),
        *("--cloud-watch-logs-role-arn", change.role_arn),
    )
    get = ("get-trail", "--query", "Trail.CloudWatchLogsLogGroupArn", "--output", "text")
    create = Step(
        state=ask(call(*get), "TrailNotFoundException"),
        before="",
        wanted=f"{change.log_group}:*",
        make=(f"again {call('create-trail', *options)} > /dev/null",),
        take_back=(call("delete-trail"),),
    )
    start = Step(
        state=ask(call("get-trail-status", "--query", "IsLogging", "--output", "json"), "TrailNotFoundException"),
        before="false",
        wanted="true",
        make=(call("start-logging"),),
        says=f"Start logging on trail {change.name}",
    )
    return (*_bucket(change), *_role(change), create, start)


@steps_of.register
def _(change: PutMetricFilter) -> tuple[Step, ...]:
    group = {"logGroupName": change.log_group_name}
    named = f"metricFilters[?filterName=={literal(change.name)}]"
    conditions = [
        f"filterPattern=={literal(change.pattern)}",
        f"metricTransformations[0].metricNamespace=={literal(change.namespace)}",
        f"metricTransformations[0].metricName=={literal(change.metric)}",
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
    step = Step(
        state=ask(aws(change.region, "logs", *get, "--output", "json"), "ResourceNotFoundException"),
        before=_NONE,
        wanted=_ONE,
        make=(aws(change.region, "logs", "put-metric-filter", *_input(parameters)),),
        take_back=(aws(change.region, "logs", "delete-metric-filter", *_input({**group, "filterName": change.name})),),
    )
    return (step,)


def _describe_alarm(region: str, name: str, query: str) -> str:
    """Ask for one alarm of either kind: they share their names."""
    wanted = _input({"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "AlarmNames": [name]})
    return ask(aws(region, "cloudwatch", "describe-alarms", *wanted, "--query", query, "--output", "json"))


def _as_configured(parameters: dict[str, Any]) -> str:
    """Return a JMESPath condition: whether an alarm has what was read of it."""
    conditions = []
    for name, value in parameters.items():
        if isinstance(value, str):
            conditions.append(f"{name}=={literal(value)}")
        elif isinstance(value, (bool, int, float)):
            conditions.append(f"{name}==`{json.dumps(value)}`")
    return " && ".join(conditions)


@steps_of.register
def _(change: PutMetricAlarm) -> tuple[Step, ...]:
    parameters = documents.created_alarm(change)
    alike = f"{_as_configured(parameters)} && contains(AlarmActions, {literal(change.topic)})"
    query = _counts("[MetricAlarms, CompositeAlarms][]", f"MetricAlarms[?{alike}]")
    step = Step(
        state=_describe_alarm(change.region, change.name, query),
        before=_NONE,
        wanted=_ONE,
        make=(aws(change.region, "cloudwatch", "put-metric-alarm", *_input(parameters)),),
        take_back=(aws(change.region, "cloudwatch", "delete-alarms", *_input({"AlarmNames": [change.name]})),),
    )
    return (step,)


@steps_of.register
def _(change: EnableAlarmActions) -> tuple[Step, ...]:
    def call(operation: str) -> str:
        return aws(change.region, "cloudwatch", operation, *_input({"AlarmNames": [change.name]}))

    step = Step(
        state=_describe_alarm(change.region, change.name, "[MetricAlarms, CompositeAlarms][] | [0].ActionsEnabled"),
        before="false",
        wanted="true",
        make=(call("enable-alarm-actions"),),
        take_back=(call("disable-alarm-actions"),),
    )
    return (step,)


@steps_of.register
def _(change: AddAlarmAction) -> tuple[Step, ...]:
    before, after = documents.alarm_parameters(change.before), documents.alarm_parameters(change.after)
    operation = "put-composite-alarm" if isinstance(change.before, CompositeAlarm) else "put-metric-alarm"
    # The call replaces the whole alarm: whatever somebody has changed since would be lost.
    unchanged = _as_configured({name: value for name, value in before.items() if name != "ActionsEnabled"})
    alarm = "[MetricAlarms, CompositeAlarms][]"
    tells = f"to_string(contains({alarm}.AlarmActions[], {literal(change.topic)}))"
    query = f"length({alarm} | [?{unchanged}]) == `1` && {tells}"
    step = Step(
        state=_describe_alarm(change.region, change.before.name, query),
        before='"false"',
        wanted='"true"',
        make=(aws(change.region, "cloudwatch", operation, *_input(after)),),
        take_back=(aws(change.region, "cloudwatch", operation, *_input(before)),),
    )
    return (step,)


@steps_of.register
def _(change: CreateTopic) -> tuple[Step, ...]:
    arn, (key, value) = ("--topic-arn", change.arn), documents.TAG
    get = ("list-tags-for-resource", "--resource-arn", change.arn, "--query", _tagged("Tags"), "--output", "json")
    create = ("create-topic", "--name", change.name, "--tags", f"Key={key},Value={value}")
    step = Step(
        # SNS API, ListTagsForResource: ResourceNotFound.
        state=ask(aws(change.region, "sns", *get), "ResourceNotFound"),
        before="",
        wanted="1",
        make=(f"{aws(change.region, 'sns', *create)} > /dev/null",),
        take_back=(aws(change.region, "sns", "delete-topic", *arn),),
        otherwise=f"somebody else has created topic {change.name}",
    )
    return (step,)


@steps_of.register
def _(change: SetTopicPolicy) -> tuple[Step, ...]:
    arn = ("--topic-arn", change.topic)

    def set_to(policy: str) -> str:
        attribute = ("--attribute-name", "Policy", "--attribute-value", policy)
        return aws(change.region, "sns", "set-topic-attributes", *arn, *attribute)

    get = ("get-topic-attributes", *arn, "--query", "Attributes.Policy", "--output", "text")
    step = Step(
        state=ask(aws(change.region, "sns", *get)),
        before=change.before.rstrip("\n"),
        wanted=json.dumps(change.sid),
        make=(set_to(change.after),),
        take_back=(set_to(change.before),),
        pattern=True,
    )
    return (step,)


@steps_of.register
def _(change: PutKeyPolicy) -> tuple[Step, ...]:
    key = ("--key-id", change.key, "--policy-name", "default")
    get = ("get-key-policy", *key, "--query", "Policy", "--output", "text")
    step = Step(
        state=ask(aws(change.region, "kms", *get)),
        before=change.before.rstrip("\n"),
        wanted=json.dumps(change.sid),
        make=(aws(change.region, "kms", "put-key-policy", *key, "--policy", change.after),),
        take_back=(aws(change.region, "kms", "put-key-policy", *key, "--policy", change.before),),
        pattern=True,
    )
    return (step,)


@steps_of.register
def _(change: Subscribe) -> tuple[Step, ...]:
    topic = ("--topic-arn", change.topic)
    ours = f"Subscriptions[?Protocol=='email' && Endpoint=={literal(change.address)} && SubscriptionArn!='Deleted']"

    def get(query: str, output: str) -> str:
        words = ("list-subscriptions-by-topic", *topic, "--query", query, "--output", output)
        return ask(aws(change.region, "sns", *words), "NotFound")

    subscribe = ("subscribe", *_input({"TopicArn": change.topic, "Protocol": "email", "Endpoint": change.address}))
    unsubscribe = aws(change.region, "sns", "unsubscribe", "--subscription-arn") + ' "$current"'
    waits = f"the subscription of {change.address} was never confirmed: SNS forgets it by itself"
    step = Step(
        state=get(f"length({ours})", "json"),
        before="0",
        wanted="1",
        make=(f"{aws(change.region, 'sns', *subscribe)} > /dev/null",),
        take_back=(
            f"current=$({get(f'{ours}.SubscriptionArn | [0]', 'text')})",
            f"if [[ $current == arn:* ]]; then {unsubscribe}; else say {quoted(waits)}; fi",
        ),
    )
    return (step,)
