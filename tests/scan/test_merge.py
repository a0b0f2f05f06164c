"""Scans of parts of a fleet, merged, yield what one scan of all yields; or it is said what is missing."""

import json
from itertools import count

import pytest

from prowler_cis_monitoring.scan.arguments import FORMATS
from tests.benchmarks.accounts import SMALL, fill
from tests.scan.kill_and_resume import VARYING

# Of three shards, 1/3 has the third of these, 2/3 the first and the last, 3/3 the second.
ACCOUNTS = ("333333333333", "444444444444", "888888888888", "999999999999")


@pytest.fixture
def fleet(aws, tmp_path):
    """Four accounts, of which one has no alert path."""
    for account in ACCOUNTS[:3]:
        fill(SMALL, account)
    path = tmp_path / "accounts.txt"
    path.write_text("\n".join(ACCOUNTS))
    return ("--accounts", path, "--role", "Auditor", "--region", "us-east-1")


def contents(folder):
    """The files of a folder but states, without times and ids that are drawn."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(".accounts.jsonl"):
            found[str(path.relative_to(folder))] = lasting(path)
    return found


def lasting(path):
    text = path.read_text(encoding="utf-8")
    for varying in VARYING:
        text = varying.sub("?", text)
    return text


@pytest.fixture
def shards(scan, fleet):
    """Scan three shards; return the states."""

    def run(*arguments, numbers=(1, 2, 3)):
        done = [scan(*fleet, "--shard", f"{number}/3", "-M", *arguments) for number in numbers]
        return [done[0].folder / f"found-{number}-of-3.accounts.jsonl" for number in numbers], done

    return run


def test_shards_merged_are_byte_for_byte_the_reports_of_a_scan_of_all(scan, merge, fleet, shards, tmp_path):
    whole = scan(*fleet, "-M", *FORMATS, "--save", tmp_path / "whole.jsonl", "--what-if", "--benchmark", "5.0", "7.0")
    saved = tmp_path / "merged.jsonl"
    states, parts = shards("--save", tmp_path / "part.jsonl", "--what-if", "--benchmark", "5.0", "7.0")
    assert {part.status for part in parts} <= {0, 3}
    done = merge(*reversed(states), "-M", *FORMATS, "--save", saved)
    assert done.status == whole.status == 3, done.err
    assert contents(done.folder) == contents(whole.folder)
    assert len(contents(done.folder)) == len(FORMATS) + 4
    assert lasting(saved) == lasting(tmp_path / "whole.jsonl")
    assert [line for line in done.out.splitlines() if "written" not in line] == [
        line for line in whole.out.splitlines() if "written" not in line
    ]


def test_a_folder_of_states_is_merged_and_json_is_that_of_a_scan_of_all(scan, merge, fleet, shards):
    whole = json.loads(scan(*fleet, "-M", "--json").out)
    states, _ = shards()
    (states[0].parent / "found.accounts.jsonl").unlink()
    merged = json.loads(merge(states[0].parent, states[1], "-M", "--json").out)
    assert merged["accounts"] == whole["accounts"]


def test_each_account_is_in_one_shard_and_each_state_tells_of_all(shards):
    states, _ = shards("--control", "root_usage")
    lines = [[json.loads(line) for line in state.read_text().splitlines()] for state in states]
    found = [line["result"]["account"] for of_state in lines for line in of_state[1:]]
    assert sorted(found) == list(ACCOUNTS)
    assert [of_state[0]["notes"]["manifest"]["shard"] for of_state in lines] == ["1/3", "2/3", "3/3"]
    assert {tuple(of_state[0]["notes"]["manifest"]["asked"]) for of_state in lines} == {ACCOUNTS}


def test_a_shard_without_accounts_is_scanned_and_merged(scan, merge, fleet):
    done = [scan(*fleet, "--shard", f"{number}/9", "--control", "root_usage") for number in range(1, 10)]
    assert {one.status for one in done} == {0, 3}
    merged = merge(done[0].folder)
    assert {row["ACCOUNT_UID"] for row in merged.rows()} == set(ACCOUNTS)


def test_a_missing_shard_is_told_with_its_accounts_and_the_way_out(merge, shards):
    states, _ = shards("--control", "root_usage", numbers=(1, 3))
    done = merge(*states)
    assert done.status == 4
    assert not done.folder.exists()
    first, *lines = done.err.splitlines()
    way_out = "name it, or scan with --shard 2/3"
    assert "2 of 4 accounts are missing, and no report is written" in first
    assert lines == [
        f"cis-monitoring merge:   {ACCOUNTS[0]}, {ACCOUNTS[3]}: of shard 2/3, of which no state is here; {way_out}"
    ]
    allowed = merge(*states, "--allow-missing", "-M", "csv")
    assert allowed.status == 4
    reason = "not scanned: no scan of it is here"
    told = {row["ACCOUNT_UID"] for row in allowed.rows() if reason in row["STATUS_EXTENDED"]}
    assert told == {ACCOUNTS[0], ACCOUNTS[3]}


def test_an_account_that_could_not_be_scanned_is_missing_until_it_is(scan, merge, fleet, shards, refused_accounts):
    refused, _ = refused_accounts
    refused.add(ACCOUNTS[3])
    whole = scan(*fleet)
    states, _ = shards()
    done = merge(*states)
    assert done.status == 4
    assert (
        f"{ACCOUNTS[3]}: not finished in {states[1]} (shard 2/3) (the role cannot be assumed (AccessDenied" in done.err
    )
    assert "run that scan again with --resume" in done.err
    allowed = merge(*states, "--allow-missing")
    assert allowed.status == whole.status == 4
    assert contents(allowed.folder) == contents(whole.folder)
    refused.clear()
    shards("--resume", numbers=(2,))
    assert merge(*states).status == 3


def test_other_options_are_refused(scan, merge, fleet, shards):
    states, _ = shards("--control", "root_usage", numbers=(1,))
    more, _ = shards("--control", "vpc_changes", numbers=(2, 3))
    done = merge(*states, *more)
    assert done.status == 2
    assert f"{more[0]} (shard 2/3) is of a scan with other options than {states[0]} (shard 1/3): checks was" in done.err
    other, _ = shards("--benchmark", "7.0", numbers=(1,))
    more, _ = shards("--benchmark", "7.0", "6.0", numbers=(2, 3))
    assert "frameworks was ('cis_monitoring_7.0_aws',)" in merge(*other, *more).err


def test_an_account_in_two_states_is_refused(scan, merge, fleet, shards):
    states, _ = shards("--control", "root_usage")
    whole = scan(*fleet, "--control", "root_usage", "-M").folder / "found.accounts.jsonl"
    done = merge(*states, whole)
    assert done.status == 2
    assert f"{ACCOUNTS[2]} in {whole} and {states[0]} (shard 1/3)" in done.err
    assert "leave one of them out" in done.err


def test_a_list_says_what_must_be_there(scan, merge, fleet):
    for account in ACCOUNTS[:2]:
        folder = scan("--accounts", account, *fleet[2:], "-M", "--control", "root_usage", "-F", account).folder
    states = [folder / f"{account}.accounts.jsonl" for account in ACCOUNTS[:2]]
    assert merge(*states, "-M", "csv").status == 0
    done = merge(*states, "--accounts", ",".join(ACCOUNTS[:3]))
    assert done.status == 4
    assert f"{ACCOUNTS[2]}: no state is of a scan that was asked for them; name it, or scan them" in done.err


def test_what_is_no_state_is_refused(merge, shards, tmp_path):
    (tmp_path / "empty").mkdir()
    assert "holds no state of a scan" in merge(tmp_path / "empty").err
    assert "No such file" in merge(tmp_path / "none.accounts.jsonl").err
    (tmp_path / "hello").write_text("hello\n")
    assert "is no state of a scan" in merge(tmp_path / "hello").err
    (state,), _ = shards("--control", "root_usage", numbers=(1,))
    header, rest = state.read_text().split("\n", 1)
    told = json.loads(header)
    told["notes"].pop("manifest")
    state.write_text(f"{json.dumps(told)}\n{rest}")
    assert "what it says of its scan cannot be read" in merge(state).err
    told = json.loads(header)
    told["scan"]["made_by"] = "9.1"
    state.write_text(f"{json.dumps(told)}\n{rest}")
    assert "made by version 9.1; merge with that version" in merge(state).err


def test_snapshots_that_no_scan_kept_cannot_be_saved(merge, shards, tmp_path):
    states, _ = shards("--control", "root_usage")
    done = merge(*states, "--save", tmp_path / "all.jsonl")
    assert done.status == 2
    assert "kept no snapshots; scan with --save" in done.err


def test_no_account_is_begun_after_the_deadline_and_resume_scans_the_rest(scan, fleet, monkeypatch):
    clock = count(0, 30)
    monkeypatch.setattr("prowler_cis_monitoring.scan.deadline.time.monotonic", lambda: next(clock))
    first = scan(*fleet, "--deadline", "1m10s", "--parallel", "1", "--control", "root_usage")
    assert first.status == 4
    assert "2 of 4 accounts could not be scanned; --resume tries again" in first.err
    assert f"{ACCOUNTS[2]}, {ACCOUNTS[3]}: the deadline (1m10s) had passed before it was begun" in first.err
    assert sum("not scanned: the deadline" in row["STATUS_EXTENDED"] for row in first.rows()) == 2
    assert scan(*fleet, "--resume", "--control", "root_usage").status == 3
