"""Lists, pages and messages fit the terminal; in a file or pipe each entry keeps its line."""

import io

import pytest

from prowler_cis_monitoring.broken_lines import fitting, row
from prowler_cis_monitoring.cli import main
from prowler_cis_monitoring.controls import CONTROLS

LISTS = (
    ["control", "--list"],
    ["demo", "--list"],
    ["rule", "--list"],
    ["rule", "alarm-threshold-out-of-reach"],
    ["explain", "kms_key_disable_or_deletion", CONTROLS["kms_key_disable_or_deletion"].suggested_pattern],
)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("command", LISTS, ids=lambda words: " ".join(words[:2]))
def test_no_line_of_a_list_or_page_is_wider_than_the_terminal(command, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    shown = Terminal()
    monkeypatch.setattr("sys.stdout", shown)
    assert main(command) == 0
    assert max(map(len, shown.getvalue().splitlines())) <= width


def test_an_entry_of_a_list_is_one_line_where_no_terminal_shows_it(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    main(["control", "--list"])
    assert len(capsys.readouterr().out.splitlines()) == 15


def test_the_last_column_goes_on_below_itself_or_indented_where_that_is_narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert row("  a   PASS  ", "one two three four five six", Terminal()).splitlines() == [
        "  a   PASS  one two three four five six",
    ]
    assert row("  a   PASS  ", "one two three four five six seven", Terminal()).splitlines()[1] == " " * 12 + "seven"
    assert row("a" * 30, " one two three", Terminal()).splitlines()[1] == "    one two three"


def test_a_message_is_one_line_in_a_file_and_broken_on_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    text = "cis-monitoring scan: none.yaml: No such file"
    assert fitting(text, io.StringIO()) == text
    assert fitting(text, Terminal()) == "cis-monitoring scan:\n  none.yaml: No such\n  file"


def test_an_entry_without_room_for_its_last_column_has_it_below_as_a_whole(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    before = f"{'5.3':6}{'root_usage':44}"
    assert row(before, "Use of the root user", Terminal()) == "5.3   root_usage\n    Use of the root user"
