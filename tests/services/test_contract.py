"""What our readers read stands in AWS's own service models, and AWS has not deprecated it."""

import threading

import boto3
import pytest

from prowler_cis_monitoring.demo.scenarios import find
from prowler_cis_monitoring.services.answers import SHAPES, action_of
from prowler_cis_monitoring.services.path_service import PathService
from prowler_cis_monitoring.services.reading import Record
from tests.shared_session import SESSION
from tests.wire.harm import scan

# Keys of maps, which no model lists (SNS API, GetTopicAttributes and GetSubscriptionAttributes).
_KEYS = {"TopicArn", "Policy", "FifoTopic", "KmsMasterKeyId", "SubscriptionArn", "FilterPolicy", "FilterPolicyScope"}


def output_of(action):
    service, _, operation = action.partition(":")
    return SESSION.client(service).meta.service_model.operation_model(operation).output_shape


def members(shape, seen=()):
    """The members of a shape and of all shapes inside it, with their own shapes."""
    if shape.name in seen:
        return
    seen = (*seen, shape.name)
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield name, member
            yield from members(member, seen)
    elif shape.type_name == "list":
        yield from members(shape.member, seen)


@pytest.mark.parametrize("action", SHAPES)
def test_what_every_page_must_have_is_in_the_model(action):
    shape, described = SHAPES[action], output_of(action).members
    assert {*shape.lists, *shape.structures, *shape.texts, *shape.flags, *shape.either} <= set(described)


@pytest.mark.parametrize(
    "slug", ["topic-key-suitable", "last-action-failed", "math-sum", "composite-suppressed-for-good", "no-alarm"]
)
def test_every_member_that_is_read_is_in_the_model_and_not_deprecated(slug, provider, monkeypatch):
    now, read = threading.local(), set()
    call, member = PathService.call, Record.member

    def called(service, operation, *arguments, **others):
        now.action = action_of(service.name, operation)
        return call(service, operation, *arguments, **others)

    def taken(record, name):
        read.add((getattr(now, "action", "sts:AssumeRole"), name))
        return member(record, name)

    monkeypatch.setattr(PathService, "call", called)
    monkeypatch.setattr(Record, "member", taken)
    scenario = find(slug)
    boto3.client("events").put_rule(Name="root", EventPattern='{"source": ["aws.signin"]}')
    scenario.blueprint().build(SESSION)
    scan(scenario)
    known = {action: dict(members(output_of(action))) for action, _ in read}
    assert {(action, name) for action, name in read if name not in known[action]} <= {
        (action, name) for action, name in read if action.startswith("sns:") and name in _KEYS
    }
    deprecated = {(a, n) for a, n in read if n in known[a] and known[a][n].metadata.get("deprecated")}
    assert deprecated == set()
    assert len(read) > 40
