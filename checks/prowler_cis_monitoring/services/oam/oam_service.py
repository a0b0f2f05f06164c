"""CloudWatch Observability Access Manager: the monitoring accounts that see an account's logs and metrics."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.resources import Arn, MonitoringLink, Scope, Unread
from prowler_cis_monitoring.services.path_service import PathService

# No error code of AWS but a bare HTTP status: the endpoint does not know the service.
_NO_SUCH_SERVICE = "404"


class OAM(PathService):
    """Reads an account's own links."""

    name = "oam"

    def links(self, scope: Scope) -> tuple[MonitoringLink, ...] | Unread:
        """Return with which accounts' sinks the account and Region are linked, and what it shares with them."""
        answer = self.call("list_links", scope)
        if isinstance(answer, Unread):
            return () if answer.error == _NO_SUCH_SERVICE else answer
        if "Items" not in answer:
            return self.lacking("list_links", scope, "", "Items")
        made = []
        for link in answer["Items"]:
            sink = Arn.parse(link.get("SinkArn", ""))
            if sink is not None:
                shares = tuple(link.get("ResourceTypes") or ())
                made.append(MonitoringLink(account=sink.account, region=scope.region, shares=shares))
        return tuple(made)
