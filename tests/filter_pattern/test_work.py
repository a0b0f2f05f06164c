import pytest

from prowler_cis_monitoring.filter_pattern import coverage, parse
from prowler_cis_monitoring.filter_pattern import work as work_module
from prowler_cis_monitoring.filter_pattern.coverage import covers, decided, overlaps
from prowler_cis_monitoring.filter_pattern.facts import FACTS
from prowler_cis_monitoring.filter_pattern.work import SpentError, TooHardError, Work, forget, remembered

REQUIRED = parse('{ ($.eventName = "*ab*") || ($.eventName = "*cd*") }')
FILTERS = (parse('{ $.eventName = "*a*" }'), parse('{ $.eventName = "*c*d*" }'))


@remembered(lambda key, result: len(result))
def doubled(work, text):
    work.spend(len(text))
    return text * 2


@remembered(lambda key, result: len(result))
def quadrupled(work, text):
    return doubled(work, doubled(work, text))


def spent(question, units=1_000_000):
    work = Work(units)
    question(work)
    return work.spent


def test_work_ends():
    work = Work(3)
    work.spend(3)
    with pytest.raises(SpentError, match="more steps together"):
        work.spend()


def test_who_exceeds_a_part_is_too_hard_and_the_rest_is_left():
    work = Work(10)
    with pytest.raises(TooHardError, match="a comparison that takes more") as raised, work.part(4) as part:
        part.spend(5)
    assert type(raised.value) is TooHardError
    assert work.left == 5


def test_who_exceeds_what_is_left_came_too_late():
    work = Work(3)
    with pytest.raises(SpentError), work.part(4) as part:
        part.spend(4)


def test_an_answer_costs_the_same_whoever_asked_before():
    forget()
    fresh = spent(lambda work: quadrupled(work, "abc"))
    assert fresh == 3 + 6
    assert spent(lambda work: quadrupled(work, "abc")) == fresh
    forget()
    spent(lambda work: doubled(work, "abc"))
    assert spent(lambda work: quadrupled(work, "abc")) == fresh


def test_nobody_pays_twice_for_an_answer():
    work = Work()
    assert doubled(work, "abcd") == doubled(work, "abcd") == "abcdabcd"
    assert work.spent == 4
    with pytest.raises(SpentError):
        work.spend(work.left + 1)
    assert doubled(work, "abcd") == "abcdabcd"


def test_a_question_that_came_too_late_is_answered_where_work_is_left():
    with pytest.raises(SpentError):
        doubled(Work(4), "later")
    assert doubled(Work(5), "later") == "laterlater"
    with pytest.raises(SpentError):
        doubled(Work(4), "later")


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(work_module, "MAXIMUM_BYTES", 8 * 410)
    forget()
    for text in ("one", "two", "a text that is far too long"):
        doubled(Work(), text)
    assert len(work_module._MEMORY) == 2
    for number in range(100):
        doubled(Work(), f"{number:04}")
        assert len(work_module._MEMORY) <= 8
    forget()


def test_a_coverage_takes_the_same_work_whatever_is_remembered():
    forget()
    fresh = spent(lambda work: decided(work, REQUIRED, FILTERS, FACTS))
    assert spent(lambda work: decided(work, REQUIRED, FILTERS, FACTS)) == fresh
    assert spent(lambda work: coverage(REQUIRED, FILTERS, work=work)) == fresh


def test_without_work_a_coverage_is_unknown_and_an_overlap_possible():
    answer = coverage(REQUIRED, FILTERS, work=Work(5))
    assert answer.verdict == "unknown"
    assert answer.reason.endswith(
        "too hard to decide: comparisons that take more steps together than one account is given"
    )
    assert covers(REQUIRED, FILTERS, work=Work(5)) is None
    assert overlaps(parse("{ $.a = 1 }"), parse("{ $.a = 2 }"), work=Work(1))
    assert not overlaps(parse("{ $.a = 1 }"), parse("{ $.a = 2 }"))


HARD = [parse(" && ".join(f"($.f{n}x{k} != a)" for k in range(30)).join("{}")) for n in range(40)]


def test_hard_filters_take_nothing_from_one_that_covers_what_is_required():
    root = parse('{ $.userIdentity.type = "Root" && $.eventType != "AwsServiceEvent" }')
    wider = parse('{ $.userIdentity.type = "Root" }')
    assert coverage(root, HARD).verdict == "unknown"
    assert coverage(root, [*HARD[:20], wider, *HARD[20:]]).verdict == "covered"


def test_hard_filters_take_nothing_from_several_that_cover_together():
    both = parse("{ ($.eventName = CreateVpc) || ($.eventName = DeleteVpc) }")
    shares = [parse("{ $.eventName = CreateVpc }"), parse("{ $.eventName = DeleteVpc }")]
    assert coverage(both, [shares[0], *HARD, shares[1]]).verdict == "covered"
    assert coverage(both, [shares[0], *HARD]).verdict == "unknown"


def test_a_filter_for_everything_covers_beside_whatever_is_too_hard():
    assert coverage(parse("{ $.a = 1 }"), [*HARD, parse("")]).verdict == "covered"
