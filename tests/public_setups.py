"""Set-ups that people install from public templates, built in the account at hand on a path that works otherwise."""

from __future__ import annotations

import json
from pathlib import Path

from prowler_cis_monitoring.demo.blueprint import ACCOUNT, LOG_GROUP, REGION, TOPIC_ARN, healthy_path
from prowler_cis_monitoring.demo.scenarios.scenario import allow, policy
from tests.shared_session import SESSION

SETUPS = {
    setup["setup"]: setup for setup in json.loads((Path(__file__).parent / "data" / "public_setups.json").read_text())
}
# What the topic of automated-security-response 1.3.0 allowed: its own account, which CloudWatch is not.
_OWN_ACCOUNT_ONLY = policy(allow({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "sns:Publish"))
_OF_ALARMS = {
    "alarm": "AlarmName",
    "metric": "MetricName",
    "namespace": "Namespace",
    "compares": "ComparisonOperator",
    "with": "Threshold",
    "statistic": "Statistic",
    "seconds": "Period",
    "periods": "EvaluationPeriods",
    "breaching": "DatapointsToAlarm",
    "missing": "TreatMissingData",
    "unit": "Unit",
    "acts": "ActionsEnabled",
}
_OF_FILTERS = {
    "metric": "metricName",
    "namespace": "metricNamespace",
    "adds": "metricValue",
    "otherwise": "defaultValue",
    "unit": "unit",
}


def build(name):
    """Build a set-up with a trail, a log group, a topic and a confirmed subscription of the demo's."""
    topic = {"Policy": _OWN_ACCOUNT_ONLY} if name == "asr-1.3.0" else {}
    healthy_path().changed(metric_filter=None, alarm=None, topic=topic).build(SESSION)
    logs, cloudwatch = (SESSION.client(service, region_name=REGION) for service in ("logs", "cloudwatch"))
    for row in SETUPS[name]["filters"]:
        logs.put_metric_filter(
            logGroupName=LOG_GROUP,
            filterName=row["filter"],
            filterPattern=row["pattern"],
            metricTransformations=[{theirs: row[ours] for ours, theirs in _OF_FILTERS.items() if ours in row}],
        )
    for row in SETUPS[name]["alarms"]:
        parameters = {theirs: row[ours] for ours, theirs in _OF_ALARMS.items() if ours in row}
        cloudwatch.put_metric_alarm(**parameters, AlarmActions=[TOPIC_ARN])
