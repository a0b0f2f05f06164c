"""What a new user gets wrong, what is said of it in one line, and with which exit status; nothing is asked of AWS."""

import json
import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper

import pytest
from botocore.client import BaseClient
from prowler.providers.common.provider import Provider

from prowler_cis_monitoring.alert_path.resources import AccountResources
from prowler_cis_monitoring.benchmarks import controls_by_number
from prowler_cis_monitoring.cli import main, parser
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.scan.options import read
from prowler_cis_monitoring.snapshot import Snapshot, dump, write_snapshots

CONFIG, MUTELIST = "config.yaml", "mutelist.yaml"
SCAN = ["scan"]
MANY = [*SCAN, "--accounts", "302324600427", "--role", "A"]
SETTING = "aws:\n  cis_monitoring:\n    "
MUTED = "Mutelist:\n  Accounts:\n    '*':\n      Checks:\n        "
TWO_SAVED = "\n".join(
    json.dumps(dump(Snapshot(resources=AccountResources(account=account))))
    for account in ("100000000001", "200000000002")
)
EVERYWHERE = "{Regions: ['*'], Resources: ['*']}"


def configured(text):
    return [*SCAN, "--config-file", CONFIG], {CONFIG: text}


def muted(text):
    return [*SCAN, "--mutelist-file", MUTELIST], {MUTELIST: text}


# What was typed, or with which files; what the answer must name.
REFUSED = {
    "a command": (["scn"], {}, "scn: did you mean scan?"),
    "no command": ([], {}, "COMMAND"),
    "an option": ([*SCAN, "--bencmark", "7.0"], {}, "--bencmark: there is no such option; did you mean --benchmark?"),
    "an option that is like none": ([*SCAN, "--xyzzy"], {}, "--xyzzy: there is no such option"),
    "an option of another command": (["explain", "--severity", "root_usage", "{ $.a = b }"], {}, "--severity"),
    "a word too many": ([*SCAN, "production"], {}, "production: nothing is expected here"),
    "a value that is missing": ([*SCAN, "--profile"], {}, "--profile"),
    "a number that is none": ([*SCAN, "--parallel", "many"], {}, "--parallel"),
    "a control": (
        [*SCAN, "--control", "root_usag"],
        {},
        "root_usag: there is no such control; did you mean root_usage?",
    ),
    "a control's beginning": ([*SCAN, "--control", "vpc"], {}, "did you mean vpc_changes?"),
    "a control that is like none": ([*SCAN, "--control", "billing"], {}, "cis-monitoring control --list"),
    "a control's number": (
        [*SCAN, "--control", "5.30"],
        {},
        "5.30: version 7.0 of the benchmark has no such control; there are 5.1 to 5.15",
    ),
    "a number of an older version": (
        ["control", "4.3"],
        {},
        "there are 5.1 to 5.15; in 1.4, 1.5, 2.0, 3.0, 4.0.1, 5.0 it is root_usage, which is 5.3 in 7.0",
    ),
    "a control for a rule": (["rule", "5.3"], {}, "cis-monitoring control 5.3 shows the control"),
    "a rule for a control": (["control", "no-alarm"], {}, "cis-monitoring rule no-alarm shows the rule"),
    "a word for an option": (["help"], {}, "help: did you mean --help?"),
    "another word for an option": (["version"], {}, "version: did you mean --version?"),
    "a number of another version": ([*SCAN, "--control", "5.3", "--benchmark", "3.0"], {}, "there are 4.1 to 4.15"),
    "a pattern of controls": ([*SCAN, "--control", "*kubernetes*"], {}, "*kubernetes*"),
    "Prowler's own check": ([*SCAN, "--control", "cloudwatch_log_metric_filter_root_usage"], {}, "no such control"),
    "a control of fix": (["fix", "--control", "root_usge"], {}, "did you mean root_usage?"),
    "a control of lint": (["lint", ".", "--control", "root_usge"], {}, "did you mean root_usage?"),
    "a control of explain": (["explain", "root_usge", "{ $.a = b }"], {}, "did you mean root_usage?"),
    "several controls of explain": (["explain", "root*,vpc*", "{ $.a = b }"], {}, "one control is expected"),
    "a pattern without quotation marks": (
        ["explain", "root_usage", "{", "$.a", "=", "b", "}"],
        {},
        "Quote the pattern",
    ),
    "a rule": (["rule", "alarm_actions_disable"], {}, "did you mean alarm-actions-disabled?"),
    "a rule that is like none": (["rule", "xyzzy"], {}, "cis-monitoring rule lists them"),
    "a scenario": (["demo", "--scenario", "pending-subscriptio"], {}, "did you mean pending-subscription?"),
    "a status": ([*SCAN, "--status", "failed"], {}, "failed: did you mean FAIL?"),
    "a status that is like none": ([*SCAN, "--status", "red"], {}, "red: there are PASS, FAIL, MANUAL"),
    "a format": ([*SCAN, "-M", "htm"], {}, "htm: did you mean html?"),
    "a format that is like none": ([*SCAN, "-M", "pdf"], {}, "pdf: there are csv, json-ocsf, html"),
    "a log level": ([*SCAN, "--log-level", "warn"], {}, "WARN: did you mean WARNING?"),
    "a Region": ([*SCAN, "--region", "us-est-1"], {}, "us-est-1: there is no such Region; did you mean us-"),
    "a Region that is like none": ([*SCAN, "--region", "ohio"], {}, "ohio: there is no such Region; as in eu-west-1"),
    "a zone for a Region": ([*SCAN, "--region", "eu-west-1a"], {}, "did you mean eu-west-1"),
    "a benchmark": ([*SCAN, "--benchmark", "8.0"], {}, "8.0: there is no such version; there are 1.4, 1.5"),
    "a benchmark of two versions": ([*SCAN, "--benchmark", "1"], {}, "1: there is no such version"),
    "the crosswalk": ([*SCAN, "--benchmark", "croswalk"], {}, "did you mean crosswalk?"),
    "a role's name for one account": ([*SCAN, "--role", "Auditor"], {}, "a role's ARN is expected"),
    "accounts without a role": ([*SCAN, "--accounts", "302324600427"], {}, "--role is missing"),
    "an account id": (
        [*SCAN, "--accounts", "30232460042", "--role", "A"],
        {},
        "30232460042: no account id of twelve digits, and no file",
    ),
    "an accounts file": ([*SCAN, "--accounts", "a.txt", "--role", "A"], {"a.txt": "3023\n"}, "a.txt, line 1"),
    "a list in a file with something else": (
        [*SCAN, "--accounts", "a.txt", "--role", "A"],
        {"a.txt": "302324600427, 111122223333 # ours\n1,2\n"},
        "a.txt, line 2: '1' is no account id of twelve digits",
    ),
    "a list in S3 without its name": (
        [*SCAN, "--accounts", "s3://bucket", "--role", "A"],
        {},
        "--accounts s3://bucket: a file is expected, as in s3://bucket/folder/accounts.txt",
    ),
    "a folder in S3 without its bucket": ([*SCAN, "-o", "s3:///a"], {}, "s3:///a: an address in S3 is expected, as in"),
    "a shard": ([*MANY, "--shard", "11/10"], {}, "--shard '11/10': there is no such shard; of 10 they are 1/10 to"),
    "a shard of one account": ([*SCAN, "--shard", "1/2"], {}, "--shard 1/2: needs --accounts or --organization"),
    "a shard outside of an array job": (
        [*MANY, "--shard", "auto"],
        {},
        "this is no AWS Batch array job; name the shard",
    ),
    "a deadline": ([*MANY, "--deadline", "soon"], {}, "--deadline 'soon': a duration is expected, in seconds or as in"),
    "a deadline of one account": ([*SCAN, "--deadline", "5m"], {}, "--deadline 5m: needs --accounts or --organization"),
    "nothing to go on with in one account": ([*SCAN, "--resume-or-start"], {}, "--resume-or-start needs --accounts or"),
    "accounts and a code from one input": (
        [*SCAN, "--accounts", "-", "--role", "A", "--mfa"],
        {},
        "the code is read from standard input; name a file",
    ),
    "nothing to merge": (["merge"], {}, "STATE"),
    "no state to merge": (["merge", "none"], {}, "none: No such file"),
    "no configuration file": ([*SCAN, "--config-file", "none.yaml"], {}, "none.yaml: No such file"),
    "tabs in YAML": (*configured("aws:\n\tcis_monitoring:\n"), "line 2, column 1: a tab; YAML is indented with blanks"),
    "broken YAML": (*configured("aws: [unclosed\n"), "no valid YAML: line 2"),
    "the section at the top": (*configured("cis_monitoring:\n  proof: true\n"), "write aws: and below it, indented"),
    "the section beside another provider": (
        *configured("azure:\n  a: 1\ncis_monitoring:\n  proof: true\n"),
        "cis_monitoring is read by nobody",
    ),
    "the section below another provider": (
        *configured("azure:\n  cis_monitoring:\n    proof: true\n"),
        "azure.cis_mon",
    ),
    "the section with a hyphen": (*configured("aws:\n  cis-monitoring:\n    proof: true\n"), "aws.cis-monitoring"),
    "the section misspelt": (*configured("aws:\n  cis_monitorng:\n    proof: true\n"), "aws.cis_monitorng is read by"),
    "a key twice": (*configured(f"{SETTING}proof: true\n    proof: false\n"), "line 4: the key proof stands in line 3"),
    "the section twice": (*configured(f"{SETTING}proof: true\n  cis_monitoring:\n"), "stands in line 2"),
    "a setting": (*configured(f"{SETTING}delay_limit_second: 90\n"), "did you mean delay_limit_seconds?"),
    "a setting's value": (*configured(f"{SETTING}proof: 'yes'\n"), "proof: 'yes': true or false is expected"),
    "a setting of a control": (
        *configured(f"{SETTING}controls:\n      root_usage:\n        exclusion: []\n"),
        "controls.root_usage.exclusion: there is no such setting; did you mean exclusions?",
    ),
    "a control of a setting": (*configured(f"{SETTING}controls:\n      root_usge: {{}}\n"), "did you mean root_usage?"),
    "a pattern of a setting": (
        *configured(f"{SETTING}controls:\n      root_usage:\n        exclusions: ['{{ $.a == b }}']\n"),
        "exclusions",
    ),
    "a configuration that is a list": (*configured("- aws\n"), "keys with values are expected"),
    "a mutelist without its key": (*muted("Accounts: {}\n"), "the key Mutelist is missing"),
    "a mutelist that Prowler drops": (*muted(f"{MUTED}a: {{Regions: ['*']}}\n"), "'Resources' is a required property"),
    "a mutelist with a text for a list": (
        *muted(f"{MUTED}a: {{Regions: '*', Resources: ['*']}}\n"),
        "Mutelist.Accounts.*.Checks.a.Regions",
    ),
    "a check of a mutelist": (
        *muted(f"{MUTED}cloudwatch_alerting_root_usge: {EVERYWHERE}\n"),
        "cloudwatch_alerting_root_usge: there is no such check; cloudwatch_alerting_root_usage",
    ),
    "a mutelist with tabs": (*muted("Mutelist:\n\tAccounts:\n"), "a tab"),
    "a snapshot for a configuration": (*configured('{"schema_version": 3}'), "no configuration: it holds what cis-mon"),
    "a mutelist for a configuration": (*configured("Mutelist: {}\n"), "a mutelist, which --mutelist-file takes"),
    "a configuration for a mutelist": (*muted("aws: {}\n"), "a configuration, which --config-file takes"),
    "a snapshot for lint's configuration": (
        ["lint", "a.yaml", "--config-file", CONFIG],
        {CONFIG: '{"schema_version": 3}', "a.yaml": "Resources: {T: {Type: 'AWS::SNS::Topic'}}\n"},
        "no configuration: it holds what cis-mon",
    ),
    "a configuration that is no text": (
        [*SCAN, "--config-file", CONFIG],
        {CONFIG: b"\xff\xfea\0"},
        "no text in UTF-8 (byte 1); save it as such",
    ),
    "an account of fix that is not in the file": (
        ["fix", "--from", "a.jsonl", "--account", "111122223333"],
        {"a.jsonl": TWO_SAVED},
        "--account 111122223333: is not in a.jsonl, which holds 100000000001, 200000000002",
    ),
    "a file of several accounts for fix": (
        ["fix", "--from", "a.jsonl"],
        {"a.jsonl": TWO_SAVED},
        "holds 2 accounts; name one with --account (100000000001, 200000000002)",
    ),
    "an account of fix without a file": (
        ["fix", "--account", "111122223333"],
        {},
        "--account 111122223333: is for --from",
    ),
    "a snapshot in S3": ([*SCAN, "--from", "s3://b/a.json", "-M"], {}, "a local file is expected: fetch it first"),
    "a snapshot on the web": (["diff", "https://a/b.json", "c.json"], {}, "a local file is expected: fetch it first"),
    "a snapshot to lint": (
        ["lint", "a.json"],
        {"a.json": '{"schema_version": 1}'},
        "a.json: a snapshot of an account and no template; cis-monitoring scan --from judges it",
    ),
    "a snapshot for patterns": (
        ["explain", "5.3", "--file", "a.json"],
        {"a.json": '{"schema_version": 1}'},
        "a snapshot of an account and no template",
    ),
    "an organization for accounts": (
        [*SCAN, "--accounts", "o-a1b2c3d4e5", "--role", "A"],
        {},
        "o-a1b2c3d4e5: No such file or directory; --organization alone takes all accounts of the organization",
    ),
    "a unit of an organization": (
        [*SCAN, "--organization", "ou-ab12-11111111", "--role", "A"],
        {},
        "list-accounts-for-parent --query 'Accounts[].Id' --output text --parent-id ou-ab12-11111111, and --accounts -",
    ),
    "an organization by its id": (
        [*SCAN, "--organization", "o-a1b2c3d4e5", "--role", "A"],
        {},
        "nothing is expected here; --organization alone takes all accounts of the organization",
    ),
    "a unit for accounts": ([*SCAN, "--accounts", "ou-ab12-11111111", "--role", "A"], {}, "--parent-id ou-ab12-1"),
    "a second control that is none": (["control", "5.3", "5.30"], {}, "5.30: version 7.0 of the benchmark has no such"),
    "a second rule that is none": (["rule", "no-alarm", "no-alrm"], {}, "'no-alrm'; did you mean no-alarm?"),
    "rules of no link": (
        ["rule", "--list", "lambda"],
        {},
        "no rule has 'lambda' in its name; there are rules of account, trail",
    ),
    "a profile that is an empty variable": ([*SCAN, "--profile", ""], {}, "--profile '': a profile is expected"),
    "a table to save in": ([*SCAN, "--save", "a.csv"], {}, "--save a.csv: JSON is written, so name the file *.json"),
    "Prowler's option for a check": (
        [*SCAN, "--checks", "x"],
        {},
        "--checks: there is no such option, it is one of prowler; here it is --control",
    ),
    "Prowler's option for a framework": ([*SCAN, "--compliance", "x"], {}, "here it is --benchmark"),
    "Prowler's option for a severity": ([*SCAN, "--severity", "high"], {}, "here it is --fail-on"),
    "a duration for seconds": (
        [*SCAN, "--session-duration", "12h"],
        {},
        "--session-duration/-T: '12h': a whole number is expected",
    ),
    "a duration for a number": ([*MANY, "--parallel", "8x"], {}, "--parallel: '8x': a whole number is expected"),
    "a folder for a configuration": ([*SCAN, "--config-file", "."], {}, "--config-file .: Is a directory"),
    "a file for the folder of reports": ([*SCAN, "-o", "a.csv"], {"a.csv": ""}, "-directory a.csv: is no folder"),
    "a shard that counts from zero": ([*MANY, "--shard", "0/3"], {}, "of 3 they are 1/3 to 3/3"),
    "no account at a time": ([*MANY, "--parallel", "0"], {}, "--parallel 0: between 1 and 64 is expected"),
    "an address that is none": (["fix", "--email", "me"], {}, "--email 'me': an e-mail address is expected"),
    "one snapshot to compare": (["diff", "a.json"], {"a.json": "{}"}, "OLD and NEW are expected, or --from FOLDER"),
    "another shell": (["completion", "powershell"], {}, "powershell: there are bash, zsh, fish, tcsh"),
    "a folder for a file of fix": (
        ["fix", "--from", "a.json", "--output", "."],
        {"a.json": "{}"},
        "--output .: is a folder; name a file in it, as in fix.sh",
    ),
    "a file of fix in a folder that is missing": (
        ["fix", "--from", "a.json", "--output", "nowhere/fix.sh"],
        {"a.json": "{}"},
        "there is no folder nowhere",
    ),
    "a folder to save in": ([*SCAN, "--save", "."], {}, "--save .: is a folder; name a file in it"),
    "a role for a snapshot": (
        [*SCAN, "--from", "a.json", "-M", "--role", "arn:aws:iam::302324600427:role/A"],
        {"a.json": "{}"},
        "--role is not for --from a.json: nothing is asked of AWS then",
    ),
    "a snapshot to merge": (["merge", "a.json"], {"a.json": "{}"}, "is no state of a scan, which is called *.accounts"),
    "no snapshot": ([*SCAN, "--from", "none.json", "-M"], {}, "none.json"),
    "a snapshot that is none": ([*SCAN, "--from", "a.json", "-M"], {"a.json": "{}"}, "a.json"),
    "a control of a snapshot": (
        [*SCAN, "--from", "a.json", "-M", "--benchmark", "7.0", "--control", "root"],
        {"a.json": "{}"},
        "root_usage",
    ),
    "a folder that is missing": ([*SCAN, "--save", "nowhere/a.json"], {}, "there is no folder nowhere"),
    "a path to a template": (["lint", "none.yaml"], {}, "none.yaml"),
    "a template for a snapshot": (
        [*SCAN, "--from", "a.yaml", "-M"],
        {"a.yaml": "Resources:\n"},
        "a.yaml: no snapshot, for it is no JSON (line 1, column 1",
    ),
    "a snapshot that was cut": ([*SCAN, "--from", "a.json", "-M"], {"a.json": '{"a": "'}, "no JSON (line 1, column 7"),
    "a snapshot without --from": ([*SCAN, "a.json"], {"a.json": "{}"}, "did you mean --from a.json?"),
    "one hyphen for two": ([*SCAN, "-from", "a.json"], {"a.json": "{}"}, "did you mean --from a.json?"),
    "a dash for two hyphens": ([*SCAN, "\N{EN DASH}-from"], {}, "the dash is no hyphen: type --from"),
    "a control without --control": (["fix", "5.5"], {}, "did you mean --control 5.5?"),
    "a scenario without --scenario": (["demo", "no-trail"], {}, "did you mean --scenario no-trail?"),
    "an empty control": ([*SCAN, "--control", ""], {}, "--control '': a control is expected"),
    "an empty control of lint": (["lint", ".", "--control", ""], {}, "'': a control is expected"),
    "an empty control of explain": (["explain", "", "{ $.a = b }"], {}, "'': a control is expected"),
    "an empty benchmark": ([*SCAN, "--benchmark", ""], {}, "--benchmark '': a version is expected"),
    "an empty status": ([*SCAN, "--status", ""], {}, "'': there are PASS, FAIL, MANUAL"),
    "an option of fix": ([*SCAN, "--email", "a@example.com"], {}, "--email: there is no such option; it is one of fix"),
    "an option of scan": (["fix", "--status", "FAIL"], {}, "--status: there is no such option; it is one of scan"),
    "a format as an option": (["lint", ".", "--json"], {}, "did you mean --format json?"),
    "a list of versions": (*configured(f"{SETTING}benchmark: ['5.0']\n"), "one version is expected, not a list"),
    "nothing to lint": (["lint"], {}, "a PATH is expected"),
    "no file after the controls": (["lint", "--control", "5.3", "none.yaml"], {}, "--control took what is no file"),
    "a Region of lint": (["lint", ".", "--region", "useast1"], {}, "--region: 'useast1': no Region has such a name"),
    "a pattern before its control": (["explain", "{ $.a = b }", "root_usage"], {}, "the control comes first"),
    "a file for a control": (["explain", "a.yaml"], {"a.yaml": ""}, "a file is given with --file a.yaml"),
    "a pattern in double quotes": (["explain", "5.3", "{ .eventName = a }"], {}, "Quote the pattern: '{ … }'"),
    "a pattern with a backslash": (["explain", "5.3", r"{ \$.eventName = a }"], {}, "Quote the pattern: '{ … }'"),
    "a pattern from a word processor": (
        [
            "explain",
            "5.3",
            "{ $.userIdentity.type = \N{LEFT DOUBLE QUOTATION MARK}Root\N{RIGHT DOUBLE QUOTATION MARK} }",
        ],
        {},
        'Type straight quotation marks: "',
    ),
    "a pattern with two equals signs": (["explain", "5.3", '{ $.a == "b" }'], {}, "One equals sign compares: ="),
    "a pattern without braces": (["explain", "5.3", '$.a = "b"'], {}, "A pattern of fields has braces: { … }"),
    "an option for what needs none": (
        ["explain", "--control", "5.3", "{ $.a = b }"],
        {},
        "--control: there is no such option, the control is named without one, as in cis-monitoring explain CONTROL",
    ),
    "a command with hyphens": (["--scan"], {}, "--scan: did you mean scan?"),
    "a section without a dot": ([*SCAN, "--control", "5"], {}, "there are 5.1 to 5.15"),
    "an unknown section": ([*SCAN, "--control", "6.*"], {}, "6.*: version 7.0 of the benchmark has no such control"),
    "a remediation of no control": (
        ["control", "--only", "terraform"],
        {},
        "--only terraform: name the control whose remediation is to be printed",
    ),
    "a link for a rule": (["rule", "ALARM"], {}, "cis-monitoring rule --list alarm lists those of this link"),
    "a folder of reports that is an empty variable": ([*SCAN, "-o", ""], {}, "'': a folder is expected"),
    "a role's ARN that is a user's": (
        [*SCAN, "--role", "arn:aws:iam::302324600427:user/me"],
        {},
        "a role's ARN is expected, as in arn:aws:iam::111122223333:role/Auditor",
    ),
    "a role's ARN without its account": (
        [*SCAN, "--role", "arn:aws:iam::1234:role/Auditor"],
        {},
        "role/Auditor: a role's ARN is expected, as in arn:aws:iam::111122223333:role/Auditor",
    ),
    "the external id of a finding's command": (
        ["fix", "--role", "arn:aws:iam::302324600427:role/A", "--external-id", "EXTERNAL_ID"],
        {},
        "--external-id EXTERNAL_ID: write the role's own there; no report names it",
    ),
    "several at a time of one account": ([*SCAN, "--parallel", "4"], {}, "--parallel 4: needs --accounts or --organ"),
    "ids with a digit too few": (
        [*SCAN, "--accounts", "302324600427 11112222333", "--role", "A"],
        {},
        "302324600427 11112222333: no account id of twelve digits, and no file",
    ),
    "a third snapshot to compare": (
        ["diff", "a.json", "a.json", "b.json"],
        {"a.json": "{}", "b.json": "{}"},
        "b.json: nothing is expected here; leave it out",
    ),
    "a snapshot twice": (
        [*SCAN, "--from", "a.json", "b.json"],
        {"a.json": "{}", "b.json": "{}"},
        "b.json: nothing is expected here; leave it out",
    ),
    "Terraform's own files to lint": (
        ["lint", "main.tf"],
        {"main.tf": 'resource "aws_sns_topic" "a" {}\n'},
        "terraform show -json PLAN > plan.json writes what is judged here",
    ),
    "a template with tabs": (["lint", "a.yaml"], {"a.yaml": "Resources:\n\tA: 1\n"}, "a.yaml:2:"),
    "a template that was cut": (["lint", "a.json"], {"a.json": '{"Resources": {"A"'}, "a.json:1:"),
    "a folder for the demo that is a file": (
        ["demo", "--output-directory", "a.csv"],
        {"a.csv": ""},
        "--output-directory a.csv: is no folder",
    ),
    "a template for its parameters": (
        ["lint", "a.yaml", "--parameters", "a.yaml"],
        {"a.yaml": "Resources: {T: {Type: 'AWS::SNS::Topic'}}\n"},
        "a.yaml:1: a template, and no parameters",
    ),
    "no configuration file for lint": (
        ["lint", "a.yaml", "--config-file", "none.yaml"],
        {"a.yaml": "Resources: {T: {Type: 'AWS::SNS::Topic'}}\n"},
        "--config-file none.yaml: No such file or directory; name a file that is there\n",
    ),
    "the state of a scan for a snapshot": (
        [*SCAN, "--from", "a.accounts.jsonl", "-M"],
        {"a.accounts.jsonl": '{"format": "accounts of cis-monitoring scan", "version": 2, "scan": {}}\n'},
        "line 1: no snapshot but the state of a scan, which cis-monitoring merge takes",
    ),
    "a control's number in a setting": (
        *configured(f'{SETTING}controls:\n      "5.3": {{events: 2}}\n'),
        "there is no such control; did you mean root_usage?",
    ),
    "a pattern of a setting without braces": (
        *configured(f"{SETTING}controls:\n      root_usage:\n        exclusions: ['$.a = b']\n"),
        "A pattern of fields has braces: { … }",
    ),
    "a version of fix": (["fix", "--benchmark", "8.0"], {}, "--benchmark 8.0: there is no such version"),
}


@pytest.fixture
def no_aws(monkeypatch, tmp_path):
    def refuse(client, operation, parameters):
        pytest.fail(f"{operation} was called")

    monkeypatch.setattr(BaseClient, "_make_api_call", refuse)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    Provider.set_global_provider(None)


@pytest.mark.parametrize("slip", REFUSED)
def test_a_slip_is_answered_in_a_line_with_the_status_of_invalid_input(slip, no_aws, capsys):
    arguments, files, words = REFUSED[slip]
    for name, text in files.items():
        (no_aws / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        status = main(arguments)
    except SystemExit as ended:
        status = ended.code
    said = capsys.readouterr()
    assert status == 2
    assert words in said.err
    assert said.out == ""
    assert len(said.err.splitlines()) <= 4
    assert "Traceback" not in said.err


# What is understood as it was meant, with what it means.
UNDERSTOOD = {
    "--control 5.3": ["root_usage"],
    "--control 4.3 --benchmark 3.0": ["root_usage"],
    "--control root_usage,vpc_changes": ["root_usage", "vpc_changes"],
    "--control root_usage vpc_changes": ["root_usage", "vpc_changes"],
    "--control root_usage --control vpc_changes": ["root_usage", "vpc_changes"],
    "--control root*": ["root_usage"],
    "--control CIS-5.3": ["root_usage"],
    "--control cis5.3,5.14.": ["root_usage", "vpc_changes"],
    "--control Root-Usage": ["root_usage"],
    "--control all": list(CONTROLS),
    "--control 5.*": list(CONTROLS),
    "--control 4.1* --benchmark 3.0": [slug for number, slug in controls_by_number("3.0").items() if "4.1" in number],
    "--control cloudwatch_alerting_root_usage": ["root_usage"],
}


def test_blanks_in_a_control_are_understood(no_aws):
    found = {read(parser().parse_args(["scan", "--control", text])).check_ids for text in ("CIS 5.3", "Root usage")}
    assert found == {("cloudwatch_alerting_root_usage",)}


def test_paths_may_follow_the_controls_of_lint(no_aws, capsys):
    for name in ("a.yaml", "5.14"):
        (no_aws / name).write_text("Resources: {T: {Type: 'AWS::SNS::Topic'}}\n", encoding="utf-8")
    said = set()
    for words in ("a.yaml --control 5.3 5.14", "--control 5.3 5.14 a.yaml", "--control 5.3 5.14 -- a.yaml"):
        assert main(["lint", "--all", *words.split()]) == 3
        said.add(capsys.readouterr().out)
    assert len(said) == 1
    assert "root_usage" in (text := said.pop())
    assert "vpc_changes" in text
    assert "iam_policy_changes" not in text


def test_a_snapshot_may_begin_with_a_byte_order_mark(no_aws, capsys):
    write_snapshots(no_aws / "a.json", [Snapshot(resources=AccountResources(account="123456789012"))])
    text = (no_aws / "a.json").read_text(encoding="utf-8")
    (no_aws / "a.json").write_text(text, encoding="utf-8-sig")
    plain = main(["scan", "--from", "a.json", "-M"]), capsys.readouterr().out
    (no_aws / "a.json").write_text(text, encoding="utf-8")
    assert (main(["scan", "--from", "a.json", "-M"]), capsys.readouterr().out) == plain
    assert plain[1].startswith("Account 123456789012")


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("command", ["", "demo", "scan", "merge", "fix", "explain", "rule", "control", "diff", "lint"])
def test_help_fits_a_terminal(command, width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= width


def options(text):
    return read(parser().parse_args(["scan", *text.split()]))


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_obvious_forms_of_controls_are_understood(text, no_aws):
    assert list(options(text).check_ids) == sorted(f"cloudwatch_alerting_{slug}" for slug in UNDERSTOOD[text])


@pytest.mark.parametrize(
    ("text", "name", "meant"),
    [
        ("--status fail,manual", "statuses", ("FAIL", "MANUAL")),
        ("--region US-EAST-1,eu-west-1", "regions", {"us-east-1", "eu-west-1"}),
        ("--accounts 302324600427,111122223333 --role A", "accounts", ("302324600427", "111122223333")),
        ("--accounts 3023-2460-0427 --role A", "accounts", ("302324600427",)),
        (
            "--benchmark v7 4.0,cis_3.0_aws",
            "frameworks",
            tuple(f"cis_monitoring_{v}_aws" for v in ("7.0", "4.0.1", "3.0")),
        ),
        ("--log-level debug", "log_level", "DEBUG"),
    ],
)
def test_obvious_forms_are_understood(text, name, meant, no_aws):
    assert getattr(options(text), name) == meant


def test_formats_are_known_by_their_common_names(no_aws):
    assert options("-M json,CSV asff").outputs.formats == ("json-ocsf", "csv", "json-asff")


def test_no_format_has_a_name_and_needs_none(no_aws):
    assert options("-M none").outputs.formats == options("-M").outputs.formats == ()


@pytest.mark.parametrize("text", ["--version", "-v"])
def test_the_version_is_asked_for_as_prowlers(text, capsys):
    with pytest.raises(SystemExit) as ended:
        main([text])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("cis-monitoring ")


def test_a_role_of_one_account_names_the_role_of_this_name_in_each(no_aws):
    given = options("--organization --role arn:aws:iam::111122223333:role/audit/Auditor")
    assert given.role.name == "audit/Auditor"


def test_account_ids_are_read_from_standard_input(no_aws, monkeypatch):
    listed = "302324600427, 1111-2222-3333 # ours\n\n444455556666,\n302324600427\n"
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(listed.encode())))
    assert options("--accounts - --role A").accounts == ("302324600427", "111122223333", "444455556666")


@pytest.mark.parametrize("between", [" ", ",", ", ", "\t", "\n", " \t,\n"])
def test_account_ids_may_have_blanks_tabs_and_commas_between_them(between, no_aws, monkeypatch):
    ids = ("302324600427", "111122223333")
    (no_aws / "a.txt").write_text(between.join(ids), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(between.join(ids).encode())))
    for named in (between.join(ids), "a.txt", "-"):
        given = read(parser().parse_args(["scan", "--role", "A", "--accounts", named]))
        assert given.accounts == ids, named


def test_account_ids_in_a_file_may_have_the_hyphens_of_the_console(no_aws):
    (no_aws / "a.txt").write_text("3023-2460-0427\n", encoding="utf-8")
    assert options("--accounts a.txt --role A").accounts == ("302324600427",)


# What AWS or botocore says when a scan starts, and what is made of it, once; the scan has then not been done.
NOT_REACHED = {
    "no credentials": ({}, [], "there are no AWS credentials"),
    "half of them": ({"AWS_ACCESS_KEY_ID": "AKIAX"}, [], "the AWS credentials are not complete"),
    "an unknown profile": (
        {},
        ["--profile", "prod"],
        "profile prod (--profile, AWS_PROFILE): there is no such profile",
    ),
    "a misspelt profile": ({"AWS_CONFIG_FILE": "aws"}, ["--profile", "prodction"], "did you mean production?"),
    "an endpoint that is no address": (
        {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL": "localhost:4566"},
        ["--region", "us-east-1"],
        "localhost:4566 is no address of an endpoint: look at AWS_ENDPOINT_URL",
    ),
    "an endpoint of one service that is no address": (
        {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL_CLOUDTRAIL": "http://["},
        ["--region", "us-east-1"],
        "http://[ is no address of an endpoint: look at AWS_ENDPOINT_URL_CLOUDTRAIL",
    ),
    "a configuration that is none": (
        {"AWS_CONFIG_FILE": "broken"},
        [],
        "Unable to parse config file: broken; mend that file, or name another one (AWS_CONFIG_FILE",
    ),
    "a profile of a profile that is none": (
        {"AWS_CONFIG_FILE": "aws"},
        ["--profile", "chained"],
        'The source_profile "nobody" referenced in the profile "chained" does not exist; look at the profile',
    ),
    "a proxy that is out of reach": (
        {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x", "HTTPS_PROXY": "http://127.0.0.1:9"},
        ["--region", "us-east-1"],
        "look at HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
    ),
    "credentials with the end of a line": (
        {
            "AWS_ACCESS_KEY_ID": "AKIAX",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_SESSION_TOKEN": "a\nb",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        },
        ["--region", "us-east-1"],
        "the AWS credentials hold what no request can, such as the end of a line",
    ),
    "a Region of the environment that is none": (
        {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us east 1"},
        [],
        "look at AWS_REGION, AWS_DEFAULT_REGION and the profile's region, as in eu-west-1",
    ),
    "an endpoint that is out of reach": (
        {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
        ["--region", "us-east-1"],
        "http://127.0.0.1:9/ cannot be reached",
    ),
}


@pytest.mark.parametrize("case", NOT_REACHED)
def test_what_keeps_a_scan_from_starting_is_said_once_in_our_own_words(case, tmp_path):
    environment, arguments, words = NOT_REACHED[case]
    (tmp_path / "aws").write_text(
        "[profile production]\nregion = eu-west-1\n"
        "[profile chained]\nsource_profile = nobody\nrole_arn = arn:aws:iam::302324600427:role/A\n",
        encoding="utf-8",
    )
    (tmp_path / "broken").write_text("[default\n", encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    plain = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none"}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from prowler_cis_monitoring.cli import main; sys.exit(main())",
            "scan",
            *arguments,
        ],
        env={**kept, **plain, "AWS_MAX_ATTEMPTS": "1", **environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_code_that_nobody_can_type_is_told(no_aws, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO()))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAX")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    assert main(["scan", "--mfa"]) == 1
    told = "cis-monitoring scan: nobody gives the MFA device's ARN and code: call this on a terminal\n"
    assert capsys.readouterr().err == told


def test_an_explanation_may_name_its_control_by_number(capsys):
    main(["explain", "5.14", "{ $.eventName = *Vpc }", "--json"])
    assert json.loads(capsys.readouterr().out)["control"] == "vpc_changes"
