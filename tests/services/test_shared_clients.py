"""Clients that accounts share: what they may not share is told apart by what goes over the wire."""

import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from types import SimpleNamespace

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from prowler_cis_monitoring.services.shared_clients import SharedClients

ACCOUNTS = tuple(f"{number:012}" for number in range(111111111111, 111111111119))
REGION = "us-east-1"


class Wire:
    """Answers each call with the id of the key that signed it."""

    def __init__(self, session):
        self.signed_by, self.down = [], set()
        session.events.register("before-send", self)

    def __call__(self, request, **_):
        key = re.search(rb"Credential=([^/]+)/", request.headers["Authorization"])[1].decode()
        self.signed_by.append(key)
        answer = f"<R><ListTopicsResult><Topics/></ListTopicsResult><GetCallerIdentityResult><Account>{key}</Account>"
        answer += "</GetCallerIdentityResult></R>"
        status = 503 if key in self.down else 200
        return AWSResponse(request.url, status, {}, SimpleNamespace(stream=lambda: BytesIO(answer.encode())))


@pytest.fixture
def session():
    made = boto3.Session(region_name=REGION)
    made._session.set_default_client_config(Config(retries={"mode": "standard", "max_attempts": 2}))
    return made


@pytest.fixture
def wire(session, monkeypatch):
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    return Wire(session)


@pytest.fixture
def clients(session):
    return SharedClients(session)


def of(clients, account, service="sts"):
    return clients.session(Credentials(account, "secret", "token")).client(service, region_name=REGION)


def test_calls_at_the_same_time_are_signed_each_for_its_account(clients, wire):
    own = {account: of(clients, account) for account in ACCOUNTS}
    asked = ACCOUNTS * 5
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda account: own[account].get_caller_identity()["Account"], asked))
    assert told == list(asked)


def test_pages_are_signed_for_the_account_though_another_asks_in_between(clients, wire):
    pages = [iter(of(clients, account, "sns").get_paginator("list_topics").paginate()) for account in ACCOUNTS[:2]]
    for page in pages:
        next(page)
    assert wire.signed_by == list(ACCOUNTS[:2])


def test_all_but_credentials_and_retries_is_shared(clients):
    first, second = (of(clients, account) for account in ACCOUNTS[:2])
    assert type(first) is type(second)
    assert first._endpoint is second._endpoint
    assert first.meta is second.meta


def test_a_client_of_no_account_makes_no_call(clients, wire):
    with pytest.raises(LookupError, match="for no account"):
        clients.client("sts", REGION).get_caller_identity()
    assert wire.signed_by == []


def test_a_client_with_options_of_its_own_is_signed_for_the_account_too(clients, wire):
    session = clients.session(Credentials(ACCOUNTS[0], "secret"))
    other = session.client("sts", region_name=REGION, config=Config(read_timeout=5))
    assert other.get_caller_identity()["Account"] == ACCOUNTS[0]
    assert other.meta.config.read_timeout == 5
    assert of(clients, ACCOUNTS[1]).meta.config.read_timeout != 5


def test_an_account_that_is_throttled_for_ever_takes_no_retry_from_another(clients, wire):
    wire.down.update(ACCOUNTS[:2])
    first, second = (of(clients, account) for account in ACCOUNTS[:2])
    while first._caller_quota.available_capacity >= 10:
        with pytest.raises(ClientError):
            first.get_caller_identity()
    wire.signed_by.clear()
    for client in (first, second):
        with pytest.raises(ClientError):
            client.get_caller_identity()
    assert wire.signed_by == [ACCOUNTS[0], ACCOUNTS[1], ACCOUNTS[1], ACCOUNTS[1]]


def test_an_account_that_is_answered_again_may_retry_again(clients, wire):
    client = of(clients, ACCOUNTS[0])
    wire.down.add(ACCOUNTS[0])
    with pytest.raises(ClientError):
        client.get_caller_identity()
    left = client._caller_quota.available_capacity
    wire.down.clear()
    client.get_caller_identity()
    assert client._caller_quota.available_capacity > left
