"""Names of the CloudFormation stacks that own what is to be changed, from the tags of those resources; read only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from prowler_cis_monitoring.alert_path.resources import Arn
from prowler_cis_monitoring.remedy.forms.by_hand import STACK_TAG

Tags = list[dict[str, str]]


def _of_trail(client: Any, arn: str) -> Tags:  # noqa: ANN401 - boto3 is untyped
    found: Tags = client.list_tags(ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]
    return found


def _of_alarm(client: Any, arn: str) -> Tags:  # noqa: ANN401 - likewise
    found: Tags = client.list_tags_for_resource(ResourceARN=arn)["Tags"]
    return found


def _of_topic(client: Any, arn: str) -> Tags:  # noqa: ANN401 - likewise
    found: Tags = client.list_tags_for_resource(ResourceArn=arn)["Tags"]
    return found


def _of_key(client: Any, arn: str) -> Tags:  # noqa: ANN401 - likewise
    tags = client.list_resource_tags(KeyId=arn)["Tags"]
    return [{"Key": tag["TagKey"], "Value": tag["TagValue"]} for tag in tags]


_READERS: dict[str, Callable[[Any, str], Tags]] = {
    "cloudtrail": _of_trail,
    "cloudwatch": _of_alarm,
    "sns": _of_topic,
    "kms": _of_key,
}


def stacks_of(session: Any, account: str, arns: Iterable[str]) -> dict[str, str]:  # noqa: ANN401 - boto3's session
    """Return the stacks of resources of the account, by ARN; what no tag names, or may not be read, is left out.

    Args:
        session: a session of the account.
        account: its id; resources of other accounts are not asked about.
        arns: the resources.
    """
    found = {}
    for arn in dict.fromkeys(arns):
        parsed = Arn.parse(arn)
        if parsed is None or parsed.account != account or parsed.service not in _READERS:
            continue
        try:
            client = session.client(parsed.service, region_name=parsed.region)
            tags = _READERS[parsed.service](client, arn)
        except (ClientError, BotoCoreError):
            # Without leave to read tags the instruction says where the stack's name would stand.
            continue
        names = [tag["Value"] for tag in tags if tag["Key"] == STACK_TAG]
        if names:
            found[arn] = names[0]
    return found
