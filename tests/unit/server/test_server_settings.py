"""Settings: flags before variables before defaults, under the names that ColonyOS operators know."""

from pathlib import Path

import pytest

from colonysdk.errors import InvalidSettings
from colonyserver.settings import load_settings


def test_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    settings = load_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 50080)
    assert settings.database_url == f"sqlite:///{tmp_path}/colony-server/colony.db"
    assert settings.request_limit_bytes == 32 * 1024 * 1024
    assert not settings.allow_executor_reregister


def test_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLONIES_SERVER_PORT", "1234")
    monkeypatch.setenv("COLONIES_ALLOW_EXECUTOR_REREGISTER", "true")
    monkeypatch.setenv("COLONIES_STALE_EXECUTOR_DURATION", "30")
    monkeypatch.setenv("COLONIES_SERVER_ALLOWED_ORIGINS", "https://one.example, https://two.example")
    settings = load_settings()
    assert settings.port == 1234
    assert settings.allow_executor_reregister
    assert settings.stale_executor_seconds == 30
    assert settings.allowed_origins == ("https://one.example", "https://two.example")


def test_the_http_port_wins_over_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLONIES_SERVER_PORT", "1234")
    monkeypatch.setenv("COLONIES_SERVER_HTTP_PORT", "4321")
    assert load_settings().port == 4321


def test_flags_win_over_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLONIES_SERVER_PORT", "1234")
    monkeypatch.setenv("COLONIES_SERVER_DATABASE", "sqlite:////elsewhere")
    settings = load_settings(port=0, database="here.db", host=None)
    assert settings.port == 0
    assert settings.database_url == f"sqlite:///{Path('here.db').absolute()}"


def test_empty_variables_mean_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLONIES_SERVER_PORT", "")
    assert load_settings().port == 50080


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COLONIES_SERVER_PORT", "70000"),
        ("COLONIES_SERVER_PORT", "http"),
        ("COLONIES_SERVER_ID", "abc"),
        ("COLONIES_STALE_EXECUTOR_DURATION", "0"),
        ("COLONIES_ALLOW_EXECUTOR_REREGISTER", "perhaps"),
        ("COLONIES_SERVER_LOG_LEVEL", "loud"),
        ("COLONIES_CRON_TIME_ZONE", "Mars/Olympus"),
        ("COLONIES_CRON_CHECKER_PERIOD", "0"),
    ],
)
def test_unusable_values_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSettings, match=name):
        load_settings()


def test_the_database_password_is_not_shown() -> None:
    assert "secret" not in repr(load_settings(database="postgresql://user:secret@host/colony"))


@pytest.mark.parametrize(
    ("cron_time_zone", "tz", "expected"),
    [
        ("Asia/Tokyo", "Europe/Stockholm", "Asia/Tokyo"),
        ("", "Europe/Stockholm", "Europe/Stockholm"),
        ("", ":Europe/Stockholm", "Europe/Stockholm"),
        ("", "CET-1CEST", "UTC"),
        ("", "", "UTC"),
    ],
)
def test_time_zone_of_crons(monkeypatch: pytest.MonkeyPatch, cron_time_zone: str, tz: str, expected: str) -> None:
    monkeypatch.setenv("COLONIES_CRON_TIME_ZONE", cron_time_zone)
    monkeypatch.setenv("TZ", tz)
    assert load_settings().cron_zone.key == expected
