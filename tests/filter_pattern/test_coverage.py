from prowler_cis_monitoring.filter_pattern import all_of, coverage, parse

ROOT = parse(
    '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
)


def test_a_pattern_covers_itself():
    assert coverage(ROOT, [ROOT]).verdict == "covered"


def test_a_narrowed_filter_leaves_a_gap_with_a_confirmed_event():
    narrowed = all_of(ROOT, parse("{ $.sourceIPAddress = 10.0.0.1 }"))
    answer = coverage(ROOT, [narrowed])
    assert answer.verdict == "gap"
    assert ROOT.matches(answer.missed_event)
    assert not narrowed.matches(answer.missed_event)
    assert answer.differences == ("does not match when $.sourceIPAddress is not 10.0.0.1",)
