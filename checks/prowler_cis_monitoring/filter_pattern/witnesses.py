"""Writes an event of a gap down as a record that CloudTrail may write.

The search says which values each field may have; here one of them is chosen for each, so that the whole record is one
call of one caller. It starts from a sample record and changes as little as the gap demands.
"""

from __future__ import annotations

import itertools
import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

from prowler_cis_monitoring.filter_pattern import api_calls, plausibility
from prowler_cis_monitoring.filter_pattern.domains import structure_of
from prowler_cis_monitoring.filter_pattern.events import (
    ACCOUNT,
    BY_AWS,
    IDENTITIES,
    NATURAL,
    OTHERS,
    ROLE,
    SESSION,
    Record,
    copied,
    in_order,
    put,
    record,
    remove,
    templates,
)
from prowler_cis_monitoring.filter_pattern.formulas import PRESENT, Field
from prowler_cis_monitoring.filter_pattern.matching import Absence, select
from prowler_cis_monitoring.filter_pattern.syntax import Operator, Selector
from prowler_cis_monitoring.filter_pattern.work import Work, remembered
from prowler_cis_monitoring.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from prowler_cis_monitoring.filter_pattern.domains import Entry
    from prowler_cis_monitoring.filter_pattern.facts import Fact, FieldFact
    from prowler_cis_monitoring.filter_pattern.formulas import Path, Test
    from prowler_cis_monitoring.filter_pattern.matching import Reading

MAXIMUM_CALLS: Final = 24  # of one cell
_UNITS_OF_ALL_NAMES: Final = 200  # to look through the names of all calls for one test
_UNITS_OF_A_RECORD: Final = 50  # to hold one against all facts and rules
_UNITS_OF_A_COPY: Final = 50  # to write one
_USUAL_CALLERS: Final = 3  # a root user, a user, a role
REGION: Final = ("awsRegion",)
_NAME, _SOURCE = ("eventName",), ("eventSource",)
_KIND: Final = ("userIdentity", "type")
_OF_CALLER, _ISSUER = ("userIdentity", "accountId"), ("userIdentity", "sessionContext", "sessionIssuer")
_ERROR, _MESSAGE, _OUTCOME = ("errorCode",), ("errorMessage",), ("responseElements", "ConsoleLogin")
_FAILURES: Final = ("Failed authentication", "No username found in supplied account")

_ARN: Final = re.compile("arn:(?P<partition>[a-z-]+):[a-z]+::(?P<account>[0-9]{12}):(?P<resource>.+)")
_SAMPLE_SESSION: Final = {"partition": "aws", "account": ACCOUNT, "resource": "assumed-role/Admin/bob"}

# How a text that a filter asks for becomes a value of its field; {} stands for that text.
_ANY_FORM: Final = ("{}", "x{}")
_FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    "$.sourceIPAddress": ("{}", "{}7", "{}0.7", "{}113.0.7", "{}:7"),
    "$.userIdentity.userName": ("{}", "{}alice", "alice{}"),
    "$.userIdentity.principalId": (
        "{}",
        "{}23K4:bob",
        "AROAEXAMPLE2ADMIN23K4{}",
        "AROAEXAMPLE2ADMIN23K4:{}",
        "{}:bob",
        "AIDA{}23K4",
    ),
    "$.userIdentity.arn": (
        "{}",
        "{}alice",
        "{}Admin/bob",
        "{}bob",
        f"arn:aws:iam::{ACCOUNT}:user/{{}}",
        f"arn:aws:iam::{ACCOUNT}:user/{{}}alice",
        f"arn:aws:iam::{ACCOUNT}:{{}}",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/{{}}/bob",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/{{}}Admin/bob",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/{{}}",
        f"arn:aws:sts::{ACCOUNT}:{{}}",
    ),
    "$.userIdentity.sessionContext.sessionIssuer.userName": ("{}", "{}Admin", "Admin{}"),
    "$.userIdentity.sessionContext.sessionIssuer.arn": (
        "{}",
        "{}Admin",
        f"arn:aws:iam::{ACCOUNT}:role/{{}}",
        f"arn:aws:iam::{ACCOUNT}:role/{{}}Admin",
    ),
    "$.userIdentity.invokedBy": ("{}", "{}.amazonaws.com"),
    "$.userAgent": ("{}", "{}/1.0", "curl/8.5.0 {}"),
    "$.errorMessage": ("{}", "{} refused"),
}


@dataclass(frozen=True)
class Cell:
    """A part of a gap: each choice of values for the fields is an event of it, as far as one record can hold them.

    Attributes:
        entries: For each field the values that it may have, each with all that nothing tells apart from it.
        facts: What is known of these fields, and of those that differ from partition to partition.
        reading: What is assumed where AWS documents nothing.
        work: How much may be done.
    """

    entries: Mapping[Path, Sequence[Entry]]
    facts: Mapping[Path, FieldFact]
    reading: Reading
    work: Work

    @cached_property
    def written(self) -> frozenset[str]:
        """The texts that patterns name without a wildcard."""
        tests = {test for entries in self.entries.values() for test in entries[0].outcome}
        return frozenset(text for test in tests for text in test.exact_texts)

    def fits(self, path: Path, node: object) -> bool:
        """Whether a field may have a value; of a field that the cell does not ask for, facts alone decide."""
        if isinstance(node, str) and path in self.facts and not self.facts[path].allows_text(node):
            return False
        if path not in self.entries:
            return True
        if not isinstance(node, str):
            return self._found_to_fit(path, node)
        # Few texts are tried, in record after record.
        key = path, node
        if key not in self._fitting:
            self._fitting[key] = self._found_to_fit(path, node)
        return self._fitting[key]

    @cached_property
    def _fitting(self) -> dict[tuple[Path, str], bool]:
        return {}

    def _found_to_fit(self, path: Path, node: object) -> bool:
        self.work.spend(sum(len(entry.outcome) for entry in self.entries[path]))
        structure = structure_of(node)
        return any(
            entry.structure == structure
            and all(test.holds(node, self.reading) is outcome for test, outcome in entry.outcome.items())
            for entry in self.entries[path]
        )

    def texts(self, path: Path) -> Iterator[str]:
        """The texts that stand for the values of a field."""
        return (entry.node for entry in self.entries.get(path, ()) if isinstance(entry.node, str))

    def asked(self, path: Path) -> Iterator[str]:
        """The texts that a field has to contain, as filters write them without their stars."""
        for entry in self.entries.get(path, ()):
            for test, outcome in entry.outcome.items():
                if _has_to(test, outcome) and test is not PRESENT and test.value is not None and test.texts is None:
                    text = test.value.text
                    yield from (
                        text.replace(":*:", f":{ACCOUNT}:").replace("*", ""),
                        text.replace("*", ""),
                        text.strip("*").replace("*", "x"),
                        text.replace("*", "x"),
                    )

    @cached_property
    def in_order(self) -> tuple[Path, ...]:
        """The fields as they are written: parents first, what is to be missing last."""
        missing = {path for path, entries in self.entries.items() if isinstance(entries[0].node, Absence)}
        return tuple(sorted({*self.entries, REGION}, key=lambda path: (path in missing, len(path), path != _KIND)))


def plausible_record(
    known: Sequence[Record], cell: Cell, confirms: Callable[[Record], bool], facts: Sequence[Fact]
) -> Record | None:
    """Write an event of a gap down as a record that CloudTrail may write, and confirm it.

    Args:
        known: The templates that what is required matches.
        cell: Values of fields that make it so.
        confirms: Whether a record is in the gap.
        facts: What is true of every record.

    Returns:
        The most telling record that is confirmed, obeys all facts and is plausible; None when none is found.
    """
    obeying = _obeying(tuple(facts))
    for event in known:
        cell.work.spend(len(cell.entries))
        if not confirms(event):
            continue
        if id(event) not in obeying:
            obeying[id(event)] = all(fact.allows(event) for fact in facts)
        if obeying[id(event)]:  # samples are plausible
            told: Record = copied(event)
            return told
    for event in _made(known, cell):
        cell.work.spend(len(cell.entries))
        if confirms(event):
            cell.work.spend(_UNITS_OF_A_RECORD)
            if all(fact.allows(event) for fact in facts) and plausibility.objection(event, cell.written) is None:
                return event
    return None


@lru_cache(maxsize=64)
def _obeying(_facts: tuple[Fact, ...]) -> dict[int, bool]:
    """Which samples, by their identity, obey some facts: filled as they are asked for."""
    return {}


def _made(known: Sequence[Record], cell: Cell) -> Iterator[Record]:
    identities = [identity for kind, identity in IDENTITIES.items() if cell.fits(_KIND, kind)]
    if not any(path[0] == "userIdentity" for path in cell.entries):
        identities = identities[:_USUAL_CALLERS]
    for base in _bases(known, cell):
        own = base["userIdentity"]
        callers = [own] if "type" not in own else [own, *(one for one in identities if one["type"] != own["type"])]
        for caller in callers:
            yield _adapted({**base, "userIdentity": caller}, cell)


def _bases(known: Sequence[Record], cell: Cell) -> Iterator[Record]:
    """Records of calls that the cell allows, the most telling first."""
    samples = _samples() | {_pair(one): one for one in reversed(known)}
    told, others = dict.fromkeys(map(_pair, known)), map(_pair, OTHERS)
    pairs = dict.fromkeys([*itertools.islice(told, MAXIMUM_CALLS // 3), *_calls(cell), *others, *told])
    fitting = (pair for pair in pairs if cell.fits(_NAME, pair[0]) and cell.fits(_SOURCE, pair[1]))
    for name, source in itertools.islice(fitting, MAXIMUM_CALLS):
        sample = samples.get((name, source))
        yield sample if sample is not None else _call(source, name)
        if sample is not None and sample["requestParameters"] is not None:
            yield {**sample, "requestParameters": None}


@lru_cache(maxsize=1)
def _samples() -> dict[tuple[str, str], Record]:
    """A sample of each call."""
    return {_pair(one): one for one in reversed((*templates(), *OTHERS))}


def _pair(event: Record) -> tuple[str, str]:
    return event["eventName"], event["eventSource"]


def _call(source: str, name: str) -> Record:
    caller = IDENTITIES["IAMUser"]
    if name in plausibility.SIGN_INS:
        return record(source, name, caller, eventType="AwsConsoleSignIn", responseElements={name: "Success"})
    if name in plausibility.CONSOLE_ACTIONS:
        return record(source, name, caller, eventType="AwsConsoleAction")
    if name in plausibility.SERVICE_EVENTS:
        return {**BY_AWS, "eventSource": source, "eventName": name, "serviceEventDetails": None}
    return record(source, name, caller, readOnly=name.startswith(plausibility.READING))


def _calls(cell: Cell) -> Iterable[tuple[str, str]]:
    """Calls whose name or service the cell asks for."""
    names = [*cell.texts(_NAME), *NATURAL["$.eventName"]]
    found = [(name, source) for name in names if cell.fits(_NAME, name) for source in api_calls.sources_of(name)]
    found += [(name, "ec2.amazonaws.com") for name in cell.texts(_NAME) if name in cell.written]
    found += [(name, source) for name in cell.texts(_NAME) for source in cell.texts(_SOURCE) if name in cell.written]
    found += [*plausibility.CONSOLE_ACTIONS.items(), *plausibility.SERVICE_EVENTS.items()]
    if _NAME in cell.entries or _SOURCE in cell.entries:
        found += itertools.islice(_all_calls(cell), MAXIMUM_CALLS // 3)
    return found


def _all_calls(cell: Cell) -> Iterator[tuple[str, str]]:
    classes = (frozenset(entry.outcome.items()) for entry in cell.entries.get(_NAME, ()))
    names = [_names_of(cell.work, each, cell.reading) for each in classes]
    found = itertools.chain.from_iterable(names) if _NAME in cell.entries else _first_names()
    sources = ((name, source) for name in found for source in api_calls.sources_of(name))
    return (pair for pair in sources if cell.fits(_SOURCE, pair[1]))


def _has_to(test: Test, outcome: bool) -> bool:  # noqa: FBT001 - the outcome of a test
    """Whether a test's outcome says that the field has what the test names."""
    return outcome is (test.operator is not Operator.UNEQUAL)


@remembered(lambda key, names: 200 * len(key[0]) + 8 * len(names))
def _names_of(work: Work, outcome: frozenset[tuple[Test, bool]], reading: Reading) -> tuple[str, ...]:
    """Event names with given outcomes of tests, a few of each service."""
    work.spend(_UNITS_OF_ALL_NAMES * sum(test.effort for test, _ in outcome))
    if any(_has_to(test, expected) and tuple(test.exact_texts) for test, expected in outcome):
        return ()  # the texts themselves are candidates already
    fitting = (
        itertools.islice((name for name in names if all(t.holds(name, reading) is o for t, o in outcome)), 2)
        for names in api_calls.calls().values()
    )
    return tuple(dict.fromkeys(itertools.chain.from_iterable(fitting)))


def _first_names() -> Iterator[str]:
    return (name for names in api_calls.calls().values() for name in names[:2])


def _adapted(base: Record, cell: Cell) -> Record:
    """A copy of a record in which every field has a value that the cell allows; others follow where they must."""
    cell.work.spend(_UNITS_OF_A_COPY + len(cell.entries))
    event: Record = copied(base)
    for _ in range(2):
        for path in cell.in_order:
            (node,) = select(Selector(path), event)
            if not cell.fits(path, node):
                _give(event, path, _value(cell, path, event))
                _follow(event, path, cell)
    partition = plausibility.partition_of(str(event.get("awsRegion")))
    _replace(event, "arn:aws:", f"arn:{partition}:")
    return in_order(event)


def _value(cell: Cell, path: Path, event: Record) -> object:
    """The most natural of the values that the cell allows for a field."""
    entries = cell.entries.get(path, ())
    if not entries or any(isinstance(entry.node, str) for entry in entries):
        selector = str(Field(path))
        asked = dict.fromkeys((*cell.asked(path), *cell.texts(path)))
        texts = [
            *NATURAL.get(selector, ()),
            *(_put_into(form, text) for text in asked for form in _FORMS.get(selector, _ANY_FORM)),
        ]
        for text in (*texts, *cell.texts(path)):
            if text and cell.fits(path, text) and _suits(event, path, text):
                return text
    return entries[0].node if entries else select(Selector(path), event)[0]


def _put_into(form: str, text: str) -> str:
    """A form with a text in it; what both the form's beginning and the text have stands there once."""
    before, _, after = form.partition("{}")
    shared = max(length for length in range(min(len(before), len(text)) + 1) if before.endswith(text[:length]))
    return f"{before}{text[shared:]}{after}"


def _suits(event: Record, path: Path, text: str) -> bool:
    """Whether a value goes with the other fields that no rule would change."""
    if path == _ERROR:
        return event["eventSource"] == "ec2.amazonaws.com" or "." not in text
    kind = str(event["userIdentity"].get("type"))
    return path[0] != "userIdentity" or plausibility.fits_caller(".".join(map(str, path[1:])), kind, text)


def _give(event: Record, path: Path, value: object) -> None:
    if isinstance(value, Absence):
        remove(event, path, under_null=value.under_null)
    else:
        put(event, path, value)


def _follow(event: Record, path: Path, cell: Cell) -> None:
    """Change what goes with a field that was changed."""
    if path[0] == "userIdentity":
        _follow_identity(event, path)
    elif path in (_ERROR, _MESSAGE, _OUTCOME):
        _follow_error(event, path, cell)
    own = path[0] == "userIdentity" and event["userIdentity"].get("type") in ("Root", "IAMUser", "AssumedRole")
    account = event["userIdentity"].get("accountId") if own else event.get("recipientAccountId")
    if isinstance(account, str) and (own or path == ("recipientAccountId",)):
        _replace(event, ACCOUNT, account)


def _follow_error(event: Record, path: Path, cell: Cell) -> None:
    if event["eventName"] == "ConsoleLogin":
        outcome = (event.get("responseElements") or {}).get("ConsoleLogin")
        failed = outcome == "Failure" if path == _OUTCOME else "errorMessage" in event
        put(event, _OUTCOME, "Failure" if failed else "Success")
        message = next((text for text in _FAILURES if cell.fits(_MESSAGE, text)), None)
        if not failed:
            event.pop("errorMessage", None)
        elif message is not None and not cell.fits(_MESSAGE, event.get("errorMessage")):
            event["errorMessage"] = message
        elif message is not None:
            event.setdefault("errorMessage", message)
    elif "errorCode" not in event:
        if path == _ERROR:
            event.pop("errorMessage", None)
        elif "errorMessage" in event:
            event["errorCode"] = "AccessDenied"
    else:
        event["responseElements"] = None


def _follow_identity(event: Record, path: Path) -> None:
    """Make the caller one identity again: names, ARNs and ids speak of the same user, role and session."""
    identity, field = event["userIdentity"], path[-1]
    kind = identity.get("type")
    if kind == "AssumedRole":
        _follow_role(identity, path)
    elif kind == "Root" and field == "principalId":
        identity["accountId"] = identity.get("principalId")
    elif field == "assumedRoot" and kind == "Root" and identity["sessionContext"].get("assumedRoot") == "true":
        identity["accessKeyId"] = ROLE["accessKeyId"]
        identity["sessionContext"].setdefault("attributes", dict(SESSION))
    elif field == "arn" and (arn := _ARN.fullmatch(identity.get("arn", ""))):
        identity["accountId"] = arn["account"]
        if kind == "IAMUser":
            identity["userName"] = _last(arn["resource"])
    elif field == "userName" and kind == "IAMUser" and "arn" in identity:
        identity["arn"] = f"{identity['arn'].rpartition('/')[0]}/{identity.get('userName')}"


def _follow_role(identity: dict[str, Any], path: Path) -> None:
    issuer = identity.setdefault("sessionContext", {}).setdefault("sessionIssuer", {})
    of_session = _ARN.fullmatch(identity.get("arn", "")) or _SAMPLE_SESSION
    of_role = _ARN.fullmatch(issuer.get("arn", ""))
    partition, account = of_session["partition"], of_session["account"]
    _, role, session = f"{of_session['resource']}//".split("/", 2)
    session = session.rstrip("/")
    if path == (*_ISSUER, "arn") and of_role:
        partition, account, role = of_role["partition"], of_role["account"], _last(of_role["resource"])
    elif path == (*_ISSUER, "userName"):
        role = issuer.get("userName", role)
    elif path == _OF_CALLER:
        account = identity.get("accountId", account)
    elif path == ("userIdentity", "principalId"):
        session = identity.get("principalId", "").partition(":")[2] or session
    issuer["principalId"] = identity.get("principalId", "").partition(":")[0]
    identity["principalId"] = f"{issuer['principalId']}:{session}"
    identity["arn"] = f"arn:{partition}:sts::{account}:assumed-role/{role}/{session}"
    identity["accountId"] = issuer["accountId"] = account
    issuer["userName"] = role
    if of_role is None or (_last(of_role["resource"]), of_role["account"]) != (role, account):
        issuer["arn"] = f"arn:{partition}:iam::{account}:role/{role}"


def _last(resource: str) -> str:
    return resource.rpartition("/")[2]


def _replace(node: Any, old: str, new: str) -> None:  # noqa: ANN401 - any JSON container
    """Write one text instead of another, wherever it stands in a record."""
    for step, child in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if isinstance(child, str):
            node[step] = child.replace(old, new)
        elif isinstance(child, (dict, list)):
            _replace(child, old, new)
