"""Whose stack an existing resource is in is said where its tags say so."""

import pytest

from prowler_cis_monitoring.demo import scenarios
from prowler_cis_monitoring.fix.stacks import stacks_of
from prowler_cis_monitoring.remedy.forms import FORMS
from prowler_cis_monitoring.remedy.forms.by_hand import STACK_TAG, subject_of
from prowler_cis_monitoring.remedy.parts import parts_of
from tests.fix.played import Account, fix_of
from tests.shared_session import SESSION

# botocore checks that names with this beginning are left to AWS only at AWS itself.
STACK = "alerting-of-the-platform-team"
TAGS = [{"Key": STACK_TAG, "Value": STACK}]
KEY_TAGS = [{"TagKey": STACK_TAG, "TagValue": STACK}]
TAGGED = {
    "actions-disabled": lambda arn: SESSION.client("cloudwatch").tag_resource(ResourceARN=arn, Tags=TAGS),
    "topic-policy-refuses": lambda arn: SESSION.client("sns").tag_resource(ResourceArn=arn, Tags=TAGS),
    "topic-key-default-policy": lambda arn: SESSION.client("kms").tag_resource(KeyId=arn, Tags=KEY_TAGS),
    "trail-not-logging": lambda arn: SESSION.client("cloudtrail").add_tags(ResourceId=arn, TagsList=TAGS),
}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("slug", TAGGED)
def test_the_stack_of_a_resource_is_named_in_the_instruction(slug):
    account = Account(scenarios.find(slug))
    account.build()
    fix = fix_of(account.read())
    arns = [subject_of(change) for change in fix.changes]
    assert stacks_of(SESSION, "123456789012", arns) == {}
    TAGGED[slug](arns[0])
    stacks = stacks_of(SESSION, "123456789012", arns)
    (part,) = parts_of([fix], by_region=True, stacks=stacks)
    text = FORMS["cloudformation"].write(part, "what was read")
    assert f"in stack {STACK}" in text


@pytest.mark.usefixtures("aws")
def test_resources_of_other_accounts_are_not_asked_about():
    assert stacks_of(None, "123456789012", ["arn:aws:sns:us-east-1:999999999999:topic", "", "nonsense"]) == {}
