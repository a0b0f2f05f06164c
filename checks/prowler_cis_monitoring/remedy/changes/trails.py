"""Changes above the metric filter: of trails, and of the log groups that they deliver to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from prowler_cis_monitoring.alert_path.resources import (
    AccountResources,
    AdvancedEventSelector,
    Alarms,
    BasicEventSelector,
    EventSelectors,
    FieldSelector,
    LogGroup,
    Scope,
    Trail,
    TrailStatus,
    Unread,
)
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy.changes.change import Change, log_group_name

ALL_MANAGEMENT_EVENTS = "Management events, for cis-monitoring"


@dataclass(frozen=True, kw_only=True)
class StartLogging(Change):
    """Let a stopped trail record again. Source: CloudTrail API, StartLogging, to be called in the home Region."""

    trail: str
    name: str
    weight = 1

    @property
    def says(self) -> str:
        return f"Start logging on trail {self.name}"

    def apply(self, resources: AccountResources) -> AccountResources:
        def started(trail: Trail) -> Trail:
            if isinstance(trail.status, Unread):
                return trail
            # What was delivered before says nothing of a trail that has just been started.
            update = {"is_logging": True, "logging_since": resources.read_at}
            return trail.model_copy(update={"status": trail.status.model_copy(update=update)})

        return _with_trail(resources, self.trail, started)


@dataclass(frozen=True, kw_only=True)
class RecordEveryRegion(Change):
    """Turn a trail into a multi-Region trail, which includes global service events from then on.

    Source: CloudTrail API, UpdateTrail.IsMultiRegionTrail; CloudTrail User Guide, "CloudTrail concepts", global service
    events, which are turned on and off with it; `global_events` says whether they were on before.
    """

    trail: str
    name: str
    global_events: bool = True
    weight = 2

    @property
    def says(self) -> str:
        return f"Let trail {self.name} record every Region"

    def apply(self, resources: AccountResources) -> AccountResources:
        update = {"multi_region": True, "global_events": True}
        return _with_trail(resources, self.trail, lambda trail: trail.model_copy(update=update))


@dataclass(frozen=True, kw_only=True)
class AddEventSelector(Change):
    """Give a trail one more event selector, for all management events; those that it has stay as they are.

    A trail records what any of its selectors asks for. Source: CloudTrail API, PutEventSelectors.
    """

    trail: str
    name: str
    advanced: bool
    weight = 3

    @property
    def says(self) -> str:
        return f"Let trail {self.name} record all management events, by one more event selector"

    def apply(self, resources: AccountResources) -> AccountResources:
        def widened(trail: Trail) -> Trail:
            if isinstance(trail.selectors, Unread):
                return trail
            management = FieldSelector(field="eventCategory", equals=("Management",))
            advanced = (AdvancedEventSelector(name=ALL_MANAGEMENT_EVENTS, fields=(management,)),)
            selectors = EventSelectors(
                basic=() if self.advanced else (*trail.selectors.basic, BasicEventSelector()),
                advanced=(*trail.selectors.advanced, *advanced) if self.advanced else (),
            )
            return trail.model_copy(update={"selectors": selectors})

        return _with_trail(resources, self.trail, widened)


@dataclass(frozen=True, kw_only=True)
class CreateLogGroup(Change):
    """Create a log group of the Standard class. Source: CloudWatch Logs API, CreateLogGroup."""

    arn: str
    name: str
    weight = 3

    @property
    def says(self) -> str:
        return f"Create log group {self.name}"

    def apply(self, resources: AccountResources) -> AccountResources:
        if isinstance(resources.log_groups.get(self.arn), LogGroup):
            return resources
        group = LogGroup(arn=self.arn, name=self.name, region=self.region, account=self.account)
        scope = Scope(account=self.account, region=self.region)
        trails = (
            _delivering(one, resources.read_at) if (one.log_group_arn or "").removesuffix(":*") == self.arn else one
            for one in resources.trails
        )
        return resources.model_copy(
            update={
                "trails": tuple(trails),
                "log_groups": {**resources.log_groups, self.arn: group},
                "alarms": {scope: Alarms(), **resources.alarms},
            }
        )


class _WithRole:
    """A change that creates the role by which CloudTrail writes to a log group."""

    account: str
    role: str
    partition: str

    @property
    def role_arn(self) -> str:
        """ARN of the role."""
        return f"arn:{self.partition}:iam::{self.account}:role/{self.role}"


@dataclass(frozen=True, kw_only=True)
class DeliverToLogGroup(_WithRole, Change):
    """Create a role that may write to a log group, and let a trail deliver there with it.

    `had_log_group` says that the trail names the log group already, and lacks the role alone.
    Source: CloudTrail User Guide, "Sending events to CloudWatch Logs".
    """

    trail: str
    name: str
    log_group: str
    role: str
    partition: str = "aws"
    had_log_group: bool = False
    weight = 3

    @property
    def says(self) -> str:
        return f"Let trail {self.name} deliver to log group {log_group_name(self.log_group)} with role {self.role}"

    def apply(self, resources: AccountResources) -> AccountResources:
        update: Mapping[str, Any] = {"log_group_arn": f"{self.log_group}:*", "role_arn": self.role_arn}

        def delivering(trail: Trail) -> Trail:
            return _delivering(trail.model_copy(update=update), resources.read_at)

        return _with_trail(resources, self.trail, delivering)


@dataclass(frozen=True, kw_only=True)
class CreateTrail(_WithRole, Change):
    """Create a multi-Region trail that delivers to a bucket and to a log group, and start it.

    Source: CloudTrail User Guide, "Creating, updating, and managing trails with the AWS CLI" and "Amazon S3 bucket
    policy for CloudTrail".
    """

    name: str
    bucket: str
    log_group: str
    role: str
    partition: str = "aws"
    weight = 6

    @property
    def arn(self) -> str:
        """ARN of the trail."""
        return f"arn:{self.partition}:cloudtrail:{self.region}:{self.account}:trail/{self.name}"

    @property
    def says(self) -> str:
        return (
            f"Create the multi-Region trail {self.name}, which delivers to the new bucket {self.bucket} and to "
            f"log group {log_group_name(self.log_group)} with role {self.role}"
        )

    def apply(self, resources: AccountResources) -> AccountResources:
        if any(trail.arn == self.arn for trail in resources.trails):
            return resources
        trail = Trail(
            arn=self.arn,
            name=self.name,
            account=self.account,
            home_region=self.region,
            multi_region=True,
            log_group_arn=f"{self.log_group}:*",
            role_arn=self.role_arn,
            status=TrailStatus(is_logging=True),
            selectors=EventSelectors(),
        )
        return resources.model_copy(update={"trails": (*resources.trails, trail)})


def _delivering(trail: Trail, at: datetime | None) -> Trail:
    """Return a trail that what kept it from its log group keeps no longer."""
    if isinstance(trail.status, Unread):
        return trail
    update = {"log_delivery_error": None, "latest_log_delivery": at}
    return trail.model_copy(update={"status": trail.status.model_copy(update=update)})


def _with_trail(resources: AccountResources, arn: str, changed: Callable[[Trail], Trail]) -> AccountResources:
    trails = tuple(changed(trail) if trail.arn == arn else trail for trail in resources.trails)
    return resources.model_copy(update={"trails": trails})
