"""Whatever the standard streams are, a command comes to its end and says one clear line, and its status is true."""

import subprocess
import sys

import pytest

from prowler_cis_monitoring.controls import CONTROLS

OURS = "import sys; from prowler_cis_monitoring.cli import main; sys.exit(main())"
GAP = ("explain", "vpc_changes", "{ $.eventName = *Vpc }")
COVERED = 1  # of a gap
NOT_WRITTEN = 1


def shell(redirection, arguments=GAP, **environment):
    quoted = " ".join(f"'{word}'" for word in (sys.executable, "-c", OURS, *arguments))
    command = f"{quoted} {redirection}"
    return subprocess.run(
        ["bash", "-c", command], env={"PATH": "/usr/bin:/bin", **environment}, capture_output=True, check=False
    )


# What these commands end with where their output arrives is another status than 1.
@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "vpc_changes", CONTROLS["vpc_changes"].suggested_pattern),
        ("control", "5.3"),
        ("rule",),
        ("demo", "--list"),
        ("--help",),
        ("--version",),
    ],
)
def test_output_that_a_full_device_does_not_take_is_a_failure(arguments):
    assert shell("", arguments).returncode == 0
    done = shell("> /dev/full", arguments)
    assert done.returncode == NOT_WRITTEN
    assert done.stderr.decode().splitlines() == [
        "cis-monitoring: standard output: No space left on device; what it would have shown is lost"
    ]


def test_a_closed_output_is_said():
    done = shell(">&-")
    assert done.returncode == COVERED
    assert done.stderr.decode().splitlines() == [
        "cis-monitoring: standard output: it is closed; what it would have shown is lost"
    ]


@pytest.mark.parametrize("redirection", ["2>&-", "2> /dev/full", "<&-"])
def test_other_streams_that_are_of_no_use_change_nothing(redirection):
    done = shell(redirection)
    assert done.returncode == COVERED
    assert done.stdout == shell("").stdout
    assert done.stderr == b""


def test_no_stream_at_all_leaves_the_exit_status():
    assert shell("<&- >&- 2>&-").returncode == COVERED


def test_a_reader_that_has_enough_is_no_error():
    done = shell("| head -n 1; exit ${PIPESTATUS[0]}", ("rule",))
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == b""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_what_an_encoding_lacks_is_written_another_way(encoding):
    arguments = ("rule", "no-such-rüle→")
    done = shell("", arguments, PYTHONIOENCODING=encoding, LC_ALL="C.UTF-8")
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    told = done.stderr.decode(encoding)
    assert ("no-such-rüle" in told) == (encoding != "ascii") or "no-such-r\\xfcle" in told


def test_a_posix_locale_is_enough():
    done = shell("", LC_ALL="POSIX", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert done.returncode == COVERED
    assert done.stderr == b""
    assert done.stdout.decode("ascii")


def test_the_page_of_a_rule_is_readable_in_any_encoding():
    done = shell("", ("rule", "trail-not-logging"), PYTHONIOENCODING="ascii")
    assert b'Example: "trail org-trail: logging is stopped (IsLogging is false)"' in done.stdout
    assert b"\\u" not in done.stdout


def test_a_bar_that_shows_progress_is_drawn_in_any_encoding():
    drawn = (
        "import sys; from prowler_cis_monitoring.streams import standard_streams\n"
        "with standard_streams(): sys.stdout.write(chr(0x2588) + chr(0x2581))"
    )
    done = subprocess.run(
        [sys.executable, "-c", drawn], env={"PYTHONIOENCODING": "ascii"}, capture_output=True, check=False
    )
    assert done.stdout == b"#-"
