"""What is drawn, letter by letter; `UPDATE_SNAPSHOTS=1 pytest tests/picture/test_snapshots.py` records it anew.

The map of the demo account is recorded as docs/map.svg.
"""

import os
from pathlib import Path

import pytest

from prowler_cis_monitoring.picture import Fleet, drawing_of, mermaid, svg
from tests.picture.accounts import estate, thousands

FOLDER = Path(__file__).parent / "snapshots"


def causes():
    fleet = thousands(40)
    fleet.add("999999999999", "", estate())
    return "".join(f"{cause}\n" for cause in fleet.causes())


DRAWN = {
    "estate.svg": lambda: svg(drawing_of("Account 123456789012", estate())),
    "estate.mmd": lambda: mermaid(drawing_of("Account 123456789012", estate())),
    "nothing.svg": lambda: svg(drawing_of("Account 123456789012", [])),
    "no-accounts.mmd": lambda: mermaid(Fleet().drawing()),
    "causes.txt": causes,
}


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_drawn_is_what_was_recorded(name):
    path, drawn = FOLDER / name, DRAWN[name]()
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_every_record_is_of_something_that_is_drawn():
    assert {path.name for path in FOLDER.iterdir()} == set(DRAWN)
