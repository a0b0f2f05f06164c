"""What a scenario is, and the words in which the other modules write theirs down."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.demo.blueprint import ACCOUNT, LOG_GROUP, NAMESPACE, REGION, TOPIC_ARN, Blueprint
from prowler_cis_monitoring.demo.blueprint import healthy_path as healthy_path_of
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from boto3.session import Session

Change = Callable[["Session"], None]
OTHER_REGION = "eu-west-1"
OTHER_ACCOUNT = "999999999999"
ALARM = "root-usage"
METRIC = "RootUsage"
ROOT = '$.userIdentity.type = "Root"'
NOT_INVOKED = "$.userIdentity.invokedBy NOT EXISTS"
NO_SERVICE_EVENT = '$.eventType != "AwsServiceEvent"'
CANONICAL = f"{ROOT} && {NOT_INVOKED} && {NO_SERVICE_EVENT}"


@dataclass(frozen=True)
class Scenario:
    """A change of the healthy path.

    Attributes:
        slug: the name by which a user asks for it.
        says: what is changed, for a list.
        verdict: PASS, FAIL or MANUAL.
        reason: words that the finding must contain.
        changes: see `Blueprint.changed`.
        settings: what stands under `cis_monitoring` in the configuration file.
        shows: the rules of `alert_path` that it is the example of.
    """

    slug: str
    says: str
    verdict: str
    reason: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    shows: tuple[str, ...] = ()

    def blueprint(self, healthy: Blueprint | None = None) -> Blueprint:
        """Return the changed blueprint of the root-usage control, or of `healthy`."""
        return (healthy or healthy_path_of()).changed(**self.changes)

    @property
    def configuration(self) -> dict[str, Any]:
        """What stands under `aws` in Prowler's configuration file."""
        return {"cis_monitoring": dict(self.settings)} if self.settings else {}


def scenario(  # noqa: PLR0913 - the columns of a table
    slug: str,
    says: str,
    verdict: str,
    reason: str,
    *,
    settings: Mapping[str, Any] | None = None,
    shows: tuple[str, ...] = (),
    **changes: Any,  # noqa: ANN401 - any field of a blueprint
) -> Scenario:
    """Write down a scenario."""
    return Scenario(slug, says, verdict, reason, changes, settings or {}, shows)


def passes(slug: str, says: str, reason: str = "confirmed subscription", **changes: Any) -> Scenario:  # noqa: ANN401
    """Write down a scenario in which somebody is told."""
    return scenario(slug, says, "PASS", reason, **changes)


def fails(slug: str, says: str, reason: str, **changes: Any) -> Scenario:  # noqa: ANN401
    """Write down a scenario in which nobody is told."""
    return scenario(slug, says, "FAIL", reason, **changes)


def unseen(slug: str, says: str, reason: str, **changes: Any) -> Scenario:  # noqa: ANN401
    """Write down a scenario in which nobody can say whether somebody is told."""
    return scenario(slug, says, "MANUAL", reason, **changes)


def pattern(text: str) -> dict[str, Any]:
    """Let the metric filter have this pattern."""
    return {"metric_filter": {"filterPattern": text}}


def policy(*statements: Mapping[str, Any]) -> str:
    """Write a resource policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal: object, action: object, resource: str = TOPIC_ARN, **elements: object) -> dict[str, object]:
    """Write a statement that allows."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **elements}


def another_filter(
    text: str, metric: str = "Other", log_group: str = LOG_GROUP, name: str = "", **transformation: object
) -> Callable[[Session], None]:
    """Put one more metric filter on a log group."""

    def build(session: Session) -> None:
        session.client("logs", region_name=REGION).put_metric_filter(
            logGroupName=log_group,
            filterName=name or f"filter-of-{metric}",
            filterPattern=text,
            metricTransformations=[
                {"metricName": metric, "metricNamespace": NAMESPACE, "metricValue": "1", **transformation}
            ],
        )

    return build


def another_alarm(name: str = "another-alarm", region: str = REGION, **changes: Any) -> Callable[[Session], None]:  # noqa: ANN401
    """Create one more alarm, like that of the healthy path but for `changes`; None leaves a parameter out."""

    def build(session: Session) -> None:
        alarm = {**(healthy_path_of().alarm or {}), "AlarmName": name, **changes}
        known = {key: value for key, value in alarm.items() if value is not None}
        session.client("cloudwatch", region_name=region).put_metric_alarm(**known)

    return build


def role(name: str, account: str = ACCOUNT) -> str:
    """Return the ARN of a role."""
    return f"arn:aws:iam::{account}:role/{name}"
