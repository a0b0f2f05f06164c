"""The recorder of permissions tells whose call it is, and what is used or stated in vain."""

import boto3

from prowler_cis_monitoring.services import organizations
from tests.permission_recorder import BY_ROLE, Recorder, wrong
from tests.test_readme import permissions, permissions_besides

EVERYTHING = permissions() | permissions_besides()


def test_a_call_of_the_program_is_recorded_and_one_of_a_test_is_not(aws, monkeypatch):
    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", boto3.client("sns")._make_api_call.__func__)
    recorder = Recorder()
    recorder.watch()
    boto3.client("organizations").create_organization(FeatureSet="ALL")
    boto3.client("sns").list_topics()
    assert recorder.actions == set()
    organizations.organization_accounts(boto3.session.Session(), "us-east-1")
    assert recorder.actions == {"organizations:ListAccounts"}


def test_what_is_used_and_stated_is_told():
    assert wrong(EVERYTHING | BY_ROLE, whole=True) == []
    assert wrong({"sns:Publish"}, whole=False) == ["the README lacks actions that are used: sns:Publish"]
    assert wrong(EVERYTHING - {"oam:ListLinks"}, whole=True) == ["no test uses actions of the README: oam:ListLinks"]
