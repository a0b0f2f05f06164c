"""Which listed accounts are active, as the Organizations API tells it in its older and in its newer form."""

import boto3
import pytest
from botocore.stub import Stubber

from prowler_cis_monitoring.services.answers import NoAnswerError
from prowler_cis_monitoring.services.organizations import organization_accounts


class OneClient:
    """A session that has one client only."""

    def __init__(self, client):
        self.made = client

    def client(self, service, region_name):
        assert (service, region_name) == ("organizations", "us-east-1")
        return self.made


@pytest.mark.parametrize(
    ("told", "listed"),
    [
        ({"Status": "ACTIVE"}, True),
        ({"Status": "SUSPENDED"}, False),
        ({"State": "ACTIVE"}, True),
        ({"State": "PENDING_CLOSURE"}, False),
        ({"State": "CLOSED", "Status": "ACTIVE"}, False),
    ],
)
def test_an_account_is_active_by_its_state_or_else_by_its_status(told, listed):
    client = boto3.client("organizations", region_name="us-east-1")
    with Stubber(client) as answers:
        answers.add_response("list_accounts", {"Accounts": [{"Id": "111122223333", **told}]})
        found = organization_accounts(OneClient(client), "us-east-1")
    assert found == (("111122223333",) if listed else ())


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({}, "AnswerWithoutAccounts"),
        ({"Accounts": [{"Id": "111122223333"}]}, "AnswerWithoutStatus"),
        ({"Accounts": [{"Status": "ACTIVE"}]}, "AnswerWithoutId"),
        ({"Accounts": [{"Id": "111122223333", "State": ""}]}, "AnswerWithEmptyState"),
    ],
)
def test_a_list_that_is_not_as_documented_is_none(answer, problem):
    client = boto3.client("organizations", region_name="us-east-1")
    with Stubber(client) as answers:
        answers.add_response("list_accounts", answer)
        with pytest.raises(NoAnswerError, match=problem):
            organization_accounts(OneClient(client), "us-east-1")
