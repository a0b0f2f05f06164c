"""Members of AWS's answers that are newer than Prowler's botocore, told to it in its own format.

Prowler pins botocore, and its parsers leave out what its service models do not list. botocore merges what files named
`service-2.sdk-extras.json` hold into its models; where a newer botocore lists the same members, they say the same.
Sources: CloudWatch API, MetricAlarm, EvaluationWindow, WarmUpConfiguration, LogAlarm, ScheduledQueryConfiguration.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.loaders import Loader

if TYPE_CHECKING:
    from boto3.session import Session

_FOLDER = Path(__file__).parent


class _LoaderWithExtras(Loader):  # type: ignore[misc]
    """botocore's own loader, which looks into our folder besides."""


def learn(session: Session) -> None:
    """Let the clients that a session makes from now on know the newer members.

    The session's loader remembers the models of clients that were made before: it gets another one, with the same
    search paths, which all such sessions share.
    """
    core = session._session  # noqa: SLF001 - boto3 has no public name for botocore's session
    loader = core.get_component("data_loader")
    if not isinstance(loader, _LoaderWithExtras):
        core.register_component("data_loader", _loader((str(_FOLDER), *loader.search_paths)))


@cache
def _loader(paths: tuple[str, ...]) -> _LoaderWithExtras:
    """Return the one loader for these folders: parsing the models costs 50 to 100 ms, for each account of a fleet."""
    return _LoaderWithExtras(list(paths), include_default_search_paths=False)
