"""Names that a person writes: obvious spellings are understood, and what is not known is answered with what is near."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from typing import Protocol

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.foreign_text import harmless

_PREFIX = "cloudwatch_alerting_"
_MOST_NEAR = 3
# Of difflib's likeness, 0 to 1: what counts as near, what a beginning counts, and what is as good as the best.
_LIKE, _BEGUN, _AS_GOOD = 0.65, 0.8, 0.08
_FEW = 9
# `CIS 5.3` and `5.3.` are how the benchmark and its readers write it.
_NUMBER = re.compile(r"(?:cis[\s_-]*)?(\d+(?:\.\d+)+)\.?", re.ASCII | re.IGNORECASE)
# Ids of organizations, organizational units and roots.
_OF_ORGANIZATIONS = re.compile(r"(o|ou|r)-[a-z0-9-]+", re.ASCII)
_ALL = "all"
_BETWEEN_WORDS = re.compile(r"[-\s]")


def is_there(word: str) -> bool:
    """Whether a file or folder is called so; what is too long for a name, or holds a null character, is none."""
    return os.path.exists(word)  # noqa: PTH110 - Path.exists raises on these


class Numbers(Protocol):
    """The slugs of the controls by their number in a version of the benchmark."""

    def __contains__(self, number: object, /) -> bool:
        """Whether the version has a number."""

    def __getitem__(self, number: str, /) -> str:
        """Return the slug of a number."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return all numbers with their slugs."""

    def instead_of(self, number: str) -> str:
        """Return what there is instead of a number that the version has not, as a sentence."""


class NotKnownError(ValueError):
    """There is no such name; the message says which are near."""


def instead_of_organization(word: str) -> str:
    """Return how accounts are named otherwise than by the id of an organization, a unit or a root; empty for no id."""
    found = _OF_ORGANIZATIONS.fullmatch(word)
    if not found:
        return ""
    if found[1] != "ou":
        return "--organization alone takes all accounts of the organization"
    return (
        "the accounts of a unit are listed by aws organizations list-accounts-for-parent --query 'Accounts[].Id' "
        f"--output text --parent-id {word}, and --accounts - takes them from there"
    )


def near(name: str, known: Iterable[str]) -> list[str]:
    """Return the names that `name` may be meant for, the nearest first, whatever its case and its hyphens."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - only for what is misspelt

    wanted, likeness = _plain(name), {}
    for one in known:
        likeness[one] = SequenceMatcher(None, wanted, _plain(one)).ratio()
        if len(wanted) > 1 and _plain(one).startswith(wanted):
            likeness[one] = max(likeness[one], _BEGUN)
    best = max(likeness.values(), default=0)
    found = [one for one in sorted(likeness, key=lambda one: -likeness[one]) if likeness[one] >= best - _AS_GOOD]
    return found[:_MOST_NEAR] if best >= _LIKE else []


def suggestion(name: str, known: Collection[str], listing: str = "") -> str:
    """Return what to write instead of a name that is not known, as a clause.

    Args:
        name: what was written.
        known: what there is.
        listing: the command that lists what there is, named where that is too much to be listed.
    """
    if found := near(name, known):
        return f"did you mean {' or '.join(found)}?"
    if listing and len(known) > _FEW:
        return f"{listing} lists them"
    return f"there are {', '.join(known)}"


def _plain(name: str) -> str:
    return _BETWEEN_WORDS.sub("_", name.strip().lower())


def parts(texts: Iterable[str]) -> list[str]:
    """Return what stands in lists with blanks or commas, as `a b` and `a,b` are both meant."""
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def controls_named(texts: Collection[str], numbers: Numbers) -> tuple[str, ...]:
    """Return the slugs of the controls that are named, in the order of the table.

    Args:
        texts: slugs, check ids, numbers of the benchmark or names with `*`, also several with commas between them.
        numbers: slugs by their number in a version of the benchmark.

    Raises:
        NotKnownError: there is no such control, or the texts are empty, as an unset variable of a shell is.
    """
    if not parts(texts):
        raise NotKnownError("'': a control is expected; cis-monitoring control --list lists them")
    found = {slug for text in parts(texts) for slug in _named(text, numbers)}
    return tuple(slug for slug in CONTROLS if slug in found)


def is_control(text: str, numbers: Numbers) -> bool:
    """Whether `controls_named` understands a text."""
    try:
        return bool(controls_named([text], numbers))
    except NotKnownError:
        return False


def _named(text: str, numbers: Numbers) -> Collection[str]:
    if text.lower() == _ALL:
        return CONTROLS
    if of_section := [slug for number, slug in numbers.items() if fnmatchcase(number, text)]:
        return of_section
    if written := _NUMBER.fullmatch(text):
        if written[1] in numbers:
            return (numbers[written[1]],)
        raise NotKnownError(f"{text}: {numbers.instead_of(written[1])}")
    plain = _plain(text).removeprefix(_PREFIX)
    matching = [slug for slug in CONTROLS if fnmatchcase(slug, plain)] if set("*?[") & set(plain) else []
    if plain in CONTROLS:
        return (plain,)
    if matching:
        return matching
    if text[:1].isdigit():
        raise NotKnownError(f"{harmless(text)}: {numbers.instead_of(text)}")
    advice = suggestion(plain, CONTROLS, "cis-monitoring control --list")
    raise NotKnownError(f"{harmless(text)}: there is no such control; {advice}")
