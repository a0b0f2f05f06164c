import pytest

from prowler_cis_monitoring.alert_path.resources import Unread
from prowler_cis_monitoring.alert_path.rules import unread_remark


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("AccessDeniedException", "allow cloudtrail:GetTrailStatus to the scanning role"),
        ("ThrottlingException", "scan again when less goes on, or with more tries (--aws-retries-max-attempts)"),
        ("InternalFailure", "scan again"),
        ("EndpointConnectionError", "look at the way from the scan to this service (proxy, DNS, VPC endpoint), then"),
        ("ConnectionClosedError", "look at the way from the scan to this service (proxy, DNS, VPC endpoint), then"),
        ("ExpiredToken", "renew the credentials of the scan and look at its clock, then scan again"),
        ("UnrecognizedClientException", "look whether the credentials are valid and the Region is enabled, then"),
        ("TrailNotFoundException", "look up this error of cloudtrail:GetTrailStatus, then scan again"),
    ],
)
def test_what_helps_depends_on_what_stood_in_the_way(error, advice):
    failed = Unread(action="cloudtrail:GetTrailStatus", region="eu-west-1", account="111122223333", error=error)
    sentence = unread_remark("trail", "all", failed).sentence
    assert sentence.startswith(f"cloudtrail:GetTrailStatus in eu-west-1 gave {error}: {advice}")
    assert ("allow" in sentence) == (error == "AccessDeniedException")
