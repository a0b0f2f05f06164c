"""Prowler and botocore without what they load at their start and a scan never or seldom uses."""

from __future__ import annotations

import gc
import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_PYOPENSSL = "urllib3.contrib.pyopenssl"

_SELDOM_USED = ("requests", "email_validator")


class _Deferred(ModuleType):
    """Stands for a module until somebody uses it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        # For whoever asks whether the module is installed, or wants one that lies below it.
        self.__spec__ = spec = find_spec(name)
        self.__path__ = (spec and spec.submodule_search_locations) or []

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module holds
        self.leave()
        return getattr(import_module(self.__name__), name)

    def leave(self) -> None:
        """Make place for the module itself; those that have imported this keep it."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]


@contextmanager
def loading_what_is_used() -> Iterator[None]:
    """Load Prowler and what it is built on without what only others of its commands use, while the block runs.

    - pyOpenSSL takes longer to load than all the rest that sends requests; botocore looks there for the standard
      library's SSLContext alone, and knows where else it is.
    - requests asks for Prowler's newest version, and the parser of e-mail addresses is for findings about people: each
      is loaded when it is first used.
    - Which packages are installed is read once. Prowler and Markdown look through all of them again for each group.
    """
    _load_botocore()
    frozen_by_others = _frozen_by_others()
    stand_ins = [_Deferred(name) for name in _SELDOM_USED if name not in sys.modules]
    sys.modules.update({one.__name__: one for one in stand_ins})
    kept = importlib.metadata.entry_points
    importlib.metadata.entry_points = _read_once(kept)
    try:
        yield
    finally:
        importlib.metadata.entry_points = kept
        for one in stand_ins:
            one.leave()
        if not frozen_by_others:
            gc.unfreeze()


def all_is_loaded() -> None:
    """Let no collection look at what is loaded until the block above ends.

    It would take as long as all verdicts, and processes that are made from this one would no longer share its memory.
    """
    # What others have frozen is theirs to let go of.
    if not _frozen_by_others():
        gc.freeze()


@cache
def _frozen_by_others() -> int:
    """How many objects others had frozen before the first scan; to count them takes as long as a collection."""
    return gc.get_freeze_count()


def _load_botocore() -> None:
    if _PYOPENSSL in sys.modules:
        return
    sys.modules[_PYOPENSSL] = None  # type: ignore[assignment]
    try:
        import botocore.httpsession  # noqa: F401, PLC0415 - see above
    finally:
        del sys.modules[_PYOPENSSL]


def _read_once(entry_points: Callable[..., Any]) -> Callable[..., Any]:
    installed: list[Any] = []

    def selected(**wanted: Any) -> Any:  # noqa: ANN401 - as the standard library has it, which differs by version
        if not installed:
            installed.append(entry_points())
        return installed[0].select(**wanted) if wanted else installed[0]

    return selected
