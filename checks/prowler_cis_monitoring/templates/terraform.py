"""Terraform: the JSON of `terraform show -json`, of a plan or a state, as declared resources.

A plan says `known after apply` of what AWS gives out. Where that is the name or ARN of another resource of the plan,
the configuration's references lead to it: through variables, outputs, `each.key` and `count.index`. What only `locals`
carry is not in a plan. Source: Terraform, "JSON Output Format"; the AWS provider's pages of the resources.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates import declared as types
from prowler_cis_monitoring.templates.declared import Declared, Place
from prowler_cis_monitoring.templates.terraform_types import ARNS, BLOCKS, LISTS, NAME_ARGUMENTS, NAMING, TYPES, WANTED
from prowler_cis_monitoring.templates.values import Outside, Position, TemplateError, Value, text, unknown

_DEEPEST = 40
_MOST_STEPS = 300_000
_PLACE = re.compile(r"arn:([^:]+):[^:]+:([^:]+):([^:]+):")
_KEY = re.compile(r'\[(?:"((?:[^"\\]|\\.)*)"|(\d+))\]')
_REFERENCE = re.compile(r'(?:[^.\[\]"]+|\[(?:"(?:[^"\\]|\\.)*"|\d+)\])+')
_LAST_INDEX = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]$')


@dataclass(frozen=True)
class _Module:
    """A module instance: its configuration, and where it was called."""

    address: str
    configuration: Mapping[str, Any]
    call: Mapping[str, Any] = field(default_factory=dict)
    parent: _Module | None = None

    @property
    def index(self) -> str:
        """The key of the instance as it is written in its address."""
        return _index_of(self.address)


@dataclass(frozen=True)
class _Planned:
    """A resource instance of the plan."""

    address: str
    type: str
    values: Mapping[str, Any]
    unknown: Mapping[str, Any]
    module: _Module
    expressions: Mapping[str, Any]
    configured: bool
    provider: str

    @property
    def index(self) -> str:
        return _index_of(self.address)


class Plan:
    """A plan or a state.

    Args:
        document: the JSON values.
        file: the file's name, for errors and places.
        place: where the resources are deployed, as far as the caller knows.
    """

    def __init__(self, document: Mapping[str, Any], file: str, place: Place) -> None:
        """Read the resource instances; raises TemplateError for what is no plan."""
        self.at = Position(file)
        self.document = document
        self.steps = 0
        configuration = _mapping(_mapping(document.get("configuration")).get("root_module"))
        self.root = _Module("", configuration)
        values = _mapping(document.get("planned_values")) or _mapping(document.get("values"))
        changes = document.get("resource_changes")
        self.unknown = {
            str(change.get("address")): _mapping(_mapping(change.get("change")).get("after_unknown"))
            for change in (changes if isinstance(changes, list) else ())
            if isinstance(change, Mapping)
        }
        self.planned: dict[str, _Planned] = {}
        self._read(_mapping(values.get("root_module")), self.root, 0)
        self.place = self._place(place)

    def _place(self, place: Place) -> Place:
        """Return the place that the provider's configuration names, or the resources that there are already."""
        if place.said:
            return place
        region = self._region("aws")
        arns = Counter(found for one in self.planned.values() if (found := _place_in(one.values)) is not None)
        partition, known, account = arns.most_common(1)[0][0] if arns else (place.partition, "", place.account)
        if not region and not known:
            return place
        return Place(partition, account, region or known, said=True)

    def _region(self, provider: str) -> str:
        """The Region of a provider's configuration, empty where it is not known."""
        providers = _mapping(_mapping(self.document.get("configuration")).get("provider_config"))
        expression = _mapping(_mapping(_mapping(providers.get(provider)).get("expressions")).get("region"))
        region = expression.get("constant_value")
        for reference in _references(expression):
            if region is None and reference.startswith("var."):
                region = _mapping(_mapping(self.document.get("variables")).get(reference[4:])).get("value")
        return region if isinstance(region, str) else ""

    def _place_of(self, one: _Planned) -> Place:
        """Return where a resource is: as its ARN or its argument says, else where its provider is."""
        known = _place_in(one.values)
        if known is not None:
            partition, region, account = known
            return Place(partition, account, region, said=True)
        own = one.values.get("region")
        region = own if isinstance(own, str) and own else "" if one.provider == "aws" else self._region(one.provider)
        return replace(self.place, region=region, said=True) if region else self.place

    def _read(self, module: Mapping[str, Any], scope: _Module, depth: int) -> None:
        if depth > _DEEPEST:
            raise TemplateError(f"modules nested deeper than {_DEEPEST} levels", self.at)
        configured = {
            str(one.get("address")): _mapping(one.get("expressions"))
            for one in _mappings(scope.configuration.get("resources"))
        }
        providers = {
            str(one.get("address")): str(one.get("provider_config_key"))
            for one in _mappings(scope.configuration.get("resources"))
        }
        for one in _mappings(module.get("resources")):
            address = str(one.get("address", ""))
            if one.get("mode", "managed") != "managed":
                continue
            local = f"{one.get('type')}.{one.get('name')}"
            self.planned[address] = _Planned(
                address,
                str(one.get("type")),
                _mapping(one.get("values")),
                self.unknown.get(address, {}),
                scope,
                configured.get(local, {}),
                local in configured,
                providers.get(local, "aws"),
            )
        calls = _mapping(scope.configuration.get("module_calls"))
        for child in _mappings(module.get("child_modules")):
            address = str(child.get("address", ""))
            own = address[len(scope.address) + 1 if scope.address else 0 :]
            call = _mapping(calls.get(_without_index(own).removeprefix("module.")))
            self._read(child, _Module(address, _mapping(call.get("module")), call, scope), depth + 1)

    # --- resources --------------------------------------------------------------------------------------------------

    def declared(self) -> Iterator[Declared]:
        """Yield the resources that are of use here."""
        for one in self.planned.values():
            if one.type == "aws_kms_key_policy" or one.type not in TYPES:
                continue
            kind, arguments = TYPES[one.type]
            properties = {}
            for argument, name in arguments.items():
                value = self._argument(one, argument, 0)
                if value is not None:
                    properties[name] = _as_cloudformation(name, value)
            if kind == types.KEY:
                properties.update(self._key_policy(one))
            if kind == types.EVENT_RULE:
                properties.update(self._targets(one))
            if kind == types.COMPOSITE_ALARM:
                properties.update(_suppressor(properties.pop("ActionsSuppressor", None)))
            yield Declared(
                kind, one.address, self._name(one, 0), self.at, self._place_of(one), properties, self._arn(one, 0)
            )

    def _key_policy(self, key: _Planned) -> Iterator[tuple[str, Value]]:
        for one in self.planned.values():
            if one.type == "aws_kms_key_policy":
                target = self._argument(one, "key_id", 0)
                policy = self._argument(one, "policy", 0)
                if (
                    target is not None
                    and policy is not None
                    and text(target) in (self._name(key, 0), self._arn(key, 0))
                ):
                    yield "KeyPolicy", policy

    def _targets(self, rule: _Planned) -> Iterator[tuple[str, Value]]:
        """The targets of a rule, which are resources of their own; and its state in the older argument."""
        found = []
        for one in self.planned.values():
            named = self._argument(one, "rule", 0) if one.type == "aws_cloudwatch_event_target" else None
            if named is not None and text(named) == self._name(rule, 0):
                written = {"Arn": self._argument(one, "arn", 0), "RoleArn": self._argument(one, "role_arn", 0)}
                found.append(Value({key: value for key, value in written.items() if value is not None}, self.at))
        yield "Targets", Value(tuple(found), self.at)
        if rule.values.get("is_enabled") is False:
            yield "State", Value("DISABLED", self.at)

    def _name(self, one: _Planned, depth: int) -> str:
        kind, _ = TYPES[one.type]
        argument = NAME_ARGUMENTS.get(kind)
        value = self._argument(one, argument, depth) if argument else None
        if kind == types.KEY:
            return str(one.values.get("key_id") or re.sub(r"[^A-Za-z0-9-]+", "-", one.address))
        if value is not None and text(value) and not (value.outside and value.data == value.outside[0].token):
            return text(value)
        return re.sub(r"[^A-Za-z0-9-]+", "-", one.address) if value is None else text(value)

    def _arn(self, one: _Planned, depth: int) -> str:
        kind, _ = TYPES[one.type]
        known = one.values.get("arn")
        if isinstance(known, str) and known and kind in ARNS:
            return known.removesuffix(":*")
        service, before = ARNS.get(kind, ("", ""))
        return self._place_of(one).arn(service, before + self._name(one, depth)) if service else ""

    def _step(self, depth: int) -> None:
        self.steps += 1
        if depth > _DEEPEST or self.steps > _MOST_STEPS:
            raise TemplateError("its references lead on and on", self.at)

    def _argument(self, one: _Planned, argument: str, depth: int) -> Value | None:
        """Return an argument's value: as planned, or what its references lead to; None when it is not set."""
        self._step(depth)
        planned, hidden = one.values.get(argument), one.unknown.get(argument)
        if not _any_true(hidden):
            return None if planned is None else self._value(planned)
        expression = one.expressions.get(argument)
        if hidden is True and one.configured and expression is None:
            return None  # It is not set: known after apply is what AWS takes then.
        if isinstance(planned, list) and isinstance(expression, list):
            return self._blocks(one, argument, depth)
        found = self._expression(expression, one.module, one.index, argument, depth)
        return found or unknown(Outside(f"{one.address}.{argument}", "it is known after apply"), self.at)

    def _blocks(self, one: _Planned, argument: str, depth: int) -> Value:
        """Return nested blocks, of which some values are known and others are not."""
        planned, hidden, expressions = (each[argument] for each in (one.values, one.unknown, one.expressions))
        made = []
        hidden_items = hidden if isinstance(hidden, list) else []
        for number, block in enumerate(planned):
            unknowns = hidden_items[number] if number < len(hidden_items) else {}
            written = expressions[number] if number < len(expressions) else (expressions[-1] if expressions else {})
            if not isinstance(block, Mapping):
                made.append(self._value(block))
                continue
            values = {str(key): self._value(item) for key, item in block.items() if item is not None}
            for key, why in _mapping(unknowns).items():
                if why is True and written and key not in written:
                    continue
                if _any_true(why):
                    name = f"{one.address}.{argument}.{number}.{key}"
                    found = self._expression(_mapping(written).get(key), one.module, one.index, key, depth)
                    values[key] = found or unknown(Outside(name, "it is known after apply"), self.at)
            made.append(Value(values, self.at))
        return Value(tuple(made), self.at)

    def _value(self, planned: Any, depth: int = 0) -> Value:  # noqa: ANN401 - JSON values
        self._step(depth)
        if isinstance(planned, list):
            return Value(tuple(self._value(item, depth + 1) for item in planned), self.at)
        if isinstance(planned, Mapping):
            members = {str(k): self._value(v, depth + 1) for k, v in planned.items() if v is not None}
            return Value(members, self.at)
        return Value(planned if isinstance(planned, str | int | float | bool) else None, self.at)

    # --- references -------------------------------------------------------------------------------------------------

    def _expression(self, expression: object, scope: _Module, index: str, argument: str, depth: int) -> Value | None:
        """Return what an expression of the configuration leads to; None when it leads nowhere."""
        self._step(depth)
        if not isinstance(expression, Mapping):
            return None
        if "constant_value" in expression:
            return self._value(expression["constant_value"])
        if argument not in NAMING:
            return None
        references = _references(expression)
        named = [one for one in references if one.split(".")[0].split("[")[0] not in ("each", "count", "path")]
        leaves = [one for one in named if not any(other != one and _begins(other, one) for other in named)]
        found = [self._reference(leaf, scope, index, argument, depth + 1) for leaf in leaves]
        values = [value for each in found for value in each]
        if argument in LISTS:
            items = [item for value in values for item in value.items]
            return Value(tuple(items), self.at) if items else None
        return values[0] if len(values) == 1 else None

    def _reference(self, reference: str, scope: _Module, index: str, argument: str, depth: int) -> list[Value]:
        self._step(depth)
        parts = _REFERENCE.findall(reference)
        first = parts[0] if parts else ""
        if first == "var" and len(parts) > 1:
            return self._variable(parts[1], scope, argument, depth)
        if first == "local":
            why = "what `locals` carry is not in a plan"
            return [unknown(Outside(f"{scope.address}.{reference}".lstrip("."), f"{reference}: {why}"), self.at)]
        if first == "module" and len(parts) > 2:  # noqa: PLR2004 - module.NAME.OUTPUT
            return self._output(parts, scope, index, argument, depth)
        if first == "data" or len(parts) < 2:  # noqa: PLR2004 - TYPE.NAME
            return [
                unknown(Outside(f"{scope.address}.{reference}".lstrip("."), f"{reference} is read at apply"), self.at)
            ]
        return self._attributes(parts, scope, index, argument, depth)

    def _variable(self, name: str, scope: _Module, argument: str, depth: int) -> list[Value]:
        bare = _without_index(name)
        if scope.parent is None:
            given = _mapping(_mapping(self.document.get("variables")).get(bare))
            if "value" in given:
                return [self._value(given["value"])]
            return [unknown(Outside(f"var.{bare}", f"variable {bare} has no value"), self.at)]
        expression = _mapping(scope.call.get("expressions")).get(bare)
        if expression is None:
            declared = _mapping(_mapping(scope.configuration.get("variables")).get(bare))
            return [self._value(declared["default"])] if "default" in declared else []
        found = self._expression(expression, scope.parent, scope.index, argument, depth + 1)
        return [found] if found is not None else []

    def _output(self, parts: Sequence[str], scope: _Module, index: str, argument: str, depth: int) -> list[Value]:
        call = f"{scope.address}.module.{parts[1]}".lstrip(".")
        children = {one.module.address: one.module for one in self.planned.values()}
        # A module that holds other modules only is the parent of one of these.
        for module in list(children.values()):
            parent = module.parent
            while parent is not None and parent.address not in children:
                children[parent.address] = parent
                parent = parent.parent
        chosen = [m for address, m in children.items() if address == call or _without_index(address) == call]
        if len(chosen) > 1:
            own = [m for m in chosen if m.index == index]
            chosen = own or chosen
        found = []
        for module in chosen:
            output = _mapping(_mapping(module.configuration.get("outputs")).get(_without_index(parts[2])))
            value = self._expression(output.get("expression"), module, "", argument, depth + 1)
            found += [value] if value is not None else []
        return found

    def _attributes(self, parts: Sequence[str], scope: _Module, index: str, argument: str, depth: int) -> list[Value]:
        local = f"{parts[0]}.{parts[1]}"
        address = f"{scope.address}.{local}".lstrip(".")
        chosen = [one for key, one in self.planned.items() if key == address or _without_index(key) == address]
        if len(chosen) > 1 and index:
            chosen = [one for one in chosen if one.index == index] or chosen
        wanted = list(parts[2:]) or [WANTED.get(argument, "arn")]
        values = [self._attribute(one, wanted, depth) for one in chosen]
        if not chosen:
            return [unknown(Outside(f"{address}.{'.'.join(wanted)}", f"{address} is known after apply"), self.at)]
        return values

    def _attribute(self, one: _Planned, path: Sequence[str], depth: int) -> Value:
        """Return an attribute of a resource: what the provider makes of its name, or an argument."""
        self._step(depth)
        name = path[0]
        hidden = Outside(f"{one.address}.{'.'.join(path)}", f"{one.address} gets it when it is made")
        if one.type not in TYPES:
            planned = one.values.get(name)
            return self._value(planned) if isinstance(planned, str | int | float) else unknown(hidden, self.at)
        kind, _ = TYPES[one.type]
        if name == "arn" or (name == "id" and kind in (types.TOPIC, types.TRAIL)):
            return Value(self._arn(one, depth + 1), self.at)
        if name == "target_key_arn":
            name = "target_key_id"
        if name in ("id", "key_id", NAME_ARGUMENTS.get(kind)):
            return Value(self._name(one, depth + 1), self.at)
        found = self._argument(one, _without_index(name), depth + 1)
        for key in (*_KEY.findall(name), *path[1:]):
            if found is None:
                break
            step = key if isinstance(key, str) else (key[0] or key[1])
            inner = found.data
            if isinstance(inner, tuple):
                number = int(step) if step.isdigit() and len(step) < 6 else 0  # noqa: PLR2004 - no block is longer
                found = inner[number] if number < len(inner) else None
                if found is not None and not step.isdigit():
                    found = found.get(step)
            else:
                found = found.get(step)
        return found or unknown(hidden, self.at)


def _place_in(values: Mapping[str, Any]) -> tuple[str, str, str] | None:
    """Return partition, Region and account of the ARN of a resource that exists; None where it names none."""
    arn = values.get("arn")
    found = _PLACE.match(arn) if isinstance(arn, str) else None
    return (found[1], found[2], found[3]) if found else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _references(expression: Mapping[str, Any]) -> list[str]:
    found = expression.get("references")
    return [str(one) for one in found] if isinstance(found, list) else []


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()


def _any_true(hidden: object) -> bool:
    if isinstance(hidden, Mapping):
        return any(map(_any_true, hidden.values()))
    return any(map(_any_true, hidden)) if isinstance(hidden, list) else hidden is True


def _index_of(address: str) -> str:
    found = _LAST_INDEX.search(address)
    return found[0] if found else ""


def _without_index(address: str) -> str:
    return _LAST_INDEX.sub("", address)


def _begins(longer: str, shorter: str) -> bool:
    """Whether one reference is the other with more behind it: a plan lists both."""
    return longer.startswith(shorter) and longer[len(shorter) : len(shorter) + 1] in (".", "[")


def _as_cloudformation(name: str, value: Value) -> Value:
    """Return a value with CloudFormation's names for what is nested in it."""
    names = BLOCKS.get(name)
    if name in ("Dimensions", "AlarmDimensions") and isinstance(value.data, Mapping):
        key = "Key" if name == "Dimensions" else "Name"
        pairs = [{key: Value(k, value.at), "Value": v} for k, v in value.data.items()]
        return Value(tuple(Value({**pair, "Name": pair[key]}, value.at) for pair in pairs), value.at)
    if names is None or not isinstance(value.data, tuple):
        return value
    return Value(tuple(_block(name, names, item) for item in value.data), value.at)


def _block(name: str, names: Mapping[str, str], item: Value) -> Value:
    if not isinstance(item.data, Mapping):
        return item
    made = {}
    for key, value in item.data.items():
        if key not in names or value.data in ("", None):
            continue
        inner = _as_cloudformation(names[key], value)
        if names[key] != "MetricStat":
            made[names[key]] = inner
        elif inner.items:  # A block that stands once is a list of one to Terraform, and a member to CloudFormation.
            made[names[key]] = inner.items[0]
    if name == "Metrics":
        made.setdefault("ReturnData", Value(data=False, at=item.at))
    if name == "MetricStat":
        made["Metric"] = Value({k: made[k] for k in ("MetricName", "Namespace", "Dimensions") if k in made}, item.at)
    return Value(made, item.at)


def _suppressor(block: Value | None) -> Mapping[str, Value]:
    names = {
        "alarm": "ActionsSuppressor",
        "wait_period": "ActionsSuppressorWaitPeriod",
        "extension_period": "ActionsSuppressorExtensionPeriod",
    }
    (first, *_) = block.items if block is not None and block.items else (None,)
    if first is None:
        return {}
    return {new: found for old, new in names.items() if (found := first.get(old)) is not None}
