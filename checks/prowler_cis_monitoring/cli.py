"""The command `cis-monitoring`: its words only; each subcommand imports its room when it is used."""

from __future__ import annotations

import argparse
import atexit
import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from prowler_cis_monitoring.command_line import COMMAND, Parser
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.streams import standard_streams

INVALID_INPUT = 2
INTERRUPTED = 130
NOT_WRITTEN = 1
_SHELLS = ("bash", "zsh", "fish", "tcsh")
_OBJECTS_BETWEEN_COLLECTIONS = 200_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `cis-monitoring` with `arguments`, by default those of the process; return its exit status.

    Output that could not be written makes it `NOT_WRITTEN`, unless the command was ended from outside.
    """
    # The last collection would find nothing that matters, and look for it for a third of the time of a scan.
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    with standard_streams() as output_failed:
        try:
            status = _run(arguments)
        except SystemExit as end:  # of --help and --version, and of what the parser refuses
            if not end.code and output_failed():
                raise SystemExit(NOT_WRITTEN) from None
            raise
        return NOT_WRITTEN if status < INTERRUPTED and output_failed() else status


def _run(arguments: Sequence[str] | None) -> int:
    parsed, surplus = parser().parse_known_args(arguments)
    if surplus:
        parsed.parser.refuse(surplus)
    try:
        status: int = parsed.run(parsed)
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def parser() -> Parser:
    """Return the parser of the whole command line."""
    top = Parser(
        prog="cis-monitoring",
        description="Would anybody be told? Decides the Monitoring section of the CIS AWS Foundations Benchmark.",
    )
    top.add_argument("--version", "-v", action=_Version, nargs=0, help="show program's version number and exit")
    commands = top.add_subparsers(metavar=COMMAND, required=True)
    _add_demo(commands)
    _add_scan(commands)
    _add_merge(commands)
    _add_fix(commands)
    _add_explain(commands)
    _add_rule(commands)
    _add_control(commands)
    _add_diff(commands)
    _add_lint(commands)
    _add_completion(commands)
    for command in commands.choices.values():
        command.set_defaults(parser=command)
        command.others = commands.choices
    return top


class _Version(argparse.Action):
    """Look the version up when it is asked for: finding it takes longer than most commands start."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version  # noqa: PLC0415

        print(f"{parser.prog} {version('prowler-cis-monitoring')}")  # noqa: T201
        parser.exit()


def _add_demo(commands: argparse._SubParsersAction[Parser]) -> None:
    demo = commands.add_parser(
        "demo",
        help="scan an embedded AWS account, and run Prowler with the checks on it",
        description="Starts an AWS account on loopback, scans it, and runs the real prowler command on it.",
    )
    demo.add_argument("--scenario", metavar="NAME", help="break one link of a healthy path and watch the finding")
    demo.add_argument("--list-scenarios", "--list", action="store_true", help="list the scenarios and stop")
    demo.add_argument(
        "--output-directory", type=Path, default=Path("demo-output"), metavar="DIR", help="default: %(default)s"
    )
    demo.set_defaults(run=_demo)


def _demo(parsed: argparse.Namespace) -> int:
    try:
        from prowler_cis_monitoring.demo import run  # noqa: PLC0415 - moto is an extra
    except ModuleNotFoundError as error:
        print(  # noqa: T201
            f"cis-monitoring demo: {error.name} is not installed; the extra demo brings it, as in pip install "
            "'.[demo]' in a checkout (docs/install.md has pipx and uv)",
            file=sys.stderr,
        )
        return INVALID_INPUT
    if parsed.list_scenarios:
        return run.list_scenarios()
    return run.run_demo(parsed.scenario, parsed.output_directory)


def _add_scan(commands: argparse._SubParsersAction[Parser]) -> None:
    from prowler_cis_monitoring.scan import arguments  # noqa: PLC0415 - only this subcommand needs it

    scan = commands.add_parser(
        "scan",
        help="decide the controls for one account or many, in seconds",
        description=arguments.DESCRIPTION,
        epilog=arguments.EPILOG,
    )
    arguments.add_arguments(scan)
    scan.set_defaults(run=_scan)


def _scan(parsed: argparse.Namespace) -> int:
    from prowler_cis_monitoring.scan.interruption import ending_at_signals  # noqa: PLC0415 - only for this subcommand

    if parsed.list:
        return _control_list(parsed)
    with ending_at_signals():
        return _scanned(parsed)


def _scanned(parsed: argparse.Namespace) -> int:
    # Loading Prowler and botocore leaves next to nothing to collect, and looking for it takes an eighth of the time.
    # Nor do the findings of hundreds of accounts, most of which go as soon as they are written.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    from prowler_cis_monitoring.scan.arguments import PICTURES  # noqa: PLC0415 - only this subcommand needs it

    reports = set(parsed.output_formats) - PICTURES.keys()
    more = parsed.config_file or parsed.mutelist_file or parsed.save
    more = more or not isinstance(parsed.output_directory, Path)  # in S3
    more = more or parsed.proof or parsed.proof_events or parsed.proof_filters
    if parsed.source and not (reports or more):
        from prowler_cis_monitoring.scan.replay import replay  # noqa: PLC0415 - needs neither Prowler nor boto3

        return replay(parsed)
    from prowler_cis_monitoring.scan.loading import loading_what_is_used  # noqa: PLC0415 - likewise

    with loading_what_is_used():
        from prowler_cis_monitoring.scan import command  # noqa: PLC0415 - loads Prowler

        return command.scan(parsed)


def _add_merge(commands: argparse._SubParsersAction[Parser]) -> None:
    from prowler_cis_monitoring.scan import merge_arguments  # noqa: PLC0415 - only this subcommand needs it

    merge = commands.add_parser(
        "merge",
        help="make one set of reports of scans of parts of a fleet",
        description=merge_arguments.DESCRIPTION,
        epilog=merge_arguments.EPILOG,
    )
    merge_arguments.add_arguments(merge)
    merge.set_defaults(run=_merge)


def _merge(parsed: argparse.Namespace) -> int:
    from prowler_cis_monitoring.scan.interruption import ending_at_signals  # noqa: PLC0415 - only where it may be long
    from prowler_cis_monitoring.scan.loading import loading_what_is_used  # noqa: PLC0415 - likewise

    with ending_at_signals("merge"), loading_what_is_used():
        from prowler_cis_monitoring.scan.merge import merge  # noqa: PLC0415 - loads Prowler

        return merge(parsed)


def _add_fix(commands: argparse._SubParsersAction[Parser]) -> None:
    from prowler_cis_monitoring.fix import arguments  # noqa: PLC0415 - only this subcommand needs it

    fix = commands.add_parser(
        "fix",
        help="print the fewest changes after which a failing control passes",
        description=arguments.DESCRIPTION,
        epilog=arguments.EPILOG,
    )
    arguments.add_arguments(fix)
    fix.set_defaults(run=_fix)


def _fix(parsed: argparse.Namespace) -> int:
    from prowler_cis_monitoring.fix.command import fix  # noqa: PLC0415 - only this subcommand needs it

    return fix(parsed)


def _add_explain(commands: argparse._SubParsersAction[Parser]) -> None:
    explain = commands.add_parser(
        "explain",
        help="say whether filter patterns catch all that a control asks for",
        description="Decides offline whether the patterns together match every event that the control requires. "
        "Exit status: 0 covered, 1 a gap, or always on because everyday events match too, 2 invalid input, 3 cannot be "
        "decided.",
        epilog=_demands(),
    )
    explain.add_argument(
        "control", metavar="CONTROL", nargs="?", help="one of those below, or its number, such as 5.3; all with --file"
    )
    explain.add_argument(
        "patterns",
        metavar="PATTERN",
        nargs="*",
        help="a CloudWatch Logs filter pattern, or - for standard input with one a line; put -- before the first that "
        "starts with a hyphen",
    )
    explain.add_argument(
        "--file",
        dest="files",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="take the patterns of the metric filters in this file: CloudFormation, Terraform (.tf, or the JSON of a "
        "plan or state), the answer of aws logs describe-metric-filters, or a .txt with one a line",
    )
    explain.add_argument("--list", action="store_true", help="list the controls and stop")
    explain.add_argument("--json", action="store_true", help="print JSON for machines")
    explain.set_defaults(run=_explain)


def _demands() -> str:
    """Return the controls with their required patterns, for the help."""
    lines = ["controls and the events that they require:"]
    for control in CONTROLS.values():
        lines += [f"  {control.slug}", f"      {control.required_pattern}"]
    return "\n".join(lines)


def _explain(parsed: argparse.Namespace) -> int:
    from prowler_cis_monitoring.explain import explain  # noqa: PLC0415 - only this subcommand needs it

    if parsed.list:
        return _control_list(parsed)
    return explain(parsed.control, parsed.patterns, parsed.files, as_json=parsed.json)


def _add_control(commands: argparse._SubParsersAction[Parser]) -> None:
    control = commands.add_parser(
        "control",
        help="say what a control asks for, how it is read and how it is built",
        description="Prints a control: its numbers, its required pattern and which reading of the benchmark it is, and "
        "how an alert is built with the AWS CLI, CloudFormation and Terraform; all without one. Exit status: 0 "
        "shown, 2 there is no such control.",
    )
    control.add_argument("control", metavar="CONTROL", nargs="*", help="for example root_usage, 5.3 or vpc*")
    control.add_argument("--list", action="store_true", help="list these, or all, a line each")
    forms = ("cli", "cloudformation", "terraform")
    control.add_argument("--only", choices=forms, help="print the remediation in this form and nothing else")
    control.add_argument("--json", action="store_true", help="print JSON for machines")
    control.set_defaults(run=_control)


def _control(parsed: argparse.Namespace) -> int:
    from prowler_cis_monitoring.control import show  # noqa: PLC0415 - only this subcommand needs it

    return show(parsed.control, parsed.only, as_json=parsed.json, listed=parsed.list)


def _control_list(parsed: argparse.Namespace) -> int:
    from prowler_cis_monitoring.control import show  # noqa: PLC0415 - only where it is asked for

    return show((), None, as_json=parsed.json)


def _add_completion(commands: argparse._SubParsersAction[Parser]) -> None:
    completion = commands.add_parser(
        "completion",
        help="print a script for your shell that completes commands, options and names",
        description="Prints a completion script. For bash: cis-monitoring completion bash > "
        "~/.local/share/bash-completion/completions/cis-monitoring; for zsh a file _cis-monitoring in a folder of "
        "$fpath; for fish ~/.config/fish/completions/cis-monitoring.fish.",
    )
    completion.add_argument("shell", metavar="SHELL", choices=_SHELLS, help=", ".join(_SHELLS))
    completion.set_defaults(run=_completion)


def _completion(parsed: argparse.Namespace) -> int:
    from prowler_cis_monitoring.completion import show  # noqa: PLC0415 - only this subcommand needs it

    return show(parsed.shell, parser())


def _add_rule(commands: argparse._SubParsersAction[Parser]) -> None:
    rule = commands.add_parser(
        "rule",
        help="say what a rule means and how to mend what it tells",
        description="Prints the page of a rule, by the name that a finding's evidence gives it; all names without one. "
        "Exit status: 0 shown, 2 there is no such rule.",
    )
    rule.add_argument("slug", metavar="SLUG", nargs="*", help="for example trail-not-logging")
    rule.add_argument(
        "--list", action="store_true", help="list all by link, or those whose link or name has SLUG in it"
    )
    rule.set_defaults(run=_rule)


def _rule(parsed: argparse.Namespace) -> int:
    from prowler_cis_monitoring.rule import show  # noqa: PLC0415 - only this subcommand needs it

    return show(parsed.slug, listed=parsed.list)


def _add_diff(commands: argparse._SubParsersAction[Parser]) -> None:
    compared = commands.add_parser(
        "diff",
        help="say what got worse between two snapshots",
        description="Judges two snapshots that `scan --save` wrote, and says which verdicts changed and through which "
        "resources. Exit status: 0 nothing got worse, 2 invalid input, 3 something got worse.",
    )
    compared.add_argument("old", metavar="OLD", nargs="?", type=Path, help="snapshot, .jsonl of several, or a folder")
    compared.add_argument("new", metavar="NEW", nargs="?", type=Path, help="likewise, later")
    compared.add_argument(
        "--from",
        dest="folder",
        metavar="FOLDER",
        type=Path,
        help="in place of OLD and NEW: a folder that a scheduled job fills; of each account the two newest count",
    )
    compared.add_argument("--json", action="store_true", help="print JSON for machines")
    compared.set_defaults(run=_diff)


def _diff(parsed: argparse.Namespace) -> int:
    from prowler_cis_monitoring.diff import diff  # noqa: PLC0415 - only this subcommand needs it

    return diff(parsed)


def _add_lint(commands: argparse._SubParsersAction[Parser]) -> None:
    linted = commands.add_parser(
        "lint",
        help="judge CloudFormation, CDK and Terraform before anything is deployed",
        description="Judges templates as if they were deployed: CloudFormation, a cdk.out folder, the JSON of "
        "`terraform show -json` of a plan or state, or folders of them. Files given together are judged together. "
        "Exit status: 0 nothing is broken, 2 invalid input, 3 something is broken.",
    )
    linted.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="file or folder")
    formats = ("text", "json", "sarif", "github", "map", "svg", "mermaid")
    linted.add_argument("--format", choices=formats, default="text", help="default: text; the last three draw")
    linted.add_argument(
        "--strict", action="store_true", help="exit with 3 where something depends on values outside these files, too"
    )
    linted.add_argument("--all", action="store_true", help="exit with 3 where a control is not in these files, too")
    linted.add_argument(
        "--trail",
        choices=("assumed", "unknown"),
        default="assumed",
        help="whether a good multi-Region trail delivers to log groups whose trail is not in these files "
        "(default: assumed)",
    )
    linted.add_argument(
        "--account", type=Path, metavar="SNAPSHOT", help="judge on top of an account that `scan --save` wrote"
    )
    linted.add_argument(
        "--parameters", type=Path, metavar="FILE", help="values of parameters, in a form that the AWS CLI takes"
    )
    linted.add_argument("--region", metavar="REGION", help="where the templates are deployed")
    linted.add_argument("--control", metavar="CONTROL", nargs="+", help="judge these only")
    linted.add_argument("--config-file", type=Path, metavar="FILE", help="Prowler's configuration file, as for scan")
    linted.add_argument(
        "--skip-other-files", action="store_true", help="pass over files that are no templates, as a hook is given them"
    )
    linted.set_defaults(run=_lint)


def _lint(parsed: argparse.Namespace) -> int:
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    from prowler_cis_monitoring.lint.command import divide, lint  # noqa: PLC0415 - only this subcommand needs it

    parsed.paths, parsed.control = divide(parsed.paths, parsed.control)
    if not parsed.paths:
        hint = "; --control took what is no file" if parsed.control else ""
        parsed.parser.error(f"a PATH is expected{hint}")
    return lint(parsed)
