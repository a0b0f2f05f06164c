"""Why AWS could not be asked, in words for whoever started the scan: what is the matter, and what to do."""

from __future__ import annotations

import os
import re
from typing import Final

from botocore.exceptions import ClientError

from prowler_cis_monitoring.alert_path.error_codes import OF_A_REFUSAL
from prowler_cis_monitoring.foreign_text import harmless
from prowler_cis_monitoring.near_names import suggestion
from prowler_cis_monitoring.services.answers import error_code

_PROFILE: Final = re.compile(r"config profile \(([^)]*)\)")
_CODE: Final = re.compile(r"\((\w+)\) when calling the (\w+) operation")
_ROLE: Final = re.compile(r"\((\w+)\) when calling the AssumeRole operation: (.*)", re.DOTALL)
_URL: Final = re.compile(r'endpoint URL: "([^"]*)"')
_RENEW: Final = "renew them, for example with aws sso login or a new session token, and scan again"
_LOG_IN: Final = "log in with aws sso login, and scan again"
_CLOCK: Final = "look at this machine's clock, and scan again"
_REACH: Final = "look at the network, at HTTPS_PROXY and at AWS_ENDPOINT_URL"
_UNKNOWN: Final = "AWS does not know these credentials; look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and --profile"
# By error code of AWS, by the name of an exception of botocore, and by that of Prowler's for the same.
_WORDS: Final = {
    "NoCredentialsError": "there are no AWS credentials: name a profile (--profile NAME, AWS_PROFILE), or log in with "
    "aws sso login or aws configure; cis-monitoring demo needs none",
    "PartialCredentialsError": "the AWS credentials are not complete: look at AWS_ACCESS_KEY_ID and "
    "AWS_SECRET_ACCESS_KEY, or at source_profile and credential_source of the profile",
    "ExpiredToken": f"the AWS credentials have expired (ExpiredToken): {_RENEW}",
    "ExpiredTokenException": f"the AWS credentials have expired (ExpiredTokenException): {_RENEW}",
    "AWSSessionTokenExpiredError": f"the AWS credentials have expired (ExpiredToken): {_RENEW}",
    "RequestExpired": f"AWS takes the request for an old one (RequestExpired): {_CLOCK}",
    "InvalidClientTokenId": f"{_UNKNOWN} (InvalidClientTokenId)",
    "UnrecognizedClientException": f"{_UNKNOWN} (UnrecognizedClientException)",
    "AWSAccessKeyIDInvalidError": f"{_UNKNOWN} (InvalidClientTokenId)",
    "SignatureDoesNotMatch": f"{_UNKNOWN} (SignatureDoesNotMatch), or {_CLOCK}",
    "AWSSecretAccessKeyInvalidError": f"{_UNKNOWN} (SignatureDoesNotMatch), or {_CLOCK}",
    "UnauthorizedSSOTokenError": f"the single sign-on has expired: {_LOG_IN}",
    "SSOTokenLoadError": f"there is no single sign-on of this profile: {_LOG_IN}",
    "TokenRetrievalError": f"the single sign-on has expired: {_LOG_IN}",
    "EOFError": "nobody gives the MFA device's ARN and code: call this on a terminal",
    "CredentialRetrievalError": "the command that gives credentials (credential_process) failed: run it by itself",
}
# Of an exception of botocore that says itself what is the matter, what to do.
_ADVICE: Final = {
    "ConfigParseError": "mend that file, or name another one (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE)",
    "InvalidConfigError": "look at the profile in the AWS configuration file (AWS_CONFIG_FILE)",
    "InvalidRegionError": "look at AWS_REGION, AWS_DEFAULT_REGION and the profile's region, as in eu-west-1",
    "ProxyConnectionError": "look at HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
    "SSLError": "look at AWS_CA_BUNDLE, and at proxies that open what is encrypted",
}
_HEADER: Final = "Invalid header value"


def in_words(error: BaseException) -> str:
    """Return what to say of an error that ended a scan before it began; the error's own words where no others fit."""
    text = harmless(str(getattr(error, "original_exception", None) or error), 1000)
    seen: BaseException | None = error
    while seen is not None:
        for name in (type(seen).__name__, _code(seen)):
            if name in _WORDS:
                return _WORDS[name]
            if name in _ADVICE:
                return f"{harmless(str(seen).rstrip('. '), 1000)}; {_ADVICE[name]}"
        seen = getattr(seen, "original_exception", None) or seen.__cause__ or seen.__context__
    if _HEADER in text:
        return (
            "the AWS credentials hold what no request can, such as the end of a line: look at AWS_ACCESS_KEY_ID and "
            "AWS_SESSION_TOKEN"
        )
    if role := role_refused(text):
        return role
    if profile := _PROFILE.search(text):
        return _no_profile(profile[1])
    if url := _URL.search(text):
        given = os.environ.get("AWS_ENDPOINT_URL")
        return f"{harmless(url[1])} cannot be reached; {_REACH}{f' ({harmless(given)})' if given else ''}"
    if (refused := _CODE.search(text)) and refused[1] in _WORDS:
        return _WORDS[refused[1]]
    return text


def role_refused(text: str) -> str | None:
    """Return what to say of a role that AWS does not let the scan assume, None where an error is another one.

    Args:
        text: the error's own words.
    """
    refused = _ROLE.search(text)
    if refused is None or refused[1] not in OF_A_REFUSAL:
        return None
    return (
        f"the role cannot be assumed ({refused[1]}: {refused[2]}): look whether there is such a role, whether its "
        "trust policy names who scans, and whether it asks for --external-id or --mfa"
    )


def _code(error: BaseException) -> str:
    return error_code(error) if isinstance(error, ClientError) else ""


def _no_profile(name: str) -> str:
    from botocore.session import Session  # noqa: PLC0415 - loaded already wherever a profile was looked for

    known = Session().available_profiles
    advice = suggestion(name, known, "aws configure list-profiles") if known else "no profile is configured here"
    return f"profile {harmless(name)} (--profile, AWS_PROFILE): there is no such profile; {advice}"
