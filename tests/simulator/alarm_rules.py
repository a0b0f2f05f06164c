"""Rules of composite alarms, by recursive descent (CloudWatch API, PutCompositeAlarm.AlarmRule)."""

import math
import re

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[(),%]|[^\s(),%"]+)')
_STATES = ("ALARM", "OK", "INSUFFICIENT_DATA")


def names_in(rule):
    """The alarms that a rule asks for."""
    names = []
    _Reader(rule, lambda name: names.append(name) or "OK").whole()
    return names


def is_true(rule, state_of):
    """Whether a rule holds, by the state of each alarm that it names."""
    return _Reader(rule, state_of).whole()


class _Reader:
    """Evaluates while it reads: NOT before AND before OR, all operands always read."""

    def __init__(self, rule, state_of):
        self.tokens = _TOKEN.findall(rule)
        self.state_of = state_of

    def whole(self):
        value = self.either()
        assert not self.tokens, self.tokens
        return value

    def upcoming(self):
        return self.tokens[0].upper() if self.tokens else ""

    def either(self):
        values = [self.both()]
        while self.upcoming() == "OR":
            self.tokens.pop(0)
            values.append(self.both())
        return any(values)

    def both(self):
        values = [self.negated()]
        while self.upcoming() == "AND":
            self.tokens.pop(0)
            values.append(self.negated())
        return all(values)

    def negated(self):
        if self.upcoming() == "NOT":
            self.tokens.pop(0)
            return not self.negated()
        return self.atom()

    def atom(self):
        token = self.tokens.pop(0)
        if token == "(":
            value = self.either()
            assert self.tokens.pop(0) == ")"
            return value
        if token.upper() in ("TRUE", "FALSE"):
            return token.upper() == "TRUE"
        if token == "AT_LEAST":
            return self.at_least()
        assert token in _STATES, token
        return self.state_of(self.in_parentheses()) == token

    def in_parentheses(self):
        assert self.tokens.pop(0) == "("
        name = self.name()
        assert self.tokens.pop(0) == ")"
        return name

    def name(self):
        token = self.tokens.pop(0)
        return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token

    def at_least(self):
        assert self.tokens.pop(0) == "("
        needed = int(self.tokens.pop(0))
        percent = self.tokens[0] == "%" and bool(self.tokens.pop(0))
        assert self.tokens.pop(0) == ","
        unwanted = self.upcoming() == "NOT" and bool(self.tokens.pop(0))
        state = self.tokens.pop(0)
        assert self.tokens.pop(0) == ","
        assert self.tokens.pop(0) == "("
        names = [self.name()]
        while self.tokens.pop(0) == ",":
            names.append(self.name())
        assert self.tokens.pop(0) == ")"
        met = sum((self.state_of(name) == state) is not unwanted for name in names)
        return met >= (math.ceil(needed * len(names) / 100) if percent else needed)
