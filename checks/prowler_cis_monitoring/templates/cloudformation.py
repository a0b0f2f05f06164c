"""CloudFormation: resolves the functions of a template as far as its files tell, everything else is outside.

Source: CloudFormation User Guide, "Intrinsic function reference", "Pseudo parameters reference" and "Conditions".
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace

from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.templates.choices import Choices
from prowler_cis_monitoring.templates.declared import (
    ALARM,
    ALIAS,
    COMPOSITE_ALARM,
    EVENT_RULE,
    KEY,
    LOG_GROUP,
    METRIC_FILTER,
    TOPIC,
    TRAIL,
    TYPES,
    Declared,
    Place,
)
from prowler_cis_monitoring.templates.values import (
    Outside,
    Position,
    TemplateError,
    Value,
    plain,
    reasons,
    text,
    unknown,
    whole,
)

_STACK = "AWS::CloudFormation::Stack"
_DEEPEST = 60
_MOST_STEPS = 300_000
_LONGEST_TEXT = 100_000
_DEEPEST_NESTED_STACK = 8
_SUBSTITUTED = re.compile(r"\$\{([^!{}][^{}]*)\}")
_KEPT = re.compile(r"\$\{!([^{}]*)\}")
_DYNAMIC = re.compile(r"\{\{resolve:([^{}]*)\}\}")
_ACCOUNT_OF_ARN = re.compile(r"arn:[^:]*:[^:]*:[^:]*:([^:]*):")
# Accounts that stand in documentation, where somebody has to write his own.
_EXAMPLE_ACCOUNTS = frozenset((*(digit * 12 for digit in "0123456789"), "123456789012"))
_OTHER = "another value"
# Property that names a resource, and the service and prefix of its ARN.
_NAMES = {
    TRAIL: ("TrailName", "cloudtrail", "trail/"),
    LOG_GROUP: ("LogGroupName", "logs", "log-group:"),
    METRIC_FILTER: ("FilterName", "", ""),
    ALARM: ("AlarmName", "cloudwatch", "alarm:"),
    COMPOSITE_ALARM: ("AlarmName", "cloudwatch", "alarm:"),
    TOPIC: ("TopicName", "sns", ""),
    KEY: ("", "kms", "key/"),
    ALIAS: ("AliasName", "kms", ""),
    EVENT_RULE: ("Name", "events", "rule/"),
}


@dataclass
class Work:
    """How much has been done for all stacks together: a template that doubles itself comes to an end."""

    steps: int = 0

    def step(self, at: Position) -> None:
        """Count one step; raise TemplateError when there are too many."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise TemplateError("its functions are too many, or repeat each other too often, to be resolved", at)


@dataclass
class Stack:
    """A template with what is known of its deployment.

    Attributes:
        template: the document.
        name: the stack's name; empty when it is not known.
        place: where it is deployed.
        choices: the answers that conditions need.
        given: values of parameters, by name.
        imports: looks an export up.
        nested: looks the template of a nested stack up, by its TemplateURL and the resource.
        prefix: what its resources' addresses begin with.
        prefix_of_names: what stands before generated names, where there are several stacks.
        secure: whether `given` parameters that are NoEcho are shown; never.
    """

    template: Value
    name: str = ""
    place: Place = field(default_factory=Place)
    choices: Choices = field(default_factory=Choices)
    given: Mapping[str, Value] = field(default_factory=dict)
    imports: Callable[[str, Value], Value | None] = lambda _name, _at: None
    nested: Callable[[Stack, str, Value], Stack | None] = lambda _stack, _id, _resource: None
    prefix: str = ""
    work: Work = field(default_factory=Work)
    level: int = 0
    _busy: list[str] = field(default_factory=list)
    _resources: dict[str, Declared] = field(default_factory=dict)
    _conditions: dict[str, bool] = field(default_factory=dict)
    _stacks: dict[str, Stack | None] = field(default_factory=dict)
    _depth: int = 0

    # --- sections ---------------------------------------------------------------------------------------------------

    def section(self, name: str) -> Mapping[str, Value]:
        """Return a section of the template by its keys."""
        found = self.template.get(name)
        return found.data if found is not None and isinstance(found.data, Mapping) else {}

    def declared(self) -> Iterator[Declared]:
        """Yield the resources that are of use here, those of nested stacks included."""
        for logical_id, resource in self.section("Resources").items():
            kind = text(resource.get("Type"))
            if kind not in TYPES and kind != _STACK:
                continue
            if not self._exists(resource):
                continue
            if kind == _STACK:
                inner = self._nested(logical_id, resource)
                yield from inner.declared() if inner else ()
            else:
                yield self.resource(logical_id)

    def outputs(self) -> Iterator[tuple[str, Value, Value | None]]:
        """Yield the outputs that exist: key, value and the name under which it is exported."""
        for key, output in self.section("Outputs").items():
            value = output.get("Value")
            if value is None or not self._exists(output):
                continue
            exported = output.get("Export")
            name = exported.get("Name") if exported else None
            yield key, self.resolve(value) or Value(None, value.at), self.resolve(name) if name else None

    def _exists(self, resource: Value) -> bool:
        condition = resource.get("Condition")
        return condition is None or self._condition(text(condition), condition)

    def resource(self, logical_id: str) -> Declared:
        """Return a resource with its properties resolved."""
        if logical_id not in self._resources:
            resource = self.section("Resources")[logical_id]
            with _Busy(self, f"resource {logical_id}", resource.at):
                given = resource.get("Properties")
                resolved = self.resolve(given) if given is not None else None
            properties = resolved.data if resolved is not None and isinstance(resolved.data, Mapping) else {}
            kind = text(resource.get("Type"))
            name = self._name_of(logical_id, kind, resource.at)
            self._resources[logical_id] = Declared(
                type=kind,
                address=self.prefix + logical_id,
                name=text(name),
                at=resource.at,
                place=self.place,
                properties=properties,
                arn=self._arn_of(kind, text(name)),
            )
        return self._resources[logical_id]

    def _name_of(self, logical_id: str, kind: str, at: Position) -> Value:
        """Return the name of a resource: only that property is resolved, so that policies may name their own topic."""
        resource = self.section("Resources")[logical_id]
        named, _, _ = _NAMES.get(kind, ("", "", ""))
        properties = resource.get("Properties")
        written = properties.get(named) if properties and named else None
        if written is not None:
            with _Busy(self, f"name of {logical_id}", at):
                found = self.resolve(written)
            if found is not None and text(found):
                return found
        made = self.prefix.replace(".", "-") + logical_id
        if kind == TOPIC and properties is not None and text(properties.get("FifoTopic")) == "true":
            made += ".fifo"
        return Value(f"alias/{made}" if kind == ALIAS else made, at)

    def _arn_of(self, kind: str, name: str) -> str:
        _, service, before = _NAMES.get(kind, ("", "", ""))
        return self.place.arn(service, before + name) if service else ""

    # --- functions --------------------------------------------------------------------------------------------------

    def resolve(self, value: Value) -> Value | None:
        """Return a value with its functions carried out; None for AWS::NoValue."""
        self.work.step(value.at)
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise TemplateError(f"functions nested deeper than {_DEEPEST} levels", value.at)
            if isinstance(value.data, tuple):
                return Value(tuple(self._known(value.data)), value.at)
            if isinstance(value.data, Mapping):
                return self._of_mapping(value, value.data)
            return self._of_scalar(value)
        finally:
            self._depth -= 1

    def _known(self, values: Iterable[Value]) -> Iterator[Value]:
        for item in values:
            found = self.resolve(item)
            if found is not None:
                yield found

    def _of_mapping(self, value: Value, inner: Mapping[str, Value]) -> Value | None:
        if len(inner) == 1:
            (name,) = inner
            if name in _FUNCTIONS:
                found = _FUNCTIONS[name](self, inner[name])
                # A function's value stands where the function does; of a choice the chosen part says more.
                return found if found is None or name == "Fn::If" else replace(found, at=value.at)
            if name.startswith("Fn::"):
                return unknown(Outside(f"{name} line {value.at.line}", f"{name} is carried out by AWS"), value.at)
        resolved = ((key, self.resolve(item)) for key, item in inner.items())
        return Value({key: item for key, item in resolved if item is not None}, value.at)

    def _of_scalar(self, value: Value) -> Value:
        if not isinstance(value.data, str) or "{{resolve:" not in value.data:
            return value
        found: list[Outside] = []

        def token(match: re.Match[str]) -> str:
            # A version, as in `:3`, is a part of what is named.
            found.append(Outside(match[1], f"{{{{resolve:{match[1]}}}}} is looked up by AWS"))
            return found[-1].token

        return Value(_DYNAMIC.sub(token, value.data), value.at, tuple(found))

    def ref(self, name: str, at: Position) -> Value | None:
        """Return what `Ref` gives for a name."""
        if name.startswith("AWS::"):
            return self._pseudo(name, at)
        if name in self.section("Parameters"):
            return self.parameter(name, at)
        resource = self.section("Resources").get(name)
        if resource is None:
            raise TemplateError(f"{name} is neither a parameter nor a resource of this template", at)
        kind = text(resource.get("Type"))
        named = self._name_of(name, kind, at)
        if kind == TOPIC:
            return Value(self._arn_of(kind, text(named)), at)
        if kind in _NAMES:
            return Value(named.data, at)
        return unknown(self._made(name, kind), at)

    def _made(self, what: str, kind: str) -> Outside:
        return Outside(self.prefix + what, f"{what} ({kind}) gets it when it is deployed")

    def _pseudo(self, name: str, at: Position) -> Value | None:
        suffixes = {"aws-cn": "amazonaws.com.cn"}
        known = {
            "AWS::AccountId": self.place.account,
            "AWS::Region": self.place.region,
            "AWS::Partition": self.place.partition,
            "AWS::URLSuffix": suffixes.get(self.place.partition, "amazonaws.com"),
            "AWS::StackName": self.name,
        }
        if name == "AWS::NoValue":
            return None
        if name == "AWS::NotificationARNs":
            return Value((), at)
        if known.get(name):
            return Value(known[name], at)
        return unknown(Outside(self.prefix + name, f"{name} is given when the stack is made"), at)

    def parameter(self, name: str, at: Position) -> Value:
        """Return the value of a parameter: as given, or its default."""
        declared = self.section("Parameters")[name]
        kind = text(declared.get("Type"))
        value = self.given.get(name) or declared.get("Default")
        chosen = self.choices.made.get(self._question(name))
        if name not in self.given and (value is None or _is_placeholder(value)):
            if chosen is not None and chosen != _OTHER:
                return _as_type(Value(chosen, at), kind)
            said = "has no default" if value is None else "has only a placeholder as its default"
            return unknown(Outside(self.prefix + name, f"parameter {name} {said}"), at)
        if value is None or kind.startswith("AWS::SSM::Parameter::Value"):
            return unknown(Outside(self.prefix + name, f"parameter {name} is read from Parameter Store"), at)
        # What is wrong with a default is mended where it stands.
        return _as_type(Value(value.data, at, value.outside), kind)

    def _question(self, name: str) -> str:
        return f"{self.prefix}{name}"

    def attribute(self, logical_id: str, name: str, at: Position) -> Value | None:
        """Return what `Fn::GetAtt` gives."""
        resource = self.section("Resources").get(logical_id)
        if resource is None:
            raise TemplateError(f"{logical_id} is no resource of this template", at)
        kind = text(resource.get("Type"))
        if kind == _STACK and name.startswith("Outputs."):
            inner = self._nested(logical_id, resource)
            outputs = {key: value for key, value, _ in inner.outputs()} if inner else {}
            found = outputs.get(name.removeprefix("Outputs."))
            return found or unknown(self._made(f"{logical_id}.{name}", kind), at)
        named = self._name_of(logical_id, kind, at) if kind in _NAMES else Value(None, at)
        arn = self._arn_of(kind, text(named))
        known = {
            (LOG_GROUP, "Arn"): f"{arn}:*",
            (TOPIC, "TopicArn"): arn,
            (TOPIC, "TopicName"): text(named),
            (ALARM, "Arn"): arn,
            (COMPOSITE_ALARM, "Arn"): arn,
            (TRAIL, "Arn"): arn,
            (EVENT_RULE, "Arn"): arn,
            (KEY, "Arn"): arn,
            (KEY, "KeyId"): text(named),
        }.get((kind, name))
        return Value(known, at) if known else unknown(self._made(f"{logical_id}.{name}", kind), at)

    def _nested(self, logical_id: str, resource: Value) -> Stack | None:
        if self.level >= _DEEPEST_NESTED_STACK:
            raise TemplateError(f"stacks nested deeper than {_DEEPEST_NESTED_STACK} levels", resource.at)
        if logical_id not in self._stacks:
            self._stacks[logical_id] = self.nested(self, logical_id, resource)
        return self._stacks[logical_id]

    # --- conditions -------------------------------------------------------------------------------------------------

    def _condition(self, name: str, at: Value) -> bool:
        if name not in self._conditions:
            written = self.section("Conditions").get(name)
            if written is None:
                raise TemplateError(f"there is no condition {name}", at.at)
            with _Busy(self, f"condition {name}", written.at):
                self._conditions[name] = self.holds(written)
        return self._conditions[name]

    def holds(self, value: Value) -> bool:
        """Whether a condition holds; raises OpenChoiceError when that depends on what is outside."""
        self.work.step(value.at)
        inner = value.data if isinstance(value.data, Mapping) and len(value.data) == 1 else {}
        for name, argument in inner.items():
            if name == "Condition":
                return self._condition(text(argument), argument)
            if name == "Fn::Not":
                return not self.holds(_arguments(argument, 1)[0])
            if name == "Fn::And":
                return all(self.holds(item) for item in argument.items)
            if name == "Fn::Or":
                return any(self.holds(item) for item in argument.items)
            if name == "Fn::Equals":
                return self._equal(*_arguments(argument, 2)[:2])
        if isinstance(value.data, bool):
            return value.data
        question = f"the condition in line {value.at.line}"
        return self.choices.answer(question, ("true", "false")) == "true"

    def _equal(self, left: Value, right: Value) -> bool:
        sides = [self._side(left), self._side(right)]
        known = [side for side in sides if not reasons(side)]
        if len(known) == 2 or text(sides[0]) == text(sides[1]):  # noqa: PLR2004 - both sides
            return plain(sides[0]) == plain(sides[1]) or text(sides[0]) == text(sides[1])
        open_ = next(side for side in sides if reasons(side))
        name = open_.outside[0].name if open_.outside else ""
        if known and len(open_.outside) == 1 and open_.data == open_.outside[0].token:
            wanted = text(known[0])
            return self.choices.answer(name, self._answers(name, wanted)) == wanted
        question = f"{text(sides[0])} = {text(sides[1])}"
        return self.choices.answer(question, ("true", "false")) == "true"

    def _side(self, value: Value) -> Value:
        found = self.resolve(value) or Value("", value.at)
        if plain(value) == {"Ref": "AWS::Region"} and not self.place.said:
            return unknown(Outside("AWS::Region", "the Region is given when the stack is made"), value.at)
        return found

    def _answers(self, name: str, wanted: str) -> tuple[str, ...]:
        """Return what an outside value may be: what it is compared with, or allowed to be, or something else."""
        parameter = self.section("Parameters").get(name.removeprefix(self.prefix))
        allowed = parameter.get("AllowedValues") if parameter else None
        if allowed is not None:
            return tuple(dict.fromkeys(text(item) for item in allowed.items))
        compared = dict.fromkeys([wanted, *self._compared_with(name.removeprefix(self.prefix))])
        return (*compared, _OTHER)

    def _compared_with(self, name: str) -> Iterator[str]:
        waiting = list(self.section("Conditions").values())
        while waiting:
            inner = waiting.pop().data
            if isinstance(inner, Mapping):
                sides = inner.get("Fn::Equals")
                items = sides.items if sides else ()
                if {"Ref": name} in [plain(item) for item in items]:
                    yield from (text(item) for item in items if isinstance(item.data, str))
                waiting += inner.values()
            elif isinstance(inner, tuple):
                waiting += inner


@dataclass
class _Busy:
    """Notices that something is needed to work itself out."""

    stack: Stack
    what: str
    at: Position

    def __enter__(self) -> None:
        if self.what in self.stack._busy:  # noqa: SLF001 - a part of the stack
            raise TemplateError(f"{self.what} depends on itself", self.at)
        self.stack._busy.append(self.what)  # noqa: SLF001

    def __exit__(self, *_: object) -> None:
        self.stack._busy.pop()  # noqa: SLF001


def _is_placeholder(value: Value) -> bool:
    """Whether a default is an ARN that cannot be meant: it has no account, or that of an example."""
    found = _ACCOUNT_OF_ARN.match(text(value))
    if found is None or not found[1]:
        return False
    return not (found[1].isdigit() and len(found[1]) == 12) or found[1] in _EXAMPLE_ACCOUNTS  # noqa: PLR2004


def _as_type(value: Value, kind: str) -> Value:
    if (kind == "CommaDelimitedList" or kind.startswith("List<")) and not isinstance(value.data, tuple):
        written = text(value)
        parts = [part.strip() for part in written.split(",")] if written else []
        return Value(tuple(Value(part, value.at) for part in parts), value.at)
    return value


def _arguments(value: Value, least: int) -> tuple[Value, ...]:
    found = value.items
    if len(found) < least:
        raise TemplateError(f"a function needs {least} arguments and has {len(found)}", value.at)
    return found


def _joined(parts: Iterable[Value], separator: str, at: Position, separators: tuple[Outside, ...] = ()) -> Value:
    texts, outside = list[str](), list(separators)
    for part in parts:
        texts.append(json.dumps(plain(part)) if isinstance(part.data, Mapping) else text(part))
        outside += reasons(part)
    made = separator.join(texts)
    if len(made) > _LONGEST_TEXT:
        raise TemplateError(f"a text of more than {_LONGEST_TEXT:,} characters", at)
    return Value(made, at, tuple(dict.fromkeys(outside)))


def _ref(stack: Stack, argument: Value) -> Value | None:
    return stack.ref(text(argument), argument.at)


def _get_att(stack: Stack, argument: Value) -> Value | None:
    if isinstance(argument.data, str):
        logical_id, _, name = argument.data.partition(".")
    else:
        first, *rest = _arguments(argument, 2)
        logical_id, name = text(first), ".".join(text(stack.resolve(part)) for part in rest)
    return stack.attribute(logical_id, name, argument.at)


def _sub(stack: Stack, argument: Value) -> Value:
    written = argument
    variables: Mapping[str, Value] = {}
    if isinstance(argument.data, tuple):
        written, own = _arguments(argument, 2)[:2]
        variables = own.data if isinstance(own.data, Mapping) else {}
    template = stack.resolve(written) or Value("", written.at)
    parts, last = list[Value](), 0
    source = text(template)
    for found in _SUBSTITUTED.finditer(source):
        parts.append(Value(_KEPT.sub(r"${\1}", source[last : found.start()]), argument.at))
        parts.append(_substituted(stack, found[1].strip(), variables, argument.at))
        last = found.end()
        if len(parts) > _LONGEST_TEXT:
            break
    parts.append(Value(_KEPT.sub(r"${\1}", source[last:]), argument.at))
    return _joined(parts, "", argument.at, template.outside)


def _substituted(stack: Stack, name: str, variables: Mapping[str, Value], at: Position) -> Value:
    if name in variables:
        found = stack.resolve(variables[name])
    elif "." in name:
        logical_id, _, attribute = name.partition(".")
        found = stack.attribute(logical_id, attribute, at)
    else:
        found = stack.ref(name, at)
    return found or Value("", at)


def _join(stack: Stack, argument: Value) -> Value:
    separator, values = _arguments(argument, 2)[:2]
    between = stack.resolve(separator) or Value("", separator.at)
    resolved = stack.resolve(values) or Value((), values.at)
    return _joined(resolved.items, text(between), argument.at, between.outside)


def _if(stack: Stack, argument: Value) -> Value | None:
    name, then, otherwise = _arguments(argument, 3)[:3]
    return stack.resolve(then if stack._condition(text(name), name) else otherwise)  # noqa: SLF001 - its own function


def _find_in_map(stack: Stack, argument: Value) -> Value | None:
    names = [stack.resolve(item) or Value("", item.at) for item in _arguments(argument, 3)[:3]]
    default = next((item.get("DefaultValue") for item in argument.items[3:] if item.get("DefaultValue")), None)
    outside = [found for name in names for found in reasons(name)]
    if outside:
        wanted = ".".join(text(name) for name in names)
        why = f"which value the mapping gives is not known: {outside[0].reason}"
        return unknown(Outside(f"FindInMap {wanted}", why), argument.at)
    first, second, third = map(text, names)
    found: Value | None = stack.section("Mappings").get(first)
    found = found.get(second) if found else None
    found = found.get(third) if found else None
    if found is None and default is None:
        if not stack.place.said and stack.place.region in (second, third):
            return unknown(Outside(f"FindInMap {first}", "the mapping has no value for the Region"), argument.at)
        raise TemplateError(f"there is no {second}.{third} in the mapping {first}", argument.at)
    chosen = found or default
    return None if chosen is None else stack.resolve(chosen)


def _select(stack: Stack, argument: Value) -> Value | None:
    index, values = (stack.resolve(item) or Value((), item.at) for item in _arguments(argument, 2)[:2])
    number = whole(index)
    outside = reasons(values)
    if number is None or (values.outside and not isinstance(values.data, tuple)):
        why = (*reasons(index), *outside)
        reason = why[0].reason if why else "its index is no number"
        return unknown(Outside(f"Select {text(index)} {text(values)}", reason), argument.at)
    items = values.items
    if not 0 <= number < len(items):
        raise TemplateError(f"there is no element {number} in a list of {len(items)}", argument.at)
    return items[number]


def _split(stack: Stack, argument: Value) -> Value:
    separator, whole_text = (stack.resolve(item) or Value("", item.at) for item in _arguments(argument, 2)[:2])
    if whole_text.outside and not any(text(separator) in part for part in [text(whole_text)]):
        return whole_text
    by_token = {each.token: each for each in whole_text.outside}
    between = text(separator)
    if not between:
        raise TemplateError("a text is split at nothing", argument.at)
    parts = text(whole_text).split(between)
    return Value(
        tuple(Value(part, argument.at, tuple(o for t, o in by_token.items() if t in part)) for part in parts),
        argument.at,
    )


def _import_value(stack: Stack, argument: Value) -> Value:
    name = stack.resolve(argument) or Value("", argument.at)
    found = stack.imports(text(name), name)
    return found or unknown(
        Outside(f"import {text(name)}", f"{text(name)} is imported from another stack"), argument.at
    )


def _base64(stack: Stack, argument: Value) -> Value:
    value = stack.resolve(argument) or Value("", argument.at)
    if value.outside:
        return unknown(Outside(f"Base64 {text(value)}", value.outside[0].reason), argument.at)
    return Value(base64.b64encode(text(value).encode("utf-8", "replace")).decode("ascii"), argument.at)


def _to_json(stack: Stack, argument: Value) -> Value:
    value = stack.resolve(argument) or Value(None, argument.at)
    return Value(json.dumps(plain(value), separators=(",", ":")), argument.at, reasons(value))


def _length(stack: Stack, argument: Value) -> Value:
    value = stack.resolve(argument) or Value((), argument.at)
    if value.outside:
        return unknown(Outside(f"Length {text(value)}", value.outside[0].reason), argument.at)
    return Value(len(value.items), argument.at)


def _truth(name: str) -> Callable[[Stack, Value], Value]:
    return lambda stack, argument: Value(stack.holds(Value({name: argument}, argument.at)), argument.at)


_FUNCTIONS: dict[str, Callable[[Stack, Value], Value | None]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::ImportValue": _import_value,
    "Fn::Base64": _base64,
    "Fn::ToJsonString": _to_json,
    "Fn::Length": _length,
    **{name: _truth(name) for name in ("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals")},
}
