"""What a user may say in Prowler's configuration file under `aws: cis_monitoring:`, checked before AWS is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from prowler_cis_monitoring.controls import CONTROLS
from prowler_cis_monitoring.filter_pattern import FilterPatternError, parse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

KEY = "cis_monitoring"
_ACCOUNT_PLACEHOLDER = "{account}"


class SettingsError(ValueError):
    """The configuration holds something that cannot be meant; the message names key, value and column."""


def _pattern(text: str) -> str:
    try:
        parse(text)
    except FilterPatternError as error:
        raise ValueError(str(error)) from None
    return text


def _slug(text: str) -> str:
    if text not in CONTROLS:
        raise ValueError(f"there is no such control; the controls are {', '.join(CONTROLS)}")
    return text


def _role(text: str) -> str:
    if not text.startswith("arn:") or ":role/" not in text or _ACCOUNT_PLACEHOLDER not in text:
        raise ValueError(f"a role's ARN with {_ACCOUNT_PLACEHOLDER} in place of the account id is expected")
    return text


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ControlSettings(_Section):
    """What a user says of one control.

    Attributes:
        events: how many events may pass before the alarm rings (count).
        exclusions: filter patterns of events that need no alert.
    """

    events: Annotated[StrictInt, Field(ge=1)] = 1
    exclusions: tuple[Annotated[StrictStr, AfterValidator(_pattern)], ...] = ()


class Settings(_Section):
    """All settings, with their defaults.

    Attributes:
        delay_limit_seconds: how long an alarm may take to ring after the event (seconds).
        alarm_history: whether to read, one call an alarm, if its recent actions failed.
        controls: by control slug.
    """

    delay_limit_seconds: Annotated[StrictInt, Field(ge=60)] = 3600
    alarm_history: StrictBool = False
    controls: Mapping[Annotated[str, AfterValidator(_slug)], ControlSettings] = Field(default_factory=dict)

    @classmethod
    def read(cls, audit_config: Mapping[str, Any] | None) -> Settings:
        """Read the settings from what stands under `aws:` in the configuration file.

        Raises:
            SettingsError: a key is unknown or a value is invalid.
        """
        section = (audit_config or {}).get(KEY)
        if section is None:
            return cls()
        if not isinstance(section, Mapping):
            raise SettingsError(f"{KEY}: {section!r}: keys with values are expected")
        try:
            return cls.model_validate(section)
        except ValidationError as error:
            raise SettingsError("; ".join(_complaint(problem) for problem in error.errors())) from None

    def of(self, slug: str) -> ControlSettings:
        """Return what is said of a control."""
        return self.controls.get(slug, ControlSettings())


def _complaint(problem: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    key = ".".join([KEY, *(str(part) for part in problem["loc"] if part != "[key]")])
    return f"{key}: {problem['input']!r}: {problem['msg'].removeprefix('Value error, ')}"
