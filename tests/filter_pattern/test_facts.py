import re

import botocore.loaders
import pytest

from prowler_cis_monitoring.filter_pattern import FACTS, EventFact, FieldFact, coverage, parse, without
from prowler_cis_monitoring.filter_pattern.facts import (
    SERVICE_OF,
    SEVERAL_SERVICES,
    UNLISTED,
    UnlistedFact,
    facts_in,
)
from prowler_cis_monitoring.filter_pattern.matching import Number, kind_of
from tests.filter_pattern import generators
from tests.installed_files import ReadAnew

OPERATIONS_OF = {"signin.amazonaws.com": None}


def verdict(required, candidate):
    return coverage(parse(f"{{ {required} }}"), [parse(f"{{ {candidate} }}")]).verdict


@pytest.fixture(scope="module")
def services():
    """For every operation name the services that have it, as the AWS SDK knows them."""
    loader = botocore.loaders.Loader(file_loader=ReadAnew())
    found = {}
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        if set(model["operations"]) & {*SERVICE_OF, *SEVERAL_SERVICES}:
            for name in model["operations"]:
                found.setdefault(name, set()).add(service)
    return found


@pytest.mark.xdist_group("service models")
def test_a_name_that_belongs_to_one_service_belongs_to_it_alone_in_the_sdk(services):
    for name, source in SERVICE_OF.items():
        if name != "ConsoleLogin":
            assert services[name] == {source.removesuffix(".amazonaws.com")}, name


@pytest.mark.xdist_group("service models")
def test_a_name_of_several_services_is_in_several_of_the_sdk(services):
    for name, source in SEVERAL_SERVICES.items():
        assert source.removesuffix(".amazonaws.com") in services[name]
        assert len(services[name]) > 1, name


@pytest.mark.parametrize("fact", FACTS, ids=range(len(FACTS)))
def test_every_record_that_we_show_obeys_each_fact(fact):
    assert [record["eventName"] for record in generators.RECORDS if not fact.allows(record)] == []


@pytest.mark.parametrize(
    ("kinds", "texts", "value", "allowed"),
    [
        ("string", None, "x", True),
        ("string", ("x", "y"), "y", True),
        ("string", ("x", "y"), "z", False),
        ("string null", ("x", "y"), None, True),
        ("string", None, None, False),
        ("object", None, {"c": 1}, True),
        ("object", None, [], False),
        ("array", None, [1], True),
        ("number", None, 4, True),
        ("number", None, 4.5, True),
        ("number", None, True, False),
        ("true", None, True, True),
        ("true", None, False, False),
        ("false", None, False, True),
        ("false", None, 0, False),
    ],
)
def test_a_fact_allows_the_records_that_it_describes(kinds, texts, value, allowed):
    fact = FieldFact("$.a.b", frozenset(kinds.split()), "here", texts)
    assert fact.allows({"a": {"b": value}, "b": object()}) is allowed
    assert not fact.allows({"a": {}})
    assert not fact.allows({"a": None})
    assert FieldFact("$.a.b", frozenset({"missing"}), "here").allows({"a": {}})


@pytest.mark.parametrize(("record", "allowed"), [({"a": "x"}, False), ({"a": "x", "b": "y"}, True), ({"a": "z"}, True)])
def test_an_implication_allows_the_records_that_it_describes(record, allowed):
    assert EventFact(parse("{ $.a = x }"), parse("{ $.b = y }"), "here").allows(record) is allowed


def test_every_fact_names_its_source():
    publications = (
        "CloudTrail User Guide, ",
        "IAM User Guide, ",
        "Service Authorization Reference, ",
        "operation names of ",
    )
    assert all(fact.source.startswith(publications) for fact in FACTS)
    assert {type(fact) for fact in FACTS} == {FieldFact, EventFact, UnlistedFact}
    assert {fact.tier for fact in FACTS} == {"documented", "inferred"}


@pytest.mark.parametrize(
    ("required", "candidate", "expected"),
    [
        ("$.errorMessage = *", "$.errorMessage = %.%", "unknown"),
        ("$.eventName = *", "$.eventName = %.%", "covered"),
        ("$.eventName != X", "$.eventSource = *", "covered"),
        ("$.additionalEventData.MFAUsed != Yes", "$.additionalEventData.MFAUsed = No", "gap"),
        (
            "$.additionalEventData.MFAUsed != Yes",
            '$.additionalEventData.MFAUsed = "*o" || $.additionalEventData.MFAUsed = YES',
            "covered",
        ),
        ("$.eventName = ConsoleLogin && $.userIdentity.type = IAMUser", "$.additionalEventData.MFAUsed = *", "covered"),
        ("$.eventName = ConsoleLogin && $.userIdentity.type = Root", "$.additionalEventData.MFAUsed = *", "covered"),
        ("$.eventName = ConsoleLogin", "$.additionalEventData.MFAUsed = *", "gap"),
        (
            "$.eventName = ConsoleLogin && $.userIdentity.type = IAMUser",
            "$.additionalEventData.SamlProviderArn NOT EXISTS",
            "covered",
        ),
        ("$.eventName = ConsoleLogin", "$.additionalEventData.SamlProviderArn NOT EXISTS", "gap"),
        ("$.eventName = ConsoleLogin", "$.eventSource = signin.amazonaws.com", "covered"),
        ("$.eventName = ConsoleLogin", "$.eventType = AwsConsoleSignIn", "covered"),
        ("$.eventName = StopLogging", "$.eventSource = cloudtrail.amazonaws.com", "covered"),
        ("$.eventName = CreateRoute", "$.eventSource = ec2.amazonaws.com", "gap"),
        ("$.eventName = CreatePolicy", "$.eventSource = iam.amazonaws.com", "gap"),
        ("$.eventName = PutRolePolicy", "$.awsRegion = us-east-1 && $.eventSource = iam.amazonaws.com", "covered"),
        ("$.eventName = CreateVpc", "$.awsRegion = us-east-1", "gap"),
        ("$.eventName = CreateVpc", "$.readOnly IS FALSE", "covered"),
        ("$.eventName = CreateVpc", "$.managementEvent IS TRUE", "covered"),
        ("$.eventName = CreateVpc", "$.eventCategory = Management", "covered"),
        ("$.eventName = DescribeVpcs", "$.readOnly IS FALSE", "gap"),
        ("$.eventType != AwsServiceEvent", "$.eventType = Aws*", "covered"),
        ("$.eventName = X", "$.recipientAccountId = *", "gap"),
        ("$.errorCode = *", "$.errorCode = %.*%", "covered"),
    ],
)
def test_a_fact_decides_what_it_says(required, candidate, expected):
    assert verdict(required, candidate) == expected


CHANGE = "$.eventName = PutRolePolicy && $.eventSource = iam.amazonaws.com"
ISSUER = "$.userIdentity.sessionContext.sessionIssuer.userName"
ID, KEY = "$.userIdentity.principalId", "$.userIdentity.accessKeyId"
ROLE_ID = "$.userIdentity.sessionContext.sessionIssuer.principalId"
ASSUMED_ROOT = "$.userIdentity.sessionContext.assumedRoot"


@pytest.mark.parametrize(
    ("required", "candidate", "expected"),
    [
        # A failed sign-in says so in two places.
        (
            '$.eventName = ConsoleLogin && $.errorMessage = "Failed authentication"',
            "$.eventName = ConsoleLogin && $.responseElements.ConsoleLogin = Failure",
            "covered",
        ),
        ("$.eventName = ConsoleLogin && $.errorMessage = *", "$.responseElements.ConsoleLogin = Failure", "unknown"),
        ("$.eventName = ConsoleLogin", "$.responseElements.ConsoleLogin = *", "covered"),
        ("$.responseElements.ConsoleLogin = Failure", '$.errorMessage = "Failed authentication"', "gap"),
        # Whoever calls has a type; only what a service does by itself has none.
        (CHANGE, "$.userIdentity.type = *", "covered"),
        ("$.eventType = AwsApiCall", "$.userIdentity.type = *", "covered"),
        ("$.eventType = AwsServiceEvent", "$.userIdentity.type = *", "gap"),
        (CHANGE, "$.eventType = AwsApiCall", "covered"),
        ("$.eventName = CreateRoute", "$.eventType = AwsApiCall", "covered"),
        ("$.eventName = RotateKey", "$.eventType = AwsApiCall", "gap"),
        # A role session names its role, and is no user.
        (f'{CHANGE} && {ISSUER} != "deploy"', f'$.userIdentity.type != AssumedRole || {ISSUER} != "deploy"', "covered"),
        ("$.userIdentity.type = AssumedRole", f"{ISSUER} = *", "covered"),
        ("$.userIdentity.type = AssumedRole", "$.userIdentity.userName NOT EXISTS", "covered"),
        ("$.userIdentity.type = IAMUser", "$.userIdentity.userName = *", "covered"),
        ("$.userIdentity.type = IAMUser", f"{ISSUER} = *", "gap"),
        ("$.userIdentity.type = Root", "$.userIdentity.arn = *:root", "covered"),
        ("$.userIdentity.type = Root", "$.userIdentity.userName NOT EXISTS", "gap"),
        ("$.userIdentity.type = AssumedRole", "$.userIdentity.arn = arn:*:assumed-role/*", "covered"),
        ("$.userIdentity.type = IAMUser", "$.userIdentity.arn = *:user/*", "gap"),
        ("$.userIdentity.type = IAMUser && $.userIdentity.arn = *", "$.userIdentity.arn = *:user/*", "covered"),
        ("$.userIdentity.type = AWSService", "$.userIdentity.invokedBy = *", "covered"),
        ("$.userIdentity.identityProvider = *", "$.userIdentity.type = *User", "covered"),
        ("$.userIdentity.identityProvider = *", "$.userIdentity.type = SAMLUser", "gap"),
        # Where sign-ins are recorded.
        ("$.eventName = ConsoleLogin && $.userIdentity.type = Root", "$.awsRegion = us-east-1", "covered"),
        ("$.eventName = ConsoleLogin && $.userIdentity.type = IAMUser", "$.awsRegion = us-east-1", "gap"),
        ("$.eventType = AwsConsoleSignIn", "$.eventSource = signin.amazonaws.com", "covered"),
        ("$.eventName = ConsoleLogin", "$.userIdentity.invokedBy NOT EXISTS && $.errorCode NOT EXISTS", "covered"),
        ("$.errorCode = AccessDenied", "$.eventType = AwsApiCall || $.eventType = AwsConsoleAction", "covered"),
        ("$.userIdentity.type = IAMUser", f"{ISSUER} NOT EXISTS", "covered"),
        ("$.userIdentity.type = Root", f"{ISSUER} NOT EXISTS", "unknown"),
        ("$.userIdentity.type = Root", "$.userIdentity.accountId = *", "covered"),
        ("$.userIdentity.type = AWSService", "$.userIdentity.accountId = *", "gap"),
        # Ids, keys and sessions of a kind of caller.
        ("$.userIdentity.type = Root", "$.userIdentity.principalId != A*", "covered"),
        ("$.userIdentity.type = Root", "$.userIdentity.principalId = 1*", "gap"),
        ("$.userIdentity.type = IAMUser", "$.userIdentity.principalId != AROA*", "gap"),
        ("$.userIdentity.type = IAMUser", f"{ID} NOT EXISTS || {ID} = AIDA*", "covered"),
        ("$.userIdentity.type = Role", f"{ID} NOT EXISTS || {ID} = AROA*", "covered"),
        ("$.userIdentity.type = AssumedRole", "$.userIdentity.principalId = AROA*:*", "covered"),
        ("$.userIdentity.type = AssumedRole", f"{ROLE_ID} = AROA* && {ROLE_ID} != *:*", "covered"),
        ("$.userIdentity.type = AssumedRole", f"{KEY} NOT EXISTS || {KEY} != AKIA*", "covered"),
        ("$.userIdentity.type = FederatedUser", f"{KEY} NOT EXISTS || {KEY} != AKIA*", "covered"),
        ("$.userIdentity.type = IAMUser", f"{KEY} NOT EXISTS || {KEY} != AKIA*", "gap"),
        ("$.userIdentity.type = Root", "$.userIdentity.accountId = %^[0-9]{12}$%", "covered"),
        (f"{ASSUMED_ROOT} = true && $.eventName = PutBucketPolicy", "$.userIdentity.type = Root", "covered"),
        (f"{ASSUMED_ROOT} = true && $.eventName = AssumeRoot", "$.userIdentity.type = Root", "gap"),
        (CHANGE, "$.userIdentity.type != SAMLUser && $.userIdentity.type != WebIdentityUser", "covered"),
        # Shapes.
        (
            "$.sourceIPAddress = *",
            '$.sourceIPAddress = *.* || $.sourceIPAddress = *:* || $.sourceIPAddress = "AWS *"',
            "covered",
        ),
        ("$.sourceIPAddress = 10.*", "$.sourceIPAddress = 10.*.*.*", "unknown"),
        ("$.sourceIPAddress = 10.* && $.sourceIPAddress != *.com", "$.sourceIPAddress = 10.*.*.*", "covered"),
        ("$.eventSource = *", "$.eventSource = *.amazonaws.com*", "covered"),
        ("$.recipientAccountId = *", "$.recipientAccountId = %^[0-9]{12}$%", "covered"),
        ("$.eventTime = *", "$.eventTime = *T*Z", "covered"),
        ("$.userAgent = *", "$.userAgent = %.%", "unknown"),
    ],
)
def test_an_implication_or_shape_decides_what_it_says(required, candidate, expected):
    assert verdict(required, candidate) == expected


UNLISTED_FIELDS = ("foo", "sourceIdentity", "requestParameters.roleName", "responseElements.x.y", "resources[0].ARN")
GUARDED = (
    *UNLISTED_FIELDS,
    *("userIdentity.sessionContext.sourceIdentity", "userIdentity.accessKeyId", "userAgent"),
    *("userIdentity.onBehalfOf.userId", "tlsDetails.tlsVersion", "additionalEventData.x", "userIdentity.userName"),
)


@pytest.mark.parametrize("field", GUARDED)
@pytest.mark.parametrize("value", ["v", "v*", "7", "%v[0-9]%"])
def test_the_guard_of_an_approved_exclusion_covers_for_every_field(field, value):
    required = without(parse(f"{{ {CHANGE} }}"), parse(f"{{ $.{field} = {value} }}"))
    guarded = parse(f"{{ {CHANGE} && (($.{field} NOT EXISTS) || ($.{field} != {value})) }}")
    assert coverage(required, [guarded]).verdict == "covered"
    assert coverage(required, [parse(f"{{ {CHANGE} && $.{field} != {value} }}")]).verdict == "gap"


@pytest.mark.parametrize("field", UNLISTED_FIELDS)
def test_an_unlisted_field_is_missing_or_what_it_is_taken_for(field):
    assert may_be(field) == {"missing", "scalar", "true", "false", "object", "array"}
    assert verdict(f"{CHANGE} && $.{field} IS TRUE", f"$.{field} = true") == "unknown"
    assert verdict(f"{CHANGE} && $.{field}.a = x", f"$.{field} != y || $.{field} NOT EXISTS") == "gap"


def test_what_is_missing_below_null_is_open_only_where_null_is_asked_for():
    assert verdict("$.responseElements IS NULL", "$.responseElements.a NOT EXISTS") == "unknown"
    assert verdict("$.responseElements.a NOT EXISTS", "$.responseElements.a NOT EXISTS") == "covered"
    assert verdict(f"{CHANGE} && $.responseElements.a NOT EXISTS", "$.responseElements.b NOT EXISTS") == "gap"


def test_null_is_allowed_where_it_is_documented():
    assert UNLISTED.allows({"requestParameters": None, "a": [{"b": 1}]})
    assert not UNLISTED.allows({"requestParameters": {"a": None}})
    assert not UNLISTED.allows({"resources": [{"ARN": None}]})


ALWAYS = "eventVersion eventTime eventSource eventName awsRegion sourceIPAddress eventID eventType eventCategory"
AT_TIMES = "userAgent errorCode errorMessage requestID apiVersion recipientAccountId sharedEventID vpcEndpointId"
OF_AN_IDENTITY = "type userName principalId arn accountId accessKeyId invokedBy identityProvider"
TEXTS = [
    *ALWAYS.split(),
    *AT_TIMES.split(),
    *(f"userIdentity.{name}" for name in OF_AN_IDENTITY.split()),
    "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "userIdentity.sessionContext.attributes.creationDate",
    *(f"userIdentity.sessionContext.sessionIssuer.{name}" for name in OF_AN_IDENTITY.split()[:5]),
    "additionalEventData.MFAUsed",
    "additionalEventData.SamlProviderArn",
]
OBJECTS = ["tlsDetails", "userIdentity.sessionContext.attributes", "userIdentity.sessionContext.sessionIssuer"]
OBJECTS_OR_NULL = ["requestParameters", "responseElements", "additionalEventData", "serviceEventDetails"]


def may_be(field):
    """The kinds of value that an event may have in a field."""
    tests = {
        "null": " IS NULL",
        "missing": " NOT EXISTS",
        "true": " IS TRUE",
        "false": " IS FALSE",
        "scalar": " = *",
        "object": ".x = *",
        "array": "[0] = *",
    }
    return {kind for kind, test in tests.items() if coverage(parse(f"{{ $.{field}{test} }}"), []).verdict == "gap"}


@pytest.mark.parametrize("field", TEXTS)
def test_a_documented_text_is_a_text_or_left_out(field):
    optional = set() if field in ALWAYS.split() else {"missing"}
    assert may_be(field) == {"scalar"} | optional


@pytest.mark.parametrize(
    ("field", "kinds"),
    [
        *((field, {"object", "missing"}) for field in [*OBJECTS, "userIdentity.sessionContext"]),
        *((field, {"object", "missing", "null"}) for field in OBJECTS_OR_NULL),
        ("userIdentity", {"object"}),
        ("resources", {"array", "missing"}),
        ("readOnly", {"true", "false", "missing"}),
        ("managementEvent", {"true"}),
    ],
)
def test_a_documented_field_has_the_documented_kinds(field, kinds):
    assert may_be(field) == kinds


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("eventType", "AwsApiCall AwsConsoleSignIn AwsConsoleAction AwsServiceEvent"),
        ("eventCategory", "Management"),
        ("userIdentity.sessionContext.attributes.mfaAuthenticated", "true false"),
        ("additionalEventData.MFAUsed", "Yes No YES"),
        ("responseElements.ConsoleLogin", "Success Failure"),
        ("userIdentity.sessionContext.assumedRoot", "true false"),
        ("userIdentity.sessionContext.ec2RoleDelivery", "1.0 2.0"),
    ],
)
def test_a_field_of_few_values_has_no_others(field, texts):
    values = [f'$.{field} = "{text}"' for text in texts.split()]
    assert verdict(f"$.{field} = *", " || ".join(values)) == "covered"
    assert all(coverage(parse(f"{{ {value} }}"), []).verdict == "gap" for value in values)


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
def test_where_global_services_record_is_known_of_the_standard_partition_only(partition):
    required, candidate = parse("{ $.eventSource = iam.amazonaws.com }"), parse("{ $.awsRegion = us-east-1 }")
    assert coverage(required, [candidate], facts_in(partition)).verdict == ("covered" if partition == "aws" else "gap")
    assert facts_in(partition) is facts_in(partition)


@pytest.mark.parametrize("source", ["iam", "organizations", "cloudfront"])
def test_a_global_service_records_its_events_in_one_region(source):
    assert verdict(f"$.eventSource = {source}.amazonaws.com", "$.awsRegion = us-east-1") == "covered"


@pytest.mark.parametrize("name", [*SERVICE_OF, *SEVERAL_SERVICES])
def test_a_known_event_changes_something(name):
    assert verdict(f"$.eventName = {name}", "$.readOnly IS FALSE") == "covered"


@pytest.mark.parametrize("name", SERVICE_OF)
def test_a_known_event_is_of_its_service(name):
    assert verdict(f"$.eventName = {name}", f"$.eventSource = {SERVICE_OF[name]}") == "covered"


def test_the_number_class_of_events_is_known():
    assert kind_of(Number("1")) == "number"


def test_names_of_events_and_services_are_spelt_as_in_records():
    owners = {**SERVICE_OF, **SEVERAL_SERVICES}
    assert all(re.fullmatch("[A-Z][a-z][A-Za-z]+", name) for name in owners)
    services = "cloudtrail config ec2 iam kms organizations s3 signin"
    assert set(owners.values()) == {f"{service}.amazonaws.com" for service in services.split()}
    assert set(SEVERAL_SERVICES.values()) == {f"{name}.amazonaws.com" for name in ("ec2", "iam", "s3", "organizations")}


def test_a_name_has_one_service_or_several():
    assert not SERVICE_OF.keys() & SEVERAL_SERVICES.keys()
