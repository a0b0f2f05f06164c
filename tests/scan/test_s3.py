"""Lists, reports and states in S3: as in a folder, or a clear word of what keeps them from it."""

import signal
import tempfile
import threading
from pathlib import Path

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.scan import bucket as buckets
from prowler_cis_monitoring.scan import destination as destinations
from prowler_cis_monitoring.scan import interruption
from prowler_cis_monitoring.scan.bucket import Bucket
from prowler_cis_monitoring.scan.destination import S3Destination, destination
from prowler_cis_monitoring.scan.s3_address import AddressError, S3Address, S3Error, file_in_s3, folder_in_s3
from tests.benchmarks.accounts import SMALL, fill
from tests.scan.test_merge import ACCOUNTS, lasting

LISTED = "\n".join(ACCOUNTS[:3])
ROOT = ("--control", "root_usage", "--region", "us-east-1")


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """Where temporary folders are made, so that what is left of them is seen."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def bucket(aws):
    """A bucket that holds a list of accounts."""
    bucket = boto3.resource("s3").create_bucket(Bucket="reports")
    bucket.put_object(Key="lists/accounts.txt", Body=LISTED.encode())
    for account in ACCOUNTS[:2]:
        fill(SMALL, account)
    return bucket


class Refused:
    """Calls of S3 that are refused, each after so many of its kind."""

    def __init__(self, monkeypatch):
        self.after, self.code = {}, "AccessDenied"
        original = BaseClient._make_api_call

        def call(client, operation, parameters):
            if operation in self.after:
                self.after[operation] -= 1
                if self.after[operation] < 0:
                    raise ClientError({"Error": {"Code": self.code, "Message": "no"}}, operation)
            return original(client, operation, parameters)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)


@pytest.fixture
def refused(bucket, monkeypatch):
    return Refused(monkeypatch)


def keys(bucket, prefix="night"):
    return sorted(one.key for one in bucket.objects.filter(Prefix=prefix))


FLEET = ("--accounts", "s3://reports/lists/accounts.txt", "--role", "Auditor", *ROOT)
TO_S3 = ("-o", "s3://reports/night/", "-F", "found")


def test_reports_and_state_are_in_s3_as_they_would_be_in_a_folder(scan, bucket, temporary, tmp_path):
    local = scan(*FLEET)
    done = scan(*FLEET, *TO_S3, named=False)
    assert done.status == local.status == 3, done.err
    assert keys(bucket) == [f"night/{name}" for name in local.files()]
    assert [line for line in done.out.splitlines() if line.startswith("written: ")] == [
        line.replace(str(local.folder), "s3://reports/night") for line in local.out.splitlines() if "written: " in line
    ]
    for name in local.files():
        bucket.download_file(f"night/{name}", str(tmp_path / "one"))
        if "accounts" not in name:
            assert lasting(tmp_path / "one") == lasting(local.folder / name)
    assert {one.key.rpartition(".")[2]: one.Object().content_type for one in bucket.objects.filter(Prefix="night")} == {
        "csv": "text/csv",
        "html": "text/html",
        "json": "application/json",
        "jsonl": "binary/octet-stream",
    }
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("command", [["scan", *ROOT, "-M", "csv", "-o", "s3://reports/x"], ["merge", "s3://reports/x"]])
def test_an_endpoint_of_s3_that_is_no_address_is_told(command, aws, monkeypatch, capsys):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "localhost:9000")
    assert main(list(map(str, command))) == 1
    told = "localhost:9000 is no address of an endpoint: look at AWS_ENDPOINT_URL_S3, as in http://localhost:4566\n"
    assert capsys.readouterr().err == f"cis-monitoring {command[0]}: {told}"


def test_one_account_and_a_saved_one_go_to_s3_too(scan, bucket, temporary, tmp_path):
    done = scan(*ROOT, *TO_S3, "--save", tmp_path / "saved.json", "--output-formats", "csv", "svg", named=False)
    assert done.status == 3, done.err
    assert {"night/found.csv", "night/found.svg"} <= set(keys(bucket))
    again = scan("--from", tmp_path / "saved.json", "-M", "map", "-o", "s3://reports", "-F", "judged", named=False)
    assert again.status == 3, again.err
    assert keys(bucket, "judged") == ["judged.map.html"]
    assert list(temporary.iterdir()) == []


def test_shards_in_s3_are_merged_in_s3(scan, merge, bucket, temporary):
    for number in (1, 2, 3):
        assert scan(*FLEET, *TO_S3, "-M", "--shard", f"{number}/3", named=False).status in (0, 3)
    assert keys(bucket) == [f"night/found-{number}-of-3.accounts.jsonl" for number in (1, 2, 3)]
    states = "s3://reports/night/"
    done = merge(states, states + "found-1-of-3.accounts.jsonl", "--accounts", FLEET[1], output="s3://reports/merged")
    assert done.status == 3, done.err
    assert "merged/found.csv" in keys(bucket, "merged")
    assert "s3://reports/no.txt: there is no such file" in merge(states, "--accounts", "s3://reports/no.txt").err
    assert "s3://reports/none holds no state of a scan" in merge("s3://reports/none").err
    missing = merge("s3://reports/night/found-4-of-4.accounts.jsonl")
    assert missing.status == 1
    assert "found-4-of-4.accounts.jsonl: there is no such file" in missing.err
    assert list(temporary.iterdir()) == []


def test_a_scan_is_resumed_from_s3_and_begun_where_there_is_none(scan, bucket, refused_accounts):
    refused, assumed = refused_accounts
    refused.add(ACCOUNTS[1])
    none = scan(*FLEET, *TO_S3, "--resume", named=False)
    assert none.status == 2
    assert "s3://reports/night/found.accounts.jsonl: there is no such file, so no such scan to resume" in none.err
    first = scan(*FLEET, *TO_S3, "--resume-or-start", named=False)
    assert first.status == 4, first.err
    refused.clear()
    assumed.clear()
    second = scan(*FLEET, *TO_S3, "--resume-or-start", named=False)
    assert second.status == 3, second.err
    assert [call["RoleArn"].split(":")[4] for call in assumed] == [ACCOUNTS[1]]
    assumed.clear()
    assert scan(*FLEET, "-o", "s3://reports/night", "--resume", named=False).status == 3
    assert assumed == []
    assert (
        "s3://reports/empty holds no scan to resume"
        in scan(*FLEET, "-o", "s3://reports/empty", "--resume", named=False).err
    )


def test_a_bucket_that_cannot_be_written_to_is_told_before_any_account_is_asked(scan, refused, refused_accounts):
    refused.after["PutObject"] = 0
    done = scan(*FLEET, *TO_S3, named=False)
    assert done.status == 1
    (said,) = done.err.splitlines()
    assert "s3://reports/night/found.accounts.jsonl: s3:PutObject is refused (AccessDenied): allow it to" in said
    assert refused_accounts[1] == []


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchBucket", "SlowDown"])
def test_what_could_not_be_sent_is_kept_and_named(scan, refused, temporary, code):
    refused.after["PutObject"], refused.code = 2, code
    done = scan(*FLEET, *TO_S3, named=False)
    assert done.status == 1
    said = done.err.splitlines()[0]
    assert "s3://reports/night/found.csv: " in said
    (kept,) = temporary.iterdir()
    assert said.endswith(f"the files are kept in {kept}")
    assert {"found.csv", "found.html", "found.accounts.jsonl"} <= {path.name for path in kept.iterdir()}
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--accounts", "s3://reports/none.txt"), 1, "s3://reports/none.txt: there is no such file"),
        (("--accounts", "s3://nobodys/a.txt"), 1, "s3://nobodys/a.txt: there is no such bucket"),
        (("--accounts", "s3://reports/bad.txt"), 2, "s3://reports/bad.txt, line 2: 'x' is no account id"),
    ],
)
def test_a_list_that_is_none_is_told(scan, bucket, arguments, status, words):
    bucket.put_object(Key="bad.txt", Body=b"111111111111\nx\n")
    done = scan(*arguments, "--role", "Auditor", *ROOT)
    assert (done.status, words in done.err) == (status, True), done.err


def test_a_refused_list_is_told_with_the_permission(scan, refused):
    refused.after["GetObject"] = 0
    done = scan(*FLEET)
    assert done.status == 1
    assert "s3:GetObject is refused (AccessDenied): allow it to the credentials that the command is started" in done.err


class Listing:
    """Stands in for S3 below botocore's paginator: answers a listing of whatever keys and pages."""

    def __init__(self, monkeypatch, pages):
        self.asked = 0

        def call(client, operation, parameters):
            assert operation == "ListObjectsV2"
            self.asked += 1
            return pages(self.asked)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    @staticmethod
    def page(*keys, token=None):
        more = {} if token is None else {"IsTruncated": True, "NextContinuationToken": token}
        return {"Contents": [{"Key": key} for key in keys], **more}


@pytest.mark.parametrize(
    ("token", "words"), [(str, "holds more than 100,000 files"), (lambda _: "a", "same next token")]
)
def test_a_listing_without_an_end_is_not_followed(aws, monkeypatch, token, words):
    listing = Listing(monkeypatch, lambda number: Listing.page(token=token(number)))
    with pytest.raises(S3Error, match=words):
        Bucket(boto3.Session(region_name="us-east-1")).files(S3Address("reports", "night"), ".jsonl")
    assert listing.asked <= 101


def test_keys_that_could_be_no_file_of_ours_are_passed_over(aws, monkeypatch):
    good = ["night/a.jsonl", "night/A.jsonl", "night/..a.jsonl", "night/Köln 1.jsonl"]
    evil = ["night/../a.jsonl", "night/b\x1b[2J.jsonl", "night/b\0.jsonl", f"night/{'b' * 300}.jsonl", "other/a.jsonl"]
    evil += ["/a.jsonl", "night/b\u202e.jsonl", "night/b\n.jsonl", "night/\ud800.jsonl", "night/b.csv", ""]
    Listing(monkeypatch, lambda _: Listing.page(*evil, *good, *good))
    found = Bucket(boto3.Session(region_name="us-east-1")).files(S3Address("reports", "night"), ".jsonl")
    assert [one.key for one in found] == sorted(good)


def test_a_list_of_any_size_is_not_read(bucket, monkeypatch):
    monkeypatch.setattr(buckets, "MOST_OF_A_LIST", 5)
    with pytest.raises(S3Error, match="has more than 5 bytes, too many for a list"):
        Bucket(boto3.Session(region_name="us-east-1")).read(S3Address("reports", "lists/accounts.txt"))


def test_a_state_of_any_size_is_not_fetched(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(buckets, "MOST_OF_A_STATE", 5)
    here = tmp_path / "state"
    with pytest.raises(S3Error, match="has more than 5 bytes, too many for the state of a scan; name another file, or"):
        Bucket(boto3.Session(region_name="us-east-1")).fetch(S3Address("reports", "lists/accounts.txt"), here)
    assert not here.exists()


def test_a_growing_state_is_copied_in_whole_lines(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(destinations, "_BETWEEN_COPIES", 0.01)
    place = S3Destination(folder_in_s3("s3://reports/night"))
    place.connect(boto3.Session())
    state = place.directory / "found.accounts.jsonl"
    state.write_bytes(b"one\n")
    copied = threading.Event()
    original = place._put

    def put(path, named):
        address = original(path, named)
        if b"two" in path.read_bytes():
            copied.set()
        return address

    monkeypatch.setattr(place, "_put", put)
    with place.copying(state):
        state.write_bytes(b"one\ntwo\n" + b"half" * 1_000_000)
        assert copied.wait(10)
        assert bucket.Object("night/found.accounts.jsonl").get()["Body"].read() == b"one\ntwo\n"
        state.write_bytes(b"one\ntwo\nthree\n")
    assert bucket.Object("night/found.accounts.jsonl").get()["Body"].read() == b"one\ntwo\nthree\n"
    state.write_bytes(b"one\ntwo\nthree\nfour\n")
    assert place.at_signal(state) == ""
    assert bucket.Object("night/found.accounts.jsonl").get()["Body"].read().endswith(b"four\n")
    assert not Path(place.directory).exists()


def test_at_a_signal_a_state_that_cannot_be_sent_is_named(refused):
    refused.after["PutObject"] = 0
    place = S3Destination(folder_in_s3("s3://reports/night"))
    place.connect(boto3.Session())
    state = place.directory / "found.accounts.jsonl"
    state.write_bytes(b"one\n")
    assert place.at_signal(state) == f"; the last results are in {place.directory}"
    place.close()
    assert state.exists()


@pytest.fixture
def left_at_a_signal(temporary, monkeypatch):
    """End the process, but for the end itself; return what is in temporary folders then."""

    def end():
        left = []
        monkeypatch.setattr("os._exit", lambda status: left.extend(path for path in temporary.rglob("*")))
        interruption._ENDING.end(signal.SIGTERM)
        return left

    return end


def test_at_a_signal_nothing_is_left_of_what_was_only_for_the_way(temporary, left_at_a_signal):
    with destination(folder_in_s3("s3://reports/night")) as place:
        (place.directory / "found.csv").touch()
        assert left_at_a_signal() == []


def test_at_a_signal_what_could_not_be_sent_stays(refused, left_at_a_signal):
    refused.after["PutObject"] = 0
    with destination(folder_in_s3("s3://reports/night")) as place:
        place.connect(boto3.Session())
        report = place.directory / "found.csv"
        report.touch()
        with pytest.raises(S3Error, match="the files are kept in"):
            place.deliver([report])
        assert report in left_at_a_signal()


def test_at_a_signal_a_state_is_sent_though_a_copy_is_on_its_way(bucket, monkeypatch):
    place = S3Destination(folder_in_s3("s3://reports/night"))
    place.connect(boto3.Session())
    state = place.directory / "found.accounts.jsonl"
    state.write_bytes(b"one\n")
    original, sent = place._put, []

    def put(path, named):
        """The first copy is slow: the signal comes before it is sent."""
        if not sent:
            sent.append(path.read_bytes())
            state.write_bytes(b"one\ntwo\n")
            monkeypatch.setattr(place, "close", lambda: None)
            place.at_signal(state)
        sent.append(path.read_bytes())
        return original(path, named)

    monkeypatch.setattr(place, "_put", put)
    place._copy(state)
    assert sent == [b"one\n", b"one\ntwo\n", b"one\n"]


@pytest.mark.parametrize("text", ["s3://", "s3:///key", "s3://a b/c", "s3:/bucket/key"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(AddressError, match=r"as in s3://bucket/folder"):
        folder_in_s3(text)


def test_an_address_is_a_bucket_and_a_key():
    assert file_in_s3("s3://bucket/a/b.txt") == S3Address("bucket", "a/b.txt")
    assert str(folder_in_s3("S3://bucket/a/") / "b" / "c") == "s3://bucket/a/b/c"
    assert str(folder_in_s3("s3://bucket") / "c") == "s3://bucket/c"
    with pytest.raises(AddressError, match="a file is expected"):
        file_in_s3("s3://bucket/a/")
