"""Endpoints that the environment names: what is no address is told before AWS is asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from botocore.exceptions import BotoCoreError
from botocore.utils import is_valid_endpoint_url, is_valid_ipv6_endpoint_url

_EVERY: Final = "AWS_ENDPOINT_URL"
_OF_A_SERVICE: Final = f"{_EVERY}_"


class EndpointError(BotoCoreError):  # type: ignore[misc]
    """An endpoint is no address; botocore says so in a `ValueError` as any."""

    fmt = "{endpoint} is no address of an endpoint: look at {where}, as in http://localhost:4566"


def check_endpoints(environment: Mapping[str, str] = os.environ) -> None:
    """Refuse an endpoint of the environment that is no address.

    Raises:
        EndpointError: there is one; the message names its variable.
    """
    for name, value in environment.items():
        if value and (name == _EVERY or name.startswith(_OF_A_SERVICE)) and not _is_address(value):
            raise EndpointError(endpoint=value, where=name)


def _is_address(text: str) -> bool:
    try:
        return bool(is_valid_endpoint_url(text) or is_valid_ipv6_endpoint_url(text))
    except ValueError:
        return False
