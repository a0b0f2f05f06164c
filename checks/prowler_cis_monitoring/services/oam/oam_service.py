"""CloudWatch Observability Access Manager: the monitoring accounts that see an account's logs and metrics."""

from __future__ import annotations

from prowler_cis_monitoring.alert_path.resources import Arn, MonitoringLink, Scope, Unread
from prowler_cis_monitoring.services.path_service import PathService
from prowler_cis_monitoring.services.reading import Record, some_text, texts

# No error code of AWS but a bare HTTP status: the endpoint does not know the service.
_NO_SUCH_SERVICE = "404"


class OAM(PathService):
    """Reads an account's own links."""

    name = "oam"

    def links(self, scope: Scope) -> tuple[MonitoringLink, ...] | Unread:
        """Return with which accounts' sinks the account and Region are linked, and what it shares with them."""

        def read(answer: Record) -> tuple[MonitoringLink, ...]:
            return tuple(_link(record, scope) for record in answer.records("Items"))

        found = self.call("list_links", scope, read=read)
        return () if isinstance(found, Unread) and found.error == _NO_SUCH_SERVICE else found


def _link(record: Record, scope: Scope) -> MonitoringLink:
    sink = Arn.parse(record.required("SinkArn", some_text, ""))
    if sink is None:
        record.lacks("SinkArn")
    shares = record.optional("ResourceTypes", texts, ())
    return MonitoringLink(account=sink.account if sink else "", region=scope.region, shares=shares)
