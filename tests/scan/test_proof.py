"""`cis-monitoring scan --proof` on the demo's account, of which yesterday is on record."""

import json

import pytest

from prowler_cis_monitoring.services import history_calls


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(history_calls.time, "sleep", lambda _: None)


def proofs(said):
    findings = json.loads(said)["accounts"][0]["findings"]
    return {finding["control"]: (finding["verdict"], finding["evidence"].get("proof")) for finding in findings}


@pytest.mark.usefixtures("estate")
def test_yesterday_is_told_and_changes_no_verdict(scan):
    before = proofs(scan("--json", "--region", "us-east-1", "--output-formats").out)
    after = proofs(scan("--json", "--region", "us-east-1", "--proof", "--output-formats").out)
    assert {control: verdict for control, (verdict, _) in before.items()} == {
        control: verdict for control, (verdict, _) in after.items()
    }
    assert all(proof is None for _, proof in before.values())
    grades = {control: proof["grade"] for control, (_, proof) in after.items()}
    proved = {"root_usage", "iam_policy_changes", "kms_key_disable_or_deletion"}
    assert {control for control, grade in grades.items() if grade == "proved"} == proved
    assert grades["network_gateway_changes"] == "drilled"
    lost = {control: proof["nobody_was_told"] for control, (_, proof) in after.items() if proof["nobody_was_told"]}
    assert set(lost) == {"cloudtrail_configuration_changes", "network_acl_changes"}
    assert lost["network_acl_changes"]["ends_at"] == "topic"


@pytest.mark.usefixtures("estate")
def test_records_are_in_the_evidence_only_when_asked_for(scan):
    options = ("--json", "--region", "us-east-1", "--control", "root_usage", "--output-formats")
    _, proof = proofs(scan("--proof", *options).out)["root_usage"]
    assert "record" not in proof["trace"]["event"]
    _, proof = proofs(scan("--proof-events", *options).out)["root_usage"]
    assert proof["trace"]["event"]["record"]["userIdentity"]["type"] == "Root"


@pytest.mark.usefixtures("estate")
def test_awss_matcher_is_asked_only_when_wanted(scan):
    options = ("--json", "--region", "us-east-1", "--control", "root_usage", "--output-formats")
    assert "matching" not in proofs(scan("--proof", *options).out)["root_usage"][1]
    assert proofs(scan("--proof-filters", *options).out)["root_usage"][1]["matching"]["compared"] > 0


@pytest.mark.usefixtures("estate")
def test_a_saved_account_has_no_past(scan, tmp_path, no_aws_after):
    saved = tmp_path / "account.json"
    scan("--proof", "--save", saved, "--control", "root_usage", "--region", "us-east-1", "--output-formats")
    no_aws_after()
    found = scan("--from", saved, "--control", "root_usage", "--json")
    assert proofs(found.out)["root_usage"] == ("PASS", None)


@pytest.mark.parametrize("option", ["--proof", "--proof-events", "--proof-filters"])
@pytest.mark.parametrize("formats", [["--output-formats"], []])
def test_a_proof_of_a_saved_account_is_refused(option, formats, scan, tmp_path):
    found = scan("--from", tmp_path / "account.json", option, *formats)
    assert found.status == 2
    assert f"{option} is not for --from" in found.err


@pytest.fixture
def no_aws_after(monkeypatch):
    """Lets any AWS call from now on fail the test."""

    def arm():
        monkeypatch.setattr("botocore.client.BaseClient._make_api_call", lambda *_: pytest.fail("AWS was called"))

    return arm
