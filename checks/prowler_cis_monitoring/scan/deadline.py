"""A time after which no account is begun any more, so that a job with a time limit ends with all it found."""

from __future__ import annotations

import re
import time

from prowler_cis_monitoring.records import dataclass

_SECONDS = re.compile(r"\d{1,8}", re.ASCII)
# Each number has its unit: 1h30 would be half a minute to one reader and half an hour to another.
_WITH_UNITS = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,8})s)?", re.ASCII | re.IGNORECASE)


class DeadlineError(ValueError):
    """A text is no duration; the message holds it and says what is expected."""


class TooLateError(RuntimeError):
    """An account was not begun, for the deadline had passed."""


@dataclass(frozen=True)
class Deadline:
    """A moment, and how the user wrote it.

    Attributes:
        moment: by the clock of `time.monotonic`, which all processes of a machine share.
        text: as it was written.
    """

    moment: float
    text: str

    def check(self) -> None:
        """Return if there is time left.

        Raises:
            TooLateError: there is none.
        """
        if time.monotonic() >= self.moment:
            raise TooLateError(f"the deadline ({self.text}) had passed before it was begun")


def deadline_in(text: str) -> Deadline:
    """Return the moment that is so far from now: seconds, or as in 90s, 25m, 2h and 1h30m.

    Raises:
        DeadlineError: it is no duration, or none at all.
    """
    plain = text.strip()
    written = _WITH_UNITS.fullmatch(f"{plain}s" if _SECONDS.fullmatch(plain) else plain)
    hours, minutes, seconds = (int(part or 0) for part in (written.groups() if written else (0, 0, 0)))
    duration = (hours * 60 + minutes) * 60 + seconds
    if not duration:
        raise DeadlineError(f"{text!r}: a duration is expected, in seconds or as in 25m and 1h30m")
    return Deadline(time.monotonic() + duration, plain)
