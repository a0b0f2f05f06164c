"""A snapshot without the names of its owner: pseudonyms in place of account ids, names and addresses.

Verdicts stay what they were: the pseudonyms of a kind are in the order of what they stand for, so that whatever is
chosen by name stays chosen, and what filter patterns, exclusions and wildcards of policies compare with stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from prowler_cis_monitoring.alert_path import resources as models
from prowler_cis_monitoring.alert_path.languages import alarm_rule
from prowler_cis_monitoring.alert_path.paths import AlertPaths
from prowler_cis_monitoring.alert_path.resources import Arn, Resource
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.decision import decide
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.settings import KEY, Settings
from prowler_cis_monitoring.snapshot.file import Snapshot, SnapshotError

_ACCOUNT_ID = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")
_ORGANIZATION_ID = re.compile(r"(?<![0-9A-Za-z])o-[a-z0-9]{10,32}(?![0-9A-Za-z])")
# How ARNs name resources that lie on a path, by service: the kind of name, and what stands around it.
_IN_ARNS = {
    "cloudtrail": ("trail", re.compile(r"(trail/)(.+?)()")),
    "logs": ("log-group", re.compile(r"(log-group:)(.+?)(:\*|)")),
    "cloudwatch": ("alarm", re.compile(r"(alarm:)(.+?)()")),
    "sns": ("topic", re.compile(r"()([^:]+)(:.*|)")),
    "kms": ("key", re.compile(r"(key/)(.+?)()")),
    "events": ("rule", re.compile(r"(rule/)(.+?)()")),
    "iam": ("identity", re.compile(r"((?:role|user|group)/)(.+?)()")),
    "lambda": ("function", re.compile(r"(function:)([^:]+)(:.*|)")),
}
# AWS's own namespaces are nobody's names.
_OF_AWS = "AWS/"
_TOKEN = re.compile(r"[\w./-]+")
_WILDCARD = re.compile(r"[*?]")
_FORMS = {
    "account": "9{0:0>11}",
    "organization": "o-{0:0>10}",
    "email": "person-{0}@example.com",
    "email-json": "person-{0}@example.com",
    "sms": "+1555{0:0>7}",
    "http": "http://hook-{0}.example.com/",
    "https": "https://hook-{0}.example.com/",
}

# A wildcard of a policy may mean names by how they begin: what it speaks of then keeps its names.
_KEPT: tuple[frozenset[str], ...] = (frozenset(), frozenset({"topic", "alarm", "key", "identity", "description"}))

Naming = Callable[[str, str], str]
"""Kind and name to what is written instead."""


def redacted(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with pseudonyms.

    Raises:
        SnapshotError: a verdict would be another one, since it depends on a name in a way that is not seen through.
    """
    plain = Snapshot(**{**_members(snapshot), "profile": None, "organization": None, "identity": None})
    names: dict[str, set[str]] = {}

    def gather(kind: str, name: str) -> str:
        names.setdefault(kind, set()).add(name)
        return name

    _Writer(gather, lambda _, name: name).resource(plain)
    pseudonyms = {kind: _in_order(kind, found) for kind, found in names.items()}
    before = _verdicts(snapshot)
    for kept in _KEPT:
        changed = {kind: found for kind, found in pseudonyms.items() if kind not in kept}
        rename = partial(_renamed, changed)
        found: Snapshot = _Writer(rename, rename).resource(plain)
        after = _verdicts(found)
        if after == before:
            return found.model_copy(update={"redacted": True})
    different = next(slug for slug in before if before[slug] != after[slug])
    raise SnapshotError(
        f"account {snapshot.account} cannot be redacted: the verdict on {different} depends on a name; "
        "save it without --redact"
    )


def _members(model: Resource) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}


def _renamed(pseudonyms: Mapping[str, Mapping[str, str]], kind: str, name: str) -> str:
    return pseudonyms.get(kind, {}).get(name, name)


def _in_order(kind: str, names: set[str]) -> dict[str, str]:
    form, width = _FORMS.get(kind, kind + "-{0}"), len(str(len(names)))
    return {name: form.format(f"{number:0{width}}") for number, name in enumerate(sorted(names), 1)}


def _verdicts(snapshot: Snapshot) -> dict[str, tuple[str, list[str]]]:
    """Return by control the verdict, with the rules of the paths that it rests on."""
    settings = Settings.read({KEY: snapshot.settings})
    paths = AlertPaths(snapshot.resources)
    judged = {slug: decide(control, paths, settings, snapshot.alternatives) for slug, control in CONTROLS.items()}
    return {
        slug: (verdict.status.value, sorted(found.rule.slug for path in verdict.paths for found in path.remarks))
        for slug, verdict in judged.items()
    }


@dataclass(frozen=True)
class _Writer:
    """Writes an account anew with other names.

    Attributes:
        naming: for what is a name.
        lookup: for what may be one; gives back what is none.
    """

    naming: Naming
    lookup: Naming

    def name(self, kind: str, name: str) -> str:
        """Return what is written instead of a name; an ARN in its place is one that names it."""
        if not name or name.startswith(_OF_AWS):
            return name
        return self.text(name) if Arn.parse(name) else self.naming(kind, name)

    def resource(self, model: Any) -> Any:  # noqa: ANN401 - any Resource, and the same class of it
        """Return a model with other names."""
        written = {name: self.member(type(model), name, value) for name, value in _members(model).items()}
        if isinstance(model, models.Subscription):
            written["endpoint"] = self.name(model.protocol, model.endpoint)
        return type(model)(**written)

    def member(self, model: type[Resource], name: str, value: Any) -> Any:  # noqa: ANN401 - what models hold
        write = _MEMBERS.get(model, {}).get(name)
        if isinstance(value, str) and write is not None:
            return self.name(write, value) if isinstance(write, str) else write(self, value)
        return self.value(value)

    def value(self, value: Any) -> Any:  # noqa: ANN401 - what models hold
        """Return a value with other names wherever it holds some."""
        if isinstance(value, Resource):
            return self.resource(value)
        if isinstance(value, Mapping):
            return {self.value(key): self.value(inner) for key, inner in value.items()}
        if isinstance(value, (tuple, list)):
            return type(value)(map(self.value, value))
        return self.text(value) if isinstance(value, str) else value

    def text(self, text: str) -> str:
        """Return an ARN with other names, or in any other text those of accounts and organisations."""
        arn = Arn.parse(text)
        if arn is not None and arn.service in _IN_ARNS and not _WILDCARD.search(arn.resource.removesuffix(":*")):
            kind, form = _IN_ARNS[arn.service]
            if found := form.fullmatch(arn.resource):
                resource = f"{found[1]}{self.naming(kind, found[2])}{found[3]}"
                text = f"arn:{arn.partition}:{arn.service}:{arn.region}:{arn.account}:{resource}"
        text = _ACCOUNT_ID.sub(lambda found: self.naming("account", found[0]), text)
        return _ORGANIZATION_ID.sub(lambda found: self.naming("organization", found[0]), text)

    def rule(self, text: str) -> str:
        """Return the rule of a composite alarm with other names."""
        try:
            rule = alarm_rule.parse(text)
        except alarm_rule.AlarmRuleError:
            return self.text(text)
        return alarm_rule.text_of(alarm_rule.renamed(rule, lambda name: self.name("alarm", name)))

    def expression(self, text: str) -> str:
        """Return a query with other names of metrics and namespaces."""
        return _TOKEN.sub(lambda found: self.lookup("metric", self.lookup("namespace", found[0])), self.text(text))

    def policy(self, text: str) -> str:
        """Return a policy with other names."""
        try:
            return json.dumps(self.value(json.loads(text)))
        except (ValueError, RecursionError):
            return self.text(text)

    def nothing(self, text: str) -> str:
        """Return nothing in place of a text that decides nothing."""
        return text and "redacted"


# What the members of the models hold: the kind of name, or how they are written.
_MEMBERS: Mapping[type[Resource], Mapping[str, str | Callable[[_Writer, str], str]]] = {
    models.Trail: {"name": "trail"},
    models.LogGroup: {"name": "log-group"},
    models.MetricFilter: {
        "name": "filter",
        "log_group": "log-group",
        "metric_name": "metric",
        "namespace": "namespace",
    },
    models.MetricStat: {"metric_name": "metric", "namespace": "namespace"},
    models.MetricAlarm: {
        "name": "alarm",
        "metric_name": "metric",
        "namespace": "namespace",
        "description": "description",
    },
    models.CompositeAlarm: {
        "name": "alarm",
        "suppressor": "alarm",
        "rule": _Writer.rule,
        "description": "description",
    },
    models.LogAlarm: {"name": "alarm"},
    models.MetricQuery: {"expression": _Writer.expression},
    models.LogSubscription: {"name": "filter", "log_group": "log-group"},
    models.FailedAction: {"summary": _Writer.nothing},
    models.Topic: {"name": "topic", "policy": _Writer.policy},
    models.Key: {"key_id": "key", "policy": _Writer.policy},
    models.SubscriptionAttributes: {"filter_policy": _Writer.policy},
    models.EventRule: {"name": "rule"},
}
