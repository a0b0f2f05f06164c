"""What was read of an AWS account, as frozen values: the input of every judgement in this package.

A resource that could not be read is an `Unread`, never an empty list: judgement must see the difference between
"there is none" and "nobody could look".
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

FOREIGN_ACCOUNT = "ForeignAccount"
Cause = Literal["call", "answer", "defect"]
# Longer ones than AWS makes are split anew each time: what is remembered stays small.
_LONGEST_REMEMBERED = 2_048


def _fail_fast(schema: Any) -> None:  # noqa: ANN401 - what pydantic's schemas are made of
    """Change what checks a model, in place; the models of its members have been changed as they were made."""
    if isinstance(schema, list | tuple):
        for part in schema:
            _fail_fast(part)
    elif isinstance(schema, dict):
        if schema.get("type") in ("list", "tuple", "set", "frozenset"):
            schema["fail_fast"] = True
        for part in schema.values():
            _fail_fast(part)


class Resource(BaseModel):
    """Base of all values read from AWS: immutable, hashable where its fields are, strict about its fields."""

    # What checks a model is built when one is first checked: a command that reads no foreign answers does without.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        """Let a list be refused for its first wrong element: a foreign file may hold millions, each with its errors."""
        schema = handler(source)
        _fail_fast(schema)
        return schema


class Arn(Resource):
    """An Amazon Resource Name, split into its six parts.

    Source: IAM User Guide, "Identify AWS resources with Amazon Resource Names (ARNs)".
    """

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> Arn | None:
        """Split `text`, or return None when it is not an ARN."""
        return _split_once(text) if len(text) <= _LONGEST_REMEMBERED else _split(text)


def _split(text: str) -> Arn | None:
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":  # noqa: PLR2004 - the six parts of an ARN
        return None
    _, partition, service, region, account, resource = parts
    return Arn.model_construct(partition=partition, service=service, region=region, account=account, resource=resource)


# The ARNs of a path are split at each of its links, for each control and each attempt to mend it.
_split_once = lru_cache(maxsize=4096)(_split)


class Unread(Resource):
    """A read-only call that gave no answer, or one that cannot be read.

    Attributes:
        action: the IAM action that permits the call, for example `logs:DescribeMetricFilters`.
        region: the Region that was asked.
        account: the account that owns what was asked for.
        resource: name or ARN of what was asked for; empty for a listing.
        error: the AWS error code or the exception's type, for example `AccessDeniedException`;
            `FOREIGN_ACCOUNT` when the call was not made because another account owns the resource.
        cause: `call` when AWS refused or was out of reach, `answer` when what came is not what AWS documents, for
            example without a member, `defect` when an error of this program stands in the way.
    """

    action: str
    region: str
    account: str
    resource: str = ""
    error: str
    cause: Cause = "call"


class TrailStatus(Resource):
    """GetTrailStatus; a time that AWS does not tell is None.

    Attributes:
        is_logging: IsLogging.
        log_delivery_error: LatestCloudWatchLogsDeliveryError; None when there is none.
        latest_log_delivery: LatestCloudWatchLogsDeliveryTime, of the last delivery to the log group.
        latest_bucket_delivery: LatestDeliveryTime, of the last delivery to the S3 bucket.
        logging_since: StartLoggingTime.
    """

    is_logging: bool
    log_delivery_error: str | None = None
    latest_log_delivery: datetime | None = None
    latest_bucket_delivery: datetime | None = None
    logging_since: datetime | None = None


class BasicEventSelector(Resource):
    """One element of GetEventSelectors.EventSelectors."""

    read_write_type: str = "All"
    include_management_events: bool = True
    excluded_sources: tuple[str, ...] = ()


class FieldSelector(Resource):
    """One field condition of an advanced event selector; all operators given must hold."""

    field: str
    equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    not_starts_with: tuple[str, ...] = ()
    not_ends_with: tuple[str, ...] = ()


class AdvancedEventSelector(Resource):
    """One element of GetEventSelectors.AdvancedEventSelectors."""

    name: str = ""
    fields: tuple[FieldSelector, ...] = ()


class EventSelectors(Resource):
    """GetEventSelectors; both lists empty means the trail's default, all management events."""

    basic: tuple[BasicEventSelector, ...] = ()
    advanced: tuple[AdvancedEventSelector, ...] = ()


class Trail(Resource):
    """A trail as DescribeTrails, GetTrailStatus and GetEventSelectors tell of it.

    `global_events` is IncludeGlobalServiceEvents; a multi-Region trail always includes them.
    `unread` says why what DescribeTrails tells of it cannot be relied on: a member is missing or not as documented.
    """

    arn: str
    name: str
    account: str
    home_region: str
    multi_region: bool
    global_events: bool = True
    organization: bool = False
    log_group_arn: str | None = None
    role_arn: str | None = None
    status: TrailStatus | Unread
    selectors: EventSelectors | Unread
    unread: Unread | None = None


class MetricFilter(Resource):
    """A metric filter with one of its transformations.

    Attributes:
        value: metricValue, a number's text or a `$.field` selector.
        default: defaultValue, published for a minute in which log events came in and none matched; None for none.
        dimensions: dimension name to `$.field` selector.
        system_dimensions: emitSystemFieldDimensions, for example `@aws.account`.
        field_selection: fieldSelectionCriteria's text, None for none.
        created: creationTime, None where AWS does not tell.
        unread: why what is told of it cannot be relied on: a member is missing or not as documented.
    """

    name: str
    log_group: str
    pattern: str
    metric_name: str
    namespace: str
    value: str = "1"
    default: float | None = None
    unit: str | None = None
    dimensions: Mapping[str, str] = Field(default_factory=dict)
    system_dimensions: tuple[str, ...] = ()
    field_selection: str | None = None
    on_transformed_logs: bool = False
    created: datetime | None = None
    unread: Unread | None = None


class LogGroup(Resource):
    """A log group with its metric filters; `log_class` is logGroupClass.

    `data_protection` is dataProtectionStatus, None for a group that never had a policy of its own;
    `inherited_properties` is inheritedProperties, `created` is creationTime. They are as unread as the description.
    """

    arn: str
    name: str
    region: str
    account: str
    log_class: str = "STANDARD"
    data_protection: str | Unread | None = None
    inherited_properties: tuple[str, ...] = ()
    created: datetime | None = None
    metric_filters: tuple[MetricFilter, ...] | Unread = ()


class MetricStat(Resource):
    """The metric of one MetricDataQuery; `period` in seconds, `account` None for the alarm's own."""

    namespace: str
    metric_name: str
    dimensions: Mapping[str, str] = Field(default_factory=dict)
    period: int
    statistic: str
    unit: str | None = None


class MetricQuery(Resource):
    """One element of an alarm's Metrics: either a metric or an expression over other elements."""

    id: str
    expression: str | None = None
    metric: MetricStat | None = None
    return_data: bool = True
    period: int | None = None
    account: str | None = None


class FailedAction(Resource):
    """An entry of DescribeAlarmHistory that says an action, by ARN, could not be executed."""

    action: str
    at: datetime
    summary: str


class MetricAlarm(Resource):
    """A metric alarm as DescribeAlarms tells of it; `period` in seconds, `None` where AWS sends nothing.

    `statistic` carries Statistic or ExtendedStatistic, whichever is set. `history` is None when nobody asked for it.
    `state_transitioned` is StateTransitionedTimestamp, when the alarm went into its present state.
    `evaluation_window` names EvaluationWindow's member, for example `WallClockWindow`; None where AWS sends none.
    `warm_up_minutes` is WarmUpPeriodDurationInMinutes, counted from when the alarm was created or updated.
    `unread` says why what is told of it cannot be relied on: a member is missing or not as documented.
    """

    arn: str
    name: str
    region: str
    account: str
    actions_enabled: bool = True
    alarm_actions: tuple[str, ...] = ()
    ok_actions: tuple[str, ...] = ()
    insufficient_data_actions: tuple[str, ...] = ()
    description: str | None = None
    namespace: str | None = None
    metric_name: str | None = None
    dimensions: Mapping[str, str] = Field(default_factory=dict)
    statistic: str | None = None
    unit: str | None = None
    period: int | None = None
    evaluation_periods: int = 1
    datapoints_to_alarm: int | None = None
    threshold: float | None = None
    comparison: str | None = None
    treat_missing_data: str = "missing"
    low_sample_percentile: str | None = None
    queries: tuple[MetricQuery, ...] = ()
    threshold_metric_id: str | None = None
    state: str = "INSUFFICIENT_DATA"
    state_transitioned: datetime | None = None
    evaluation_state: str | None = None
    evaluation_window: str | None = None
    warm_up_minutes: int | None = None
    configuration_updated: datetime | None = None
    history: tuple[FailedAction, ...] | Unread | None = None
    unread: Unread | None = None


class CompositeAlarm(Resource):
    """A composite alarm as DescribeAlarms tells of it.

    `suppressor` is ActionsSuppressor, name or ARN; `suppressor_wait` and `suppressor_extension` are
    ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod, in seconds. `unread` is as for a metric alarm.
    """

    arn: str
    name: str
    region: str
    account: str
    actions_enabled: bool = True
    alarm_actions: tuple[str, ...] = ()
    ok_actions: tuple[str, ...] = ()
    insufficient_data_actions: tuple[str, ...] = ()
    description: str | None = None
    rule: str
    suppressor: str | None = None
    suppressor_wait: int = 0
    suppressor_extension: int = 0
    state: str = "OK"
    state_transitioned: datetime | None = None
    configuration_updated: datetime | None = None
    history: tuple[FailedAction, ...] | Unread | None = None
    unread: Unread | None = None


class LogAlarm(Resource):
    """An alarm on the results of a scheduled query over log groups, which `log_groups` lists by name or ARN.

    Source: CloudWatch API, LogAlarm.
    """

    arn: str
    name: str
    region: str
    account: str
    actions_enabled: bool = True
    alarm_actions: tuple[str, ...] = ()
    state: str = "INSUFFICIENT_DATA"
    state_transitioned: datetime | None = None
    configuration_updated: datetime | None = None
    query: str = ""
    log_groups: tuple[str, ...] = ()
    unread: Unread | None = None


class Alarms(Resource):
    """All alarms of one account and Region."""

    metric_alarms: tuple[MetricAlarm, ...] = ()
    composite_alarms: tuple[CompositeAlarm, ...] = ()
    log_alarms: tuple[LogAlarm, ...] = ()


class SubscriptionAttributes(Resource):
    """GetSubscriptionAttributes: the filter policy's JSON text, None for none."""

    filter_policy: str | None = None
    filter_policy_scope: str = "MessageAttributes"


class Subscription(Resource):
    """One element of ListSubscriptionsByTopic; `arn` is `PendingConfirmation` or `Deleted` where AWS says so.

    `attributes` is None when it was not asked for, as for a subscription that is not confirmed.
    """

    arn: str
    protocol: str
    endpoint: str = ""
    owner: str = ""
    attributes: SubscriptionAttributes | Unread | None = None


class Key(Resource):
    """A KMS key; `manager` is KeyManager (AWS or CUSTOMER), `policy` the JSON text of its key policy."""

    arn: str
    key_id: str
    account: str
    state: str = "Enabled"
    manager: str = "CUSTOMER"
    policy: str | Unread | None = None


class Topic(Resource):
    """An SNS topic: attributes, key and subscriptions.

    `policy` is the JSON text of its access policy, or why the topic's attributes could not be read.
    `more_subscriptions` says that it has more of them than are looked at.
    """

    arn: str
    name: str
    region: str
    account: str
    policy: str | Unread | None = None
    fifo: bool = False
    kms_key_id: str | None = None
    key: Key | Unread | None = None
    subscriptions: tuple[Subscription, ...] | Unread = ()
    more_subscriptions: bool = False


class EventTarget(Resource):
    """One element of ListTargetsByRule: where an EventBridge rule sends what it hears."""

    arn: str
    role_arn: str | None = None


class EventRule(Resource):
    """A rule on the default event bus, as ListRules and ListTargetsByRule tell of it; `pattern` is JSON text."""

    arn: str
    name: str
    region: str
    account: str
    pattern: str
    state: str = "ENABLED"
    targets: tuple[EventTarget, ...] | Unread = ()


class Scope(Resource):
    """An account and a Region: where a listing was made."""

    account: str
    region: str


def scope_of(arn: str) -> Scope:
    """Return the account and Region that an ARN names, empty where it names none."""
    parsed = Arn.parse(arn)
    return Scope.model_construct(account=parsed.account if parsed else "", region=parsed.region if parsed else "")


class AccountResources(Resource):
    """All that lies on an alert path of one account.

    Attributes:
        account: the audited account's id.
        partition: `aws`, `aws-us-gov` or `aws-cn`.
        trails: every trail visible from the account, shadow trails once.
        log_groups: by ARN without the trailing `:*`; None says that the group does not exist.
        alarms: by account and Region of a log group that trails deliver to.
        topics: by ARN, of every topic that an alarm on a path names; None says that the topic does not exist.
        unread: listings of trails that failed, a Region each.
        listed_regions: Regions whose trails were listed.
        read_at: when the reading began.
    """

    account: str
    partition: str = "aws"
    trails: tuple[Trail, ...] = ()
    log_groups: Mapping[str, LogGroup | Unread | None] = Field(default_factory=dict)
    alarms: Mapping[Scope, Alarms | Unread] = Field(default_factory=dict)
    topics: Mapping[str, Topic | Unread | None] = Field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    listed_regions: tuple[str, ...] = ()
    read_at: datetime | None = None


class LogSubscription(Resource):
    """A subscription filter, as DescribeSubscriptionFilters tells of it: where a log group sends its events on to."""

    name: str
    log_group: str
    pattern: str = ""
    destination: str = ""


class MonitoringLink(Resource):
    """A link of Observability Access Manager: the account that sees what the Region shares (ResourceTypes)."""

    account: str
    region: str
    shares: tuple[str, ...] = ()

    def may_share(self, kind: str) -> bool:
        """Whether resources of a kind may be shared: a link that names none may share any."""
        return kind in self.shares or not self.shares


class Alternatives(Resource):
    """What may tell somebody without a metric filter and an alarm.

    Attributes:
        rules: EventBridge rules that may hear CloudTrail events or alarms that change their state, by Region and name.
        topics: by ARN, of every topic that a rule names; None says that the topic does not exist.
        regions: Regions whose rules were listed.
        everywhere: whether these are all Regions that are enabled in the account.
        links: with which accounts CloudWatch shares the account's logs or metrics, a Region each.
        log_subscriptions: where log groups of trails send their events on to.
        other_filters: metric filters on other log groups, read where one of a trail has none.
        unread: listings that gave no answer.
    """

    rules: tuple[EventRule, ...] = ()
    topics: Mapping[str, Topic | Unread | None] = Field(default_factory=dict)
    regions: tuple[str, ...] = ()
    everywhere: bool = False
    links: tuple[MonitoringLink, ...] = ()
    log_subscriptions: tuple[LogSubscription, ...] = ()
    other_filters: tuple[MetricFilter, ...] = ()
    unread: tuple[Unread, ...] = ()
