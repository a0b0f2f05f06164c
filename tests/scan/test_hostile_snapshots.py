"""Saved accounts that somebody made to attack whoever reads them: nothing raw in any output, and no traceback."""

import csv
import json

import pytest

from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.snapshot import Snapshot, dump
from tests.alert_path.builders import metric_filter
from tests.alert_path.test_verdict import resources
from tests.evil_names import EVIL_NAMES
from tests.scan.test_evil_names import Page, raw

NAMES = ("escape", "c1", "newlines", "bidi", "lone-surrogate", "private", "script", "formula", "template", "long")
WRITTEN = ("csv", "json-ocsf", "html", "map", "svg", "mermaid")
OF_AN_ORGANIZATION = ("account_email", "account_name", "organization_account_arn", "organization_arn")
BESIDE = {
    "the organization": lambda evil: {
        "organization": {
            **dict.fromkeys(OF_AN_ORGANIZATION, evil),
            "organization_id": evil,
            "account_tags": {evil: evil},
        }
    },
    "who read it": lambda evil: {
        "identity": {"user_id": evil, "identity_arn": evil, "audited_regions": [evil, None, 1]},
        "profile": evil,
    },
    "an unknown member of the organization": lambda evil: {"organization": {evil: evil, "account_tags": evil}},
    "who read it as other types": lambda evil: {"identity": {"user_id": [evil], "audited_regions": 5}},
    "the Region": lambda evil: {"default_region": evil},
    "the release": lambda evil: {"made_by": evil},
}


def nearly_in_order():
    """An account in which one control fails: for each that does, everything is looked for that may mend it."""
    patterns = [control.suggested_pattern for control in CONTROLS.values()][1:]
    filters = [metric_filter(name=f"filter {number}", pattern=pattern) for number, pattern in enumerate(patterns)]
    return resources(*filters)


def leaves(value, path=()):
    """The paths of all texts in JSON values, keys included."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*path, key), True
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    elif isinstance(value, str):
        yield path, False


def with_evil(document, path, evil, *, is_key):
    """The document with an evil text in one place."""
    changed = json.loads(json.dumps(document))
    parent = changed
    for step in path[:-1]:
        parent = parent[step]
    if is_key:
        parent[evil] = parent.pop(path[-1])
    else:
        parent[path[-1]] += evil
    return changed


def check_outputs(folder, document, capsys):
    """Scan a saved account, and see that no output shows what it should not."""
    saved = folder / "account.json"
    saved.write_text(json.dumps(document), encoding="utf-8")
    status = main(["scan", "--from", str(saved), "-o", str(folder), "-F", "found", "-M", *WRITTEN])
    said = capsys.readouterr()
    assert raw(said.out, "\n") == raw(said.err, "\n") == set()
    if status == 2:
        return False
    assert status in {0, 3, 5}, said.err
    with (folder / "found.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert len(rows) == len(CONTROLS)
    assert {char for row in rows for cell in row.values() for char in raw(cell, "\n")} == set()
    page = Page((folder / "found.html").read_text(encoding="utf-8"))
    assert raw("".join(page.texts), "\n\t") == set()
    assert not any(name.startswith("on") for _, names in page.elements for name in names)
    for name in ("found.map.html", "found.svg", "found.mmd"):
        assert raw((folder / name).read_text(encoding="utf-8"), "\n") == set()
    return True


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", BESIDE)
def test_what_is_said_beside_the_account_is_shown_as_foreign(place, name, tmp_path, capsys):
    document = {**dump(Snapshot(resources=nearly_in_order())), **BESIDE[place](EVIL_NAMES[name])}
    assert check_outputs(tmp_path, document, capsys)


@pytest.mark.parametrize("name", NAMES)
def test_an_evil_text_in_any_place_is_shown_as_foreign_or_refused(name, tmp_path, capsys):
    document = dump(Snapshot(resources=resources()))
    places = list(leaves(document["resources"], ("resources",)))
    mine = places[NAMES.index(name) :: len(NAMES)]
    for path, is_key in mine:
        check_outputs(tmp_path, with_evil(document, path, EVIL_NAMES[name], is_key=is_key), capsys)


@pytest.mark.parametrize("form", ["cli", "cloudformation", "terraform", "json"])
@pytest.mark.parametrize("name", NAMES)
def test_what_fix_says_of_them_is_harmless(form, name, tmp_path, capsys):
    evil, saved = EVIL_NAMES[name], tmp_path / "account.json"
    document = dump(Snapshot(resources=resources()))
    document["resources"]["trails"][0]["name"] = evil
    saved.write_text(json.dumps(document), encoding="utf-8")
    assert main(["fix", "--from", str(saved), "--email", "a@example.com", "--format", form]) in {0, 3, 4}
    said = capsys.readouterr()
    assert raw(said.err, "\n") == set()
    if form == "cli":
        assert raw(said.out, "\n") == set()
