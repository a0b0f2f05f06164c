"""Why single accounts are missing, each reason told once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

_ANY_ACCOUNT: Final = "<account>"
_MOST_NAMED: Final = 20


def by_problem(problems: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the accounts by what is the matter with them; what differs in nothing but the account's id is told once.

    Args:
        problems: the reason in words, by account id; of several accounts it names any as `<account>`.
    """
    alike: dict[str, list[str]] = {}
    for account, problem in problems.items():
        alike.setdefault(problem.replace(account, _ANY_ACCOUNT), []).append(account)
    return {problem if len(accounts) > 1 else problems[accounts[0]]: accounts for problem, accounts in alike.items()}


def named(accounts: Sequence[str]) -> str:
    """Return accounts in words: of many the first ones, and how many more there are."""
    more = f" and {len(accounts) - _MOST_NAMED:,} more" if len(accounts) > _MOST_NAMED else ""
    return f"{', '.join(accounts[:_MOST_NAMED])}{more}"
