"""The command `cis-monitoring scan`: what it is asked for, and what becomes of errors."""

from __future__ import annotations

import argparse

from botocore.exceptions import BotoCoreError, ClientError
from prowler.exceptions.exceptions import ProwlerException

from prowler_cis_monitoring.file_errors import refusal
from prowler_cis_monitoring.scan.access import in_words
from prowler_cis_monitoring.scan.accounts import AccountsFileError
from prowler_cis_monitoring.scan.destination import destination
from prowler_cis_monitoring.scan.exit_status import Exit
from prowler_cis_monitoring.scan.log_level import set_log_level
from prowler_cis_monitoring.scan.mutelist import NotFetchedError
from prowler_cis_monitoring.scan.opening import Opening
from prowler_cis_monitoring.scan.options import OptionError, read
from prowler_cis_monitoring.scan.report_folder import ReportError
from prowler_cis_monitoring.scan.s3_address import S3Error
from prowler_cis_monitoring.scan.state import StateError, UnsavedError
from prowler_cis_monitoring.scan.terminal import complain
from prowler_cis_monitoring.services.answers import NoAnswerError
from prowler_cis_monitoring.snapshot import SnapshotError
from prowler_cis_monitoring.user_files import UserFileError


def scan(parsed: argparse.Namespace) -> int:
    """Scan what the command line says; return the exit status that `--help` explains."""
    try:
        options = read(parsed)
        set_log_level(options.log_level)
        with destination(options.outputs.directory) as place:
            opening = None if options.source or options.resume else Opening(options)
            from prowler_cis_monitoring.scan.scanning import Scan  # noqa: PLC0415 - loads while AWS answers

            return Scan(options, place, opening).run()
    except (OptionError, AccountsFileError, StateError, SnapshotError, UserFileError) as error:
        complain(str(error))
        return Exit.INVALID_INPUT
    except (ProwlerException, ClientError, BotoCoreError) as error:
        complain(in_words(error))
        return Exit.NOT_DONE
    except (NoAnswerError, NotFetchedError, ReportError, UnsavedError, S3Error, OSError) as error:
        complain(refusal(error))
        return Exit.NOT_DONE
