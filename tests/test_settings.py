import re

import pytest

from prowler_cis_monitoring.settings import Settings, SettingsError


def read(**section):
    return Settings.read({"cis_monitoring": section})


def test_without_configuration_one_event_must_ring_within_an_hour():
    settings = Settings.read({})
    assert settings.delay_limit_seconds == 3600
    assert settings.of("root_usage").events == 1
    assert settings.of("root_usage").exclusions == ()


def test_a_control_keeps_its_own_number_of_events():
    settings = read(controls={"console_authentication_failures": {"events": 3}})
    assert settings.of("console_authentication_failures").events == 3
    assert settings.of("root_usage").events == 1


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"delay": 3}, ["cis_monitoring.delay: "]),
        ({"delay_limit_seconds": "soon"}, ["cis_monitoring.delay_limit_seconds", "'soon'"]),
        ({"delay_limit_seconds": 1}, ["cis_monitoring.delay_limit_seconds", "1", "60"]),
        ({"controls": {"root": {"events": 2}}}, ["cis_monitoring.controls.root", "no such control", "root_usage"]),
        ({"controls": {"root_usage": {"events": 0}}}, ["cis_monitoring.controls.root_usage.events", "0"]),
        ({"controls": {"root_usage": {"events": True}}}, ["cis_monitoring.controls.root_usage.events", "True"]),
        (
            {"controls": {"root_usage": {"exclusions": ["{ $.eventName = }"]}}},
            ["cis_monitoring.controls.root_usage.exclusions.0", "'{ $.eventName = }'", "column 17"],
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_key_and_value(section, words):
    with pytest.raises(SettingsError) as refused:
        read(**section)
    for word in words:
        assert word in str(refused.value)


def test_a_section_that_holds_no_keys_is_refused():
    with pytest.raises(SettingsError, match="cis_monitoring: 'yes'"):
        Settings.read({"cis_monitoring": "yes"})


def test_other_accounts_are_left_alone_and_alternatives_only_named_by_default():
    settings = Settings.read({})
    assert settings.cross_account_role is None
    assert settings.accept_alternatives == "named"


@pytest.mark.parametrize(
    "role",
    [
        "arn:aws:iam::{account}:role/ProwlerScan",
        "arn:aws-us-gov:iam::{account}:role/security/audit/Prowler-Scan",
        "arn:aws-cn:iam::{account}:role/ProwlerScan",
    ],
)
def test_a_role_is_named_for_every_account(role):
    assert read(cross_account_role=role).cross_account_role == role


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cross_account_role", "ProwlerScan"),
        ("cross_account_role", "arn:aws:iam::111111111111:role/ProwlerScan"),
        ("cross_account_role", "arn:aws:iam::{account}:user/ProwlerScan"),
        ("cross_account_role", "arn:aws:iam::{account}:role/"),
        ("cross_account_role", "arn:aws:iam::{account}:role/{name}"),
        ("accept_alternatives", True),
        ("accept_alternatives", "always"),
    ],
)
def test_what_cannot_be_meant_of_other_accounts_is_refused_with_key_and_value(key, value):
    with pytest.raises(SettingsError) as refused:
        read(**{key: value})
    assert f"cis_monitoring.{key}: {value!r}" in str(refused.value)


@pytest.mark.parametrize(
    ("given", "read_as"),
    [
        ("organization", "organization"),
        ([], ()),
        (["111122223333", 444455556666], ("111122223333", "444455556666")),
    ],
)
def test_accounts_are_named_one_by_one_or_as_the_organization(given, read_as):
    assert read(cross_account_accounts=given).cross_account_accounts == read_as


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("111122223333", "a list of account ids is expected, or organization"),
        ("organisation", "a list of account ids is expected, or organization"),
        (["1111-2222-3333"], "1111-2222-3333 is none"),
        ([12345678], "account ids of twelve digits are expected, in quotation marks; 12345678 is none"),
        (["\uff11" * 12], "is none"),
        ([True], "True is none"),
    ],
)
def test_what_is_no_account_is_said(given, message):
    with pytest.raises(SettingsError, match=re.escape(message)):
        read(cross_account_accounts=given)


@pytest.mark.parametrize("key", ["cross_account_external_id", "cross_account_externalid"])
def test_a_secret_is_not_repeated(key):
    with pytest.raises(SettingsError) as refused:
        read(**{key: "s 3 c r 3 t"})
    assert f"cis_monitoring.{key}: " in str(refused.value)
    assert "s 3 c r 3 t" not in str(refused.value)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"delay_limit_seconds": "x"}, "delay_limit_seconds: 'x': a whole number is expected"),
        ({"delay_limit_seconds": 59}, "delay_limit_seconds: 59: at least 60 is expected"),
        ({"alarm_history": "yes"}, "alarm_history: 'yes': true or false is expected"),
        ({"accept_alternatives": "x"}, "accept_alternatives: 'x': 'named', 'manual' or 'pass' is expected"),
        ({"cross_account_role": 5}, "cross_account_role: 5: a text is expected"),
        ({"controls": [1]}, "controls: [1]: keys with values are expected"),
        ({"controls": {"root_usage": None}}, "controls.root_usage: None: keys with values are expected"),
        ({"controls": {"root_usage": {"exclusions": "x"}}}, "root_usage.exclusions: 'x': a list is expected"),
    ],
)
def test_what_is_expected_is_said_in_words(setting, words):
    with pytest.raises(SettingsError) as refused:
        read(**setting)
    assert str(refused.value).endswith(words)
