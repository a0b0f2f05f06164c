"""An account whose every name was given by an attacker, through every output of a scan."""

import json
import re
import shutil
import subprocess
import unicodedata
from html.parser import HTMLParser

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.demo.estate import build_estate
from tests.benchmark_controls import BENCHMARK
from tests.evil_names import EVIL_NAMES
from tests.shared_session import SESSION

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
EVIL = list(EVIL_NAMES.values())
_SLUGS = [slug.replace("_", "-") for slug in CONTROLS]
_METRICS = ["".join(word.capitalize() for word in slug.split("_")) for slug in CONTROLS]
A_SCAN = 4
"""So many evil names a scan gives to trails, log groups, topics and patterns; all the others are other names there."""
PATTERNS = ("iam-policy-changes", "vpc-changes", "route-table-changes", "network-acl-changes")
NAMES = ["CloudTrail/logs", "org-trail", "security-alerts", "network-team", "data-team", *_SLUGS, *_METRICS]
_ANY_NAME = re.compile("|".join(sorted(map(re.escape, NAMES), key=len, reverse=True)))
_LOOSE_FORMULA = re.compile(r"\s*[=+@\t\r-](?!\d+(\.\d+)?$)")
PICTURES = ("found.map.html", "found.svg", "found.mmd")
FORMATS = ("csv", "json-ocsf", "html", "json-asff", "map", "svg", "mermaid")


class Attacker:
    """Gives the estate's resources other names: AWS answers with them and is asked by them."""

    def __init__(self, first):
        given = EVIL[first:] + EVIL[:first]
        self.renamed = {name: given[place % len(given)] for place, name in enumerate(NAMES)}
        self.own = {evil: name for name, evil in reversed(self.renamed.items()) if evil}
        self._evil = re.compile("|".join(sorted(map(re.escape, self.own), key=len, reverse=True)))
        self.pattern, self.patterns, self.policy = given[0], dict(zip(PATTERNS, given, strict=False)), given[0]

    def call(self, original):
        def called(client, operation, parameters):
            try:
                answer = original(client, operation, _each(parameters, self._asked))
            except ClientError as error:
                if operation == "ListLinks":  # what the plug-in logs, not Prowler
                    error.args = (f"{error}: {self.pattern}",)
                raise
            if operation == "DescribeMetricFilters":
                for found in answer["metricFilters"]:
                    found["filterPattern"] = self.patterns.get(found["filterName"], found["filterPattern"])
            if operation == "GetTopicAttributes" and "network-team" in parameters["TopicArn"]:
                answer["Attributes"]["Policy"] = self.policy
            return _each(answer, self._answered)

        return called

    def _asked(self, text):
        return self._evil.sub(lambda found: self.own[found[0]], text)

    def _answered(self, text):
        if text.startswith("{"):
            try:
                return json.dumps(_each(json.loads(text), self._answered))
            except json.JSONDecodeError:
                pass  # a filter pattern
        return _ANY_NAME.sub(lambda found: self.renamed[found[0]], text)


def _each(value, change):
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(item, change) for key, item in value.items()}
    return [_each(item, change) for item in value] if isinstance(value, list) else value


@pytest.fixture
def attacked(aws, scan, monkeypatch):
    """Scan the demo's account after an attacker has renamed everything; the first evil name is its log group's."""

    def run(first, *arguments):
        build_estate(SESSION)
        with monkeypatch.context() as patched:
            patched.setattr(BaseClient, "_make_api_call", Attacker(first).call(BaseClient._make_api_call))
            return scan("--region", "us-east-1", "eu-west-1", *arguments)

    return run


def raw(text, keep=""):
    return {char for char in text if unicodedata.category(char)[0] in "CZ" and char != " " and char not in keep}


class Page(HTMLParser):
    """What a browser would make elements of."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, sorted(name for name, _ in attrs)))

    def handle_data(self, data):
        self.texts.append(data)


@pytest.mark.parametrize("first", range(0, len(EVIL), A_SCAN), ids=list(EVIL_NAMES)[::A_SCAN])
def test_no_evil_name_is_raw_in_a_report_and_no_row_is_missing(attacked, caplog, first):
    done = attacked(first, "--output-formats", *FORMATS)
    assert done.status in {0, 3, 5}, done.err
    assert raw("".join(record.getMessage() for record in caplog.records), "\n") == set()
    assert raw(done.out, "\n") == raw(done.err, "\n") == set()
    checks = {control.check_id for control in CONTROLS.values()}
    asked_for = {control.check_id for control in BENCHMARK.values()}
    for name, wanted in (("found.csv", checks), ("compliance/found_cis_monitoring_7.0_aws.csv", asked_for)):
        rows = done.rows(name)
        assert {row.get("CHECK_ID") or row["CHECKID"] for row in rows} == wanted
        for cell in (cell for row in rows for cell in row.values()):
            assert raw(cell, "\n") == set()
            assert not _LOOSE_FORMULA.match(cell)
    for name, wanted in (("found.ocsf.json", checks), ("compliance/found_cis_monitoring_7.0_aws.ocsf.json", asked_for)):
        findings = done.json(name)
        assert {finding["metadata"]["event_code"] for finding in findings} >= wanted or len(findings) == len(wanted)
    for finding in done.json("found.ocsf.json"):
        assert raw(finding["status_detail"]) == set()
        assert raw(finding["resources"][0]["name"] + finding["resources"][0]["uid"]) == set()
    asff = done.json("found.asff.json")
    assert len(asff) == sum(row["STATUS"] != "MANUAL" for row in done.rows())
    for finding in asff:
        assert raw(finding["Description"]) == set()
        assert raw(finding["Resources"][0]["Id"]) == set()
    page = Page((done.folder / "found.html").read_text(encoding="utf-8"))
    assert {attribute for _, names in page.elements for attribute in names if attribute.startswith("on")} == set()
    assert raw("".join(page.texts), "\n\t") == set()
    told = "".join("".join(page.texts).split())
    assert all("".join(row["STATUS_EXTENDED"].split()) in told for row in done.rows())
    for name in PICTURES:
        assert raw((done.folder / name).read_text(encoding="utf-8"), "\n") == set()


@pytest.mark.parametrize("name", ["lone-surrogate", "script", "bidi", "formula", "newlines"])
def test_json_for_machines_is_raw_in_its_evidence_only(attacked, name):
    done = attacked(list(EVIL_NAMES).index(name), "--json", "--output-formats")
    (account,) = json.loads(done.out)["accounts"]
    assert len(account["findings"]) == len(CONTROLS)
    for finding in account["findings"]:
        evidence = finding.pop("evidence")
        assert evidence["required_pattern"]
        assert raw("".join(map(str, finding.values()))) == set()
    done.out.encode()


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium to open the report in")
@pytest.mark.parametrize("name", ["script", "image"])
def test_no_script_of_a_name_runs_in_a_browser(attacked, tmp_path, name):
    done = attacked(list(EVIL_NAMES).index(name), "--output-formats", "html", "csv")
    page = tmp_path / "page.html"
    witness = "<script>onload = () => document.body.setAttribute('data-owned', String(window.owned))</script>"
    page.write_text((done.folder / "found.html").read_text(encoding="utf-8") + witness, encoding="utf-8")
    shown = subprocess.run(
        [
            CHROMIUM,
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
            *("--disable-background-networking", "--disable-component-update", "--virtual-time-budget=2000"),
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={tmp_path / 'browser'}",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert 'data-owned="undefined"' in shown
    told = "".join("".join(Page(shown).texts).split())
    rows = done.rows()
    assert len(rows) == len(CONTROLS)
    assert all("".join(row["STATUS_EXTENDED"].split()) in told for row in rows)
