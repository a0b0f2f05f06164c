"""What the user wants of a scan, checked completely before AWS is asked anything."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import field
from pathlib import Path
from threading import Thread
from typing import Any

import yaml
from prowler.config.config import default_config_file_path, load_and_validate_config_file, prowler_version
from prowler.exceptions.exceptions import ProwlerException
from prowler.providers.aws.aws_provider import AwsProvider
from prowler.providers.aws.lib.arn.arn import parse_iam_credentials_arn

from prowler_cis_monitoring.benchmarks import NEWEST
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.file_errors import UnreadableFileError, bounded, read_bytes
from prowler_cis_monitoring.near_names import NotKnownError, near, parts, suggestion
from prowler_cis_monitoring.records import dataclass
from prowler_cis_monitoring.scan.accounts import (
    STANDARD_INPUT,
    AccountsFileError,
    accounts_in,
    accounts_listed,
    read_accounts,
)
from prowler_cis_monitoring.scan.arguments import DEFAULT_SESSION_DURATION, DEFAULT_SESSION_NAME, EXTERNAL_ID
from prowler_cis_monitoring.scan.deadline import Deadline, DeadlineError, deadline_in
from prowler_cis_monitoring.scan.exit_status import Exit, Failing, ignored_statuses
from prowler_cis_monitoring.scan.mutelist import check_mutelist, is_fetched
from prowler_cis_monitoring.scan.prowler_range import knows_timeouts
from prowler_cis_monitoring.scan.s3_address import AddressError, S3Address, file_in_s3, is_in_s3
from prowler_cis_monitoring.scan.shard import Shard, ShardError, shard_named
from prowler_cis_monitoring.scan.wanted import (
    OfflineError,
    check_offline,
    controls_wanted,
    frameworks_wanted,
    judged_by,
    version_saved,
)
from prowler_cis_monitoring.settings import KEY as SETTINGS
from prowler_cis_monitoring.settings import Settings, SettingsError, is_external_id
from prowler_cis_monitoring.snapshot.file import LINES
from prowler_cis_monitoring.user_files import MOST_OF_A_FILE, UserFileError, check_section, other_kind, read_yaml

_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_ROLE_NAME = re.compile(r"(?:[\w+=,.@-]+/)*[\w+=,.@-]{1,64}", re.ASCII)
_INPUT = "standard input"
_SESSION_SECONDS = range(900, 43201)
_MOST_PARALLEL = 64
# PyYAML has no C loader where libyaml was missing.
_FASTEST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class OptionError(ValueError):
    """An option holds something that cannot be meant; the message names the option and the value."""


@dataclass(frozen=True)
class RoleOptions:
    """How a role is assumed; `name` is an ARN for one account, a role's name for many; seconds of `duration`."""

    name: str | None
    session_name: str
    duration: int
    external_id: str | None = field(repr=False)


@dataclass(frozen=True)
class Retries:
    """Limits of Prowler's boto3 configuration, None for its defaults; timeouts in seconds."""

    attempts: int | None
    connect_timeout: int | None
    read_timeout: int | None


@dataclass(frozen=True)
class Outputs:
    """Which files are written where, and what the terminal shows."""

    formats: tuple[str, ...]
    directory: Path | S3Address
    filename: str | None
    unix_timestamp: bool
    as_json: bool
    quiet: bool
    color: bool
    everything: bool


@dataclass(frozen=True)
class Options:
    """All that a scan needs to know.

    Attributes:
        frameworks: names of the compliance frameworks to report on.
        check_ids: the checks to run, in Prowler's order.
        statuses: verdicts to report, empty for all.
        accounts: ids to scan; None for a list in S3, the organisation's list or, without either, for one account.
        listed_in_s3: where the list of accounts is, if it is in S3.
        shard: the part of these accounts to scan, None for all.
        deadline: after which no account is begun.
        resume: whether to go on with an earlier scan; with `or_start` only where there is one.
        mutelist: where it is; `mutelist_content` what stands in a local file below `Mutelist`, read once.
        audit_config: what stands under `aws:` in the configuration file.
        ignored_statuses: exit statuses that are to be 0.
        failing: which reports make the exit status 3.
        save: where to save the accounts, None for nowhere; `redact` without names.
        what_if: whether to name the resources on which controls hang alone.
        source: the snapshots to judge in place of AWS.
        config_file: the configuration file, which counts in place of a snapshot's settings; None for none.
        judged_by: the version of the benchmark that the command line wants to be judged by, None where it names none.
    """

    frameworks: tuple[str, ...]
    check_ids: tuple[str, ...]
    statuses: tuple[str, ...]
    profile: str | None
    mfa: bool
    role: RoleOptions
    organizations_role: str | None
    accounts: tuple[str, ...] | None
    listed_in_s3: S3Address | None
    organization: bool
    shard: Shard | None
    deadline: Deadline | None
    parallel: int | None
    resume: bool
    or_start: bool
    regions: frozenset[str]
    excluded_regions: frozenset[str] | None
    mutelist: str | None
    mutelist_content: Mapping[str, Any] | None
    retries: Retries
    outputs: Outputs
    log_level: str | None
    ignored_statuses: frozenset[Exit]
    failing: Failing
    audit_config: Mapping[str, Any] = field(repr=False)
    save: Path | None = None
    redact: bool = False
    what_if: bool = False
    source: Path | None = None
    config_file: Path | None = None
    judged_by: str | None = None

    @property
    def many(self) -> bool:
        """Whether a list of accounts is scanned."""
        return self.accounts is not None or self.listed_in_s3 is not None or self.organization


def read(parsed: argparse.Namespace) -> Options:
    """Check what the user gave; makes no AWS call.

    Raises:
        OptionError: something cannot be meant.
    """
    try:
        return _read(parsed)
    except (NotKnownError, OfflineError, UserFileError, SettingsError) as error:
        raise OptionError(str(error)) from None
    except AccountsFileError as error:
        raise OptionError(f"--accounts {error}") from None


def _read(parsed: argparse.Namespace) -> Options:
    if parsed.profile == "":
        # As a variable that is not set leaves it: the account of other credentials would be scanned.
        raise OptionError("--profile '': a profile is expected")
    many, source = parsed.accounts is not None or parsed.organization, _source(parsed)
    config = _with_asked(_audit_config(parsed.config_file), parsed)
    by_file = source is None or parsed.config_file is not None
    frameworks = frameworks_wanted(parsed, Settings.read(config).benchmark if by_file else version_saved(parsed))
    return Options(
        frameworks=frameworks,
        check_ids=tuple(CONTROLS[slug].check_id for slug in controls_wanted(parsed, frameworks)),
        statuses=tuple(parsed.status or ()),
        profile=parsed.profile,
        mfa=parsed.mfa,
        role=_role(parsed, many=many),
        organizations_role=_organizations_role(parsed.organizations_role, many=many),
        accounts=_accounts(parsed),
        listed_in_s3=_listed_in_s3(parsed.accounts),
        organization=parsed.organization,
        shard=_shard(parsed.shard, many=many),
        deadline=_deadline(parsed.deadline, many=many),
        parallel=_parallel(parsed.parallel, many=many),
        resume=_resume(parsed, many=many),
        or_start=parsed.resume_or_start,
        regions=frozenset(_regions("--region", parsed.region or ())),
        excluded_regions=_excluded(parsed),
        mutelist=parsed.mutelist_file,
        mutelist_content=_mutelist_content(parsed.mutelist_file),
        retries=_retries(parsed),
        outputs=_outputs(parsed),
        log_level=parsed.log_level,
        ignored_statuses=ignored_statuses(parsed),
        failing=Failing.named(parsed.fail_on),
        audit_config=config,
        judged_by=judged_by(parsed),
        save=_save(parsed, many=many),
        redact=parsed.redact,
        what_if=parsed.what_if,
        source=source,
        config_file=parsed.config_file,
    )


_OTHER_FORMATS = ("csv", "html", "md", "mmd", "pdf", "sarif", "svg", "txt", "xlsx", "yaml", "yml")


def _save(parsed: argparse.Namespace, *, many: bool) -> Path | None:
    path: Path | None = parsed.save
    if path is None and parsed.redact:
        raise OptionError("--redact is for --save FILE")
    if path is not None and many and path.suffix != LINES:
        raise OptionError(f"--save {path}: several accounts are saved one a line: name the file *{LINES}")
    if path is not None and path.suffix.removeprefix(".") in _OTHER_FORMATS:
        raise OptionError(f"--save {path}: JSON is written, so name the file *.json; --output-formats writes reports")
    if path is not None and path.is_dir():
        raise OptionError(f"--save {path}: is a folder; name a file in it")
    if path is not None and not path.parent.is_dir():
        raise OptionError(f"--save {path}: there is no folder {path.parent}")
    return path


def _source(parsed: argparse.Namespace) -> Path | None:
    source: Path | None = parsed.source
    if source is not None:
        check_offline(parsed)
        if is_fetched(parsed.mutelist_file):
            raise OptionError(f"--mutelist-file {parsed.mutelist_file}: with --from a local file is expected")
    return source


def _retries(parsed: argparse.Namespace) -> Retries:
    retries = Retries(
        _at_least("--aws-retries-max-attempts", parsed.aws_retries_max_attempts, 0),
        _at_least("--aws-connect-timeout", parsed.aws_connect_timeout, 1),
        _at_least("--aws-read-timeout", parsed.aws_read_timeout, 1),
    )
    if (retries.connect_timeout or retries.read_timeout) and not knows_timeouts():
        raise OptionError(
            f"--aws-connect-timeout, --aws-read-timeout: Prowler {prowler_version} cannot set them; a newer version can"
        )
    return retries


def _role(parsed: argparse.Namespace, *, many: bool) -> RoleOptions:
    if not _SESSION_NAME.fullmatch(parsed.role_session_name):
        raise OptionError(
            f"--role-session-name {parsed.role_session_name}: 2 to 64 letters, digits and _+=,.@- expected"
        )
    role = RoleOptions(
        name=_role_name(parsed.role) if many else _arn("--role", parsed.role),
        session_name=parsed.role_session_name,
        duration=_within("--session-duration", parsed.session_duration, _SESSION_SECONDS),
        external_id=parsed.external_id,
    )
    if role.name is None and role != RoleOptions(None, DEFAULT_SESSION_NAME, DEFAULT_SESSION_DURATION, None):
        raise OptionError("--external-id, --session-duration and --role-session-name need --role")
    if parsed.external_id == EXTERNAL_ID:
        raise OptionError(f"--external-id {EXTERNAL_ID}: write the role's own there; no report names it")
    if parsed.external_id is not None and not is_external_id(parsed.external_id):
        raise OptionError("--external-id: 2 to 1224 letters, digits and _+=,.@:/- are expected")
    return role


def _role_name(role: str | None) -> str:
    if role is None:
        raise OptionError("--role is missing: the name of the role to assume in each account")
    # Who has the ARN of one account's role means the role of this name in each.
    name = role.partition(":role/")[2] if role.startswith("arn:") else role
    if not _ROLE_NAME.fullmatch(name):
        raise OptionError(f"--role {role}: with several accounts a role's name is expected")
    return name


def _arn(option: str, arn: str | None) -> str | None:
    if arn is None:
        return None
    try:
        is_role = parse_iam_credentials_arn(arn).resource_type == "role"
    except ProwlerException:
        is_role = False
    if not is_role:
        raise OptionError(f"{option} {arn}: a role's ARN is expected, as in arn:aws:iam::111122223333:role/Auditor")
    return arn


def _organizations_role(arn: str | None, *, many: bool) -> str | None:
    if many and arn is not None:
        raise OptionError(f"--organizations-role {arn}: of several accounts, the scan's own credentials read metadata")
    return _arn("--organizations-role", arn)


def _accounts(parsed: argparse.Namespace) -> tuple[str, ...] | None:
    named: str | None = parsed.accounts
    if named is None or is_in_s3(named):
        return None
    if named == STANDARD_INPUT and parsed.mfa:
        raise OptionError("--accounts -: with --mfa the code is read from standard input; name a file")
    return accounts_named(named)


def accounts_named(named: str) -> tuple[str, ...]:
    """Return the ids of `--accounts`, unless they are in S3.

    Raises:
        AccountsFileError: it names no list.
    """
    if named == STANDARD_INPUT:
        return accounts_listed(_INPUT, _read_input())
    return accounts_in(named) or read_accounts(Path(named))


def _read_input() -> bytes:
    try:
        return bounded(sys.stdin.buffer, _INPUT)
    except UnreadableFileError as error:
        raise AccountsFileError(str(error)) from None


def _listed_in_s3(named: str | None) -> S3Address | None:
    if named is None or not is_in_s3(named):
        return None
    try:
        return file_in_s3(named)
    except AddressError as error:
        raise OptionError(f"--accounts {error}") from None


def _shard(text: str | None, *, many: bool) -> Shard | None:
    if text is None:
        return None
    if not many:
        raise OptionError(f"--shard {text}: needs --accounts or --organization")
    try:
        return shard_named(text, os.environ)
    except ShardError as error:
        raise OptionError(f"--shard {error}") from None


def _deadline(text: str | None, *, many: bool) -> Deadline | None:
    if text is None:
        return None
    if not many:
        raise OptionError(f"--deadline {text}: needs --accounts or --organization")
    try:
        return deadline_in(text)
    except DeadlineError as error:
        raise OptionError(f"--deadline {error}") from None


def _resume(parsed: argparse.Namespace, *, many: bool) -> bool:
    given = "--resume-or-start" if parsed.resume_or_start else "--resume" if parsed.resume else None
    if given and not many:
        raise OptionError(f"{given} needs --accounts or --organization")
    return given is not None


def _regions(option: str, regions: Iterable[str]) -> Iterable[str]:
    known = AwsProvider.get_regions(partition=None)
    for region in map(str.lower, parts(regions)):
        if region not in known:
            advice = suggestion(region, known) if near(region, known) else "as in eu-west-1"
            raise OptionError(f"{option} {region}: there is no such Region; {advice}")
        yield region


def _excluded(parsed: argparse.Namespace) -> frozenset[str] | None:
    if not parsed.excluded_region:
        return None  # Prowler then looks at its environment variable and configuration.
    excluded = frozenset(_regions("--excluded-region", parsed.excluded_region))
    if parsed.region and excluded.issuperset(parsed.region):
        raise OptionError(f"--excluded-region {' '.join(sorted(excluded))}: leaves none of the Regions of --region")
    return excluded


def _mutelist_content(location: str | None) -> Mapping[str, Any] | None:
    if location is None or is_fetched(location):
        return None
    content = read_yaml("--mutelist-file", location, _content("--mutelist-file", Path(location)))
    if not isinstance(content, Mapping) or "Mutelist" not in content:
        kind = other_kind(content, "Mutelist")
        raise OptionError(f"--mutelist-file {location}: the key Mutelist is missing{f'; {kind}' if kind else ''}")
    mutelist = content["Mutelist"] or {}
    if mutelist:
        check_mutelist(f"--mutelist-file {location}", mutelist)
    return mutelist


def _audit_config(path: Path | None) -> dict[str, Any]:
    if path is None:
        return _shipped_config()
    content = _content("--config-file", path)
    check_section(f"--config-file {path}", read_yaml("--config-file", path, content))
    with _readable_again(content) as same:
        config: dict[str, Any] = load_and_validate_config_file("aws", same)
    try:
        Settings.read(config)
    except SettingsError as error:
        raise OptionError(f"--config-file {path}: aws.{error}") from None
    return config


@contextmanager
def _readable_again(content: bytes) -> Iterator[str]:
    """Give the content of a file that can be read once only, such as a pipe, to Prowler, which wants a path.

    A pipe and no other file: external ids stand in it.
    """
    reading, writing = os.pipe()

    def write() -> None:
        with suppress(BrokenPipeError), os.fdopen(writing, "wb") as pipe:
            pipe.write(content)

    writer = Thread(target=write)
    writer.start()
    try:
        yield f"/dev/fd/{reading}"
    finally:
        os.close(reading)
        writer.join()


def _with_asked(config: dict[str, Any], parsed: argparse.Namespace) -> dict[str, Any]:
    """Return the configuration with what the command line wants to be proved, and by which version to judge."""
    asked: dict[str, Any] = {name: True for name in ("proof_events", "proof_filters") if getattr(parsed, name)}
    if parsed.proof or asked:
        asked["proof"] = True
    version = judged_by(parsed)
    if version not in (None, Settings.read(config).benchmark or NEWEST):
        asked["benchmark"] = version
    return {**config, SETTINGS: {**(config.get(SETTINGS) or {}), **asked}} if asked else config


def _shipped_config() -> dict[str, Any]:
    """Return the configuration that comes with Prowler, which needs no validation: loading that takes 0.2 seconds."""
    with open(default_config_file_path, "rb") as file:  # noqa: PTH123 - Prowler has a string
        config: dict[str, Any] = yaml.load(file, Loader=_FASTEST)["aws"]  # noqa: S506 - safe loaders both
    return config


def _content(option: str, path: Path) -> bytes:
    try:
        return read_bytes(path, MOST_OF_A_FILE)
    except UnreadableFileError as error:
        raise OptionError(f"{option} {error}") from None


def _outputs(parsed: argparse.Namespace) -> Outputs:
    name, directory = parsed.output_filename, parsed.output_directory
    if name is not None and (not name or "/" in name):
        raise OptionError(f"--output-filename {name!r}: a name without folder is expected")
    if isinstance(directory, Path):
        if directory.exists() and not directory.is_dir():
            raise OptionError(f"--output-directory {directory}: is no folder")
        if parsed.resume and not directory.is_dir():
            raise OptionError(f"--output-directory {directory}: holds no scan to resume")
    return Outputs(
        formats=tuple(dict.fromkeys(parsed.output_formats)),
        directory=directory,
        filename=name,
        unix_timestamp=parsed.unix_timestamp,
        as_json=parsed.json,
        quiet=parsed.quiet,
        color=not parsed.no_color,
        everything=parsed.everything,
    )


def _parallel(number: int | None, *, many: bool) -> int | None:
    if number is None:
        return None
    wanted = _within("--parallel", number, range(1, _MOST_PARALLEL + 1))
    if not many:
        raise OptionError(f"--parallel {number}: needs --accounts or --organization")
    return wanted


def _within(option: str, value: int, allowed: range) -> int:
    if value not in allowed:
        raise OptionError(f"{option} {value}: between {allowed.start} and {allowed.stop - 1} is expected")
    return value


def _at_least(option: str, value: int | None, least: int) -> int | None:
    if value is not None and value < least:
        raise OptionError(f"{option} {value}: at least {least} is expected")
    return value
