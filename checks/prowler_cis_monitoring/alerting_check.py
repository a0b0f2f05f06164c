"""The one base class of the fifteen checks, as Prowler wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler.lib.check.models import Check, Check_Report_AWS
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.finding import finding_of

if TYPE_CHECKING:
    from prowler.providers.aws.aws_provider import AwsProvider

_PREFIX = "cloudwatch_alerting_"


class AlertingCheck(Check):  # type: ignore[misc]
    """Decides whether the events of one control would reach somebody; the class name says which control."""

    def execute(self) -> list[Check_Report_AWS]:
        """Return the one finding of the scanned account."""
        provider: AwsProvider = Provider.get_global_provider()
        return [self.finding(provider)]

    @property
    def control(self) -> Control:
        """The control that this check decides."""
        return CONTROLS[type(self).__name__.removeprefix(_PREFIX)]

    def finding(self, provider: AwsProvider) -> Check_Report_AWS:
        """Return the finding of `provider`'s account."""
        return finding_of(self.control, provider, self.metadata())
