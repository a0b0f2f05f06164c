"""The demo organisation: four accounts, one trail, and an alert path that runs through two or three of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

import boto3

from prowler_cis_monitoring.controls import CONTROLS, Control
from prowler_cis_monitoring.demo import moto_gaps
from prowler_cis_monitoring.demo.blueprint import LOG_GROUP, REGION, TOPIC, TRAIL, Blueprint, healthy_path
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from boto3.session import Session

MANAGEMENT = "111111111111"
ARCHIVE = "222222222222"
MEMBER = "333333333333"
OTHER_MEMBER = "444444444444"
ACCOUNTS: Mapping[str, str] = {
    MANAGEMENT: "management",
    ARCHIVE: "log archive",
    MEMBER: "member",
    OTHER_MEMBER: "another member",
}
ROLE = "arn:aws:iam::{account}:role/ProwlerScan"
TRAIL_ARN = f"arn:aws:cloudtrail:{REGION}:{MANAGEMENT}:trail/{TRAIL}"
LOG_GROUP_ARN = f"arn:aws:logs:{REGION}:{ARCHIVE}:log-group:{LOG_GROUP}"

Change = Callable[["OrganizationSessions"], None]


class OrganizationSessions:
    """A session for each account, made by assuming its role."""

    def __init__(self, base: Session) -> None:
        """Assume roles with the credentials of `base`, whose endpoint must be a moto server's or mock."""
        self._base = base
        self._sessions: dict[str, Session] = {}

    def of(self, account: str) -> Session:
        """Return a session of `account`."""
        if account not in self._sessions:
            self._sessions[account] = self._base_like(self.credentials(account))
        return self._sessions[account]

    def credentials(self, account: str) -> dict[str, str]:
        """Return temporary credentials of `account` by boto3's names."""
        sts = self._base.client("sts", region_name=REGION)
        answer = sts.assume_role(RoleArn=ROLE.format(account=account), RoleSessionName="demo")["Credentials"]
        return {
            "aws_access_key_id": answer["AccessKeyId"],
            "aws_secret_access_key": answer["SecretAccessKey"],
            "aws_session_token": answer["SessionToken"],
        }

    def _base_like(self, credentials: dict[str, str]) -> Session:
        like = getattr(self._base, "like", None)
        made: Session = like(credentials) if like else boto3.Session(region_name=REGION, **credentials)
        return made


@dataclass(frozen=True)
class Organization:
    """Who owns what on the path, and how the path is built.

    Attributes:
        path: the resources; the trail stands in the management account, log group, filter and alarm in the archive.
        topic_account: owner of the topic.
        own_trail: whether the members record their events in a trail of their own, which tells nobody.
        afterwards: changes in any account, applied last.
    """

    path: Blueprint
    topic_account: str = ARCHIVE
    own_trail: bool = False
    afterwards: tuple[Change, ...] = field(default=())

    def build(self, base: Session) -> OrganizationSessions:
        """Create the resources; return the accounts' sessions."""
        sessions = OrganizationSessions(base)
        alone = {"trail": None, "log_group": None, "metric_filter": None, "alarm": None, "topic": None}
        parts = {
            MANAGEMENT: {"trail": self.path.trail},
            ARCHIVE: {name: getattr(self.path, name) for name in ("log_group", "metric_filter", "alarm")},
        }
        for account, part in parts.items():
            replace(self.path, **{**alone, **part}).build(sessions.of(account))
        if self.path.topic is not None:
            replace(self.path, **{**alone, "topic": self.path.topic}).build(  # type: ignore[arg-type]
                sessions.of(self.topic_account)
            )
        if self.path.trail is not None:
            moto_gaps.show_organization_trail(TRAIL, MANAGEMENT, [ARCHIVE, MEMBER, OTHER_MEMBER], REGION)
        for change in self.afterwards:
            change(sessions)
        return sessions

    def changed(self, **changes: Any) -> Organization:  # noqa: ANN401 - any field's value, of the path too
        """Return the organisation with `changes`; those that are none of its own fields go to the path."""
        own = {name: changes.pop(name) for name in ("topic_account", "own_trail") if name in changes}
        afterwards = (*self.afterwards, *changes.pop("afterwards", ()))
        account = own.get("topic_account", self.topic_account)
        actions = {"alarm": {"AlarmActions": [topic_arn(account)], **changes.pop("alarm", {})}}
        return replace(self, path=self.path.changed(**actions, **changes), afterwards=afterwards, **own)


def topic_arn(account: str) -> str:
    """Return the ARN of the topic when `account` owns it."""
    return f"arn:aws:sns:{REGION}:{account}:{TOPIC}"


def healthy_organization(control: Control = CONTROLS["root_usage"]) -> Organization:
    """Return an organisation in which somebody is told of each account's events."""
    path = healthy_path(control).changed(
        trail={
            "IsOrganizationTrail": True,
            "CloudWatchLogsLogGroupArn": f"{LOG_GROUP_ARN}:*",
            "CloudWatchLogsRoleArn": f"arn:aws:iam::{ARCHIVE}:role/TrailToLogs",
        },
        alarm={"AlarmActions": [topic_arn(ARCHIVE)]},
    )
    return Organization(path)
