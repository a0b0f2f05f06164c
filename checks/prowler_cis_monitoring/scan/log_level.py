"""What Prowler and botocore log on standard error while they work for us."""

from __future__ import annotations

import logging
import os

from prowler.lib.logger import set_logging_config

# At the level DEBUG these log whole requests: external ids, and signatures with which others could make them.
_LOG_REQUESTS = ("botocore", "boto3", "urllib3", "s3transfer")


def set_log_level(level: str | None) -> None:
    """Let Prowler log from a level on; nothing at None, because what ends a scan is told by ourselves, once."""
    set_logging_config(level or "CRITICAL")
    if level is None and "LOG_LEVEL" not in os.environ:
        logging.getLogger().setLevel(logging.CRITICAL + 1)
    for library in _LOG_REQUESTS:
        logging.getLogger(library).setLevel(max(logging.INFO, logging.getLogger().level))
