"""What the error code of a call that failed says: who or what stood in the way, and what helps.

Source: AWS common errors; STS and EC2 API error codes; botocore.exceptions for errors that no answer brought.
"""

from __future__ import annotations

from typing import Final

OF_CREDENTIALS: Final = frozenset(
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
PERHAPS_OF_CREDENTIALS: Final = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidToken", "AuthFailure"}
)
"""A Region that is not enabled answers with these as well."""
OF_THROTTLING: Final = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException"),
        *("RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded", "429"),
        "PriorRequestNotComplete",
    }
)
OF_THE_SERVICE: Final = frozenset(
    {
        *("InternalError", "InternalFailure", "InternalServerError", "InternalServerException", "InternalServiceError"),
        *("ServiceUnavailable", "ServiceUnavailableException", "ServiceFailure", "Unavailable", "RequestTimeout"),
        *("RequestTimeoutException", "500", "502", "503", "504"),
    }
)
OF_THE_NETWORK: Final = frozenset(
    {
        *("EndpointConnectionError", "ConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "SSLError"),
        *("ConnectionClosedError", "HTTPClientError", "ProxyConnectionError", "IncompleteReadError"),
        *("ResponseStreamingError", "ResponseParserError"),
    }
)
OF_A_REFUSAL: Final = frozenset(
    {
        *("AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"),
        *("UnauthorizedOperation", "Client.UnauthorizedOperation", "NotAuthorized", "OptInRequired"),
        *("KMSAccessDenied", "KMSAccessDeniedException", "InsufficientPermissionsException"),
    }
)
_ADVICE = (
    (OF_A_REFUSAL, "allow {action} to the scanning role"),
    (OF_THROTTLING, "scan again when less goes on, or with more tries (--aws-retries-max-attempts)"),
    (OF_THE_SERVICE, "scan again"),
    (OF_THE_NETWORK, "look at the way from the scan to this service (proxy, DNS, VPC endpoint), then scan again"),
    (OF_CREDENTIALS, "renew the credentials of the scan and look at its clock, then scan again"),
    (PERHAPS_OF_CREDENTIALS, "look whether the credentials are valid and the Region is enabled, then scan again"),
)
_OTHERWISE = "look up this error of {action}, then scan again"


def advice_on(action: str, error: str) -> str:
    """Return what helps against a call that failed, as a clause in the imperative.

    Args:
        action: the IAM action of the call.
        error: its error code, or the name of botocore's exception.
    """
    return (known_advice_on(error) or _OTHERWISE).format(action=action)


def known_advice_on(error: str) -> str | None:
    """Return what helps against an error, None where nothing is known of it; `{action}` stands for the IAM action."""
    return next((advice for codes, advice in _ADVICE if error in codes), None)
