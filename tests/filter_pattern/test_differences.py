import pytest

from prowler_cis_monitoring.filter_pattern import coverage, parse, without

ROOT = '$.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent"'


@pytest.mark.parametrize(
    ("required", "filters", "sentences"),
    [
        (ROOT, [f"{ROOT} && $.sourceIPAddress = 10.0.0.1"], ["does not match when $.sourceIPAddress is not 10.0.0.1"]),
        (ROOT, [f"{ROOT} && $.sourceIPAddress != 10.0.0.1"], ["does not match when $.sourceIPAddress is 10.0.0.1"]),
        (
            ROOT,
            [f"{ROOT} && $.userIdentity.userName = x"],
            ["does not match when $.userIdentity.userName is not x or does not exist"],
        ),
        (ROOT, [f"{ROOT} && $.userIdentity.accessKeyId = *"], ["needs $.userIdentity.accessKeyId to exist"]),
        (ROOT, [f"{ROOT} && $.errorCode NOT EXISTS"], ["does not match when $.errorCode exists"]),
        (ROOT, [f"{ROOT} && $.responseElements IS NULL"], ["does not match unless $.responseElements IS NULL"]),
        (
            ROOT,
            [f"{ROOT} && $.errorCode != AccessDenied"],
            ["needs $.errorCode to exist", "does not match when $.errorCode is AccessDenied"],
        ),
        (
            ROOT,
            [f"{ROOT} && $.sourceIPAddress = 10.* && $.userAgent = x"],
            [
                "does not match when $.sourceIPAddress is not 10.*",
                "does not match when $.userAgent is not x or does not exist",
            ],
        ),
        (ROOT, ['$.userIdentity.type = "User"'], ["matches none of the required events"]),
        (ROOT, [], ["matches none of the required events"]),
        (
            "$.eventName = A && ($.errorCode NOT EXISTS || $.errorCode != x)",
            ["$.eventName = A && $.errorCode != x"],
            ["needs $.errorCode to exist"],
        ),
        (
            "$.eventSource = x.amazonaws.com && ($.eventName = A || $.eventName = B)",
            ["$.eventSource = x.amazonaws.com && $.eventName = A"],
            ["misses $.eventName B"],
        ),
        (
            "$.eventName = A || $.eventName = B",
            ["$.eventName = A && $.errorCode NOT EXISTS", "$.eventName = B"],
            ["does not match when $.errorCode exists"],
        ),
        (
            "$.eventName = A",
            ["$.eventName = A && ($.errorCode = x || $.errorMessage = y) && $.sourceIPAddress = 10.*"],
            [
                "does not match when $.errorCode is not x or does not exist, unless $.errorMessage is y",
                "does not match when $.sourceIPAddress is not 10.*",
            ],
        ),
        (
            "$.eventName = A || $.eventName = B",
            ["($.eventName = A && $.awsRegion = eu-west-1) || $.eventName = B"],
            ["does not match when $.awsRegion is not eu-west-1, unless $.eventName is B"],
        ),
        (
            "$.eventName = A || $.eventName = B || $.eventName = C || $.eventName = D",
            ["($.eventName = A && $.errorCode NOT EXISTS) || ($.eventName = B || $.eventName = C || $.eventName = D)"],
            ["does not match when $.errorCode exists, unless $.eventName is B or C or D"],
        ),
        (
            ROOT,
            [f"{ROOT} && ($.userIdentity.accessKeyId = * || $.eventName != Decrypt)"],
            ["needs $.userIdentity.accessKeyId to exist, unless $.eventName is not Decrypt"],
        ),
        (
            ROOT,
            [f"{ROOT} && ($.errorCode NOT EXISTS || ($.awsRegion = eu-west-1 && $.userAgent = x))"],
            ["does not match when $.errorCode exists, unless $.awsRegion = eu-west-1 && $.userAgent = x"],
        ),
        # What cannot happen together with a required event is no exception.
        (
            "$.eventName = A || $.eventName = B",
            ["($.eventName = A || $.eventName = B) && ($.awsRegion = eu-west-1 || $.eventName = C)"],
            ["does not match when $.awsRegion is not eu-west-1"],
        ),
        (
            ROOT,
            [f"{ROOT} && ($.errorCode NOT EXISTS || " + " || ".join(f"$.f{n} = {'x' * 20}" for n in range(9)) + ")"],
            ["does not match when $.errorCode exists, unless one of 9 other conditions holds"],
        ),
        (
            "$.errorCode = x || $.eventName = A || $.eventName = B",
            ["$.eventName = A"],
            ["does not match when $.eventName is not A"],
        ),
        ("$.eventName = A || $.eventName = B", ["$.eventName = C"], ["matches none of the required events"]),
        (
            ROOT,
            ["$.userIdentity.type = Root && $.requestParameters.n > 5"],
            ["does not match when $.requestParameters.n is not > 5 or does not exist"],
        ),
        (
            "$.eventName = A || $.eventName = B || $.eventName = C",
            ["$.eventName = B"],
            ["misses $.eventName A, C"],
        ),
        (
            "$.eventName = A || $.eventName = B || $.eventName = C",
            ["$.eventName = A", "$.eventName = C && $.eventSource = *"],
            ["misses $.eventName B"],
        ),
        (
            "$.eventName = A || $.eventName = B",
            ["($.eventName = A || $.eventName = B) && $.awsRegion = eu-west-1"],
            ["does not match when $.awsRegion is not eu-west-1"],
        ),
        (
            "$.eventName = A || $.eventName = B || $.eventName = C",
            ["($.eventName = A || $.eventName = B) && $.errorCode NOT EXISTS"],
            ["misses $.eventName C", "does not match when $.errorCode exists"],
        ),
        (
            "$.errorCode = Denied* || $.errorCode = *Failed",
            ["$.errorCode = DeniedHere || $.errorCode = HasFailed"],
            ["does not match when $.errorCode is none of DeniedHere, HasFailed"],
        ),
        (ROOT, [ROOT], []),
    ],
)
def test_the_difference_is_said_in_plain_sentences(required, filters, sentences):
    answer = coverage(parse(f"{{ {required} }}"), [parse(f"{{ {each} }}") for each in filters])
    assert list(answer.differences) == sentences


def test_the_nearest_filter_is_explained():
    far = f"{{ {ROOT} && $.userAgent = x && $.errorCode = y }}"
    near = f"{{ {ROOT} && $.sourceIPAddress = 10.0.0.1 }}"
    answer = coverage(parse(f"{{ {ROOT} }}"), [parse(far), parse(near)])
    assert answer.differences == ("does not match when $.sourceIPAddress is not 10.0.0.1",)
    near = f"{{ {ROOT} && $.sessionCredentialFromConsole = * }}"
    answer = coverage(parse(f"{{ {ROOT} }}"), [parse(far), parse(near)])
    assert answer.differences == ("needs $.sessionCredentialFromConsole to exist",)


def test_an_exclusion_is_no_condition_to_name():
    required = parse(f"{{ {ROOT} }}")
    narrowed = without(required, parse("{ $.sourceIPAddress = 10.0.0.1 }"))
    assert coverage(required, [narrowed]).differences == ("matches only some of the required events",)


def test_a_message_pattern_is_explained_by_itself():
    assert coverage(parse(f"{{ {ROOT} }}"), [parse("ERROR")]).differences == ("needs the message to match ERROR",)


def test_reasons_say_how_many_filters_there_are():
    required = parse(f"{{ {ROOT} }}")
    other = parse("{ $.eventName = X }")
    another = parse("{ $.eventName = Y }")
    assert coverage(required, []).reason == "there is no filter"
    assert coverage(required, [other]).reason == "the filter misses a required event"
    assert coverage(required, [other, another, other]).reason == "the 2 filters together miss a required event"
    assert coverage(required, [required]).reason == "the filter matches every required event"
    assert coverage(required, [required, other]).reason == "the 2 filters together match every required event"
