"""Write the table of API calls from the service models of the installed botocore.

python -m tests.filter_pattern.write_api_calls
"""

import re
from collections import defaultdict

import botocore.loaders

from prowler_cis_monitoring.filter_pattern.api_calls import TABLE
from tests.installed_files import ReadAnew

# CloudTrail's names for services whose models have another (user guides of the services, "Logging API calls with
# CloudTrail").
SOURCES = {"application-autoscaling": "autoscaling", "awsssoportal": "sso", "sso-oauth": "sso"}
# Event names that are no operation of a model: sign-in events (CloudTrail User Guide), and buckets' public access block
# (S3 User Guide, CloudTrail events).
OTHERS = {
    "signin": "ConsoleLogin CheckMfa SwitchRole ExitRole RenewRole GetSigninToken PasswordRecoveryRequested"
    " PasswordRecoveryCompleted",
    "s3": "PutBucketPublicAccessBlock DeleteBucketPublicAccessBlock GetBucketPublicAccessBlock",
}


def calls_of_models():
    """Return the operations of every service by the name that CloudTrail gives the service."""
    loader = botocore.loaders.Loader(file_loader=ReadAnew())
    found = defaultdict(set)
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        name = (model["metadata"].get("signingName") or model["metadata"]["endpointPrefix"]).lower()
        found[SOURCES.get(name, name)] |= set(model["operations"])
    for service, names in OTHERS.items():
        found[service] |= set(names.split())
    return {name: sorted(calls) for name, calls in sorted(found.items()) if re.fullmatch("[a-z0-9-]+", name)}


def main() -> None:
    """Write the table."""
    rows = (f"{service} {' '.join(names)}\n" for service, names in calls_of_models().items())
    TABLE.write_text("".join(rows), encoding="ascii")


if __name__ == "__main__":
    main()
