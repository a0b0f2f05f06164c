"""Which accounts are of which shard, and what names none."""

import pytest

from prowler_cis_monitoring.scan.deadline import Deadline, DeadlineError, TooLateError, deadline_in
from prowler_cis_monitoring.scan.shard import Shard, ShardError, shard_in, shard_named

ACCOUNTS = [f"{number:012}" for number in range(100000000000, 100000001000)]


def in_array_job(index, size):
    return {"AWS_BATCH_JOB_ARRAY_INDEX": index, "AWS_BATCH_JOB_ARRAY_SIZE": size}


def test_a_shard_is_the_same_for_ever():
    """Whoever resumes with a newer version, or merges, counts on it."""
    assert [str(Shard.holding(account, 10)) for account in ("111111111111", "222222222222", "333333333333")] == [
        "8/10",
        "3/10",
        "1/10",
    ]


@pytest.mark.parametrize("count", [1, 2, 7, 10])
def test_each_account_is_in_one_shard_and_shards_are_about_alike(count):
    shards = [Shard(number, count).of(ACCOUNTS) for number in range(1, count + 1)]
    assert sorted(account for shard in shards for account in shard) == ACCOUNTS
    assert all(0.7 < len(shard) * count / len(ACCOUNTS) < 1.3 for shard in shards)


def test_accounts_stay_in_the_order_of_the_list():
    listed = ACCOUNTS[::-1]
    assert list(Shard(2, 3).of(listed)) == sorted(Shard(2, 3).of(listed), reverse=True)


@pytest.mark.parametrize(
    ("text", "environment", "shard"),
    [
        ("3/10", {}, "3/10"),
        (" 1/1 ", in_array_job("4", "10"), "1/1"),
        ("auto", in_array_job("0", "10"), "1/10"),
        ("AUTO", in_array_job("9", "10"), "10/10"),
    ],
)
def test_a_shard_is_named_or_is_that_of_an_array_job(text, environment, shard):
    assert str(shard_named(text, environment)) == shard


@pytest.mark.parametrize(
    ("text", "environment", "words"),
    [
        ("0/10", {}, "'0/10': there is no such shard; of 10 they are 1/10 to 10/10"),
        ("11/10", {}, "of 10 they are 1/10 to 10/10"),
        ("1/0", {}, "there are no shards of 0; 1/1 is the whole"),
        ("3", {}, "'3': a number and how many there are is expected, from 1/10 to 10/10, or auto"),
        ("3 of 10", {}, "from 1/10 to 10/10"),
        ("-1/3", {}, "from 1/10 to 10/10"),
        ("", {}, "'': a number"),
        (
            "auto",
            {},
            "AWS_BATCH_JOB_ARRAY_INDEX and AWS_BATCH_JOB_ARRAY_SIZE is not set, so this is no AWS Batch array",
        ),
        ("auto", {"AWS_BATCH_JOB_ARRAY_INDEX": "1"}, "AWS_BATCH_JOB_ARRAY_SIZE is not set"),
        ("auto", in_array_job("10", "10"), "a number from 0 on below the size is expected"),
        ("auto", in_array_job("one", "10"), "AWS_BATCH_JOB_ARRAY_INDEX is 'one'"),
    ],
)
def test_what_names_no_shard_is_answered_with_what_does(text, environment, words):
    with pytest.raises(ShardError) as refused:
        shard_named(text, environment)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("name", "shard"),
    [
        ("fleet-1-of-10.accounts.jsonl", Shard(1, 10)),
        ("prowler-output-accounts-1-of-10-20260131120000.accounts.jsonl", Shard(1, 10)),
        ("part-1-of-3-2-of-5.accounts.jsonl", Shard(2, 5)),
        ("fleet.accounts.jsonl", None),
        ("one-of-10.accounts.jsonl", None),
    ],
)
def test_a_shard_is_known_by_the_name_of_its_file(name, shard):
    assert shard_in(name) == shard


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("25m", 1500), ("2h", 7200), ("1h30m", 5400), ("1H2M3S", 3723)]
)
def test_a_deadline_is_so_far_from_now(text, seconds, monkeypatch):
    monkeypatch.setattr("prowler_cis_monitoring.scan.deadline.time.monotonic", lambda: 1000.0)
    assert deadline_in(text) == Deadline(1000.0 + seconds, text)


@pytest.mark.parametrize("text", ["", "0", "soon", "-5", "25 minutes", "1m1h", "1.5h", "1h30"])
def test_what_is_no_duration_is_answered_with_what_is(text):
    with pytest.raises(DeadlineError, match="a duration is expected, in seconds or as in 25m and 1h30m"):
        deadline_in(text)


def test_after_the_deadline_it_is_too_late(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("prowler_cis_monitoring.scan.deadline.time.monotonic", lambda: now[0])
    deadline = deadline_in("25m")
    deadline.check()
    now[0] = 1500.0
    with pytest.raises(TooLateError, match="25m"):
        deadline.check()
