"""Speed of the filter-pattern language: medians, worst cases, and the ratio to z3 on the same questions."""

import statistics
import sys
import time

import pytest

from prowler_cis_monitoring.filter_pattern import coverage, parse
from prowler_cis_monitoring.filter_pattern import parser as parser_module
from prowler_cis_monitoring.filter_pattern import pattern as pattern_module
from prowler_cis_monitoring.filter_pattern import syntax as syntax_module
from tests.filter_pattern import oracle

pytestmark = pytest.mark.benchmark


def names(text, quote=""):
    return " || ".join(f"($.eventName = {quote}{name}{quote})" for name in text.split())


TRAIL = "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"
CONFIG = "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder"
NETWORK_ACL = (
    "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry"
    " ReplaceNetworkAclAssociation"
)
ROUTE = "CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute"
GROUP = (
    "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress"
    " CreateSecurityGroup DeleteSecurityGroup"
)
POLICY = (
    "DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy CreatePolicy"
    " DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy AttachUserPolicy"
)
ROOT = '$.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent"'
DENIED = '($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*")'
SIGN_IN = '($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")'

REQUIRED = [
    ROOT,
    f'({DENIED}) && $.sourceIPAddress != "delivery.logs.amazonaws.com" && $.eventName != "HeadBucket"',
    f'{SIGN_IN} && $.userIdentity.type = "IAMUser" && $.responseElements.ConsoleLogin = "Success"',
    '$.eventName = ConsoleLogin && $.errorMessage = "Failed authentication"',
    f"$.eventSource = iam.amazonaws.com && ({names(POLICY)})",
    names(TRAIL),
    f"$.eventSource = config.amazonaws.com && ({names(CONFIG)})",
    names(GROUP + " ModifySecurityGroupRules"),
    names(NETWORK_ACL),
    f"$.eventSource = ec2.amazonaws.com && ({names(ROUTE)})",
    "($.eventSource = kms.amazonaws.com) && (($.eventName=DisableKey)||($.eventName=ScheduleKeyDeletion))",
]
SPELLINGS = [
    *REQUIRED,
    *(names(text, '"') for text in (TRAIL, CONFIG, NETWORK_ACL, ROUTE, GROUP, POLICY)),
    *(" || ".join(reversed(names(text).split(" || "))) for text in (TRAIL, NETWORK_ACL, ROUTE)),
    f"({ROOT})",
    f"{ROOT} && $.sourceIPAddress != 10.0.0.1",
    f"{ROOT} && $.errorCode NOT EXISTS",
    '$.userIdentity.type = "Root"',
    "$.userIdentity.type = %^Root$%",
    DENIED,
    f'{DENIED} && $.sourceIPAddress != "delivery.logs.amazonaws.com" && $.eventName != "HeadBucket"',
    f'{DENIED} || $.sourceIPAddress != "delivery.logs.amazonaws.com" || $.eventName != "HeadBucket"',
    '$.errorCode = "*Unauthorized*" || $.errorCode = "*AccessDenied*"',
    "$.errorCode = AccessDenied || $.errorCode = UnauthorizedOperation",
    SIGN_IN,
    '$.additionalEventData.MFAUsed = "No" && $.eventName = "ConsoleLogin"',
    f"{SIGN_IN} && ($.additionalEventData.SamlProviderArn NOT EXISTS)",
    "$.eventName = ConsoleLogin",
    '$.eventName = "Create*" || $.eventName = "Delete*" && $.eventSource = "ec2.amazonaws.com"',
    '($.eventName = "*Trail") || ($.eventName = "*Logging")',
    "$.eventSource = kms.amazonaws.com",
    '$.eventName = "*TransitGateway*" && $.readOnly = false',
    '$.eventName = "AssumeRole*" && $.requestParameters.roleArn = "*Admin*"',
    "$.eventName = AuthorizeSecurityGroup* || $.eventName = RevokeSecurityGroup*",
]
TEXTS = [f"{{ {text} }}" for text in SPELLINGS]


def say(line):
    sys.stdout.write(f"{line}\n")


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def forget():
    for module in (pattern_module, parser_module, syntax_module):
        for member in vars(module).values():
            if hasattr(member, "cache_clear"):
                member.cache_clear()


def test_parsing():
    times = []
    for text in TEXTS:
        forget()
        times.append(seconds(lambda text=text: parse(text)))
    say(f"parse, nothing remembered: median {statistics.median(times) * 1e6:.0f} us, worst {max(times) * 1e6:.0f} us")


def test_one_filter_and_z3_on_the_same_questions():
    questions = [(parse(f"{{ {required} }}"), parse(text)) for required in REQUIRED for text in TEXTS]
    first = [seconds(lambda pair=pair: coverage(pair[0], [pair[1]])) for pair in questions]
    again = [seconds(lambda pair=pair: coverage(pair[0], [pair[1]])) for pair in questions]
    say(f"coverage of {len(questions)} questions: median {statistics.median(first) * 1e6:.0f} us (asked again")
    say(f"  {statistics.median(again) * 1e6:.0f} us), worst {max(first) * 1e3:.1f} ms")
    bare = [seconds(lambda pair=pair: coverage(pair[0], [pair[1]], facts=())) for pair in questions]
    theirs = []
    for required, candidate in questions[::7]:
        oracle.verdict(required.expression, [candidate.expression])  # the universe's bit sets are made once
        theirs.append(seconds(lambda a=required, b=candidate: oracle.verdict(a.expression, [b.expression])))
    ours, z3 = statistics.median(bare[::7]) * 1e6, statistics.median(theirs) * 1e6
    say(f"the same without facts: {ours:.0f} us, z3 {z3:.0f} us, {z3 / ours:.0f} times as long")


def test_all_controls_against_a_hundred_filters():
    filters = [parse(f"{{ ({SPELLINGS[at % len(SPELLINGS)]}) && $.awsRegion != x{at} }}") for at in range(100)]
    required = [parse(f"{{ {text} }}") for text in (REQUIRED * 2)[:15]]
    together = seconds(lambda: [coverage(each, filters) for each in required])
    again = seconds(lambda: [coverage(each, filters) for each in required])
    one_by_one = seconds(lambda: [coverage(each, [candidate]) for each in required for candidate in filters])
    say(f"15 controls against 100 filters together: {together * 1e3:.0f} ms, again {again * 1e3:.0f} ms")
    say(f"  one filter at a time: {one_by_one * 1e3:.0f} ms")
