"""The run of `cis-monitoring scan`: options, provider, checks, reports, exit status."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, nullcontext
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from prowler.exceptions.exceptions import ProwlerException
from prowler.lib.logger import logger

from prowler_cis_monitoring.benchmarks import is_benchmark
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.scan.access import in_words
from prowler_cis_monitoring.scan.arguments import PICTURES
from prowler_cis_monitoring.scan.exit_status import Exit, exit_status
from prowler_cis_monitoring.scan.findings import AccountReports, Checks
from prowler_cis_monitoring.scan.fleet_table import FleetRow
from prowler_cis_monitoring.scan.frameworks import load_frameworks, requirement_numbers
from prowler_cis_monitoring.scan.interruption import removed_when_ended, saying
from prowler_cis_monitoring.scan.log_level import set_log_level
from prowler_cis_monitoring.scan.many import ManyAccounts
from prowler_cis_monitoring.scan.options import OptionError, Options, read
from prowler_cis_monitoring.scan.provider import CredentialsError, Members, open_account
from prowler_cis_monitoring.scan.report_files import ReportFiles, preload
from prowler_cis_monitoring.scan.report_folder import ReportError, ReportFolder, reserve
from prowler_cis_monitoring.scan.state import SUFFIX, State, StateError, UnsavedError, find_state
from prowler_cis_monitoring.scan.terminal import (
    as_json,
    complain,
    print_accounts_as_json,
    progress,
    say,
    say_account,
    say_causes,
    say_files,
    say_fleet,
    waiting,
)
from prowler_cis_monitoring.scan.wanted import section_of
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.alternatives import alternatives_of
from prowler_cis_monitoring.services.answers import NoAnswerError
from prowler_cis_monitoring.services.organizations import organization_accounts
from prowler_cis_monitoring.services.sessions import LIST_ACCOUNTS
from prowler_cis_monitoring.settings import KEY as SETTINGS_KEY
from prowler_cis_monitoring.settings import Settings, without_secrets
from prowler_cis_monitoring.snapshot import SnapshotError, read_snapshots, write_snapshots
from prowler_cis_monitoring.snapshot.unfinished import unfinished

if TYPE_CHECKING:
    from prowler.lib.outputs.finding import Finding
    from prowler.providers.aws.aws_provider import AwsProvider

    from prowler_cis_monitoring.scan.pictures import Insight


def scan(parsed: argparse.Namespace) -> int:
    """Scan what the command line says; return the exit status that `--help` explains."""
    try:
        options = read(parsed)
        set_log_level(options.log_level)
        return _Scan(options).run()
    except (OptionError, StateError, SnapshotError) as error:
        complain(str(error))
        return Exit.INVALID_INPUT
    except (ProwlerException, ClientError, BotoCoreError) as error:
        complain(in_words(error))
        return Exit.NOT_DONE
    except (NoAnswerError, ReportError, UnsavedError, OSError) as error:
        complain(str(error))
        return Exit.NOT_DONE


class _Scan:
    def __init__(self, options: Options) -> None:
        self.options = options
        self.outputs = options.outputs
        # AWS answers slowly: what runs the checks and writes the reports is loaded in that time.
        self.loader = ThreadPoolExecutor(1, thread_name_prefix="loading")
        self.unwritten = False

    def run(self) -> int:
        state = self._state_to_resume()
        with self.loader:
            checks = self.loader.submit(Checks, self.options)
            frameworks = self.loader.submit(load_frameworks, self.options.frameworks)
            self.loaded = self.loader.submit(preload, self.outputs.formats)
            # Who is asked for the code of a device must see the question alone.
            with waiting("loading Prowler, asking AWS who we are", shown=not (self.outputs.quiet or self.options.mfa)):
                base = None if self.options.source else open_account(self.options)
                self.checks, self.frameworks = checks.result(), frameworks.result()
            if base is None:
                return self._replay()
            return self._many(base, state) if self.options.many else self._one(base)

    def _replay(self) -> int:
        from prowler_cis_monitoring.scan.saved import SavedProvider  # noqa: PLC0415 - only for --from

        options = self.options
        settings = options.audit_config if options.own_settings else None
        providers = [
            SavedProvider(one, settings or section_of(one.settings, options.judged_by), options.mutelist_content)
            for one in read_snapshots(options.source or "")
        ]
        if len(providers) == 1:
            return self._one(providers[0])
        with self._reserved("accounts") as folder:
            found = [self.checks.run(provider) for provider in providers]
            self.loaded.result()
            findings = [self.checks.findings(one) for one in found]
            counted = [finding for batch in findings for finding in batch]
            paths = self._write(folder, findings, providers[0], counted, accounts=len(found))
            self._save(found)
        if self.outputs.as_json:
            requirements = self._requirements()
            rest = {"failures": {}, "files": [str(path) for path in paths]}
            print_accounts_as_json([as_json(one, requirements) for one in found], rest)
        elif not self.outputs.quiet:
            self._say_accounts(found)
            say_fleet([FleetRow.of(one) for one in found], self._numbers(), color=self.outputs.color)
            say_causes(found)
            say_files(paths)
        return self._status(found)

    def _save(self, found: Iterable[AccountReports]) -> None:
        if self.options.save is None:
            return
        try:
            with removed_when_ended(unfinished(self.options.save)):
                write_snapshots(self.options.save, (one.snapshot for one in found if one.snapshot is not None))
        except SnapshotError as error:
            self._lament(error)

    def _lament(self, error: Exception) -> None:
        """Say that a file could not be written; what was found is shown all the same."""
        complain(str(error))
        self.unwritten = True

    def _reserved(self, what: str) -> AbstractContextManager[ReportFolder | None]:
        """Reserve the name of the reports, if there are any, before AWS is asked for hours."""
        if not self.outputs.formats:
            return nullcontext()
        return reserve(self.outputs.directory, self.outputs.filename, _default_name(what))

    def _checked(self, provider: AwsProvider) -> AccountReports:
        # Two calls a second: only the past takes so long that a person wants to see how it goes on.
        is_long = (self.options.audit_config.get(SETTINGS_KEY) or {}).get("proof") and not self.outputs.quiet
        with (
            waiting("reading the account", shown=not (self.outputs.quiet or is_long)),
            progress(len(self.options.check_ids), shown=bool(is_long), title="controls") as one_more,
        ):
            return self.checks.run(provider, one_more)

    def _one(self, provider: AwsProvider) -> int:
        with self._reserved(provider.identity.account) as folder:
            found = self._checked(provider)
            self.loaded.result()
            findings = self.checks.findings(found)
            insight = self._insight(provider, found)
            paths = self._write(folder, [findings], provider, findings, insight=insight)
            self._save([found])
        if self.outputs.as_json:
            account = as_json(found, self._requirements())
            print_accounts_as_json([account], {"failures": {}, "files": [str(path) for path in paths]})
        elif not self.outputs.quiet:
            self._say_account(found)
            say_files(paths)
        return self._status([found])

    def _insight(self, provider: AwsProvider, found: AccountReports) -> Insight | None:
        """Look for what pictures tell beside the findings; alternatives were looked at if a control is not PASS."""
        if not PICTURES.keys() & set(self.outputs.formats):
            return None
        from prowler_cis_monitoring.scan.pictures import Insight  # noqa: PLC0415 - only for pictures

        looked = any(report.status != "PASS" for report in found.reports)
        try:
            settings = Settings.read(provider.audit_config)
            return Insight.into(resources_of(provider), settings, alternatives_of(provider) if looked else None)
        except Exception as error:  # noqa: BLE001 - what goes wrong here takes nothing from what was decided
            logger.error(f"{type(error).__name__} while a picture was prepared: {harmless(str(error))}")
            return None

    def _say_account(self, found: AccountReports) -> None:
        outputs = self.outputs
        say_account(found, self._titles(), self._numbers(), color=outputs.color, everything=outputs.everything)

    def _say_accounts(self, accounts: Iterable[AccountReports]) -> None:
        if self.outputs.everything:
            for found in accounts:
                self._say_account(found)
                say("")

    def _numbers(self) -> dict[str, dict[str, str]]:
        # In a crosswalk a control stands for many requirements.
        benchmarks = [each for name, each in self.frameworks.items() if is_benchmark(name)]
        return {each.version: requirement_numbers(each) for each in benchmarks}

    def _titles(self) -> list[str]:
        return [f"{each.framework} {each.version}" if each.version else name for name, each in self.frameworks.items()]

    @staticmethod
    def _organization(base: AwsProvider) -> tuple[str, ...]:
        try:
            return organization_accounts(base.session.current_session, base.identity.profile_region)
        except NoAnswerError as error:
            raise NoAnswerError(error.code, error.cause, f"{LIST_ACCOUNTS}: {error}") from error

    def _many(self, base: AwsProvider, state_to_resume: Path | None) -> int:
        accounts = self.options.accounts
        if accounts is None:
            accounts = self._organization(base)
        name = state_to_resume.name.removesuffix(SUFFIX) if state_to_resume else self.outputs.filename
        with (
            reserve(self.outputs.directory, name, _default_name("accounts")) as folder,
            closing(self._state(folder.name, resumed=state_to_resume is not None)) as state,
            saying(lambda: _how_to_go_on(state, accounts)),
        ):
            members = Members(base, self.options, accounts)
            many = ManyAccounts(accounts, members, self.checks, state, self.options)
            try:
                failures = many.scan()
            except (UnsavedError, CredentialsError) as error:
                complain(f"{error}; {_how_to_go_on(state, accounts)}")
                return Exit.NOT_DONE if isinstance(error, UnsavedError) else Exit.NOT_ALL_SCANNED
            self.loaded.result()
            findings = (self.checks.findings(found) for found in many.all_reports(failures))
            paths = self._write(folder, findings, base, many.as_statistics(failures), accounts=len(accounts))
            self._save(many.reports())
            self._say_many(many, failures, [*paths, state.path])
            status = self._status(many.reports())
        return Exit.NOT_ALL_SCANNED if failures and not self.unwritten else status

    def _say_many(self, many: ManyAccounts, failures: Mapping[str, str], paths: list[Path]) -> None:
        if self.outputs.as_json:
            requirements = self._requirements()
            rest = {"failures": failures, "files": [str(path) for path in paths]}
            print_accounts_as_json((as_json(found, requirements) for found in many.reports()), rest)
        elif not self.outputs.quiet:
            self._say_accounts(many.reports())
            say_fleet(many.summary(failures), self._numbers(), color=self.outputs.color)
            say_causes(many.reports())
            say_files(paths)
        if failures:
            complain(f"{len(failures)} of {len(many.accounts)} accounts could not be scanned; --resume tries again:")
        for problem, accounts in _by_problem(failures).items():
            complain(f"  {', '.join(accounts)}: {problem}")

    def _state_to_resume(self) -> Path | None:
        return find_state(self.outputs.directory, self.outputs.filename) if self.options.resume else None

    def _state(self, name: str, *, resumed: bool) -> State:
        options = self.options
        described = {
            "checks": options.check_ids,
            "statuses": options.statuses,
            "role": options.role.name,
            "regions": sorted(options.regions),
            "excluded_regions": sorted(options.excluded_regions or ()),
            "mutelist": options.mutelist if options.mutelist_content is None else _digest(options.mutelist_content),
            "settings": without_secrets(options.audit_config.get(SETTINGS_KEY) or {}),
            "made_by": version("prowler-cis-monitoring"),
            "saves": [options.save is not None, options.redact, options.what_if],
        }
        state = State(self.outputs.directory / f"{name}{SUFFIX}", described)
        if resumed:
            state.resume(self.checks.can_restore)
            if state.damaged:
                complain(f"{state.path}: {state.damaged} damaged lines are left out, and their accounts scanned again")
        else:
            state.start()
        return state

    def _write(  # noqa: PLR0913 - all that reports tell of
        self,
        folder: ReportFolder | None,
        batches: Iterable[list[Finding]],
        provider: AwsProvider,
        counted: list[Any],
        *,
        insight: Insight | None = None,
        accounts: int = 1,
    ) -> list[Path]:
        from prowler.lib.outputs.outputs import extract_findings_statistics  # noqa: PLC0415 - loaded meanwhile

        if folder is None:
            return []
        files = ReportFiles(
            folder=folder,
            formats=self.outputs.formats,
            frameworks=self.frameworks,
            provider=provider,
            statistics=extract_findings_statistics(counted),
            insight=insight,
            accounts=accounts,
        )
        try:
            return files.write(batches)
        except (ReportError, OSError) as error:
            self._lament(error)
            return []

    def _requirements(self) -> dict[str, dict[str, str]]:
        return {name: requirement_numbers(framework) for name, framework in self.frameworks.items()}

    def _status(self, scanned: Iterable[AccountReports]) -> int:
        if self.unwritten:
            return Exit.NOT_DONE
        accounts = ((found.reports, found.undecided) for found in scanned)
        return exit_status(accounts, self.options.ignored_statuses, self.options.failing)


def _how_to_go_on(state: State, accounts: Sequence[str]) -> str:
    finished = len(state.finished.intersection(accounts))
    return f"{finished} of {len(accounts)} accounts are finished, --resume goes on with the others"


def _by_problem(failures: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the accounts by what is the matter with them: what differs in nothing but the account is told once."""
    alike: dict[str, list[str]] = {}
    for account, problem in failures.items():
        alike.setdefault(problem.replace(account, "ACCOUNT"), []).append(account)
    return {problem if len(accounts) > 1 else failures[accounts[0]]: accounts for problem, accounts in alike.items()}


def _digest(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _default_name(what: str) -> str:
    from prowler.config.config import output_file_timestamp  # noqa: PLC0415 - set when Prowler is loaded

    return f"prowler-output-{what}-{output_file_timestamp}"
