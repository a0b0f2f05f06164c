"""A mutelist in AWS mutes, or the scan says why it cannot: Prowler logs an error and mutes nothing."""

import boto3
import pytest

REGIONS = ("--region", "us-east-1", "eu-west-1")
MUTES = """\
Mutelist:
  Accounts:
    '*':
      Checks:
        cloudwatch_alerting_route_table_changes: {Regions: ['*'], Resources: ['*']}
"""
ASKED = (*REGIONS, "-M", "--control", "route_table_changes", "--mutelist-file")
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table"

pytestmark = pytest.mark.usefixtures("estate")


@pytest.fixture
def bucket():
    bucket = boto3.resource("s3").Bucket("lists")
    bucket.create()
    return bucket


@pytest.fixture
def table():
    keys = [{"AttributeName": "Accounts", "KeyType": "HASH"}]
    types = [{"AttributeName": "Accounts", "AttributeType": "S"}]
    return boto3.resource("dynamodb").create_table(
        TableName="mutes", KeySchema=keys, AttributeDefinitions=types, BillingMode="PAY_PER_REQUEST"
    )


def test_a_list_in_s3_mutes(scan, bucket):
    bucket.put_object(Key="mute.yaml", Body=MUTES)
    assert scan(*ASKED, "s3://lists/mute.yaml").status == 0


def test_a_table_mutes_what_it_has_rows_of(scan, table):
    assert scan(*ASKED, f"{TABLE}/mutes").status == 3
    row = {"Accounts": "*", "Checks": "cloudwatch_alerting_route_table_changes", "Regions": ["*"], "Resources": ["*"]}
    table.put_item(Item=row)
    assert scan(*ASKED, f"{TABLE}/mutes").status == 0


@pytest.mark.parametrize(
    ("place", "status", "words"),
    [
        (
            "s3://nowhere/mute.yaml",
            1,
            "could not be read, and nothing would be muted: An error occurred (NoSuchBucket)",
        ),
        ("s3://lists/none.yaml", 1, "nothing would be muted: An error occurred (NoSuchKey)"),
        ("s3://lists/other.yaml", 1, "nothing would be muted: the key Mutelist is missing"),
        ("s3://lists/wrong.yaml", 2, "Mutelist: 'Accounts' is a required property; Prowler would mute nothing at all"),
        (f"{TABLE}/none", 1, "nothing would be muted: An error occurred (ResourceNotFoundException)"),
        ("s3://lists", 2, "s3://BUCKET/KEY, or the ARN of a Lambda function or DynamoDB table is expected"),
        ("arn:aws:dynamodb:us-east-1:1234:table/mutes", 2, "or the ARN of a Lambda function or DynamoDB table is"),
    ],
)
def test_a_list_that_would_mute_nothing_is_told_and_not_passed_over(place, status, words, scan, bucket):
    bucket.put_object(Key="other.yaml", Body="aws: {}\n")
    bucket.put_object(Key="wrong.yaml", Body="Mutelist: {a: b}\n")
    done = scan(*ASKED, place)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"cis-monitoring scan: --mutelist-file {place}: ")
    assert words in done.err


def test_in_a_fleet_it_is_read_with_the_credentials_of_each_account(scan, tmp_path):
    accounts = tmp_path / "accounts.txt"
    accounts.write_text("123456789012\n222222222222\n", encoding="utf-8")
    done = scan(*ASKED, "s3://nowhere/mute.yaml", "--accounts", accounts, "--role", "Auditor")
    assert done.status == 4
    assert "2 of 2 accounts could not be scanned" in done.err
    assert "--mutelist-file s3://nowhere/mute.yaml: could not be read" in done.err
