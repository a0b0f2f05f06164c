"""One scan: who we are, checks, reports, exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prowler.lib.logger import logger

from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.scan.accounts import accounts_listed
from prowler_cis_monitoring.scan.arguments import PICTURES
from prowler_cis_monitoring.scan.crew import Crew, crew, threads_for
from prowler_cis_monitoring.scan.destination import Destination
from prowler_cis_monitoring.scan.exit_status import Exit
from prowler_cis_monitoring.scan.findings import AccountReports, Checks
from prowler_cis_monitoring.scan.fleet_reports import FleetReports
from prowler_cis_monitoring.scan.fleet_table import FleetRow
from prowler_cis_monitoring.scan.frameworks import load_frameworks
from prowler_cis_monitoring.scan.interruption import saying
from prowler_cis_monitoring.scan.loading import all_is_loaded
from prowler_cis_monitoring.scan.manifest import FAILURES, MANIFEST, Manifest
from prowler_cis_monitoring.scan.many import AccountScan, ManyAccounts
from prowler_cis_monitoring.scan.opening import Opening
from prowler_cis_monitoring.scan.options import Options
from prowler_cis_monitoring.scan.provider import CredentialsError, Members
from prowler_cis_monitoring.scan.report_files import preload
from prowler_cis_monitoring.scan.report_folder import ReportFolder, reserve
from prowler_cis_monitoring.scan.reporting import Reporting, default_name
from prowler_cis_monitoring.scan.state import SUFFIX, NoStateError, State, UnsavedError, find_state
from prowler_cis_monitoring.scan.terminal import complain, progress, say_files, waiting
from prowler_cis_monitoring.scan.wanted import section_of
from prowler_cis_monitoring.services.account_resources import resources_of
from prowler_cis_monitoring.services.alternatives import alternatives_of
from prowler_cis_monitoring.services.answers import NoAnswerError
from prowler_cis_monitoring.services.organizations import organization_accounts
from prowler_cis_monitoring.services.sessions import LIST_ACCOUNTS
from prowler_cis_monitoring.settings import KEY as SETTINGS_KEY
from prowler_cis_monitoring.settings import Settings, without_secrets
from prowler_cis_monitoring.snapshot import read_snapshots

if TYPE_CHECKING:
    from boto3.session import Session
    from prowler.providers.aws.aws_provider import AwsProvider

    from prowler_cis_monitoring.scan.pictures import Insight


class Scan(Reporting):
    """One scan of an account, of many, or of a file."""

    def __init__(self, options: Options, place: Destination, opening: Opening | None) -> None:
        """Prepare for `options`, with reports for `place`; `opening` has begun where nothing can be wrong before."""
        super().__init__(options, place)
        self.opening = opening
        # AWS answers slowly: what runs the checks and writes the reports is loaded in that time.
        self.loader = ThreadPoolExecutor(1, thread_name_prefix="loading")

    def run(self) -> int:
        """Scan, report, and return the exit status."""
        state = None if self.destination.is_elsewhere else self._state_to_resume()
        with self.loader:
            checks = self.loader.submit(Checks, self.options)
            frameworks = self.loader.submit(load_frameworks, self.options.frameworks)
            if not self.options.many:
                self.loaded = self.loader.submit(preload, self.outputs.formats)
            # Who is asked for the code of a device must see the question alone.
            with waiting("loading Prowler, asking AWS who we are", shown=not (self.outputs.quiet or self.options.mfa)):
                base = None if self.options.source else (self.opening or Opening(self.options)).account()
                self.checks, self.frameworks = checks.result(), frameworks.result()
            all_is_loaded()
            if self.destination.is_elsewhere:
                # Those that the scan was started with: a role that may read an account seldom may write.
                self.destination.connect(base.session.original_session if base else _session())
                state = self._state_to_resume()
            if base is None:
                return self._replay()
            return self._many(base, state) if self.options.many else self._one(base)

    def _replay(self) -> int:
        from prowler_cis_monitoring.scan.saved import SavedProvider  # noqa: PLC0415 - only for --from

        options, source = self.options, Path(self.options.source or "")
        settings = options.audit_config if options.config_file is not None else None
        providers = [
            SavedProvider(
                one,
                source,
                settings or section_of(one.settings, options.judged_by),
                options.mutelist_content,
                options.judged_by,
            )
            for one in read_snapshots(source)
        ]
        if len(providers) == 1:
            return self._one(providers[0])
        with self.reserved("accounts") as folder:
            found = [self.checks.run(provider) for provider in providers]
            self.loaded.result()
            findings = [self.checks.findings(one) for one in found]
            counted = [finding for batch in findings for finding in batch]
            paths = self.write(folder, findings, providers[0], counted, accounts=len(found))
            paths += self.save(found)
        self.show_many(lambda: found, lambda: [FleetRow.of(one) for one in found], paths, {})
        return self.status(found)

    def _checked(self, provider: AwsProvider) -> AccountReports:
        # Two calls a second: only the past takes so long that a person wants to see how it goes on.
        is_long = (self.options.audit_config.get(SETTINGS_KEY) or {}).get("proof") and not self.outputs.quiet
        with (
            waiting("reading the account", shown=not (self.outputs.quiet or is_long)),
            progress(len(self.options.check_ids), shown=bool(is_long), title="controls") as one_more,
        ):
            return self.checks.run(provider, one_more)

    def _one(self, provider: AwsProvider) -> int:
        with self.reserved(provider.identity.account) as folder:
            found = self._checked(provider)
            self.loaded.result()
            findings = self.checks.findings(found) if folder else []
            insight = self._insight(provider, found)
            paths = self.write(folder, [findings], provider, findings, insight=insight)
            paths += self.save([found])
        if self.outputs.as_json:
            self.print_as_json([found], paths, {})
        elif not self.outputs.quiet:
            self.say_account(found)
            say_files(paths)
        return self.status([found])

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

    @staticmethod
    def _organization(base: AwsProvider) -> tuple[str, ...]:
        try:
            found = organization_accounts(base.session.current_session, base.identity.profile_region)
        except NoAnswerError as error:
            raise NoAnswerError(error.code, error.cause, f"{LIST_ACCOUNTS}: {error}") from error
        if not found:
            # Nothing to scan would be told as nothing that failed.
            raise NoAnswerError("NoAccount", "answer", f"{LIST_ACCOUNTS}: the organization has no active account")
        return found

    def _asked(self, base: AwsProvider) -> tuple[str, ...]:
        """Return the accounts of the whole fleet."""
        if self.options.accounts is not None:
            return self.options.accounts
        if (listed := self.options.listed_in_s3) is not None:
            from prowler_cis_monitoring.scan.bucket import Bucket  # noqa: PLC0415 - only for S3

            return accounts_listed(f"--accounts {listed}", Bucket(base.session.original_session).read(listed))
        return self._organization(base)

    def _many(self, base: AwsProvider, state_to_resume: Path | None) -> int:
        asked, shard = self._asked(base), self.options.shard
        accounts = shard.of(asked) if shard else asked
        manifest = Manifest.of(base, self.options, asked)
        # Processes are made where no other thread is running, and before there is a file that they could hold open.
        self.loader.shutdown()
        with (
            self._crew(base, asked, len(accounts)) as scanning,
            ThreadPoolExecutor(1, thread_name_prefix="loading") as loader,
            self._begun(manifest, state_to_resume) as (folder, state),
            saying(lambda: f"{_how_to_go_on(state, accounts)}{self.destination.at_signal(state.path)}"),
        ):
            loaded = loader.submit(preload, self.outputs.formats)
            try:
                failures = self._scanned(ManyAccounts(accounts, scanning, state, quiet=self.outputs.quiet))
            except (UnsavedError, CredentialsError) as error:
                complain(f"{error}; {_how_to_go_on(state, accounts)}")
                return Exit.NOT_DONE if isinstance(error, UnsavedError) else Exit.NOT_ALL_SCANNED
            loaded.result()
            fleet = FleetReports(
                accounts, state.lines, self.checks, failures, manifest.partition, manifest.default_region
            )
            self._report(fleet, folder, base, state.path)
            status = self.status(fleet.finished())
        return Exit.NOT_ALL_SCANNED if failures and not self.unwritten else status

    def _crew(self, base: AwsProvider, asked: tuple[str, ...], number: int) -> AbstractContextManager[Crew]:
        """Make those who scan `number` of the accounts of the whole fleet, which are `asked`."""
        threads = threads_for(number, self.options.parallel)
        # What others own of a path is read in all shards as it is in a scan of the whole.
        members = Members(base, self.options, asked, max(threads))
        return crew(threads, AccountScan(members, self.checks, self.options.deadline))

    @contextmanager
    def _begun(self, manifest: Manifest, state_to_resume: Path | None) -> Iterator[tuple[ReportFolder, State]]:
        """Reserve the names of the reports, and open the state beside them: a new one, or that to go on with."""
        resumed, shard = state_to_resume is not None, self.options.shard
        name = state_to_resume.name.removesuffix(SUFFIX) if state_to_resume else self._name()
        otherwise = default_name(f"accounts{shard.in_names if shard else ''}")
        with (
            reserve(self.destination.directory, name, otherwise) as folder,
            closing(self._state(folder.name, manifest, resumed=resumed)) as state,
        ):
            yield folder, state

    def _scanned(self, many: ManyAccounts) -> dict[str, str]:
        """Scan; return why single accounts could not be scanned, which the state tells whoever merges it."""
        with self.destination.copying(many.state.path):
            failures = many.scan()
            if failures or FAILURES in many.state.notes:
                many.state.note(FAILURES, failures)
        return failures

    def _report(self, fleet: FleetReports, folder: ReportFolder, base: AwsProvider, state: Path) -> None:
        """Write, save and print what was found; `state` is sent to where the reports go."""
        findings = (self.checks.findings(found) for found in fleet.all())
        files = self.write(folder, findings, base, fleet.as_statistics(), accounts=len(fleet.accounts))
        files += self.save(fleet.finished())
        self.say_many(fleet, [*files, *self.destination.deliver([state])], "--resume tries again")

    def _name(self) -> str | None:
        """Return what the user wants the names of files to begin with, a shard's own for each shard."""
        name, shard = self.outputs.filename, self.options.shard
        return f"{name}{shard.in_names}" if name is not None and shard is not None else name

    def _state_to_resume(self) -> Path | None:
        if not self.options.resume:
            return None
        shard = self.options.shard
        try:
            self.destination.fetch_state(self._name(), shard)
            return find_state(self.destination.directory, self._name(), shard)
        except NoStateError:
            if self.options.or_start:
                return None
            raise

    def _state(self, name: str, manifest: Manifest, *, resumed: bool) -> State:
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
        notes = {MANIFEST: manifest.saved()}
        state = State(self.destination.directory / f"{name}{SUFFIX}", described, notes)
        if resumed:
            state.resume(self.checks.can_restore)
            if state.damaged:
                complain(f"{state.path}: {state.damaged} damaged lines are left out, and their accounts scanned again")
        else:
            state.start()
        return state


def _session() -> Session:
    from boto3.session import Session  # noqa: PLC0415 - only for a file that is judged into S3

    return Session()


def _how_to_go_on(state: State, accounts: Sequence[str]) -> str:
    finished = len(state.finished.intersection(accounts))
    return f"{finished} of {len(accounts)} accounts are finished, --resume goes on with the others"


def _digest(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
