"""Settings from the environment: what is read, and how what is wrong is said."""

from dataclasses import fields

import pytest

from procession.core.networks import read_networks
from procession.kit.environment import SettingError
from procession.kit.settings import (
    SETTINGS,
    Settings,
    read_settings,
    unknown_variables,
)


def test_without_variables_the_defaults_hold() -> None:
    assert read_settings({}) == Settings()


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert read_settings({"PROCESSION_PORT": " "}).port == 8000


def test_every_setting_has_its_variable_and_its_meaning() -> None:
    assert list(SETTINGS) == [field.name for field in fields(Settings)]
    for name, setting in SETTINGS.items():
        assert setting.variable == f"PROCESSION_{name.upper()}"
        assert setting.meaning.endswith(".")


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("PROCESSION_PORT", "8080", "port", 8080),
        ("PROCESSION_RATE_LIMIT", "off", "rate_limit", 0),
        ("PROCESSION_RATE_LIMIT", "90", "rate_limit", 90),
        ("PROCESSION_REQUIRE_CLIENT_HEADER", "On", "require_client_header", True),
        ("PROCESSION_REQUIRE_CLIENT_HEADER", "0", "require_client_header", False),
        ("PROCESSION_SQLITE_SYNCHRONOUS", "normal", "sqlite_synchronous", "NORMAL"),
        (
            "PROCESSION_TRUSTED_PROXIES",
            "10.0.0.1, 10.0.0.2,",
            "trusted_proxies",
            read_networks("10.0.0.1,10.0.0.2"),
        ),
        ("PROCESSION_PUBLIC_URL", "https://p.test/", "public_url", "https://p.test"),
        ("PROCESSION_PUBLIC_URL", "http://[::1]:8000", "public_url", "http://[::1]:8000"),
        ("PROCESSION_CORS_ORIGINS", "*", "cors_origins", "*"),
        ("PROCESSION_CORS_ORIGINS", "https://a.test:81/", "cors_origins", "https://a.test:81"),
        ("PROCESSION_MAIL_FROM", "Us <us@x.test>", "mail_from", "Us <us@x.test>"),
        ("PROCESSION_LOG_LEVEL", "WARNING", "log_level", "warning"),
        ("PROCESSION_DATABASE_URL", "postgresql:///p", "database_url", "postgresql:///p"),
        ("PROCESSION_DATABASE_URL", "sqlite:////srv/p.db", "database_url", "sqlite:////srv/p.db"),
    ],
)
def test_values_are_read(variable: str, text: str, field: str, value: object) -> None:
    assert getattr(read_settings({variable: text}), field) == value


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("PROCESSION_PORT", "ninety"),
        ("PROCESSION_PORT", "0"),
        ("PROCESSION_PORT", "65536"),
        ("PROCESSION_WORKERS", "-1"),
        ("PROCESSION_WORKERS", "0"),
        ("PROCESSION_PUBLIC_URL", "https://p.test/procession"),
        ("PROCESSION_PUBLIC_URL", "https://p.test?x=1"),
        ("PROCESSION_PUBLIC_URL", "https://"),
        ("PROCESSION_PUBLIC_URL", "https://p.test:port"),
        ("PROCESSION_PUBLIC_URL", "https://p.test/#top"),
        ("PROCESSION_CORS_ORIGINS", "foo"),
        ("PROCESSION_CORS_ORIGINS", "https://a.test,https://b.test"),
        ("PROCESSION_CORS_ORIGINS", "https://a.test/app"),
        ("PROCESSION_CORS_ORIGINS", "null"),
        ("PROCESSION_TRUSTED_PROXIES", "proxy.test"),
        ("PROCESSION_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("PROCESSION_TRUSTED_PROXIES", "10.0.0.1;10.0.0.2"),
        ("PROCESSION_TRUSTED_PROXIES", "*"),
        ("PROCESSION_TOKEN_LIFETIME", "0"),
        ("PROCESSION_PASSWORD_MINIMUM", "5"),
        ("PROCESSION_SESSION_LIFETIME", "99999999999999"),
        ("PROCESSION_MAIL_FROM", "nobody"),
        ("PROCESSION_MAIL_FROM", "a@x.test\nBcc: b@x.test"),
        ("PROCESSION_MAIL_TRUSTED_SERVER", "mx.test;"),
        ("PROCESSION_RATE_LIMIT", "fast"),
        ("PROCESSION_REQUIRE_CLIENT_HEADER", "maybe"),
        ("PROCESSION_SQLITE_SYNCHRONOUS", "OFF"),
        ("PROCESSION_PUBLIC_URL", "procession.test"),
        ("PROCESSION_LOG_LEVEL", "loud"),
        ("PROCESSION_POSTGRES_POOLER", "session"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_do(variable: str, text: str) -> None:
    with pytest.raises(SettingError) as wrong:
        read_settings({variable: text})
    sentence = str(wrong.value)
    assert sentence.startswith(f"{variable} is {text!r}; it must be ")
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "mysql://u:hunter2@h/p",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql://u:hunter2@127.0.0.1:bad/p",
        "postgresql://u:hunter2@127.0.0.1:70000/p",
        "postgresql://u:hunter2@h1:5432,h2:0/p",
        "postgresql://u:p%hunter2@h/p",
        "postgresql://u:p@hunter2@h/p",
        "postgresql://u:p/hunter2@h/p",
        "postgresql://u:1/hunter2@h/p",
        "postgresql://u:p?hunter2@z@h/p",
        "postgresql://u:hunter2@h/p?sslmod=require",
    ],
)
def test_the_address_of_a_database_is_never_shown(address: str) -> None:
    """It may hold a password; what most often is wrong with one is named."""
    with pytest.raises(SettingError) as wrong:
        read_settings({"PROCESSION_DATABASE_URL": address})
    sentence = str(wrong.value)
    assert sentence.startswith("PROCESSION_DATABASE_URL is not readable; it must be sqlite:///")
    assert "percent-encoded (@ is %40)" in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:p%40ss@h/p",
        "postgres://h1:5432,h2:5433/p?target_session_attrs=read-write",
        "postgresql://[::1]:5432/p",
        "postgresql:///p?host=/run/postgresql&user=me",
        "postgresql://%2Frun%2Fpostgresql/p",
    ],
)
def test_addresses_are_what_libpq_takes(address: str) -> None:
    assert read_settings({"PROCESSION_DATABASE_URL": address}).database_url == address


def test_found_d1_what_looks_like_a_setting_and_is_none_is_known() -> None:
    environment = {
        "PROCESSION_PUBLIC_ULR": "x",
        "PROCESSION_PORT": "1",
        "PROCESSION_TOKEN": "of a client",
        "HOME": "/",
    }
    assert unknown_variables(environment) == ["PROCESSION_PUBLIC_ULR"]
