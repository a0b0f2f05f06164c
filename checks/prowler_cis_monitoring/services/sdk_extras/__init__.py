"""Members of AWS's answers that are newer than Prowler's botocore, told to it in its own format.

Prowler pins botocore, and its parsers leave out what its service models do not list. botocore merges what files named
`service-2.sdk-extras.json` hold into its models; where a newer botocore lists the same members, they say the same.
Sources: CloudWatch API, MetricAlarm, EvaluationWindow, WarmUpConfiguration, LogAlarm, ScheduledQueryConfiguration.

In a process that only scans, EC2 is but DescribeRegions: botocore's model of it is two megabytes, which take longer to
parse than all other models, and stands for one call. Source: EC2 API, DescribeRegions and Region.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.loaders import Loader, create_loader

if TYPE_CHECKING:
    from boto3.session import Session

_FOLDER = Path(__file__).parent
_FOLDER_OF_A_SCAN = _FOLDER.parent / "sdk_models"
_OURS = (str(_FOLDER), str(_FOLDER_OF_A_SCAN))
_FOLDER_OF_BOTO3 = str(Path(boto3.__file__).parent / "data")


class _LoaderWithExtras(Loader):  # type: ignore[misc]
    """botocore's own loader, which looks into our folder besides."""

    @property
    def search_paths(self) -> list[str]:
        """A copy of the paths: each session of boto3 would add its folder to those of a loader that many share."""
        return list(self._search_paths)

    def list_available_services(self, type_name: str) -> Sequence[str]:  # noqa: ARG002 - botocore's signature
        """Return all folders, whether or not there is a file of the type in them.

        botocore looks into each of four hundred folders, for each type, to tell a service that it knows from one that
        it does not: the file that is missing is told when it is loaded.
        """
        return _folders_in(tuple(path for path in self.search_paths if path not in _OURS))


@cache
def _folders_in(paths: tuple[str, ...]) -> Sequence[str]:
    """Return the names of all folders in others, those of which there are some; listing them takes a while."""
    return sorted(set(chain.from_iterable(map(_folders, filter(os.path.isdir, paths)))))


def _folders(path: str) -> list[str]:
    with os.scandir(path) as entries:
        return [entry.name for entry in entries if entry.is_dir()]


def learn(session: Session) -> None:
    """Let the clients that a session makes from now on know the newer members.

    The session's loader remembers the models of clients that were made before: it gets another one, with the same
    search paths, which all such sessions share.
    """
    core = session._session  # noqa: SLF001 - boto3 has no public name for botocore's session
    loader = core.get_component("data_loader")
    if not isinstance(loader, _LoaderWithExtras):
        core.register_component("data_loader", _loader((str(_FOLDER), *loader.search_paths)))


def learn_for_all() -> None:
    """Let the sessions that this process makes from now on share one loader, which knows the newer members.

    Prowler makes several sessions, each of which would parse botocore's list of Regions and the models anew. Not for a
    process that asks EC2 for anything but Regions.
    """
    botocore.session.create_loader = _loader_like_botocores


def _loader_like_botocores(search_path: str | None = None) -> _LoaderWithExtras:
    """Return the one loader for `AWS_DATA_PATH` or the setting `data_path` of a profile."""
    return _loader((*_OURS, *create_loader(search_path).search_paths, _FOLDER_OF_BOTO3))


@cache
def _loader(paths: tuple[str, ...]) -> _LoaderWithExtras:
    """Return the one loader for these folders: parsing the models costs 50 to 100 ms, for each account of a fleet."""
    return _LoaderWithExtras(list(paths), include_default_search_paths=False)
