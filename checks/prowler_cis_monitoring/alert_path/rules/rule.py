"""What a rule is, and a rule that applies to one resource."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import Enum
from string import Formatter
from typing import Any

from prowler_cis_monitoring.filter_pattern import FilterPattern
from prowler_cis_monitoring.foreign_text import harmless, pattern_shown, shown
from prowler_cis_monitoring.records import dataclass

AUDIT = "CIS AWS Foundations Benchmark, Monitoring, audit step 1"


class Effect(Enum):
    """What a remark does to the path that it stands on."""

    BROKEN = "broken"
    UNSEEN = "unseen"
    NOTE = "note"


NOT_ALWAYS = "Somebody is not always told when"
"""What is true where an event is missed and another, or the same at another time, is not."""


class Hidden(Enum):
    """Why a link could not be looked at."""

    CALL = "a call failed"
    ANSWER = "an answer is not as AWS documents it"
    DEFECT = "an error of this program"
    OWNER = "it belongs to an account that is not asked"
    ROLE = "the role of the account that it belongs to could not be assumed"


@dataclass(frozen=True)
class Rule:
    """One way in which a link can be broken or stay unseen.

    Attributes:
        slug: its permanent name, in reports and documentation.
        link: trail, log group, metric filter, metric, alarm, composite alarm, topic or subscription.
        effect: what it does to the path.
        sentence: template of the clause that follows "<link> <name>: "; no capital, no full stop. A text that fills
            it is foreign and shown as such: `{name}`, or `{name:160}` to shorten it from so many characters on.
            `{reason:prose}` is a phrase of ours, in which foreign text has been shown already.
        source: where AWS or CIS says so.
        meaning: what it means for whoever should be told, in one or two whole sentences, for any resource.
        remedy: what to do about it, as one whole sentence in the imperative, for any resource.
        opening: of a rule that breaks the path though somebody is told after all: what is true then, as the beginning
            of a sentence that ends in "when".
        hidden_by: why the link could not be looked at, None where it was. It says what becomes of a scan in which
            nothing could be decided.
        advises: whether the sentence itself ends with what to do.
    """

    slug: str
    link: str
    effect: Effect
    sentence: str
    source: str
    meaning: str
    remedy: str
    opening: str = ""
    hidden_by: Hidden | None = None
    advises: bool = False


@dataclass(frozen=True)
class Remark:
    """A rule that applies to one resource, with the values that fill its sentence.

    `at_times` is set where what the rule breaks works at times, so that somebody is told of some events.
    """

    rule: Rule
    resource: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)
    at_times: bool = False

    @property
    def opening(self) -> str:
        """What is true for whoever should be told though the path is broken; empty where nobody is told."""
        return NOT_ALWAYS if self.at_times else self.rule.opening

    @property
    def effect(self) -> Effect:
        """What the remark does to its path."""
        return self.rule.effect

    @property
    def closed_account(self) -> str:
        """The account that could not be read as a whole and is the reason of the remark; empty for another reason."""
        return str(self.values["account"]) if self.rule.hidden_by in {Hidden.OWNER, Hidden.ROLE} else ""

    @property
    def next_step(self) -> str:
        """What to do, as a whole sentence; empty where the sentence itself ends with it, for this very resource."""
        return "" if self.rule.advises else self.rule.remedy

    @property
    def sentence(self) -> str:
        """The clause with its values filled in."""
        return _SENTENCES.format(self.rule.sentence, resource=self.resource, **self.values)


class _Sentences(Formatter):
    """Fills templates; foreign text is the rule and our own prose the exception that a template has to ask for."""

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - anything that formats
        if format_spec == "prose":
            return harmless(str(value))
        if isinstance(value, FilterPattern):
            return pattern_shown(str(value))
        if isinstance(value, str):
            return shown(value, int(format_spec)) if format_spec else shown(value)
        if isinstance(value, int | float | datetime):
            return str(super().format_field(value, format_spec))
        return harmless(str(value))


_SENTENCES = _Sentences()
