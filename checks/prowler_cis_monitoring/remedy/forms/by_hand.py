"""Changes of resources that exist, for the forms that can only create some: what to do, and at which place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.remedy.changes import (
    AddAlarmAction,
    AddEventSelector,
    Change,
    DeliverToLogGroup,
    EnableAlarmActions,
    PutKeyPolicy,
    PutMetricAlarm,
    PutMetricFilter,
    RecordEveryRegion,
    SetTopicPolicy,
    StartLogging,
    Subscribe,
)
from prowler_cis_monitoring.remedy.parts import Part

STACK_TAG = "aws:cloudformation:stack-name"
_MOST = 1000


def subject_of(change: Change) -> str:
    """Return the ARN of the existing resource that a change is made on, empty for a change that creates one."""
    if isinstance(change, (StartLogging, RecordEveryRegion, AddEventSelector, DeliverToLogGroup)):
        return change.trail
    if isinstance(change, EnableAlarmActions):
        return change.alarm
    if isinstance(change, AddAlarmAction):
        return change.before.arn
    if isinstance(change, (SetTopicPolicy, Subscribe)):
        return change.topic
    if isinstance(change, PutKeyPolicy):
        return change.key
    return change.log_group if isinstance(change, PutMetricFilter) else ""


def instructions(changes: Sequence[Change], part: Part) -> Iterator[str]:
    """Yield the lines that tell a person what this form cannot change, and what there is to do besides."""
    if changes:
        yield ""
        yield "By hand, as these resources exist and belong to another stack or module, or to none:"
    for number, change in enumerate(changes, start=1):
        yield f"{number}. {harmless(change.says, _MOST)}."
        yield from (f"   {line}" for line in _place(change, part))
        yield from (f"   mends: {harmless(clause, _MOST)}" for clause in change.mends)
    if changes:
        yield "cis-monitoring fix --format cli prints these as AWS CLI calls, and what is not there yet."
    if part.steps:
        yield ""
        yield "Afterwards:"
        yield from (f"- {harmless(step, _MOST)}" for step in part.steps)
    yield ""


def _place(change: Change, part: Part) -> Iterator[str]:
    subject = subject_of(change)
    stack = part.stacks.get(subject)
    if stack:
        yield f"place: {harmless(subject)}, in stack {harmless(stack)} (by its tag {STACK_TAG})"
    elif subject:
        yield f"place: {harmless(subject)}; its tag {STACK_TAG} names the stack, if there is one"
    if isinstance(change, (SetTopicPolicy, PutKeyPolicy)):
        yield f"policy: {harmless(change.after, len(change.after) * 12)}"
    elif isinstance(change, (PutMetricAlarm, PutMetricFilter)):
        yield "a name holds what CloudFormation would replace by another text"
