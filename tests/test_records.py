"""A record is what the standard library's decorator makes of the same class."""

import dataclasses
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mypy import api

from prowler_cis_monitoring import records


def plain(dataclass):
    @dataclass(frozen=True)
    class Plain:
        """Two fields and a default."""

        name: str
        count: int = 0

    return Plain


def empty(dataclass):
    @dataclass(frozen=True)
    class Empty:
        pass

    return Empty


def only_one(dataclass):
    @dataclass(frozen=True, kw_only=True)
    class OnlyOne:
        name: tuple[str, ...]

    return OnlyOne


def with_fields_of_all_kinds(dataclass):
    @dataclass(frozen=True)
    class OfAllKinds:
        name: str
        record: Mapping[str, str] = field(default_factory=dict, hash=False)
        unequal: int = field(default=1, compare=False)
        unseen: int = field(default=2, repr=False)
        later: int = field(init=False, compare=False, repr=False)

        def __post_init__(self):
            object.__setattr__(self, "later", len(self.name))

        @cached_property
        def longer(self):
            return self.later + 1

    return OfAllKinds


def with_methods_of_its_own(dataclass):
    @dataclass(frozen=True)
    class WithMethods:
        name: str

        def __eq__(self, other):
            return self.name.lower() == other.name.lower()

        def __hash__(self):
            return hash(self.name.lower())

        def __repr__(self):
            return f"<{self.name}>"

    return WithMethods


def with_equality_of_its_own(dataclass):
    @dataclass(frozen=True)
    class WithEquality:  # noqa: PLW1641 - it is the decorator that adds the hash
        name: str

        def __eq__(self, other):
            return self.name[:1] == other.name[:1]

    return WithEquality


def by_identity(dataclass):
    @dataclass(frozen=True, eq=False)
    class ByIdentity:
        name: str

    return ByIdentity


def derived(dataclass):
    @dataclass(frozen=True)
    class Derived(plain(dataclass)):
        more: str = "more"

    return Derived


def changing(dataclass):
    @dataclass
    class Changing:
        name: str

    return Changing


def ordered(dataclass):
    @dataclass(frozen=True, order=True)
    class Ordered:
        name: str
        count: int = 0

    return Ordered


KINDS = (
    *(plain, empty, only_one, with_fields_of_all_kinds, with_methods_of_its_own, with_equality_of_its_own),
    *(by_identity, derived, changing, ordered),
)


def described(kind):
    """Return what can be seen of a class and of its values."""
    names = [one.name for one in dataclasses.fields(kind) if one.init]
    first, second, third = (dict.fromkeys(names[:1], text) for text in ("abc", "Abc", "abc"))
    values = [kind(**given) for given in (first, second, third)]
    return {
        "parameters": kind.__match_args__,
        "hashable": kind.__hash__ is not None,
        "shown": [repr(value) for value in values],
        "equal": [one == other for one in values for other in values],
        "few": len(set(values)) if kind.__hash__ is not None else None,
        "as a mapping": [dataclasses.asdict(value) for value in values],
        "replaced": repr(dataclasses.replace(values[0], **second)),
        "less": values[1] < values[0] if hasattr(kind, "__lt__") and kind.__lt__ is not object.__lt__ else None,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_what_the_standard_library_makes(kind):
    assert described(kind(records.dataclass)) == described(kind(dataclasses.dataclass))


@given(st.text(), st.integers(), st.text(), st.integers())
def test_records_are_equal_where_their_values_are(name, count, other, others):
    kind, usual = plain(records.dataclass), plain(dataclasses.dataclass)
    assert (kind(name, count) == kind(other, others)) == (usual(name, count) == usual(other, others))
    assert hash(kind(name, count)) == hash(usual(name, count))


def test_records_of_two_kinds_are_never_equal():
    one, another = plain(records.dataclass)("a"), derived(records.dataclass)("a")
    assert one != another
    assert one != "a"


def test_type_checkers_keep_records_from_being_changed(tmp_path):
    code = (
        "from prowler_cis_monitoring.records import dataclass\n"
        "@dataclass(frozen=True)\n"
        "class Kept:\n"
        "    name: str\n"
        "Kept('a').name = 'b'\n"
        "Kept(1)\n"
    )
    module = tmp_path / "module.py"
    module.write_text(code)
    told, problem, status = api.run(["--no-incremental", "--follow-imports=silent", "--strict", str(module)])
    assert (problem, status) == ("", 1)
    assert 'Property "name" defined in "Kept" is read-only' in told
    assert 'expected "str"' in told
