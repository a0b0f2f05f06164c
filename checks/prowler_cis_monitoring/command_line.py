"""A command line that answers a slip with what was meant, in one line, and not with all of its options."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill, wrap
from typing import Any, NoReturn

from prowler_cis_monitoring.broken_lines import fitting
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import instead_of_organization, is_control, is_there, near, parts

COMMAND = "COMMAND"
_CHOICE = re.compile(r"invalid choice: '([^']*)' \(choose from (.*)\)")


_ROW = re.compile(r"\s*(?:\d+ +)?")
_NUMBER = re.compile(r"invalid (int|float) value: ('.*')")
_BELOW_USAGE = " " * len("usage: ")
_EXPECTED = {"int": "a whole number", "float": "a number"}
# Options by which Prowler's own command chooses, and those that do the same here.
_PROWLERS = {
    "check": "--control",
    "checks": "--control",
    "compliance": "--benchmark",
    "severity": "--fail-on",
    "service": "--control",
    "services": "--control",
}
# What word processors and chats make of two hyphens.
_DASHES = "\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}"


class Help(argparse.HelpFormatter):
    """Fits the terminal: paragraphs are filled, and options are listed once, with one value for all their names."""

    def _format_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None,
    ) -> str:
        actions = list(actions)
        if usage is None and any(action.option_strings for action in actions):
            places = [action for action in actions if not action.option_strings]
            metavar = self._get_default_metavar_for_positional
            words = ["usage:", self._prog, "[options]", *(self._format_args(one, metavar(one)) for one in places)]
            return f"{fill(' '.join(words), self._width, subsequent_indent=_BELOW_USAGE)}\n\n"
        return super()._format_usage(usage, actions, groups, prefix)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        blocks: list[str] = []
        for line in text.splitlines():
            if blocks and line and blocks[-1] and not (line[0].isspace() or blocks[-1][0].isspace()):
                blocks[-1] += f" {line}"
            else:
                blocks.append(line)
        return "\n".join(self._filled(block, width, indent) for block in blocks)

    @staticmethod
    def _filled(block: str, width: int, indent: str) -> str:
        start = _ROW.match(block)
        hanging = indent + " " * (len(start[0]) if start else 0)
        return fill(
            block,
            width,
            initial_indent=indent,
            subsequent_indent=hanging,
            break_on_hyphens=False,
            break_long_words=False,
        )

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(" ".join(text.split()), width, break_on_hyphens=False, break_long_words=False)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, self._get_default_metavar_for_optional(action))
        return f"{', '.join(action.option_strings)} {value}"


class Parser(argparse.ArgumentParser):
    """Says what is wrong, what is near, and where all options are listed."""

    def __init__(self, **more: Any) -> None:  # noqa: ANN401 - as argparse takes it
        """Take what argparse takes."""
        super().__init__(**{"formatter_class": Help, **more})
        self.others: Mapping[str, Parser] = {}
        """The commands beside this one, by name: an option may be one of theirs."""
        self._given: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:  # noqa: ANN401 - as argparse has it
        """Do as argparse does, and keep what was given."""
        self._given = sys.argv[1:] if args is None else list(args)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """End the process with the exit status of invalid input."""
        if chosen := _CHOICE.search(message):
            known = [name.strip("' ") for name in chosen[2].split(",")]
            # As in `git help` and `docker version`.
            wanted = f"--{chosen[1]}"
            told = f"{chosen[1]}: did you mean {wanted}?" if self.has(wanted) else _not_known(chosen[1], known)
            message = f"{message[: chosen.start()]}{told}"
        if number := _NUMBER.search(message):
            message = f"{message[: number.start()]}{number[2]}: {_EXPECTED[number[1]]} is expected"
        if message.endswith(f"required: {COMMAND}") and (meant := near(" ".join(self._given[:1]), self._commands())):
            message = f"{self._given[0]}: did you mean {' or '.join(meant)}?"
        told = f"{self.prog}: {harmless(message)}\n{self.prog} --help lists what there is."
        self.exit(2, f"{fitting(told, sys.stderr)}\n")

    def refuse(self, surplus: Sequence[str]) -> NoReturn:
        """End the process for arguments that nobody asked for."""
        for word in surplus:
            if word.startswith("-"):
                name = word.partition("=")[0]
                self.error(f"{name}: there is no such option{self._instead_of_option(name)}")
        self.error(f"{surplus[0]}: nothing is expected here; {self._instead_of_word(surplus[0])}")

    def _commands(self) -> list[str]:
        return [name for one in self._actions if isinstance(one.choices, dict) for name in one.choices]

    def has(self, option: str) -> bool:
        """Whether the command has an option."""
        return option in self._option_string_actions

    def _instead_of_option(self, name: str) -> str:
        plain = name.lstrip("-").lower()
        for action in self._actions:
            values: Sequence[str] = tuple(action.choices) if action.choices else getattr(action, "known", ())
            if plain in values:
                return f"; did you mean {action.option_strings[0]} {plain}?" if action.option_strings else ""
            if plain == action.dest and not action.option_strings:
                return f", the {plain} is named without one, as in {self.prog} {action.metavar}"
        if (ours := _PROWLERS.get(plain)) and self.has(ours):
            return f", it is one of prowler; here it is {ours}"
        options = [one for action in self._actions for one in action.option_strings if one.startswith("--")]
        if found := near(plain, [one[2:] for one in options]):
            return f"; did you mean {' or '.join(f'--{one}' for one in found)}?"
        owners = [command for command, other in self.others.items() if other.has(name)]
        return f"; it is one of {', '.join(owners)}" if owners else ""

    def _instead_of_word(self, word: str) -> str:
        if word[0:1] in tuple(_DASHES):
            return f"the dash is no hyphen: type --{word.lstrip(_DASHES + '-')}"
        if self.has("--organization") and (instead := instead_of_organization(word)):
            return instead
        takes_words = any(not action.option_strings for action in self._actions)
        for option, fits in (("--from", _is_file), ("--control", _is_control), ("--scenario", _is_name)):
            if self.has(option) and fits(word) and not takes_words and option not in self._given:
                return f"did you mean {option} {word}?"
        return "leave it out, or quote what has blanks in it"


def _is_file(word: str) -> bool:
    return is_there(word)


def _is_control(word: str) -> bool:
    from prowler_cis_monitoring.benchmarks import controls_by_number  # noqa: PLC0415 - only for a slip

    return is_control(word, controls_by_number())


def _is_name(word: str) -> bool:
    return bool(word)


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
        nothing: str | None = None,
        **more: Any,  # noqa: ANN401 - as argparse gives it
    ) -> None:
        """Take `known` names; `aliases` are other spellings of them, and `nothing` alone is the empty list."""
        super().__init__(option_strings, dest, **more)
        self._names = {name.lower(): name for name in known}
        self._aliases = dict(aliases or {})
        self._nothing = nothing
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
        if values and not parts(values):
            raise argparse.ArgumentError(self, f"'': there are {', '.join(self.known)}")
        named = parts(values)
        for text in named if [text.lower() for text in named] != [self._nothing] else ():
            plain = text.lower()
            name = self._names.get(self._aliases.get(plain, plain))
            if name is None:
                raise argparse.ArgumentError(self, _not_known(text, self.known))
            found.append(name)
        setattr(namespace, self.dest, found)
