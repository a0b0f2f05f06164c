"""The list of certificate authorities, read once a process instead of once a connection.

OpenSSL takes some 20 ms to read it, several times what a call takes, and botocore has it read for each connection: a
scan of one account makes a connection for each Region and service.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.httpsession import URLLib3Session, create_urllib3_context

if TYPE_CHECKING:
    from ssl import SSLContext

_kwargs_of_botocore = URLLib3Session._get_pool_manager_kwargs  # noqa: SLF001 - botocore has no public name for it


def read_authorities_once() -> None:
    """Let the clients that this process makes from now on share what they read of the list."""
    URLLib3Session._get_pool_manager_kwargs = _kwargs  # noqa: SLF001 - likewise


def _kwargs(session: URLLib3Session, **others: Any) -> dict[str, Any]:  # noqa: ANN401 - as botocore passes them on
    found: dict[str, Any] = _kwargs_of_botocore(session, **others)
    # What a connection that proves nothing, or proves who we are, does to a context is not for the others.
    if session._verify and not session._cert_file:  # noqa: SLF001 - likewise
        found["ssl_context"] = _context(session._verify)  # noqa: SLF001 - likewise
    return found


@cache
def _context(_authorities: Any) -> SSLContext:  # noqa: ANN401 - as botocore has them: a file, or True for the usual list
    """Return the one context of the connections that trust these."""
    context: SSLContext = create_urllib3_context()
    # urllib3 has the file read into it before each connection.
    vars(context)["load_verify_locations"] = cache(context.load_verify_locations)
    return context
