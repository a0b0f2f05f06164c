"""How another command reads the account that a scan has read: with which credentials, and configured how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prowler_cis_monitoring.scan.arguments import DEFAULT_SESSION_NAME, EXTERNAL_ID

if TYPE_CHECKING:
    from prowler_cis_monitoring.scan.options import Options


def naming(options: Options, role: str | None) -> tuple[str, ...]:
    """Return the arguments with which `cis-monitoring fix` reads an account as the scan does.

    Args:
        options: those of the scan.
        role: the ARN of the role that the scan assumed in the account; None for none.
    """
    config, wanted = options.config_file, options.role
    of_role = {
        "--role": role,
        "--role-session-name": wanted.session_name if wanted.session_name != DEFAULT_SESSION_NAME else None,
        "--external-id": wanted.external_id and EXTERNAL_ID,
    }
    given = {
        "--profile": options.profile,
        **(of_role if role else {}),
        # What is no file, such as a pipe, cannot be read again.
        "--config-file": str(config) if config is not None and config.is_file() else None,
        "--benchmark": options.judged_by,
    }
    lists = {"--region": options.regions, "--excluded-region": options.excluded_regions or ()}
    return (
        *(word for option, value in given.items() if value for word in (option, value)),
        *(("--mfa",) if options.mfa else ()),
        *(word for option, values in lists.items() if values for word in (option, *sorted(values))),
    )
