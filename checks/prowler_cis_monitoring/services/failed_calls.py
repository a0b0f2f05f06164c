"""Which failed calls say nothing of an account, because it was not reached: to be asked again later, not judged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from prowler_cis_monitoring.alert_path.resources import FOREIGN_ACCOUNT, Unread

REFUSALS: Final = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
"""The error codes of calls that the role may not make."""

# Source: AWS common errors; STS and EC2 API error codes; botocore.exceptions for those that no answer brought.
_OF_CREDENTIALS: Final = frozenset(
    {
        *("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"),
        # A clock that is wrong.
        *("RequestTimeTooSkewed", "RequestInTheFuture", "SignatureDoesNotMatch", "InvalidSignatureException"),
        *(
            "NoCredentialsError",
            "PartialCredentialsError",
            "CredentialRetrievalError",
            "RefreshWithMFAUnsupportedError",
        ),
        *("SSOTokenLoadError", "UnauthorizedSSOTokenError", "TokenRetrievalError", "SSOError"),
    }
)
# A Region that is not enabled answers with these as well.
_PERHAPS_OF_CREDENTIALS: Final = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidToken", "AuthFailure"}
)
_OF_THE_WAY: Final = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException"),
        *("RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded"),
        *("InternalError", "InternalFailure", "InternalServerError", "InternalServerException", "InternalServiceError"),
        *("ServiceUnavailable", "ServiceUnavailableException", "ServiceFailure", "Unavailable", "RequestTimeout"),
        *("RequestTimeoutException", "PriorRequestNotComplete", "500", "502", "503", "504", "429"),
        *("EndpointConnectionError", "ConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "SSLError"),
        *("ConnectionClosedError", "HTTPClientError", "ProxyConnectionError", "IncompleteReadError"),
        *("ResponseStreamingError", "ResponseParserError"),
    }
)


class FailedCalls:
    """What failed while one account was read.

    Attributes:
        codes: error codes of calls.
        answers: what is wrong with answers that are none, such as the page of a captive portal.
    """

    def __init__(self, _provider: object = None) -> None:
        """Start without any."""
        self.codes: set[str] = set()
        self.answers: set[str] = set()

    def add(self, unread: Unread) -> None:
        """Note a call that failed; one that was not made is none."""
        if unread.cause == "answer":
            self.answers.add(unread.error)
        elif unread.cause == "call" and unread.error != FOREIGN_ACCOUNT:
            self.codes.add(unread.error)


def of_credentials(codes: Iterable[str]) -> list[str]:
    """Return the codes that say that credentials, or the clock that signs with them, are no good."""
    return sorted(_OF_CREDENTIALS.intersection(codes))


def not_reached(failed: FailedCalls, *, undecided: bool) -> list[str]:
    """Return the errors for which an account counts as not scanned, none where it was.

    Args:
        failed: what failed.
        undecided: whether nothing could be decided.
    """
    if expired := of_credentials(failed.codes):
        return expired
    return sorted(failed.codes & (_OF_THE_WAY | _PERHAPS_OF_CREDENTIALS) | failed.answers) if undecided else []
