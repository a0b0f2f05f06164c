"""What a scan has finished is never lost and never doubted; what is damaged counts as not finished."""

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prowler_cis_monitoring.scan import state as state_module
from prowler_cis_monitoring.scan.shard import Shard
from prowler_cis_monitoring.scan.state import NoStateError, State, StateError, UnsavedError, only_state
from tests.scan.conftest import files_no_larger_than

SCAN = {"checks": ["a"], "settings": {"delay": 3}}
ACCOUNTS = ("111111111111", "222222222222", "333333333333")


def result(account, text="héllo"):
    return json.dumps({"account": account, "reports": [text]}, ensure_ascii=False)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "found.accounts.jsonl"


def written(path, accounts=ACCOUNTS):
    state = State(path, SCAN)
    state.start()
    for account in accounts:
        state.add(account, result(account))
    state.close()
    return path.read_bytes()


def resumed(path, scan=SCAN, usable=lambda line: True):
    state = State(path, scan)
    try:
        state.resume(usable)
        return state.finished, list(state.lines(ACCOUNTS)), state.damaged
    finally:
        state.close()


def test_what_was_added_is_there_in_the_order_asked_for(path):
    written(path, reversed(ACCOUNTS))
    assert resumed(path) == (set(ACCOUNTS), [result(account) for account in ACCOUNTS], 0)
    assert [json.loads(line) for line in path.read_text().splitlines()][1]["result"]["account"] == ACCOUNTS[2]


def test_only_its_owner_reads_it(path):
    path.touch(mode=0o644)
    written(path)
    assert path.stat().st_mode & 0o777 == 0o600


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_line_that_was_cut_short_anywhere_costs_its_account_alone(path, data):
    whole = written(path)
    header = whole.index(b"\n") + 1
    cut = data.draw(st.integers(header, len(whole)))
    path.write_bytes(whole[:cut])
    finished, lines, _ = resumed(path)
    kept = whole[:cut].count(b"\n") - 1
    assert finished == set(ACCOUNTS[:kept])
    assert lines == [result(account) for account in ACCOUNTS[:kept]]
    state = State(path, SCAN)
    state.resume(lambda line: True)
    for account in ACCOUNTS[kept:]:
        state.add(account, result(account))
    state.close()
    assert resumed(path)[:2] == (set(ACCOUNTS), [result(account) for account in ACCOUNTS])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_changed_byte_costs_its_account_alone(path, data):
    whole = bytearray(written(path))
    header = whole.index(b"\n") + 1
    at = data.draw(st.integers(header, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    finished, lines, damaged = resumed(path)
    assert damaged >= 1
    # A line feed that is no more joins two lines.
    assert len(finished) >= len(ACCOUNTS) - 2
    assert set(lines) == {result(account) for account in finished}


def test_lines_of_another_hand_are_not_finished_accounts(path):
    whole = written(path, ACCOUNTS[:1])
    path.write_bytes(whole + b"\n" + b'{"account": "222222222222"}\n' + b"\xff\xfe\n" + b"null\n")
    assert resumed(path) == ({ACCOUNTS[0]}, [result(ACCOUNTS[0])], 4)


@pytest.mark.parametrize("end", [b"\n", b""])
@pytest.mark.parametrize("account", ACCOUNTS)
def test_a_line_of_any_length_is_not_read_and_costs_its_account_alone(path, monkeypatch, account, end):
    lines = written(path).splitlines(keepends=True)
    place = 1 + ACCOUNTS.index(account)
    monkeypatch.setattr(state_module, "MOST_OF_A_LINE", max(map(len, lines)) + 1)
    monkeypatch.setattr(state_module, "_BLOCK", 7)
    lines[place] = lines[place].replace(b"h", b"h" * 1000).removesuffix(b"\n") + b"\n"
    path.write_bytes(b"".join(lines).removesuffix(b"\n") + end)
    others = {one for one in ACCOUNTS if one != account}
    finished, results, damaged = resumed(path)
    assert finished == others or (not end and finished == others - {ACCOUNTS[-1]})
    assert len(results) == len(finished)
    assert damaged == 4 - 1 - len(finished)
    added = State(path, SCAN)
    added.resume(lambda _: True)
    added.add(account, result(account))
    added.close()
    assert resumed(path)[0] == finished | {account}


def test_a_first_line_of_any_length_is_refused_with_its_place(path, monkeypatch):
    written(path)
    monkeypatch.setattr(state_module, "MOST_OF_A_LINE", 20)
    with pytest.raises(StateError, match="line 1 has more than 20 bytes, so no scan wrote it; scan anew"):
        resumed(path)


def test_a_result_that_cannot_be_used_is_not_finished(path):
    written(path)
    finished, _, damaged = resumed(path, usable=lambda line: ACCOUNTS[1] not in line)
    assert (finished, damaged) == ({ACCOUNTS[0], ACCOUNTS[2]}, 1)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"hello\n", "no state of a scan"),
        (b"", "no state of a scan"),
        (b"\xff\n", "no state of a scan"),
        (b"[]\n", "no state of a scan"),
        (b'{"checks": ["a"]}\n', "no state of a scan"),
        (b'{"format": "accounts of cis-monitoring scan", "version": 3}\n', "of another version"),
        (b'{"format": "accounts of cis-monitoring scan", "version": 2, "scan": 3}\n', "of another version"),
    ],
)
def test_a_file_that_is_none_of_this_version_is_refused_and_left_alone(header, words, path):
    path.write_bytes(header)
    with pytest.raises(StateError, match=words):
        resumed(path)
    assert path.read_bytes() == header


def test_a_scan_with_other_options_is_refused_with_the_difference(path):
    written(path)
    with pytest.raises(StateError, match=r"checks was \['a'\], is \['b'\]"):
        resumed(path, {**SCAN, "checks": ["b"]})


def test_two_scans_do_not_use_one_file(path):
    first = State(path, SCAN)
    first.start()
    first.add(ACCOUNTS[0], result(ACCOUNTS[0]))
    for second in (State(path, SCAN), State(path, SCAN)):
        with pytest.raises(StateError, match="in use by another scan"):
            second.start()
        second.close()
    with pytest.raises(StateError, match="in use by another scan"):
        resumed(path)
    assert list(first.lines(ACCOUNTS)) == [result(ACCOUNTS[0])]
    first.close()


@pytest.mark.parametrize("method", ["start", "resume"])
def test_no_link_is_followed(method, path, tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("precious")
    path.symlink_to(precious)
    state = State(path, SCAN)
    with pytest.raises(StateError):
        state.start() if method == "start" else state.resume(lambda line: True)
    assert precious.read_text() == "precious"


def test_a_pipe_is_no_state(path):
    os.mkfifo(path)
    state = State(path, SCAN)
    with pytest.raises(StateError, match="no regular file"):
        state.start()
    state.close()


def test_a_write_that_fails_leaves_all_earlier_accounts_and_later_ones_follow(path):
    whole = written(path, ACCOUNTS[:1])
    state = State(path, SCAN)
    state.resume(lambda line: True)
    with files_no_larger_than(len(whole) + 20), pytest.raises(UnsavedError, match="File too large"):
        state.add(ACCOUNTS[1], result(ACCOUNTS[1]))
    assert path.read_bytes() == whole
    assert state.finished == {ACCOUNTS[0]}
    state.add(ACCOUNTS[2], result(ACCOUNTS[2]))
    state.close()
    assert resumed(path) == ({ACCOUNTS[0], ACCOUNTS[2]}, [result(ACCOUNTS[0]), result(ACCOUNTS[2])], 0)


def test_only_the_state_of_the_same_part_is_resumed():
    states = [f"found{part}.accounts.jsonl" for part in ("-1-of-1", "-1-of-10", "-1-of-100", "")]
    assert only_state("here", states, Shard(1, 10)) == "found-1-of-10.accounts.jsonl"
    assert only_state("here", states, Shard(1, 1)) == "found-1-of-1.accounts.jsonl"
    assert only_state("here", states, None) == "found.accounts.jsonl"
    with pytest.raises(NoStateError, match="here holds no scan to resume"):
        only_state("here", states[:3], None)
    with pytest.raises(NoStateError, match="holds no scan of shard 2/10 to resume"):
        only_state("here", states, Shard(2, 10))
