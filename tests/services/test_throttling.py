"""AWS answers that it was asked too often: Prowler's retries are ours, and what they cannot help is MANUAL."""

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.demo.blueprint import healthy_path
from tests.findings import finding_of
from tests.stand_in_provider import StandInProvider


class _Raw:
    """The body of a response."""

    def __init__(self, body):
        self._body = body

    def stream(self):
        yield self._body


class _Throttle:
    """Answers the first `times` requests with an error, and leaves the others alone."""

    def __init__(self, times):
        self.times, self.asked = times, 0

    def __call__(self, request, **_):
        self.asked += 1
        if self.asked > self.times:
            return None
        body = _Raw(b'{"__type": "ThrottlingException", "message": "Rate exceeded"}')
        return AWSResponse(request.url, 400, {"content-type": "application/x-amz-json-1.1"}, body)


@pytest.fixture
def throttled(aws, monkeypatch):
    """Return the finding of an account that throttles DescribeMetricFilters a number of times, and the asker."""
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda self, context: 0)

    def run(times, retries):
        healthy_path().build(boto3.Session())
        session = boto3.Session(region_name="us-east-1")
        session._session.set_default_client_config(AwsProvider.set_session_config(retries))
        throttle = _Throttle(times)
        session.events.register("before-send.cloudwatch-logs.DescribeMetricFilters", throttle)
        Provider.set_global_provider(StandInProvider({"us-east-1"}, session=session))
        return finding_of(), throttle

    yield run
    Provider.set_global_provider(None)


def test_a_throttled_call_is_made_again(throttled):
    finding, throttle = throttled(times=2, retries=3)
    assert finding.status == "PASS", finding.status_extended
    assert throttle.asked == 3


def test_a_call_that_stays_throttled_is_manual_and_says_so(throttled):
    finding, throttle = throttled(times=9, retries=1)
    assert finding.status == "MANUAL"
    assert "ThrottlingException" in finding.status_extended
    assert throttle.asked == 2
