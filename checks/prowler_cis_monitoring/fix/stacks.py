"""Names of the CloudFormation stacks that own what is to be changed, from the tags of those resources; read only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from prowler_cis_monitoring.alert_path.resources import Arn
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.remedy.forms.by_hand import STACK_TAG
from prowler_cis_monitoring.services.answers import NoAnswerError, made, pages
from prowler_cis_monitoring.services.reading import Record, text

if TYPE_CHECKING:
    from botocore.client import BaseClient


@dataclass(frozen=True)
class _Listing:
    """The call that lists the tags of a service's resources, and where its answer holds them."""

    operation: str
    asked: Callable[[str], Mapping[str, Any]]
    inside: str = ""
    member: str = "Tags"
    key: str = "Key"
    value: str = "Value"

    def tags(self, client: BaseClient, arn: str) -> Iterator[tuple[str, str]]:
        for page in pages(client, self.operation, self.asked(arn)):
            for holder in Record(page).records(self.inside) if self.inside else (Record(page),):
                for tag in holder.records(self.member):
                    yield tag.optional(self.key, text, ""), tag.optional(self.value, text, "")


_LISTINGS = {
    "cloudtrail": _Listing("list_tags", lambda arn: {"ResourceIdList": [arn]}, "ResourceTagList", "TagsList"),
    "cloudwatch": _Listing("list_tags_for_resource", lambda arn: {"ResourceARN": arn}),
    "sns": _Listing("list_tags_for_resource", lambda arn: {"ResourceArn": arn}),
    "kms": _Listing("list_resource_tags", lambda arn: {"KeyId": arn}, key="TagKey", value="TagValue"),
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
        if parsed is None or parsed.account != account or parsed.service not in _LISTINGS:
            continue
        try:
            client = made(partial(session.client, parsed.service, region_name=parsed.region))
            names = [value for key, value in _LISTINGS[parsed.service].tags(client, arn) if key == STACK_TAG]
        except NoAnswerError:
            # Without leave to read tags the instruction says where the stack's name would stand.
            continue
        if names:
            found[arn] = names[0]
    return found
