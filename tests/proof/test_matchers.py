"""AWS's own matcher beside ours: agreement, disagreement, and required events that no filter matched."""

import json

from prowler_cis_monitoring.proof.matchers import Answer, Found, Matching, answers_of, compared, unmatched
from prowler_cis_monitoring.proof.proof import Grade, Proof
from prowler_cis_monitoring.proof.words import with_proof
from tests.proof.world import histories_of, inquiry

STOP = json.dumps({"eventName": "StopLogging", "eventID": "1"})
START = json.dumps({"eventName": "StartLogging", "eventID": "2"})
PATTERN = "{ $.eventName = StopLogging }"
REQUIRED = "{ $.eventName = *Logging }"


def test_answers_like_ours_agree():
    number, disagreements = compared([Answer("f", PATTERN, frozenset([STOP]), frozenset([START]))])
    assert (number, disagreements) == (2, ())


def test_a_record_that_aws_matches_and_we_do_not_is_a_disagreement():
    _, (found,) = compared([Answer("f", PATTERN, frozenset([STOP, START]))])
    assert (found.filter_name, found.record["eventID"], found.matched_by_aws) == ("f", "2", True)


def test_a_record_that_we_match_and_aws_does_not_is_a_disagreement():
    _, (found,) = compared([Answer("", PATTERN, frozenset(), frozenset([STOP]))])
    assert not found.matched_by_aws


def test_lines_that_are_no_records_and_patterns_that_are_not_read_are_left_out():
    assert compared([Answer("f", PATTERN, frozenset(["no JSON", "[1]"]))]) == (0, ())
    assert compared([Answer("f", "{ $.a = ", frozenset([STOP]))]) == (0, ())


def test_what_one_search_found_and_another_did_not_is_left_out_by_it():
    required = Found("", REQUIRED, frozenset([STOP, START]), whole=True)
    _, by_filter = answers_of([required, Found("f", PATTERN, frozenset([STOP]), whole=True)])
    assert by_filter.left_out == {START}


def test_a_search_that_was_broken_off_leaves_nothing_out():
    required = Found("", REQUIRED, frozenset([STOP, START]), whole=True)
    broken_off = Found("f", PATTERN, frozenset([STOP]), whole=False)
    assert answers_of([required, broken_off])[1].left_out == frozenset()
    assert unmatched(required, [broken_off]) == ()


def test_required_records_that_no_filter_matched_are_told():
    required = Found("", REQUIRED, frozenset([STOP, START]), whole=True)
    (found,) = unmatched(required, [Found("f", PATTERN, frozenset([STOP]), whole=True)])
    assert found["eventName"] == "StartLogging"


def test_a_disagreement_is_told_and_changes_no_verdict():
    verdict, _ = inquiry(histories_of())
    _, disagreements = compared([Answer("f", PATTERN, frozenset([START]))])
    found = with_proof(verdict, "it happens", Proof(Grade.NEVER, matching=Matching(1, disagreements)))
    assert "by it metric filter f matches StartLogging (event 2); please report it" in found.sentence
    assert found.status is verdict.status
    assert found.proof["matching"]["disagreements"][0]["record"] == {
        "eventTime": None,
        "eventName": "StartLogging",
        "eventID": "2",
    }
