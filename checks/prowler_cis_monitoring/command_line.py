"""A command line that answers a slip with what was meant, in one line, and not with all of its options."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import near, parts

_CHOICE = re.compile(r"invalid choice: '([^']*)' \(choose from (.*)\)")


class Parser(argparse.ArgumentParser):
    """Says what is wrong, what is near, and where all options are listed."""

    def error(self, message: str) -> NoReturn:
        """End the process with the exit status of invalid input."""
        if chosen := _CHOICE.search(message):
            known = [name.strip("' ") for name in chosen[2].split(",")]
            message = f"{message[: chosen.start()]}{_not_known(chosen[1], known)}"
        self.exit(2, f"{self.prog}: {harmless(message)}\n{self.prog} --help lists what there is.\n")

    def refuse(self, surplus: Sequence[str]) -> NoReturn:
        """End the process for arguments that nobody asked for."""
        options = [name for action in self._actions for name in action.option_strings if name.startswith("--")]
        for word in surplus:
            if word.startswith("-"):
                name = word.partition("=")[0]
                advice = f"; did you mean {' or '.join(found)}?" if (found := near(name, options)) else ""
                self.error(f"{name}: there is no such option{advice}")
        self.error(f"{surplus[0]}: nothing is expected here; quote what has blanks in it")


def _not_known(name: str, known: Sequence[str]) -> str:
    found = near(name, known)
    return f"{name}: did you mean {' or '.join(found)}?" if found else f"{name}: there are {', '.join(known)}"


class Listed(argparse.Action):
    """Takes several of a few known names, in any case, with blanks or commas between them."""

    def __init__(
        self,
        option_strings: Sequence[str],
        dest: str,
        known: Sequence[str] = (),
        aliases: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - as argparse gives it
    ) -> None:
        """Take `known` names; `aliases` are other spellings of them."""
        super().__init__(option_strings, dest, **more)
        self._names = {name.lower(): name for name in known}
        self._aliases = dict(aliases or {})
        self.known = known

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - as argparse calls it
        namespace: argparse.Namespace,
        values: Any,  # noqa: ANN401 - likewise
        option_string: str | None = None,  # noqa: ARG002 - likewise
    ) -> None:
        """Keep the names."""
        found = []
        for text in parts(values):
            plain = text.lower()
            name = self._names.get(self._aliases.get(plain, plain))
            if name is None:
                raise argparse.ArgumentError(self, _not_known(text, self.known))
            found.append(name)
        setattr(namespace, self.dest, found)
