"""CloudWatch Observability Access Manager: the monitoring accounts that see an account's logs and metrics."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.resources import Arn, Scope, Unread
from prowler_cis_monitoring.services.path_service import PathService

# No error code of AWS but a bare HTTP status: the endpoint does not know the service.
_NO_SUCH_SERVICE = "404"


class OAM(PathService):
    """Reads an account's own links."""

    name = "oam"

    def monitoring_accounts(self, scope: Scope) -> tuple[str, ...] | Unread:
        """Return the accounts whose sinks the account and Region are linked to."""
        answer = self.call("list_links", scope)
        if isinstance(answer, Unread):
            return () if answer.error == _NO_SUCH_SERVICE else answer
        sinks = (Arn.parse(link.get("SinkArn", "")) for link in answer.get("Items", ()))
        return tuple(sorted({sink.account for sink in sinks if sink is not None}))
