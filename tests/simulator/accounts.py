"""Made-up accounts: a path that works, built in one of many ways, and none to three faults put in."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    AdvancedEventSelector,
    Alarms,
    BasicEventSelector,
    CompositeAlarm,
    EventSelectors,
    FieldSelector,
    Key,
    LogGroup,
    MetricAlarm,
    MetricFilter,
    MetricQuery,
    MetricStat,
    Scope,
    Subscription,
    SubscriptionAttributes,
    Topic,
    Trail,
    TrailStatus,
)
from prowler_cis_monitoring.controls import CONTROLS
from tests.simulator import faults
from tests.simulator.records import ACCOUNT, LEADER, names_of
from tests.simulator.simulation import BUSY, QUIET, Choices, rest
from tests.simulator.subscribers import FILTERS, KEY_POLICIES, POLICIES

READ_AT = datetime(2026, 4, 2, 9, 0, tzinfo=timezone.utc)
HERE = Scope(account=ACCOUNT, region=LEADER)
NAMESPACE = "Monitoring"
# Controls whose patterns name few events come first: they are the simplest.
SLUGS = tuple(sorted(CONTROLS, key=lambda slug: len(CONTROLS[slug].required_pattern)))


@dataclass
class Plan:
    """The parts of an account, still to be changed."""

    control: str
    trails: list = field(default_factory=list)
    groups: list = field(default_factory=list)
    filters: list = field(default_factory=list)  # (index of the group, filter)
    alarms: list = field(default_factory=list)
    composites: list = field(default_factory=list)
    topics: list = field(default_factory=list)
    gone: set = field(default_factory=set)  # ARNs of topics that do not exist

    def resources(self, states=None, since=None):
        """The account, its alarms in given states by ARN."""
        states, since = states or {}, since or {}

        def present(one):
            arn = one.arn
            moved = since.get(arn, READ_AT - timedelta(days=2))
            return one.model_copy(update={"state": states.get(arn, "OK"), "state_transitioned": moved})

        return AccountResources(
            account=ACCOUNT,
            trails=tuple(self.trails),
            log_groups={
                arn_of("logs", f"log-group:{name}"): group
                and group.model_copy(
                    update={"metric_filters": tuple(one for owner, one in self.filters if owner == number)}
                )
                for number, (name, group) in enumerate(self.groups)
            },
            alarms={
                HERE: Alarms(
                    metric_alarms=tuple(map(present, self.alarms)),
                    composite_alarms=tuple(map(present, self.composites)),
                )
            },
            topics={topic.arn: None if topic.arn in self.gone else topic for topic in self.topics},
            listed_regions=(LEADER,),
            read_at=READ_AT,
        )


def arn_of(service, resource, region=LEADER):
    """An ARN in the account."""
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


def account(draws, numbers_of_faults=(0, 0, 0, 1, 1, 1, 2, 2, 3)):
    """Make up an account; return the control that it is meant for, and the account."""
    plan = Plan(draws.one_of(SLUGS))
    _delivery(draws, plan)
    metrics = _filters(draws, plan)
    _topics(draws, plan)
    _alarms(draws, plan, metrics)
    if draws.chance(45):
        _composites(draws, plan)
    for _ in range(draws.one_of(numbers_of_faults)):
        faults.put_in(draws, plan)
    world = draws.one_of((QUIET, BUSY))
    states = rest(plan.resources(), world, Choices())
    since = {}
    if draws.chance(10):
        arn = draws.one_of(tuple(states))
        states[arn] = draws.one_of(("OK", "INSUFFICIENT_DATA", "ALARM"))
        since[arn] = READ_AT - timedelta(minutes=10)
    return plan.control, plan.resources(states, since)


def _delivery(draws, plan):
    plan.groups.append(("trail", _group("trail")))
    plan.trails.append(_trail("all", "trail"))
    shape = draws.one_of(("one", "one", "one", "same group", "other group", "shared work", "beside"))
    if shape == "same group":
        plan.trails.append(_trail("second", "trail"))
    elif shape == "beside":
        plan.trails.append(_trail("second", None))
    elif shape != "one":
        plan.groups.append(("second", _group("second")))
        plan.trails.append(_trail("second", "second"))
    if shape == "shared work":
        for number, kind in enumerate(("WriteOnly", "ReadOnly")):
            selectors = EventSelectors(basic=(BasicEventSelector(read_write_type=kind),))
            plan.trails[number] = plan.trails[number].model_copy(update={"selectors": selectors})
    elif draws.chance(15):
        management = FieldSelector(field="eventCategory", equals=("Management",))
        selectors = EventSelectors(advanced=(AdvancedEventSelector(fields=(management,)),))
        plan.trails[0] = plan.trails[0].model_copy(update={"selectors": selectors})


def _group(name):
    return LogGroup(arn=arn_of("logs", f"log-group:{name}"), name=name, region=LEADER, account=ACCOUNT)


def _trail(name, group):
    return Trail(
        arn=arn_of("cloudtrail", f"trail/{name}"),
        name=name,
        account=ACCOUNT,
        home_region=LEADER,
        multi_region=True,
        log_group_arn=group and arn_of("logs", f"log-group:{group}:*"),
        role_arn=group and f"arn:aws:iam::{ACCOUNT}:role/ToLogs",
        status=TrailStatus(
            is_logging=True,
            latest_log_delivery=READ_AT - timedelta(minutes=5) if group else None,
        ),
        selectors=EventSelectors(basic=(BasicEventSelector(),)),
    )


def patterns_of(draws, control):
    """Filter patterns that together match what a control asks for."""
    known = CONTROLS[control]
    source, names = names_of(control)
    shares = draws.one_of((1, 1, 2, 3, 6))
    if shares == 1:
        return [draws.one_of((known.suggested_pattern, known.required_pattern))]
    if len(names) < 2:
        inside = known.required_pattern.strip("{} ")
        parts = draws.one_of(
            (
                ('$.awsRegion = "us-east-1"', '$.awsRegion != "us-east-1"'),
                ('$.userIdentity.type = "Root"', '$.userIdentity.type != "Root"'),
                ('$.eventSource = "s*"', '$.eventSource != "s*"'),
            )
        )
        return [f"{{ ({inside}) && ({part}) }}" for part in parts]
    shares = min(shares, len(names))
    guard = f"($.eventSource = {source}) && " if draws.below(2) == 0 else ""
    return [
        f"{{ {guard}({' || '.join(f'($.eventName = {name})' for name in names[number::shares])}) }}"
        for number in range(shares)
    ]


def _filters(draws, plan):
    """Put the filters in; return the metrics that they feed, as (name, dimensions) of each series."""
    patterns = patterns_of(draws, plan.control)
    apart = len(patterns) > 1 and draws.below(2) == 0
    default = 0.0 if draws.chance(35) else None
    unit = draws.one_of((None, None, None, "Count"))
    dimension = None if draws.below(100) < 85 else draws.one_of(("source", "name", "type"))
    fields, values = _dimension(plan.control, dimension)
    for number, pattern in enumerate(patterns):
        one = MetricFilter(
            name=f"f{number}",
            log_group="trail",
            pattern=pattern,
            metric_name=f"M{number if apart else 0}",
            namespace=NAMESPACE,
            value=draws.one_of(("1", "1", "1", "1", "100")),
            default=None if fields else default,
            unit=unit,
            dimensions=fields,
        )
        plan.filters.extend((group, one.model_copy(update={"log_group": name})) for group, name in _groups(plan))
    names = dict.fromkeys(one.metric_name for _, one in plan.filters)
    if draws.chance(15):
        plan.filters.append((0, _beside(draws, next(iter(names)))))
    return [(name, dimensions) for name in names for dimensions in values]


def _beside(draws, metric):
    """A filter for everyday calls on the same metric, which need not make noise."""
    return MetricFilter(
        name="beside",
        log_group="trail",
        pattern=draws.one_of(("{ $.eventName = DescribeInstances }", "{ $.eventName = * }", "")),
        metric_name=metric,
        namespace=NAMESPACE,
        value=draws.one_of(("0", "0", "1")),
        unit=draws.one_of((None, None, "Bytes")),
    )


def _groups(plan):
    return [(number, name) for number, (name, _) in enumerate(plan.groups)]


def _dimension(control, kind):
    source, names = names_of(control)
    if kind == "source" and source:
        return {"Source": "$.eventSource"}, [{"Source": source}]
    if kind == "name" and 0 < len(names) <= 6:
        return {"Event": "$.eventName"}, [{"Event": name} for name in names]
    if kind == "type":
        return {"Type": "$.userIdentity.type"}, [{"Type": name} for name in ("Root", "IAMUser", "AssumedRole")]
    return {}, [{}]


def _topics(draws, plan):
    plan.topics.append(_topic(draws, "alerts"))
    if draws.chance(25):
        plan.topics.append(_topic(draws, "second"))


def _topic(draws, name):
    arn = arn_of("sns", name)
    key = None
    if draws.chance(10):
        policy = draws.one_of([text for text, good in KEY_POLICIES.items() if good])
        key = Key(arn=arn_of("kms", "key/1234abcd"), key_id="1234abcd", account=ACCOUNT, policy=policy)
    good = [kind for kind, passes in FILTERS.items() if passes]
    return Topic(
        arn=arn,
        name=name,
        region=LEADER,
        account=ACCOUNT,
        policy=draws.one_of([text for text, allows in POLICIES.items() if allows]),
        kms_key_id=key and key.key_id,
        key=key,
        subscriptions=tuple(
            subscription(arn, number, draws.one_of(("email", "sms", "https")), draws.one_of((good[0], *good)))
            for number in range(draws.one_of((1, 1, 2)))
        ),
    )


def subscription(topic, number, protocol, kind):
    """A confirmed subscription with one of the known filter policies."""
    text, scope = kind
    return Subscription(
        arn=f"{topic}:000{number}",
        protocol=protocol,
        endpoint="+15550100" if protocol == "sms" else f"{protocol}://example.com",
        owner=ACCOUNT,
        attributes=SubscriptionAttributes(filter_policy=text, filter_policy_scope=scope),
    )


def alarm(name, actions, **changes):
    """A metric alarm that rings for one event."""
    return MetricAlarm(
        **{
            "arn": arn_of("cloudwatch", f"alarm:{name}"),
            "name": name,
            "region": LEADER,
            "account": ACCOUNT,
            "actions_enabled": True,
            "alarm_actions": actions,
            "namespace": NAMESPACE,
            "statistic": "Sum",
            "period": 300,
            "evaluation_periods": 1,
            "threshold": 1.0,
            "comparison": "GreaterThanOrEqualToThreshold",
            "treat_missing_data": "notBreaching",
            **changes,
        }
    )


def composite(name, rule, actions, **changes):
    """A composite alarm."""
    return CompositeAlarm(
        **{
            "arn": arn_of("cloudwatch", f"alarm:{name}"),
            "name": name,
            "region": LEADER,
            "account": ACCOUNT,
            "actions_enabled": True,
            "alarm_actions": actions,
            "rule": rule,
            **changes,
        }
    )


def manner(draws):
    """How an alarm of a working path evaluates: periods, missing data and M of N."""
    kind = draws.one_of(("usual", "usual", "usual", "missing", "one of many", "long"))
    if kind == "missing":
        return {"treat_missing_data": draws.one_of(("missing", "ignore"))}
    if kind == "one of many":
        periods = draws.one_of((2, 3, 5))
        return {
            "evaluation_periods": periods,
            "datapoints_to_alarm": 1,
            "treat_missing_data": draws.one_of(("notBreaching", "missing")),
        }
    if kind == "long":
        return {"period": draws.one_of((60, 900, 3600))}
    return {}


_MATH = (
    "SUM([{}])",
    "{+}",
    "SUM(METRICS())",
    "MAX([{}])",
    "{>0}",
    "IF({+} > 0, 1, 0)",
    "SUM([{}]) / PERIOD({0})",
    "100 * ({+})",
    "AVG([{}])",
    "MIN([{}])",
    "IF({0} > 0, {0}, {-1})",
    "FILL({0}, 0)",
    "{0} - {-1}",
    "ABS({0} - {-1})",
    'SUM(METRICS("m"))',
    "{0} * {-1}",
)


def expression(draws, ids):
    """One of the common shapes of metric math over some ids."""
    text = draws.one_of(_MATH)
    for place, joined in (
        ("{}", ", ".join(ids)),
        ("{+}", " + ".join(ids)),
        ("{>0}", " OR ".join(f"{one} > 0" for one in ids)),
        ("{0}", ids[0]),
        ("{-1}", ids[-1]),
    ):
        text = text.replace(place, joined)
    return text


def math_alarm(name, actions, text, metrics, t=None, **changes):
    """A metric alarm on an expression over metrics m0, m1, ..., and over `t`."""
    alone = {"period": 300, "statistic": "Sum", "unit": None}
    stat = {**alone, **{key: changes.pop(key) for key in alone if key in changes}}
    named = {f"m{number}": metric for number, metric in enumerate(metrics)} | ({"t": t} if t else {})
    queries = [
        MetricQuery(
            id=key,
            metric=MetricStat(namespace=NAMESPACE, metric_name=metric, dimensions=dimensions, **stat),
            return_data=False,
        )
        for key, (metric, dimensions) in named.items()
    ]
    queries.insert(0, MetricQuery(id="e", expression=text, return_data=True))
    plain = {"namespace": None, "metric_name": None, "statistic": None, "period": None, "unit": None}
    return alarm(name, actions, **{**plain, "queries": tuple(queries), **changes})


def _alarms(draws, plan, metrics):
    actions = (plan.topics[0].arn,)
    ids = [f"m{number}" for number in range(len(metrics))]
    if draws.chance(10):
        traffic = draws.one_of(
            ("IF(t > 0, {0}, 0)", "{0} / t", "{0} - t", "IF({0} > 0, t)", "100 * {0} / t", "IF(t, {0})")
        )
        plan.filters.append((0, _beside(draws, "T")))
        text = traffic.replace("{0}", "m0")
        plan.alarms.append(math_alarm("a0", actions, text, metrics, t=("T", {}), **manner(draws)))
        return
    if draws.chance(70 if len(metrics) > 1 else 10):
        plan.alarms.append(math_alarm("a0", actions, expression(draws, ids), metrics, **manner(draws)))
        return
    for number, (metric, dimensions) in enumerate(metrics):
        topic = plan.topics[number % len(plan.topics)]
        plan.alarms.append(
            alarm(f"a{number}", (topic.arn,), metric_name=metric, dimensions=dimensions, **manner(draws))
        )


def _helper(draws, plan, metrics):
    """Another alarm for rules to speak of."""
    kind = draws.one_of(("idle", "short", "slow", "always on", "everyday", "quiet one", "other measure"))
    name = f"h{len(plan.alarms)}" + draws.one_of(("",) * 9 + (' "x"', " and more", "\\"))
    metric, dimensions = metrics[0]
    if kind == "idle":
        changes = {"metric_name": "Nothing", "treat_missing_data": draws.one_of(("notBreaching", "missing"))}
    elif kind == "always on":
        changes = {"metric_name": "Nothing", "treat_missing_data": "breaching"}
    elif kind in ("everyday", "quiet one"):
        text = "DescribeInstances" if kind == "everyday" else "NobodyCallsThis"
        default = draws.one_of((None, 0.0, 1.0))
        one = MetricFilter(
            name=name,
            log_group=plan.groups[0][0],
            pattern=f"{{ $.eventName = {text} }}",
            metric_name=name,
            namespace=NAMESPACE,
            default=default,
        )
        plan.filters.append((0, one))
        changes = {"metric_name": name}
    else:
        period = {"short": 60, "slow": 900, "other measure": 300}[kind]
        changes = {"metric_name": metric, "dimensions": dimensions, "period": period}
        if kind == "other measure":
            changes["threshold"] = draws.one_of((1.0, 2.0))
    plan.alarms.append(alarm(name, (), **changes))
    return name


_RULES = (
    "{all}",
    "{all} OR ALARM({b})",
    "{all} AND NOT ALARM({b})",
    "{all} AND OK({b})",
    "{all} AND ALARM({b})",
    "NOT OK({a}) OR {all}",
    "AT_LEAST(1, ALARM, ({list}, {b}))",
    "AT_LEAST(2, ALARM, ({list}, {b}))",
    "AT_LEAST(50%, ALARM, ({list}, {b}))",
    "{all} AND (OK({b}) OR INSUFFICIENT_DATA({b}))",
    "NOT ALARM({b})",
    "ALARM({b})",
    "{all} OR FALSE",
    "{all} AND NOT INSUFFICIENT_DATA({b})",
    "AT_LEAST(1, NOT OK, ({list}, {b}))",
)


def rule(draws, children, other):
    """A rule over some children and one other alarm, whose names need quoting at times."""
    text = draws.one_of(_RULES)
    quoted = [_written(draws, name) for name in (*children, other)]
    for place, joined in (
        ("{all}", quoted[0].join(("ALARM(", ")")) if len(children) == 1 else _any(quoted[:-1])),
        ("{list}", ", ".join(quoted[:-1])),
        ("{a}", quoted[0]),
        ("{b}", quoted[-1]),
    ):
        text = text.replace(place, joined)
    return text


def _written(draws, name):
    way = draws.one_of(("quoted", "quoted", "quoted", "plain", "ARN"))
    text = arn_of("cloudwatch", f"alarm:{name}") if way == "ARN" else name
    if way == "plain" and not set(name) & set(' "\\'):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _any(quoted):
    return f"({' OR '.join(f'ALARM({name})' for name in quoted)})"


def _composites(draws, plan):
    metrics = [(one.metric_name, {}) for _, one in plan.filters]
    children = [one.name for one in plan.alarms]
    keep = draws.chance(10)
    others = [_helper(draws, plan, metrics) for _ in range(draws.one_of((1, 1, 2)))]
    if not keep:
        plan.alarms = [one.model_copy(update={"alarm_actions": ()}) for one in plan.alarms]
    for level in range(draws.one_of((1, 1, 2, 3))):
        name = f"c{level}"
        text = rule(draws, children, draws.one_of(others))
        plan.composites.append(composite(name, text, (), **_suppression(draws, plan, others)))
        if draws.below(2) == 0:
            children = [name]
        else:
            others = [name, *others]
    top = plan.composites[-1].model_copy(update={"alarm_actions": (plan.topics[0].arn,)})
    plan.composites[-1] = top


def _suppression(draws, plan, others):
    if not draws.chance(25):
        return {}
    return {
        "suppressor": draws.one_of(others),
        "suppressor_wait": draws.one_of((0, 60, 120, 600, 1800)),
        "suppressor_extension": draws.one_of((0, 60, 180)),
    }
