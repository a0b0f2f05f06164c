import json
import re
from pathlib import Path

from prowler_cis_monitoring.services.answers import SHAPES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

IN_S3 = frozenset({"s3:GetObject", "s3:PutObject", "s3:ListBucket"})
"""What lists, reports and states in S3 need; nothing of an account is read there."""


def permissions():
    """The actions of the policy that README gives for a scan."""
    policy = json.loads(re.search(r"```json\n(.*?)```", README, re.DOTALL)[1])
    (statement,) = policy["Statement"]
    return set(statement["Action"])


def permissions_besides():
    """The actions that README names for options and other commands, after the policy."""
    after = README.partition("```json")[2].partition("```")[2].partition("\n## ")[0]
    return set(re.findall(r"`(\w+:\w+)`", after))


def test_every_call_is_in_the_policy_or_named_after_it():
    named = permissions_besides()
    assert permissions().isdisjoint(named - {"cloudwatch:DescribeAlarmHistory", "logs:DescribeSubscriptionFilters"})
    read = permissions() | named - IN_S3
    assert read | {"sts:AssumeRole", "organizations:ListAccounts"} == set(SHAPES)
    assert named >= IN_S3


def test_every_file_and_heading_that_is_linked_exists():
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in README.splitlines()
        if line.startswith("#")
    }
    for target in re.findall(r"\]\(([^)]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in headings
        elif not target.startswith("https://"):
            assert (ROOT / target).is_file()
