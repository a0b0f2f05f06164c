import botocore.loaders
import pytest
from prowler_cis_monitoring.filter_pattern import EVERYDAY_EVENTS, FACTS, EventFact, FieldFact, coverage, parse
from prowler_cis_monitoring.filter_pattern.domains import kind_of
from prowler_cis_monitoring.filter_pattern.events import templates
from prowler_cis_monitoring.filter_pattern.facts import EVENTS, FIELDS, SERVICE_OF, SEVERAL_SERVICES
from prowler_cis_monitoring.filter_pattern.matching import MISSING, Number, _child

OPERATIONS_OF = {"signin.amazonaws.com": None}


def verdict(required, candidate):
    return coverage(parse(f"{{ {required} }}"), [parse(f"{{ {candidate} }}")]).verdict


@pytest.fixture(scope="module")
def services():
    """For every operation name the services that have it, as the AWS SDK knows them."""
    loader = botocore.loaders.Loader()
    found = {}
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        if set(model["operations"]) & {*SERVICE_OF, *SEVERAL_SERVICES}:
            for name in model["operations"]:
                found.setdefault(name, set()).add(service)
    return found


def test_a_name_that_belongs_to_one_service_belongs_to_it_alone_in_the_sdk(services):
    for name, source in SERVICE_OF.items():
        if name != "ConsoleLogin":
            assert services[name] == {source.removesuffix(".amazonaws.com")}, name


def test_a_name_of_several_services_is_in_several_of_the_sdk(services):
    for name, source in SEVERAL_SERVICES.items():
        assert source.removesuffix(".amazonaws.com") in services[name]
        assert len(services[name]) > 1, name


def node_of(record, fact):
    node = record
    for step in parse(f"{{ {fact.selector} = 1 }}").expression.selector.steps:
        node = _child(node, step)
    return node


RECORDS = [*templates(), *(event.record for event in EVERYDAY_EVENTS)]


@pytest.mark.parametrize("fact", FIELDS, ids=lambda fact: fact.selector)
def test_every_record_that_we_show_obeys_the_fact_about_a_field(fact):
    kinds = {dict: "object", list: "array", int: "number"}
    for record in RECORDS:
        node = node_of(record, fact)
        assert (kinds.get(type(node)) or kind_of(node)) in fact.kinds, record["eventName"]
        assert fact.texts is None or node is MISSING or node in fact.texts


@pytest.mark.parametrize("fact", EVENTS, ids=lambda fact: str(fact.when)[:60])
def test_every_record_that_we_show_obeys_the_implication(fact):
    assert all(fact.then.matches(record) for record in RECORDS if fact.when.matches(record))


def test_every_fact_names_its_source():
    assert all(fact.source for fact in FACTS)
    assert {type(fact) for fact in FACTS} == {FieldFact, EventFact}


@pytest.mark.parametrize(
    ("required", "candidate", "expected"),
    [
        ("$.eventName = *", "$.eventName = %.%", "gap"),
        ("$.eventName != X", "$.eventSource = *", "covered"),
        ("$.additionalEventData.MFAUsed != Yes", "$.additionalEventData.MFAUsed = No", "covered"),
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


def test_the_number_class_of_events_is_known():
    assert kind_of(Number("1")) == "number"
