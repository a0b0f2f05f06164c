"""Accounts that somebody filled so that deciding them takes long.

Each entry of `WORST` makes one. Filter patterns are as long, and as many, as CloudWatch Logs stores on a log group.
"""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.resources import Alarms, Alternatives, FieldSelector, MetricQuery, Scope
from prowler_cis_monitoring.controls import CONTROLS
from tests.alert_path.builders import (
    ACCOUNT,
    REGION,
    TOPIC_ARN,
    alarm,
    composite,
    event_rule,
    filtered,
    math_alarm,
    metric_filter,
    policy,
    stat,
    statement,
    subscription,
    topic,
)
from tests.alert_path.test_trail import advanced, trail
from tests.alert_path.test_verdict import group, resources

FILTERS = 100
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROOT = CONTROLS["root_usage"].suggested_pattern


def _letter(n):
    return _LETTERS[n % 26]


def _word(n):
    return "".join(_letter(n // 26**place * 7 + 3) for place in range(4))


def _each(pattern):
    """One filter a pattern, each with a metric and an alarm of its own."""
    patterns = [pattern(n) for n in range(FILTERS)]
    filters = [metric_filter(name=f"f{n}", pattern=text, metric_name=f"m{n}") for n, text in enumerate(patterns)]
    return resources(*filters, alarms=tuple(alarm(f"a{n}", metric_name=f"m{n}") for n in range(FILTERS)))


def beside_what_works(pattern):
    """Every control's suggested filter, and as many of a pattern as the log group still takes."""
    kept = [
        metric_filter(name=slug, pattern=control.suggested_pattern, metric_name=slug)
        for slug, control in CONTROLS.items()
    ]
    added = [metric_filter(name=f"f{n}", pattern=pattern(n), metric_name=f"m{n}") for n in range(FILTERS - len(kept))]
    filters = (*kept, *added)
    return resources(*filters, alarms=tuple(alarm(one.name, metric_name=one.metric_name) for one in filters))


def _joined(joint, condition, size):
    return lambda n: "{ " + joint.join(condition(n, k) for k in range(size)) + " }"


def _reordered(n):
    return "%" + ".*".join(_letter(n + k * (1 + n % 5)) for k in range(60)) + "%"


def _rooted(alarms=None, **changes):
    return resources(metric_filter(pattern=_ROOT, metric_name="RootUsage"), alarms=alarms, **changes)


def _hostile_topic():
    wild = [
        statement(Sid=f"s{n}", condition={"StringLike": {"aws:SourceArn": [f"*{'a*b*' * 30}{k}" for k in range(10)]}})
        for n in range(30)
    ]
    wanted = {f"k{n}": [{"wildcard": "*a*b*c*"}, {"anything-but": ["x"] * 10}] for n in range(5)}
    hears = [filtered(wanted, "MessageBody").model_copy(update={"arn": f"{TOPIC_ARN}:{n}"}) for n in range(200)]
    return topic(*hears, policy=policy(*wild))


def _alarms(number):
    """Alarms on one metric, no two alike."""
    return tuple(alarm(f"a{n}", threshold=1 + n / 7) for n in range(number))


def _selecting(n):
    """A trail with as many conditions in its event selectors as CloudTrail takes."""

    def selector(k):
        names = tuple(_word(value * k + n)[:2] for value in range(50))
        sources = tuple(_word(value + k + n)[:2] for value in range(50))
        name = FieldSelector(field="eventName", not_starts_with=names)
        return name, FieldSelector(field="eventSource", not_ends_with=sources)

    arn = f"arn:aws:cloudtrail:us-east-1:111122223333:trail/t{n}"
    return trail(arn=arn, name=f"t{n}", selectors=advanced(*map(selector, range(1, 6))))


def _mixed(n):
    """A trail whose event selectors have values of every operator."""

    def some(k, *, size):
        return tuple(_word(value * 7 + k + n)[:size] for value in range(24))

    def selector(k):
        name = FieldSelector(field="eventName", starts_with=some(k, size=1), not_ends_with=some(k + 3, size=2))
        source = FieldSelector(field="eventSource", not_starts_with=some(k, size=3), not_equals=some(k + 1, size=4))
        return name, source, FieldSelector(field="sessionCredentialFromConsole", not_equals=("true",))

    arn = f"arn:aws:cloudtrail:us-east-1:111122223333:trail/t{n}"
    return trail(arn=arn, name=f"t{n}", selectors=advanced(*map(selector, range(1, 6))))


def _asking(n):
    """A trail with as many event selectors as CloudTrail takes, each on a field that nobody knows."""
    asked = ((FieldSelector(field=f"userIdentity.field{n}x{k}", equals=("a",)),) for k in range(500))
    arn = f"arn:aws:cloudtrail:us-east-1:111122223333:trail/t{n}"
    return trail(arn=arn, name=f"t{n}", selectors=advanced(*asked))


def _suggested(alarms=None, **changes):
    """Every control's suggested filter with its alarm, or others."""
    filters = (
        metric_filter(name=slug, pattern=control.suggested_pattern, metric_name=slug)
        for slug, control in CONTROLS.items()
    )
    alarms = alarms or tuple(alarm(slug, metric_name=slug) for slug in CONTROLS)
    return resources(*filters, alarms=alarms, **changes)


def _rules_on_alarms():
    """EventBridge rules that are hard to hold against the names of alarms, whose own actions are gone."""
    wild = [{"wildcard": "*" + "*".join(_letter(n + k) for n in range(30)) + "*"} for k in range(20)]
    rules = tuple(
        event_rule(
            {
                "source": ["aws.cloudwatch"],
                "detail-type": ["CloudWatch Alarm State Change"],
                "detail": {"alarmName": [*wild, {"prefix": f"x{n}"}]},
            },
            f"r{n}",
        )
        for n in range(300)
    )
    return Alternatives(rules=rules, topics={TOPIC_ARN: topic()}, everywhere=True)


def _without_actions():
    changes = ({"alarm_actions": (), "name": f"{one.name}{'ab' * 100}"} for one in _alarms(5000))
    return _rooted(tuple(one.model_copy(update=each) for one, each in zip(_alarms(5000), changes, strict=True)))


def _nested_policy(n):
    """A filter policy that names every field of a notification in alternatives of alternatives."""
    fields = ("AlarmName", "AWSAccountId", "NewStateValue", "Region", "OldStateValue")
    return {"$or": [{field: [{"wildcard": f"*{_word(n + k)}*a*"}], f"k{k}": ["x"]} for k, field in enumerate(fields)]}


def _policies():
    hears = (filtered(_nested_policy(n), "MessageBody") for n in range(200))
    return topic(*(one.model_copy(update={"arn": f"{TOPIC_ARN}:{n}"}) for n, one in enumerate(hears)))


def _subscribed(number):
    """A topic with as many subscriptions as a snapshot may hold, half of which look at the message."""
    wild = {"AlarmName": [{"wildcard": "*a*b*"}]}
    hears = (
        filtered(wild, "MessageBody") if n % 2 else subscription("sqs", endpoint=f"queue{n}") for n in range(number)
    )
    return topic(*(one.model_copy(update={"arn": f"{TOPIC_ARN}:{n}"}) for n, one in enumerate(hears)))


def _read_values():
    """Metric filters with a dimension, and as many alarms on values of it as there may be."""
    dimensions = {"name": "$.eventName", "source": "$.eventSource", "region": "$.awsRegion"}
    filters = (
        metric_filter(name=f"f{n}", pattern=_ROOT, metric_name="RootUsage", dimensions=dimensions) for n in range(20)
    )
    values = (
        {"name": f"Call{n}", "source": f"s{n % 70}.amazonaws.com", "region": f"eu-west-{n % 9}"} for n in range(5000)
    )
    alarms = (alarm(f"a{n}", dimensions=value) for n, value in enumerate(values))
    return resources(*filters, alarms=tuple(alarms))


def _percentiles():
    filters = (
        metric_filter(name=f"f{n}", pattern=_ROOT, metric_name="RootUsage", value=str(n / 7), default=0.0)
        for n in range(FILTERS)
    )
    alarms = (
        alarm(f"a{n}", statistic=f"p{n % 100}.{n}", low_sample_percentile="ignore", evaluation_periods=1 + n % 288)
        for n in range(1000)
    )
    return resources(*filters, alarms=tuple(alarms))


def _metrics(alarms, expressions, terms=90):
    """Alarms with long expressions over the metrics of all suggested filters, as many as an alarm takes."""
    slugs = list(CONTROLS)

    def queries(n):
        read = (MetricQuery(id=f"m{k}", metric=stat(slugs[(k + n) % len(slugs)]), return_data=False) for k in range(10))
        operands = ",".join(f"m{k % 10},METRICS(),{n}" for k in range(terms))
        computed = (
            MetricQuery(
                id=f"e{k}",
                expression=f"MAX([{f'e{k + 1},' if k < expressions - 1 else ''}{operands}])",
                return_data=k == 0,
            )
            for k in range(expressions)
        )
        return (*read, *computed)

    return _suggested(
        alarms=tuple(
            alarm(f"a{n}", queries=queries(n), namespace=None, metric_name=None, statistic=None, period=None)
            for n in range(alarms)
        )
    )


_REGIONS = (
    *(f"{place}-{n}" for place in ("us-east", "us-west", "eu-west", "eu-central") for n in (1, 2)),
    *(f"{place}-{n}" for place in ("ap-south", "ap-southeast", "ap-northeast", "sa-east") for n in (1, 2)),
    "eu-north-1",
)


def in_every_region(pattern, trails=5, kept=(), regions=None):
    """As many trails as a Region takes in each, which deliver to a log group that is full of filters.

    Args:
        pattern: the text of a filter by its number, counted over all Regions.
        trails: how many there are in each Region.
        kept: controls whose suggested filters are among those of the first Region.
        regions: in how many Regions; None for all.
    """
    made, groups, alarms, topics = [], {}, {}, {}
    for place, region in enumerate(_REGIONS[:regions]):

        def arn(service, resource, region=region):
            return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"

        texts = [CONTROLS[slug].suggested_pattern for slug in kept] if region == REGION else []
        texts += [pattern(n + FILTERS * place) for n in range(FILTERS - len(texts))]
        filters = [metric_filter(name=f"f{n}", pattern=text, metric_name=f"m{n}") for n, text in enumerate(texts)]
        delivers = {"home_region": region, "log_group_arn": f"{arn('logs', 'log-group:trail')}:*"}
        made += [trail(arn=arn("cloudtrail", f"trail/t{n}"), name=f"t{n}", **delivers) for n in range(trails)]
        groups[arn("logs", "log-group:trail")] = group(*filters, arn=arn("logs", "log-group:trail"), region=region)
        topics[arn("sns", "alerts")] = topic(arn=arn("sns", "alerts"), region=region)
        alarms[Scope(account=ACCOUNT, region=region)] = Alarms(
            metric_alarms=tuple(
                alarm(
                    f"a{n}",
                    metric_name=f"m{n}",
                    region=region,
                    arn=arn("cloudwatch", f"alarm:a{n}"),
                    alarm_actions=(arn("sns", "alerts"),),
                )
                for n in range(FILTERS)
            )
        )
    found = resources(trails=tuple(made), log_groups=groups, topics=topics, listed_regions=_REGIONS)
    return found.model_copy(update={"alarms": alarms})


def ordinary(n):
    """A filter as anybody may have many: one for each call that is of interest."""
    return f"{{ ($.eventSource = s3.amazonaws.com) && ($.eventName = Put{_word(n).title()}) }}"


def _rule(names):
    return " OR ".join(f'ALARM("{name}")' for name in names)


PATTERNS = {
    "text regexes": _reordered,
    "text repetitions": lambda n: f"%{_word(n)}[a-z]{{1000}}x.{{1000}}y[^b]{{1000}}{n}%",
    "optional text repetitions": lambda n: f"%[a-{_letter(n + 1)}]{{0,1000}}e{{0,1000}}.{{0,1000}}x{n}$%",
    "field repetitions": lambda n: f"{{ $.eventName = %^[A-Za-z]{{1000}}.{{1000}}[a-z]{{1000}}{n}% }}",
    "overlapping wildcards": lambda n: f'{{ $.eventName = "*{_word(n)}*{_word(n + 50)}*{_word(n + 7)}*" }}',
    "many wildcards": _joined(" || ", lambda n, k: f"$.eventName=*{_letter(n + k)}*{_letter(n * 3 + k)}*", 35),
    "many conditions": _joined(" && ", lambda n, k: f"$.f{n}x{k}!=a", 60),
    "many alternatives": _joined(" && ", lambda n, k: f"($.a{k}={n}||$.b{k}={n})", 40),
    "shared fields": _joined(" && ", lambda n, k: f"($.f{k}!=a{n}||$.f{k + 1}=b{n})", 38),
    "fields of an identity": _joined(" && ", lambda n, k: f"$.userIdentity.f{(n * 7 + k) % 150} NOT EXISTS", 24),
    "deep fields": _joined(" && ", lambda n, k: f"$.{'.'.join(_letter(n + j * k) for j in range(12))}=x{n}", 28),
    "wildcard selectors": lambda n: (
        f"{{ ($.resources[*].ARN = *{_word(n)}*) && ($.userIdentity.* != {_word(n)})"
        " && ($.requestParameters.* NOT EXISTS) }"
    ),
    "exponents": _joined(" || ", lambda n, k: f"$.a={n + k}e{390 - k}", 60),
    "fractions": _joined(" || ", lambda n, k: f"$.a>{'1' * (k + 1)}.{'3' * (40 - k)}", 17),
    "parentheses": lambda n: "{ " + "(" * 450 + f"$.a = {n}" + ")" * 450 + " }",
    "excluded terms": lambda n: " ".join(f"-{_word(n * 100 + k)}" for k in range(150)),
    "indexes of arrays": _joined(" && ", lambda n, k: f"$.resources[{n * k}].ARN=a{k}", 36),
    "made-up Regions": _joined(
        " || ", lambda n, k: f"$.awsRegion=a{_letter(n)}-{_letter(k)}{_letter(n + k)}-{n % 10}", 36
    ),
}
WORST = {name: (lambda pattern=pattern: _each(pattern)) for name, pattern in PATTERNS.items()} | {
    "alarms on a hostile topic": lambda: _rooted(_alarms(5000), topics={TOPIC_ARN: _hostile_topic()}),
    "filters by alarms": lambda: resources(
        *(metric_filter(name=f"f{n}", pattern=_ROOT, metric_name="RootUsage") for n in range(FILTERS)),
        alarms=_alarms(5000),
    ),
    "event selectors of many trails": lambda: _suggested(trails=tuple(map(_selecting, range(10)))),
    "mixed event selectors": lambda: _suggested(trails=tuple(map(_mixed, range(10)))),
    "unknown fields of event selectors": lambda: _suggested(trails=tuple(map(_asking, range(10)))),
    "nested filter policies": lambda: _rooted(_alarms(300), topics={TOPIC_ARN: _policies()}),
    "subscriptions by alarms": lambda: _rooted(_alarms(100), topics={TOPIC_ARN: _subscribed(20_000)}),
    "values of dimensions": _read_values,
    "percentiles": _percentiles,
    "event rules on names of alarms": _without_actions,
    "deep parentheses in rules": lambda: _rooted(
        parents=tuple(composite(f"c{n}", "(" * 4000 + _rule(["root-usage"]) + ")" * 4000) for n in range(200))
    ),
    "rules that cannot be read": lambda: _rooted(
        _alarms(1000), parents=tuple(composite(f"c{n}", 'ALARM("root-usage") XOR ' * 400) for n in range(1000))
    ),
    "suppressors in a ring": lambda: _rooted(
        _alarms(100),
        parents=tuple(
            composite(f"c{n}", _rule([f"a{n % 100}"]), suppressor=f"c{(n * 7 + 1) % 900}") for n in range(900)
        ),
    ),
    "a chain of composite alarms": lambda: _rooted(
        parents=tuple(composite(f"c{n}", _rule([f"c{n - 1}" if n else "root-usage"])) for n in range(1000))
    ),
    "composite alarms over alarms": lambda: _rooted(
        _alarms(200),
        parents=tuple(composite(f"c{n}", _rule([f"a{(n + k) % 200}" for k in range(100)])) for n in range(2000)),
    ),
    "filters by alarms by composite alarms": lambda: resources(
        *(
            metric_filter(name=f"f{n}", pattern=_ROOT, metric_name="RootUsage", value=str(n + 1), default=0.0)
            for n in range(FILTERS)
        ),
        alarms=_alarms(100),
        parents=tuple(composite(f"c{n}", _rule([f"a{k}" for k in range(100)])) for n in range(200)),
    ),
    "a lattice of composite alarms": lambda: _rooted(
        parents=tuple(
            composite(f"c{level}-{n}", _rule([f"c{level - 1}-{k}" for k in range(40)] if level else ["root-usage"]))
            for level in range(60)
            for n in range(40)
        )
    ),
    "many conditions in every Region": lambda: in_every_region(PATTERNS["many conditions"]),
    "overlapping wildcards in every Region": lambda: in_every_region(PATTERNS["overlapping wildcards"]),
    "ordinary filters in every Region": lambda: in_every_region(ordinary),
    "long metric math": lambda: _metrics(1000, 9),
    "metric math of the greatest length": lambda: _metrics(5000, 9, terms=125),
    "metric math that is computed": lambda: _metrics(60, 2),
    "deep metric math": lambda: _rooted(tuple(math_alarm("(" * 400 + f"m1+{n}" + ")" * 400) for n in range(1000))),
}
# What else may tell somebody, where that is hard.
BESIDE = {"event rules on names of alarms": _rules_on_alarms}
