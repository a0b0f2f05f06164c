import fcntl
import json
import os
import resource
import stat
from datetime import datetime, timezone

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prowler_cis_monitoring import snapshot as snapshots
from prowler_cis_monitoring.alert_path.resources import AccountResources, Alarms, Scope, Unread
from prowler_cis_monitoring.snapshot import Snapshot, SnapshotError, dump, load, read_snapshots, write_snapshots
from tests.alert_path.builders import ACCOUNT, REGION, TOPIC_ARN, alarm, log_group, subscription, topic
from tests.snapshot.accounts import ACCOUNTS, ALTERNATIVES

WEB = {"http", "https"}
SECRET = "https://user:word@hooks.example.com/services/T0/B0/token?key=1"


def account(**changes):
    scope = Scope(account=ACCOUNT, region=REGION)
    defaults = {
        "account": ACCOUNT,
        "log_groups": {log_group().arn: log_group()},
        "alarms": {scope: Alarms(metric_alarms=(alarm(),))},
        "topics": {TOPIC_ARN: topic()},
        "read_at": datetime(2026, 11, 3, 12, 0, tzinfo=timezone.utc),
    }
    return AccountResources(**{**defaults, **changes})


def written(tmp_path, document, name="account.json"):
    path = tmp_path / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(ACCOUNTS, st.none() | ALTERNATIVES)
def test_what_is_written_is_read_again(tmp_path_factory, resources, alternatives):
    path = tmp_path_factory.mktemp("snapshots", numbered=True) / "one.json"
    write_snapshots(path, [Snapshot(resources=resources, alternatives=alternatives)])
    (found,) = read_snapshots(path)
    assert dump(found) == json.loads(path.read_text(encoding="utf-8"))
    if not WEB & set(_protocols(resources, alternatives)):
        assert (found.resources, found.alternatives) == (resources, alternatives)


def _protocols(resources, alternatives):
    for topics in (resources.topics, alternatives.topics if alternatives else {}):
        for each in topics.values():
            subscriptions = getattr(each, "subscriptions", ())
            yield from (one.protocol for one in subscriptions if not isinstance(subscriptions, Unread))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ACCOUNTS)
def test_what_is_written_obeys_the_published_schema(resources):
    jsonschema.validate(dump(Snapshot(resources=resources)), snapshots.SCHEMA)


@pytest.mark.parametrize("threshold", [float("inf"), float("-inf")])
def test_numbers_that_json_does_not_know_are_written_in_words(tmp_path, threshold):
    scope = Scope(account=ACCOUNT, region=REGION)
    resources = account(alarms={scope: Alarms(metric_alarms=(alarm(threshold=threshold),))})
    jsonschema.validate(dump(resources), snapshots.SCHEMA)
    assert load(written(tmp_path, dump(resources))) == resources


def test_resources_alone_can_be_written_and_loaded(tmp_path):
    path = written(tmp_path, dump(account()))
    assert load(path) == account()


def test_several_accounts_stand_one_a_line(tmp_path):
    path = tmp_path / "fleet.jsonl"
    write_snapshots(path, [Snapshot(resources=account(account=number)) for number in ("1" * 12, "2" * 12)])
    assert [found.account for found in read_snapshots(path)] == ["1" * 12, "2" * 12]
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    with pytest.raises(SnapshotError, match="holds 2 accounts where one is expected"):
        load(path)


def test_several_accounts_do_not_fit_into_one_document(tmp_path):
    path = tmp_path / "fleet.json"
    with pytest.raises(SnapshotError, match=r"name the file \*\.jsonl"):
        write_snapshots(path, [Snapshot(resources=account())] * 2)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_read_by_names_and_other_files_in_it_are_not(tmp_path):
    for name, number in (("b.json", "2" * 12), ("a.jsonl", "1" * 12)):
        write_snapshots(tmp_path / name, [Snapshot(resources=account(account=number))])
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("schema_version", encoding="utf-8")
    assert [found.account for found in read_snapshots(tmp_path)] == ["1" * 12, "2" * 12]


def test_a_folder_without_snapshots_is_an_error(tmp_path):
    with pytest.raises(SnapshotError, match="holds no snapshot; `cis-monitoring scan --save FILE` writes one"):
        list(read_snapshots(tmp_path))


def test_no_token_of_a_web_endpoint_and_no_external_id_is_written():
    subscriptions = (subscription("https", endpoint=SECRET), subscription("email"))
    resources = account(topics={TOPIC_ARN: topic(*subscriptions)})
    chosen = {"cross_account_external_id": "open sesame", "delay_limit_seconds": 60}
    text = json.dumps(dump(Snapshot(resources=resources, settings=chosen)))
    assert "https://hooks.example.com/" in text
    assert "security@example.com" in text
    assert '"delay_limit_seconds": 60' in text
    for secret in ("token", "word", "user:", "key=1", "open sesame", "cross_account_external_id"):
        assert secret not in text


@pytest.mark.parametrize("endpoint", ["https://[broken", "https:///path", "no address"])
def test_a_web_endpoint_that_is_no_address_is_left_out(endpoint):
    resources = account(topics={TOPIC_ARN: topic(subscription("https", endpoint=endpoint))})
    (saved,) = dump(resources)["resources"]["topics"][TOPIC_ARN]["subscriptions"]
    assert saved["endpoint"] == ""


def test_only_the_owner_may_read_the_file(tmp_path):
    path = tmp_path / "account.json"
    write_snapshots(path, [Snapshot(resources=account())])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["account.json"]


def test_a_link_is_replaced_and_not_followed(tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("untouched", encoding="utf-8")
    path = tmp_path / "account.json"
    path.symlink_to(other)
    write_snapshots(path, [Snapshot(resources=account())])
    assert other.read_text(encoding="utf-8") == "untouched"
    assert load(path) == account()


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(SnapshotError, match=r"no/account\.json: No such file or directory"):
        write_snapshots(tmp_path / "no" / "account.json", [])


def changed(change):
    document = dump(account())
    change(document)
    return document


BROKEN = {
    "an unknown version": (
        lambda document: document.update(schema_version=2, made_by="prowler-cis-monitoring 9.9"),
        "schema_version is 2, written by prowler-cis-monitoring 9.9; this release reads 1: use that release",
    ),
    "no version": (lambda document: document.pop("schema_version"), "no snapshot (it has no schema_version)"),
    "an unknown member at the top": (
        lambda document: document.update(surprise=1),
        "$.surprise: no such member in version 1",
    ),
    "an unknown member of an alarm": (
        lambda document: document["resources"]["alarms"][0]["alarms"]["metric_alarms"][0].update(colour="red"),
        "$.resources.alarms[0].alarms.metric_alarms[0].colour: no such member in version 1",
    ),
    "a missing member": (
        lambda document: document["resources"]["topics"][TOPIC_ARN].pop("name"),
        f"$.resources.topics.{TOPIC_ARN}.name: field required",
    ),
    "a member of another type": (
        lambda document: document["resources"].update(account=[]),
        "$.resources.account: input should be a valid string",
    ),
    "an account that is none": (
        lambda document: document["resources"].update(account="1'; rm -rf ~ #"),
        "$.resources.account: string should match pattern '^[0-9]{12}$'",
    ),
    "a partition that is none": (
        lambda document: document["resources"].update(partition="aws\n"),
        "$.resources.partition: string should match pattern '^aws[a-z-]{0,20}$'",
    ),
    "two alarms of one scope": (
        lambda document: document["resources"]["alarms"].append(document["resources"]["alarms"][0]),
        "$.resources.alarms: value error, the scope 111122223333 us-east-1 stands there twice",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_snapshot_is_told_with_its_place(tmp_path, name):
    change, message = BROKEN[name]
    path = written(tmp_path, changed(change))
    with pytest.raises(SnapshotError) as told:
        load(path)
    assert str(told.value).startswith(f"{path}: {message}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expecting value"),
        ("[1, 2]", r"no snapshot \(it has no schema_version\)"),
        ('{"schema_version": 1, "schema_version": 1}', "the member schema_version stands twice in one object"),
        ("[" * 100_000, "nested too deeply to be a snapshot"),
        ('{"schema_version": ' + "1" * 5000 + "}", "a number of 5000 digits"),
        ("{" + ",".join(f'"{n}":1' for n in range(20_001)) + "}", "more members than an account has"),
        ('{"schema_version": [' + "[]," * 500_000 + "[]]}", "more than 500,000 lists and objects"),
        ('{"schema_version": "' + "x" * 1000 + '"}', r"schema_version is 'xxx.{1,90}…, written by"),
        ('{"schema_version": 9, "made_by": "\\u001b[2J\\ud800"}', r"written by \\u001b\[2J\\ud800; this release"),
    ],
)
def test_what_is_no_json_object_is_told(tmp_path, text, message):
    path = tmp_path / "account.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SnapshotError, match=message):
        load(path)


def test_of_very_many_wrong_values_the_first_is_told(tmp_path):
    text = '{"schema_version": 1, "resources": {"account": "111122223333", "trails": [' + "1," * 1_000_000 + "1]}}"
    path = tmp_path / "account.json"
    path.write_text(text, encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SnapshotError, match=r"\$\.resources\.trails\[0\]: input should be a valid dictionary"):
        load(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_a_broken_line_of_a_fleet_is_told_with_its_number(tmp_path):
    path = tmp_path / "fleet.jsonl"
    write_snapshots(path, [Snapshot(resources=account())])
    with path.open("a", encoding="utf-8") as file:
        file.write("\n{\n")
    with pytest.raises(SnapshotError, match=r"fleet\.jsonl, line 3: "):
        list(read_snapshots(path))


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "account.json"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SnapshotError, match=r"no text in UTF-8 \(byte 1\); save it as such"):
        load(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SnapshotError, match="No such file or directory"):
        load(tmp_path / "account.json")


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path):
    path = tmp_path / "account.json"
    left, own, other = (tmp_path / f".account.json.{number}" for number in (1, os.getpid(), 2))
    for each in (left, own, other):
        each.write_text("{")
    link, foreign = tmp_path / ".account.json.3", tmp_path / ".account.json.backup"
    link.symlink_to(foreign)
    foreign.write_text("kept")
    os.mkfifo(tmp_path / ".account.json.4")
    with other.open() as living:
        fcntl.flock(living, fcntl.LOCK_EX)
        write_snapshots(path, [Snapshot(resources=account())])
    assert sorted(found.name for found in tmp_path.iterdir()) == sorted(
        [path.name, other.name, link.name, foreign.name, ".account.json.4"]
    )
    assert foreign.read_text() == "kept"
