import importlib
import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import (
    EVERYTHING,
    FACTS,
    NOTHING,
    EventFact,
    FieldFact,
    all_of,
    any_of,
    coverage,
    overlaps,
    parse,
    without,
)
from prowler_cis_monitoring.filter_pattern.coverage import covers
from prowler_cis_monitoring.filter_pattern.facts import facts_in
from prowler_cis_monitoring.filter_pattern.matching import Reading
from prowler_cis_monitoring.filter_pattern.pattern import of_expression
from prowler_cis_monitoring.filter_pattern.work import Work
from tests.filter_pattern import generators, long_run

ROOT = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'


def verdict(required, *filters, facts=FACTS):
    return coverage(parse(required), [parse(each) for each in filters], facts).verdict


def bare(required, *filters):
    return verdict(f"{{ {required} }}", *(f"{{ {each} }}" for each in filters), facts=())


# --- Spellings of one pattern -----------------------------------------------------------------------------------------

ROOT_SPELLINGS = [
    '{$.userIdentity.type="Root"&&$.userIdentity.invokedBy NOT EXISTS&&$.eventType!="AwsServiceEvent"}',
    "{ $.userIdentity.type = Root && $.userIdentity.invokedBy NOT EXISTS && $.eventType != AwsServiceEvent }",
    '{ ($.eventType != "AwsServiceEvent") && ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) }',
    '{ (($.userIdentity.type="Root") && (($.userIdentity.invokedBy NOT   EXISTS) && $.eventType!="AwsServiceEvent")) }',
    '{ $.userIdentity.type = "Root" }',
    "{ $.userIdentity.['type'] = Ro* }",
    "{ $.userIdentity.type = %^Root$% }",
    '{ $.eventName = "X" || $.userIdentity.type = "Root" }',
    "{ $.userIdentity.type != AssumedRole }",
    "{ $.eventName = * }",
    "{ $.* = Root || $.userIdentity.* = Root }",
    "Root",
    '?nothing ?"Root"',
    "%oot%",
    "",
]


@pytest.mark.parametrize("spelling", ROOT_SPELLINGS)
def test_every_equal_or_broader_spelling_covers(spelling):
    assert verdict(ROOT, spelling) == "covered"


@pytest.mark.parametrize(
    "spelling",
    [
        ROOT[:-2] + " && $.sourceIPAddress = 10.0.0.1 }",
        ROOT[:-2] + ' && $.userIdentity.type != "Root" }',
        ROOT[:-2] + " && $.userIdentity.sessionContext NOT EXISTS }",
        ROOT[:-2] + " && $.errorCode NOT EXISTS }",
        '{ $.userIdentity.type != "Root" }',
        '{ $.userIdentity.type = "Rootless" }',
        '{ $.userIdentity.type = "root" }',
        "{ $.userIdentity.type = Root && $.eventType = AwsApiCall }",
        "{ $.userIdentity.type = Root && $.eventName = ConsoleLogin }",
        '"userIdentity.type = Root"',
        "Root -AwsApiCall",
        "ERROR",
        "{ $.readOnly IS TRUE }",
    ],
)
def test_every_narrower_spelling_leaves_a_gap_with_an_event_that_shows_it(spelling):
    required, candidate = parse(ROOT), parse(spelling)
    answer = coverage(required, [candidate])
    assert answer.verdict == "gap"
    assert required.matches(answer.missed_event)
    assert not candidate.matches(answer.missed_event)


def test_several_filters_share_the_work():
    login = ROOT[:-2] + " && $.eventName = ConsoleLogin }"
    rest = ROOT[:-2] + " && $.eventName != ConsoleLogin }"
    assert verdict(ROOT, login) == "gap"
    assert verdict(ROOT, login, rest) == "covered"


def test_without_filters_there_is_a_gap_unless_nothing_is_required():
    assert verdict(ROOT) == "gap"
    assert coverage(NOTHING, []).verdict == "covered"
    assert coverage(NOTHING, []).reason == "no event is required"
    assert coverage(EVERYTHING, [parse(ROOT)]).verdict == "gap"


def test_a_required_pattern_that_contradicts_itself_needs_no_filter():
    assert bare("$.a = x && $.a = y") == "covered"
    assert bare("$.a = x && $.a NOT EXISTS") == "covered"
    assert bare("$.a = x && $.a.b = y") == "covered"
    assert bare("$.a[0] = x && $.a.b = y") == "covered"
    assert bare("$.a[2] = x && $.a[1] NOT EXISTS") == "covered"


# --- One field --------------------------------------------------------------------------------------------------------

CERTAIN = [
    ("$.a = x", "$.a = *", "covered"),
    ("$.a = x", "$.a != y", "covered"),
    ("$.a != y", "$.a = *", "covered"),
    ("$.a = *", "$.a != y", "gap"),
    ("$.a = *", "$.a != y || $.a = y", "covered"),
    ("$.a NOT EXISTS", "$.a != y", "gap"),
    ("$.a != y", "$.a NOT EXISTS", "gap"),
    ("$.a NOT EXISTS", "$.a IS NULL", "gap"),
    ("$.a IS NULL", "$.a NOT EXISTS", "gap"),
    ("$.a IS TRUE", "$.a IS TRUE || $.b = x", "covered"),
    ("$.a IS TRUE", "$.a IS FALSE", "gap"),
    ("$.a = ab*", "$.a = a*", "covered"),
    ("$.a = a*", "$.a = ab*", "gap"),
    ("$.a = a*c", "$.a = a* && $.a = *", "covered"),
    ("$.a = %^a[bc]%", "$.a = ab* || $.a = ac*", "covered"),
    ("$.a = %^a[bcd]%", "$.a = ab* || $.a = ac*", "gap"),
    ("$.a = a*", "$.a = %^a%", "covered"),
    ("$.a = %^a$%", "$.a = a", "covered"),
    ("$.a > 5", "$.a > 4", "covered"),
    ("$.a > 4", "$.a > 5", "gap"),
    ("$.a > 4", "$.a >= 4.5 || $.a < 4.5", "covered"),
    ("$.a > 4", "$.a > 4.5 || $.a < 4.5", "gap"),
    ("$.a > 4 && $.a < 5", "$.a = 4.*", "covered"),
    ("$.a > 4", "$.a = *", "covered"),
    ("$.a = 12", '$.a = "12"', "gap"),
    ('$.a = "12"', "$.a = 12", "covered"),
    ("$.a.b = x", "$.a.b = x || $.a NOT EXISTS", "covered"),
    ("$.a NOT EXISTS", "$.a.b NOT EXISTS", "covered"),
    ("$.a = x", "$.a.b NOT EXISTS", "covered"),
    ("$.a.b NOT EXISTS", "$.a NOT EXISTS", "gap"),
    ('$.a > 0 && $.a = "1"', '$.a = "1" || $.a = "2"', "covered"),
    ("$.c IS NULL", "$.l[*].b NOT EXISTS", "gap"),
    ("$.l[*] != x", "$.c = x", "gap"),
    ("$.c IS NULL", "$.l[*].b IS NULL", "gap"),
    ("$.l[*] IS NULL", "$.l[*] IS NULL", "covered"),
    ("$.l[0] IS NULL && $.l[1] IS NULL", "$.l[*] IS NULL", "unknown"),
    ("$.l[1] = x", "$.l[*] = x", "covered"),
    ("$.l[*] = x", "$.l[0] = x", "gap"),
    ("$.l[*] = x && $.l[*] = y", "$.l[1] = * || $.l[2] = *", "gap"),
    ("$.* = x", "$.a = x", "gap"),
    ("$.a.b = x", "$.a.* = x", "covered"),
    ("$.a[1] = x", "$.a[0] = * || $.a[0] != x || $.a[1] = x", "covered"),
]


@pytest.mark.parametrize(("required", "candidate", "expected"), CERTAIN)
def test_one_condition_against_another(required, candidate, expected):
    assert bare(required, candidate) == expected


# --- What AWS does not document ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("required", "candidate", "construct"),
    [
        ("$.a = true", '$.a = "true"', "= or != on a JSON boolean"),
        ("$.a IS TRUE", "$.a = true", "= or != on a JSON boolean"),
        ("$.a IS TRUE", "$.a != x", "= or != on a JSON boolean"),
        ('$.a = "7"', "$.a > 5", "< <= > >= on a text"),
        ("$.a.b NOT EXISTS", "$.a.b NOT EXISTS && $.a IS NULL || $.a.b NOT EXISTS && $.a.b.c NOT EXISTS", ""),
        ("$.a IS NULL", "$.a.b NOT EXISTS", "NOT EXISTS under a null parent"),
        ("$.a = aba", "$.a = *a", "a wildcard in front of a text that occurs twice"),
        ("$.a[*] = x", "$.a[*] = x && ($.a[*] != y || $.b = z)", "!= or IS with a wildcard selector"),
        ("$.a[0].b = x && $.a[1].b = x && $.a[2] NOT EXISTS", "$.a[*].b != y", ""),
        ("$.a[0].b NOT EXISTS && $.a[0].c = x", "$.a[*].b NOT EXISTS", "NOT EXISTS with a wildcard selector"),
    ],
)
def test_a_verdict_is_unknown_only_if_it_depends_on_what_aws_does_not_document(required, candidate, construct):
    answer = coverage(parse(f"{{ {required} }}"), [parse(f"{{ {candidate} }}")], facts=())
    if construct:
        assert answer.verdict == "unknown"
        assert any(each.startswith(construct) for each in answer.constructs)
        assert construct in answer.reason
        assert answer.missed_event is None
    else:
        assert answer.verdict == "covered"


def test_only_the_choices_that_decide_are_named():
    required = parse('{ $.a IS TRUE && $.b = "5" }')
    filters = [parse("{ $.a = true }"), parse("{ $.b > 7 }")]
    assert coverage(required, filters, facts=()).constructs == ("= or != on a JSON boolean",)
    either = [parse("{ $.a = true && $.b > 3 }")]
    assert coverage(required, either, facts=()).constructs == (
        "= or != on a JSON boolean",
        "< <= > >= on a text that looks like a number",
    )
    assert coverage(required, either, facts=()).reason == (
        "the answer depends on what AWS does not document or is too hard to decide: "
        "= or != on a JSON boolean; < <= > >= on a text that looks like a number"
    )
    quoted = coverage(
        parse("{ $.a = true && $.b.c NOT EXISTS }"), [parse('{ $.a = "true" && $.b.c NOT EXISTS }')], facts=()
    )
    assert quoted.constructs == ("= or != on a JSON boolean",)


@pytest.mark.parametrize(
    ("required", "candidate"),
    [
        ("$.eventName = *g", "$.eventName = X"),
        ("$.eventName = *", "$.readOnly = false"),
        ("$.eventName = *", '$.readOnly != "true"'),
        ("$.eventName = *", "$.userAgent > 1"),
        ("$.userAgent = *", "$.userAgent > 1 || $.userAgent = *11"),
        ("$.requestParameters.x NOT EXISTS && $.eventName = *Vpc", "$.eventName = X"),
    ],
)
def test_a_missed_event_is_missed_whatever_the_undocumented_means(required, candidate):
    wanted, caught = parse(f"{{ {required} }}"), parse(f"{{ {candidate} }}")
    event = coverage(wanted, [caught]).missed_event
    for choice in itertools.product((True, False), repeat=5):
        reading = Reading(*choice)
        assert wanted.matches(event, reading)
        assert not caught.matches(event, reading)


def test_only_a_gap_has_an_event():
    required = parse("{ $.eventName = CreateVpc }")
    assert coverage(required, [required]).missed_event is None
    assert coverage(parse(ROOT), [parse(r'"\"type\":\"Root\""')]).missed_event is None
    assert coverage(required, [parse("{ $.eventName = DeleteVpc }")]).missed_event


def test_the_bare_answer_is_true_false_or_none():
    required = parse("{ $.a IS TRUE }")
    assert covers(required, [required], ()) is True
    assert covers(required, [], ()) is False
    assert covers(required, [parse("{ $.a = true }")], ()) is None


@pytest.mark.parametrize(("refused", "left"), [("CreateVpc", "DeleteVpc"), ("DeleteVpc", "CreateVpc")])
def test_a_text_that_refuses_one_value_leaves_the_other(refused, left):
    both = parse("{ $.eventName = CreateVpc || $.eventName = DeleteVpc }")
    answer = coverage(all_of(both, parse(f"-{refused}")), [])
    assert (answer.verdict, answer.missed_event["eventName"]) == ("gap", left)


def test_an_undocumented_condition_still_covers_itself():
    for condition in (
        "$.a = true",
        "$.a != x",
        "$.a > 5",
        "$.a.b NOT EXISTS",
        "$.a = *a",
        "$.a[*] != x",
        "$.a[*].b NOT EXISTS",
    ):
        assert bare(condition, condition) == "covered"
    assert bare("$.l IS NULL", "$.l[*].b NOT EXISTS") == "covered"


def test_quoted_values_may_or_may_not_compare_booleans_as_texts():
    assert bare("$.a IS TRUE", '$.a = "true"') == "unknown"
    assert bare("$.a = true", '$.a = "true"') == "unknown"
    assert bare('$.a = "true"', "$.a = true") == "covered"


def test_a_gap_that_does_not_need_the_undocumented_is_a_gap():
    assert bare("$.a IS TRUE", "$.a = true && $.b = x") == "gap"
    assert bare("$.a = *", "$.a = true") == "gap"
    assert bare("$.a = *", "$.a = *b") == "gap"


def test_a_message_pattern_is_unknown_where_the_fields_do_not_decide_it():
    answer = coverage(parse(ROOT), [parse(r'"\"type\":\"Root\""')])
    assert answer.verdict == "unknown"
    assert answer.constructs == ("a pattern on the text of the message, which depends on more than the fields",)


def test_the_bare_answer_on_message_patterns_is_the_same():
    required = parse(ROOT)
    for text in ("ERROR", r'"\"type\":\"Root\""', "eventName", "-eventName", "%eventName%", '"userIdentity.type"'):
        bare_answer = {"covered": True, "gap": False, "unknown": None}[coverage(required, [parse(text)]).verdict]
        assert covers(required, [parse(text)]) is bare_answer, text


def test_a_message_pattern_covers_itself_alone_or_with_fields():
    for text in ("ERROR", "ERROR -x", "?a ?b", "%x[0-9]%", "[a, b = 1]"):
        pattern = parse(text)
        both = all_of(pattern, parse("{ $.eventName = X }"))
        assert coverage(pattern, [pattern]).verdict == "covered"
        assert coverage(both, [both]).verdict == "covered"
        assert coverage(both, [pattern]).verdict == "covered"


def test_an_excluded_term_that_every_required_event_contains_leaves_a_gap():
    assert verdict("{ $.eventName = CreateVpc }", "-CreateVpc") == "gap"
    assert verdict("{ $.eventName = CreateVpc }", "CreateVpc -nonsense") == "unknown"


def test_a_required_term_is_judged_by_what_every_required_event_contains():
    create = parse("{ $.eventName = CreateVpc }")
    assert coverage(all_of(create, parse("CreateVpc")), []).verdict == "gap"
    assert coverage(all_of(create, parse("-CreateVpc")), []).verdict == "covered"
    assert coverage(all_of(create, parse("CreateVpc")), [create]).verdict == "covered"
    assert verdict("{ $.sourceIPAddress = 10.20.* }", '"10.20."') == "covered"
    assert verdict("{ $.sourceIPAddress = 10.20.* }", '"10.20.30"') == "gap"
    assert verdict("{ $.sourceIPAddress != 10.20.* }", '"10.20."') == "gap"


def test_a_term_in_every_record_matches_every_record():
    assert verdict(ROOT, "eventName") == "covered"
    assert verdict(ROOT, "userIdentity awsRegion") == "covered"
    nested = (FieldFact("$.outer.inner", frozenset({"string"}), "here"),)
    assert verdict("{ $.eventName = CreateVpc }", "outer inner", facts=nested) == "covered"
    assert verdict("{ $.eventName = CreateVpc }", '"outer.inner"', facts=nested) == "unknown"


@pytest.mark.parametrize(
    "text", ["AwsApiCall", "111122223333", r'"\"eventType\":\"AwsApiCall\""', r'"\"readOnly\":false"']
)
def test_a_term_is_missed_only_by_a_record_that_there_may_be(text):
    assert verdict("{ $.eventName = CreateVpc }", text) == "unknown"
    assert verdict("{ $.eventName = CreateVpc }", text, facts=()) == "gap"


@pytest.mark.parametrize(
    ("required", "filters", "expected"),
    [
        # A filter that adds nothing takes nothing away: its wildcard says nothing of the value that was chosen.
        (
            "$.errorCode = *Operation || $.errorCode = AccessDenied*",
            ["{ $.errorCode = *Operation }", "{ $.errorCode = *Operation && $.eventName = Create* }", "Create"],
            "gap",
        ),
        (
            "$.userIdentity.type = Root && $.eventName = *",
            ["{ $.userIdentity.type = IAMUser && $.eventName = *AccessKey }", "AccessKey"],
            "gap",
        ),
        ("$.requestParameters.* = x", ["member"], "unknown"),
        ("$.requestParameters.* = x && $.requestParameters.member = x", ["member"], "covered"),
        ("$.userIdentity.type = Root", ["[]"], "unknown"),
        ("$.errorCode = AccessDenied", ["%errorCode.*eventID%"], "unknown"),
        ("$.errorCode = AccessDenied", ["%eventID.*errorCode%"], "unknown"),
        ("$.eventSource = iam.amazonaws.com && $.eventName = CreateUser", ["zzz"], "gap"),
        ("$.eventSource = organizations.amazonaws.com && $.eventName = CloseAccount", ["zzz"], "gap"),
    ],
)
def test_a_text_is_certain_only_if_every_record_holds_it(required, filters, expected):
    assert verdict(f"{{ {required} }}", *filters) == expected


def test_a_value_that_stands_for_others_does_not_rule_an_overlap_out():
    required = all_of(parse("{ $.a = x && $.eventName = * }"), parse("{ $.a = x || $.eventName = Create* }"))
    assert overlaps(required, parse("-Create"))
    assert overlaps(parse("{ $.requestParameters.* = x }"), parse("-member"))


def test_an_answer_prints_without_what_was_asked():
    answer = coverage(parse(ROOT), [parse(ROOT)])
    reason = "the filter matches every required event"
    assert answer == coverage(parse(ROOT), [parse(ROOT)], ())
    assert repr(answer) == f"Coverage(verdict='covered', reason={reason!r}, missed_event=None, constructs=())"


def test_differences_rest_on_the_facts_of_the_question():
    known = FieldFact("$.color", frozenset({"string"}), "here")
    required, candidate = parse("{ $.size = 1 }"), parse("{ $.size = 1 && $.color != red }")
    assert coverage(required, [candidate], [known]).differences == ("does not match when $.color is red",)
    assert coverage(required, [candidate], []).differences == (
        "needs $.color to exist",
        "does not match when $.color is red",
    )


# --- Combined patterns ------------------------------------------------------------------------------------------------


def test_what_the_trail_leaves_out_is_missed():
    key = parse(
        "{ $.eventSource = kms.amazonaws.com && ($.eventName = DisableKey || $.eventName = ScheduleKeyDeletion) }"
    )
    recorded = parse('{ $.eventSource != "kms.amazonaws.com" }')
    answer = coverage(key, [all_of(recorded, key)])
    assert answer.verdict == "gap"
    assert answer.missed_event["eventName"] in ("DisableKey", "ScheduleKeyDeletion")
    vpc = parse("{ $.eventSource = ec2.amazonaws.com && $.eventName = CreateVpc }")
    assert coverage(vpc, [all_of(recorded, vpc)]).verdict == "covered"


def test_approved_exclusions_need_not_be_caught():
    narrowed = parse(ROOT[:-2] + ' && $.sourceIPAddress != "198.51.100.7" }')
    assert coverage(parse(ROOT), [narrowed]).verdict == "gap"
    approved = parse('{ $.sourceIPAddress = "198.51.100.7" }')
    assert coverage(without(parse(ROOT), approved), [narrowed]).verdict == "covered"
    assert coverage(without(parse(ROOT), parse(ROOT)), []).verdict == "covered"


def test_nothing_covers_only_nothing():
    assert coverage(parse(ROOT), [NOTHING]).verdict == "gap"
    assert coverage(any_of(NOTHING, parse(ROOT)), [parse(ROOT)]).verdict == "covered"


def test_overlap_is_denied_only_when_it_is_impossible():
    assert overlaps(parse(ROOT), parse("{ $.eventName = CreateVpc }"))
    assert overlaps(parse(ROOT), parse("ERROR"))
    assert overlaps(parse("{ $.a = true }"), parse("{ $.a IS TRUE }"), facts=())
    assert not overlaps(parse("{ $.a = x }"), parse("{ $.a IS TRUE }"), facts=[])
    assert not overlaps(parse(ROOT), parse("{ $.userIdentity.type = IAMUser }"))
    assert not overlaps(parse("{ $.eventName = CreateVpc }"), parse("{ $.eventSource = iam.amazonaws.com }"))


@pytest.mark.parametrize("more", ["$.eventName = CreateVpc", '$.awsRegion = "eu-west-1"'])
def test_overlap_that_a_known_record_shows_takes_next_to_no_work(more):
    candidate = f'{{ ($.userIdentity.arn != "*Build*") && ({more}) }}'
    assert overlaps(parse(CONTROLS["vpc_changes"].required_pattern), parse(candidate), work=Work(100))
    assert not overlaps(parse(candidate), parse('{ ($.awsRegion = "ca-west-1") && ($.awsRegion = "us-west-2") }'))


def test_records_of_global_services_do_not_happen_in_another_region():
    required = parse(CONTROLS["organizations_changes"].required_pattern)
    assert not overlaps(required, parse('{ ($.userIdentity.arn != "*Build*") && ($.awsRegion = "eu-west-1") }'))
    assert overlaps(required, parse('{ ($.userIdentity.arn != "*Build*") && ($.awsRegion = "us-east-1") }'))
    sign_in = parse('{ ($.userIdentity.type = "Root") && ($.eventName = ConsoleLogin) }')
    assert not overlaps(sign_in, parse('{ $.awsRegion = "eu-west-1" }'))


def test_a_known_record_shows_no_overlap_in_a_partition_where_it_cannot_happen():
    required = parse("{ $.eventName = CreateVpc }")
    anywhere, here = parse('{ $.awsRegion = "us-east-1" }'), facts_in("aws-cn")
    assert overlaps(required, anywhere)
    assert not overlaps(required, anywhere, facts=here)


def test_overlap_with_a_text_is_confirmed_by_an_event_of_both():
    assert overlaps(parse("{ $.eventName = CreateVpc }"), parse("CreateVpc"))
    assert not overlaps(parse("{ $.eventName = CreateVpc }"), parse("-CreateVpc"))


# --- Bounds -----------------------------------------------------------------------------------------------------------

BOUNDS = importlib.import_module("prowler_cis_monitoring.filter_pattern.coverage")
SEARCH = importlib.import_module("prowler_cis_monitoring.filter_pattern.search")
TOO_HARD = "a comparison that takes more than 200,000 steps"


def test_many_wildcards_on_one_field_end_as_unknown():
    many = " || ".join(f"$.a = *{one}{two}*" for one in "abcd" for two in "efghij")
    answer = coverage(parse(f"{{ {many} }}"), [parse("{ $.a = *x*y*z* && $.b = * }")], facts=())
    assert answer.verdict == "unknown"
    assert answer.constructs == (TOO_HARD,)


def test_numbers_of_many_digits_end_as_unknown():
    answer = coverage(parse("{ $.a > 1e500 }"), [parse("{ $.a > 2e500 }")], facts=())
    assert answer.verdict == "unknown"
    assert answer.constructs == ("1E+500 has more than 400 digits",)


def test_patterns_nested_too_deeply_end_as_unknown():
    deep = parse("{ $.a = 1 }")
    for _ in range(150):
        deep = any_of(parse("{ $.b = 1 }"), all_of(deep, parse("{ $.c = 1 }")))
    answer = coverage(deep, [parse("{ $.a = 1 }")])
    assert answer.verdict == "unknown"
    assert answer.constructs == ("patterns nested more than 200 deep",)


def test_a_pattern_covers_itself_however_hard_it_is():
    hard = parse('{ $.l[1].a NOT EXISTS && ($.l[*].a != b || $.l[*] != "1") && $.l[*].a = "*1" }')
    wider = any_of(hard, parse("{ $.l[*].b = 1 && $.l[2].b > 1 }"))
    assert coverage(hard, [wider], ()).constructs == (TOO_HARD,)
    assert coverage(hard, [wider, hard], ()).verdict == "covered"
    huge = parse("{ $.a > 1e500 }")
    assert coverage(huge, [huge], ()).verdict == "covered"


def test_a_parent_that_cannot_have_members_is_seen_before_its_members_are_tried():
    members = " && ".join(f"($.a.b{number} = x || $.a.c{number} = x)" for number in range(13))
    assert bare(f"$.a IS NULL && {members}") == "covered"


def test_hundreds_of_fields_end_as_unknown():
    wide = [parse(f"{{ $.f{number} = 1 }}") for number in range(201)]
    assert coverage(all_of(*wide), []).constructs == ("more than 200 fields",)
    assert coverage(all_of(*wide[1:]), []).verdict == "gap"


def test_a_question_that_takes_too_much_work_ends_as_unknown(monkeypatch):
    required, candidate = parse("{ $.a = 1 && $.b = 1 && $.c = 1 }"), parse("{ $.a = 1 && $.b = 1 && $.c != 2 }")
    assert coverage(required, [candidate], ()).verdict == "covered"
    monkeypatch.setattr(BOUNDS, "UNITS_OF_A_QUESTION", 10)
    assert coverage(required, [candidate], ()).constructs == (TOO_HARD,)


def test_a_gap_that_no_record_shows_ends_as_unknown(monkeypatch):
    monkeypatch.setattr(SEARCH.events, "tell", lambda *_, **__: None)
    assert coverage(parse(ROOT), [], ()).constructs == ("an event of the gap could not be written down",)


def test_texts_that_refuse_every_event_end_as_unknown(monkeypatch):
    required, candidate = parse("{ $.eventName = CreateVpc || $.eventName = DeleteVpc }"), parse("eventID")
    either = any_of(parse("AwsApiCall"), parse(r'"\"a\""'))
    assert coverage(required, [candidate]).verdict == "covered"
    monkeypatch.setattr(SEARCH, "MAXIMUM_UNCONFIRMED", 0)
    answer = coverage(required, [either])
    assert answer.constructs == ("a pattern on the text of the message, which depends on more than the fields",)


def test_500_nested_parentheses_are_decided():
    deep = "{" + "(" * 500 + "$.a=1" + ")" * 500 + "}"
    assert verdict(deep, deep, facts=()) == "covered"


def test_a_hundred_filters_are_decided_together():
    required = parse("{ " + " || ".join(f"$.eventName = Name{number}" for number in range(15)) + " }")
    filters = [parse(f"{{ $.eventName = Name{number} && $.eventSource = * }}") for number in range(100)]
    assert coverage(required, filters).verdict == "covered"
    assert coverage(required, filters[1:]).verdict == "gap"


# --- Facts ------------------------------------------------------------------------------------------------------------


def test_facts_can_be_left_out_or_replaced():
    assert verdict("{ $.eventName = CreateVpc }", "{ $.eventSource = ec2.amazonaws.com }") == "covered"
    assert verdict("{ $.eventName = CreateVpc }", "{ $.eventSource = ec2.amazonaws.com }", facts=()) == "gap"
    color = FieldFact("$.color", frozenset({"string"}), "here", ("red", "green"))
    assert verdict("{ $.color != red }", "{ $.color = green }", facts=(color,)) == "covered"
    rule = EventFact(parse("{ $.color = red }"), parse("{ $.size IS NULL }"), "here")
    assert verdict("{ $.color = red }", "{ $.size IS NULL }", facts=[rule]) == "covered"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("IS FALSE", "covered"),
        ("IS TRUE", "gap"),
        ("NOT EXISTS", "gap"),
        ("IS NULL", "gap"),
        ("= x", "gap"),
        ("!= x", "unknown"),
    ],
)
def test_a_boolean_that_facts_fix_is_not_taken_for_the_other(condition, expected):
    assert verdict("{ $.eventName = CreateVpc }", f"{{ $.readOnly {condition} }}") == expected


def test_facts_reach_through_a_field_that_nothing_asks_for():
    region, others = "{ $.awsRegion = us-east-1 }", "{ $.eventName != PutUserPolicy }"
    for required in (ROOT, "{ $.eventName = * }"):
        assert verdict(required, region, others) == "covered"
        assert verdict(required, region, "{ $.eventName != CreateVpc }") == "gap"
    elsewhere = facts_in("aws-cn")
    assert verdict(ROOT, region, others, facts=elsewhere) == "gap"


def test_a_fact_may_be_about_an_element():
    fact = FieldFact("$.a[0]", frozenset({"string"}), "here")
    assert verdict("{ $.a[0] = x && $.z = y }", "ERROR", facts=[fact]) == "gap"
    assert fact.allows({"a": ["x"]})
    assert not fact.allows({"a": [1]})


@pytest.mark.parametrize("test", ["IS TRUE", "IS FALSE", "IS NULL", "!= x"])
def test_every_member_of_the_root_includes_those_that_every_event_has(test):
    assert verdict(f"{{ $.* {test} }}") == "unknown"
    assert verdict(f"{{ $.* {test} }}", facts=()) == "gap"


# --- Laws -------------------------------------------------------------------------------------------------------------

SEEDS = st.integers(0, 2**32)


def random_patterns(seed, count):
    dice = random.Random(seed)
    return [
        of_expression(generators.expression(dice, size=dice.randint(1, 4), wild=dice.random() < 0.1))
        for _ in range(count)
    ]


@given(SEEDS)
def test_coverage_is_reflexive(seed):
    (pattern,) = random_patterns(seed, 1)
    assert coverage(pattern, [pattern], facts=()).verdict == "covered"


@given(SEEDS)
def test_more_filters_never_cover_less(seed):
    required, first, second = random_patterns(seed, 3)
    if covers(required, [first], ()) is True:
        assert covers(required, [first, second], ()) is True
    if covers(required, [first, second], ()) is False:
        assert covers(required, [first], ()) is False


@given(SEEDS)
def test_coverage_is_transitive(seed):
    dice = random.Random(seed)
    first = generators.expression(dice, size=3)
    second = generators.weakened(dice, first)
    third = generators.weakened(dice, second)
    one, two, three = map(of_expression, (first, second, third))
    if covers(one, [two], ()) is True and covers(two, [three], ()) is True:
        assert covers(one, [three], ()) is True


@given(SEEDS)
def test_what_is_covered_by_both_is_covered_by_all_of_both(seed):
    required, first, second = random_patterns(seed, 3)
    if covers(required, [first], ()) is True and covers(required, [second], ()) is True:
        assert covers(required, [all_of(first, second)], ()) is True


@given(SEEDS)
def test_overlap_is_a_gap_of_both_where_nothing_is_caught(seed):
    first, second = random_patterns(seed, 2)
    both_by_nothing = coverage(all_of(first, second), (), facts=()).verdict
    assert overlaps(first, second, facts=()) is (both_by_nothing != "covered")


@given(SEEDS)
def test_no_random_event_contradicts_a_covered_verdict(seed):
    dice = random.Random(seed)
    required, filters = generators.question(dice)
    patterns = [of_expression(each) for each in filters]
    answer = coverage(of_expression(required), patterns, facts=())
    for _ in range(20):
        event = generators.event(dice)
        if answer.verdict == "covered" and of_expression(required).matches(event):
            assert any(each.matches(event) for each in patterns)


@given(SEEDS)
def test_z3_gives_the_same_verdict_and_matching_confirms_every_gap(seed):
    required, filters, ours, theirs, _ = long_run.answers(random.Random(seed))
    assert long_run.agree(required, filters, ours, theirs), (
        str(required),
        [str(each) for each in filters],
        ours,
        theirs,
    )


def test_z3_agrees_on_the_same_few_hundred_questions_every_time():
    dice = random.Random(20)
    for _ in range(200):
        required, filters, ours, theirs, _ = long_run.answers(dice)
        assert long_run.agree(required, filters, ours, theirs), (
            str(required),
            [str(each) for each in filters],
            ours,
            theirs,
        )
