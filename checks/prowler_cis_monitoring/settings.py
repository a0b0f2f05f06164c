"""What a user may say in Prowler's configuration file under `aws: cis_monitoring:`, checked before AWS is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    WithJsonSchema,
)

from prowler_cis_monitoring.benchmarks import (
    controls_by_number,
    framework_names,
    framework_of,
    is_benchmark,
    version_of,
)
from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.near_names import suggestion
from prowler_cis_monitoring.pattern_slips import advices

KEY = "cis_monitoring"
ORGANIZATION = "organization"
_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
_SECRET = "cross_account_external_id"  # noqa: S105 - the name of a key
_ACCOUNT_PLACEHOLDER = "{account}"
# IAM API, CreateRole: path and name of a role.
_ROLE = re.compile(r"arn:aws(?:-[a-z]+)*:iam::\{account\}:role/(?:[\x21-\x7e]+/)?[\w+=,.@-]{1,64}", re.ASCII)
# STS API, AssumeRole.ExternalId.
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)


# What is expected, by pydantic's name of what is wrong.
_EXPECTED = {
    "int_type": "a whole number is expected",
    "bool_type": "true or false is expected",
    "string_type": "a text is expected",
    "tuple_type": "a list is expected",
    "dict_type": "keys with values are expected",
    "mapping_type": "keys with values are expected",
    "model_type": "keys with values are expected",
    "greater_than_equal": "at least {ge} is expected",
    "literal_error": "{expected} is expected",
}


def without_secrets(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands under `cis_monitoring` without that with which somebody else could assume a role."""
    return {key: value for key, value in settings.items() if key != _SECRET}


class SettingsError(ValueError):
    """The configuration holds something that cannot be meant; the message names key, value and column."""


def _pattern(text: str) -> str:
    # A scan asks AWS who we are before it needs the language, unless a pattern is set.
    from prowler_cis_monitoring.filter_pattern import FilterPatternError, parse  # noqa: PLC0415

    try:
        parse(text)
    except FilterPatternError as error:
        raise ValueError(". ".join([str(error), *advices(text, error.position)])) from None
    return text


def _slug(text: str) -> str:
    if text not in CONTROLS:
        numbered = controls_by_number().get(text)
        advice = (
            f"did you mean {numbered}?" if numbered else suggestion(text, CONTROLS, "cis-monitoring control --list")
        )
        raise ValueError(f"there is no such control; {advice}")
    return text


_Slug = Annotated[str, AfterValidator(_slug), WithJsonSchema({"type": "string", "enum": list(CONTROLS)})]


def _role(text: str) -> str:
    if not _ROLE.fullmatch(text):
        raise ValueError(f"a role's ARN with {_ACCOUNT_PLACEHOLDER} in place of the account id is expected")
    return text


def is_external_id(text: str) -> bool:
    """Whether AssumeRole takes a text as an external id: AWS's own refusal would repeat it."""
    return _EXTERNAL_ID.fullmatch(text) is not None


def _external_id(text: str) -> str:
    if not is_external_id(text):
        raise ValueError("an external id as AssumeRole takes it is expected")
    return text


def _accounts(value: object) -> object:
    if value == ORGANIZATION:
        return value
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"a list of account ids is expected, or {ORGANIZATION}")  # noqa: TRY004 - told by pydantic
    for account in map(str, value):
        if not _ACCOUNT_ID.fullmatch(account):
            raise ValueError(f"account ids of twelve digits are expected, in quotation marks; {account} is none")
    return tuple(map(str, value))


_Accounts = Annotated[
    tuple[str, ...] | Literal["organization"],
    BeforeValidator(_accounts),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": ORGANIZATION},
                {"type": "array", "items": {"type": ["string", "integer"], "pattern": "^[0-9]{12}$"}},
            ]
        }
    ),
]


def _version(value: object) -> object:
    if isinstance(value, list):
        raise ValueError("one version is expected, not a list")  # noqa: TRY004 - what pydantic takes
    try:
        return version_of(framework_of(str(value)))
    except KeyError:
        versions = [name for name in framework_names() if is_benchmark(framework_of(name))]
        raise ValueError(f"there is no such version; there are {', '.join(versions)}") from None


# YAML takes 7.0 for a number.
_Version = Annotated[str, BeforeValidator(_version), WithJsonSchema({"type": ["string", "number"]})]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ControlSettings(_Section):
    """What a user says of one control."""

    events: Annotated[StrictInt, Field(ge=1)] = Field(
        default=1, description="How many events may pass before the alarm rings; by default one event must ring."
    )

    exclusions: tuple[Annotated[StrictStr, AfterValidator(_pattern)], ...] = Field(
        default=(), description="Approved events that need no alert, as filter patterns; the finding repeats them."
    )


class Settings(_Section):
    """What stands under `aws: cis_monitoring:`."""

    delay_limit_seconds: Annotated[StrictInt, Field(ge=60)] = Field(
        default=3600, description="An alarm that rings later than so many seconds after the event counts as broken."
    )

    alarm_history: StrictBool = Field(
        default=False,
        description=(
            "Whether to read, one call more an alarm, if its last notification failed: FAIL then, MANUAL after a day."
        ),
    )

    proof: StrictBool = Field(
        default=False,
        description=(
            "Whether to read what is left of the past, and say when somebody was last told and of which event nobody "
            "was: more calls, and a fraction of a cent a scan."
        ),
    )

    proof_events: StrictBool = Field(
        default=False,
        description="Whether the evidence of a proof holds the CloudTrail records of its events as a whole.",
    )

    proof_filters: StrictBool = Field(
        default=False,
        description=(
            "Whether a proof asks AWS's own pattern matcher too, on the log events of the last day and on records."
        ),
    )

    cross_account_role: Annotated[StrictStr, AfterValidator(_role)] | None = Field(
        default=None,
        description=(
            "ARN of the role by which accounts are read that own a part of an alert path, with `{account}` in place "
            "of the account id; without it those accounts are left alone."
        ),
    )

    cross_account_accounts: _Accounts = Field(
        default=(),
        description=(
            "The accounts in which this role may be assumed: their ids, or `organization` for every account of the "
            "organisation. The accounts of a scan of many may always be read for each other; all others are left "
            "alone, because anybody who may create an alarm can name a topic of any account."
        ),
    )

    cross_account_external_id: Annotated[StrictStr, AfterValidator(_external_id)] | None = Field(
        default=None, description="The external id that this role asks for."
    )

    accept_alternatives: Literal["named", "manual", "pass"] = Field(
        default="named",
        description=(
            "What an EventBridge rule that tells somebody of every event makes of a control that no alert path "
            "covers: `named` in the sentence, `manual` or `pass`."
        ),
    )

    benchmark: _Version | None = Field(
        default=None,
        description=(
            "The version of the benchmark by whose demand is judged, the newest without it. Versions before 5.0 do "
            "not ask for `ModifySecurityGroupRules`."
        ),
    )

    controls: Mapping[_Slug, ControlSettings] = Field(
        default_factory=dict, description="Settings of single controls, by the control's name."
    )

    @classmethod
    def read(cls, audit_config: Mapping[str, Any] | None) -> Settings:
        """Read the settings from what stands under `aws:` in the configuration file.

        Raises:
            SettingsError: a key is unknown or a value is invalid.
        """
        section = (audit_config or {}).get(KEY)
        if section is None:
            return cls.model_construct()
        if not isinstance(section, Mapping):
            raise SettingsError(f"{KEY}: {section!r}: keys with values are expected")
        try:
            return cls.model_validate(section)
        except ValidationError as error:
            raise SettingsError("; ".join(_complaint(problem) for problem in error.errors())) from None

    def of(self, slug: str) -> ControlSettings:
        """Return what is said of a control."""
        return self.controls.get(slug) or ControlSettings.model_construct()


def _complaint(problem: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    key = ".".join([KEY, *(str(part) for part in problem["loc"] if part != "[key]")])
    # What stands under the key of a secret, or under a key that may be meant for one, is not repeated.
    secret = problem["type"] == "extra_forbidden" or key.endswith(_SECRET)
    value = "" if secret else f"{problem['input']!r}: "
    expected = _EXPECTED.get(problem["type"])
    if problem["type"] == "extra_forbidden":
        of_control = len(problem["loc"]) > 1
        known = (ControlSettings if of_control else Settings).model_fields
        return f"{key}: there is no such setting; {suggestion(str(problem['loc'][-1]), known)}"
    own_words = problem["msg"].removeprefix("Value error, ")
    return f"{key}: {value}{expected.format(**problem.get('ctx', {})) if expected else own_words}"
