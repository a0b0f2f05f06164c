"""What can be wrong with a link of an alert path: one row a rule, with the sentence a person reads and its source.

A judgement names a rule and the values of its sentence; nothing else in this package writes prose about a link.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Effect(Enum):
    """What a remark does to the path that it stands on."""

    BROKEN = "broken"
    UNSEEN = "unseen"
    NOTE = "note"


@dataclass(frozen=True)
class Rule:
    """One way in which a link can be broken or stay unseen.

    Attributes:
        link: trail, log group, metric filter, metric, alarm, composite alarm, topic or subscription.
        effect: what it does to the path.
        sentence: template of the clause that follows "<link> <name>: "; no capital, no full stop.
        source: where AWS or CIS says so.
    """

    slug: str
    link: str
    effect: Effect
    sentence: str
    source: str


@dataclass(frozen=True)
class Remark:
    """A rule that applies to one resource, with the values that fill its sentence."""

    rule: Rule
    resource: str
    values: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def effect(self) -> Effect:
        """What the remark does to its path."""
        return self.rule.effect

    @property
    def sentence(self) -> str:
        """The clause with its values filled in."""
        return self.rule.sentence.format(resource=self.resource, **self.values)


_ROWS: tuple[Rule, ...] = (
    Rule(
        "alarm-actions-disabled",
        "alarm",
        Effect.BROKEN,
        "actions are disabled (ActionsEnabled is false), so {topics} is never told",
        "CloudWatch API, PutMetricAlarm.ActionsEnabled",
    ),
)

RULES: dict[str, Rule] = {rule.slug: rule for rule in _ROWS}


def remark(slug: str, resource: str, **values: Any) -> Remark:  # noqa: ANN401 - anything that formats
    """Apply the rule `slug` to `resource`; raises KeyError for an unknown rule or a value the sentence lacks."""
    made = Remark(RULES[slug], resource, values)
    made.sentence  # noqa: B018 - a missing value must fail where the remark is made
    return made
