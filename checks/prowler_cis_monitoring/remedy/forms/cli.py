"""A script for bash that makes the changes with the AWS CLI, can be run again, and takes them back.

Before each step the script looks how things stand: as they are wanted, as they were when the account was read, or
neither; then it stops.
"""

from __future__ import annotations

import shlex

from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.remedy.changes import Change
from prowler_cis_monitoring.remedy.forms import documents
from prowler_cis_monitoring.remedy.forms.steps import Step, ask, aws, quoted, steps_of
from prowler_cis_monitoring.remedy.parts import Part

_HEAD = r"""set -euo pipefail
export AWS_PAGER=""

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "stopped: $*" >&2; exit 1; }

# ask CODE COMMAND: prints what AWS answers, nothing when the answer is the error CODE; fails with any other error.
ask() {
  local code=$1 errors
  errors=$(mktemp)
  shift
  if "$@" 2> "$errors"; then
    rm -f "$errors"
  elif grep -qF "($code)" "$errors"; then
    rm -f "$errors"
  else
    cat "$errors" >&2
    rm -f "$errors"
    return 1
  fi
}

# again COMMAND: a new role needs some seconds until other services know it.
again() {
  local left=12
  until "$@"; do
    left=$((left - 1))
    if [ "$left" -eq 0 ]; then return 1; fi
    sleep 5
  done
}
"""


def script(part: Part, source: str) -> str:
    """Return the script for the changes of one account, which stops in any other.

    Args:
        part: the changes.
        source: what they were planned on, for the head.
    """
    account = part.account
    lines = [
        "#!/usr/bin/env bash",
        f"# What mends the alert paths in account {harmless(account)}, planned on {harmless(source)}.",
        "#   bash FILE             makes the changes; what is there already is left as it is",
        "#   bash FILE rollback    takes them back",
        _HEAD,
        f"account=$({ask(aws('', 'sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'))})",
        f'if [ "$account" != {shlex.quote(account)} ]; then',
        f'  stop {quoted(f"these changes are for account {account}, the credentials are of account")} "$account"',
        "fi",
        "",
        "apply() {",
        "  local current",
    ]
    for number, change in enumerate(part.changes, start=1):
        lines += ["", *(f"  # {line}" for line in _numbered(number, change))]
        lines += [line for step in steps_of(change) for line in _making(step, step.says or change.says)]
    lines += ["", *(f"  say {quoted(f'still to be done: {step}')}" for step in part.steps)]
    lines += ["}", "", "rollback() {", "  local current"]
    for change in reversed(part.changes):
        undone = (step for step in reversed(steps_of(change)) if step.take_back)
        lines += ["", *(line for step in undone for line in _taking_back(step, step.says or change.says))]
    lines += [
        "}",
        "",
        'case "${1:-apply}" in',
        "  apply) apply ;;",
        "  rollback) rollback ;;",
        '  *) stop "apply or rollback is expected" ;;',
        "esac",
        "",
    ]
    return "\n".join(lines)


def _numbered(number: int, change: Change) -> list[str]:
    first, *others = documents.comment(change)
    return [f"{number}. {first}", *(f"   {line}" for line in others)]


def _making(step: Step, says: str) -> list[str]:
    return [
        f"  current=$({step.state})",
        f"  if {_is(step)}; then",
        f"    say {quoted(f'already so: {says}')}",
        f'  elif [ "$current" = {shlex.quote(step.before)} ]; then',
        *(f"    {command}" for command in step.make),
        f"    say {quoted(f'done: {says}')}",
        "  else",
        f"    stop {quoted(f'{says}: {step.otherwise}')}",
        "  fi",
    ]


def _taking_back(step: Step, says: str) -> list[str]:
    return [
        f"  current=$({step.state})",
        f"  if {_is(step)}; then",
        *(f"    {command}" for command in step.take_back),
        f"    say {quoted(f'taken back: {says}')}",
        "  else",
        f"    say {quoted(f'nothing to take back: {says}')}",
        "  fi",
    ]


def _is(step: Step) -> str:
    if step.pattern:
        return f"[[ $current == *{shlex.quote(step.wanted)}* ]]"
    return f'[ "$current" = {shlex.quote(step.wanted)} ]'
