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


def test_variables_of_the_shell_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "TLS", "DATABASE"):
        monkeypatch.setenv(name, "1")
    settings = load_settings()
    assert (settings.host, settings.port, settings.database, settings.tls) == ("127.0.0.1", 50080, "", None)


def test_empty_variables_mean_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLONIES_SERVER_PORT", "")
    assert load_settings().port == 50080


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COLONIES_SERVER_PORT", "70000"),
        ("COLONIES_SERVER_PORT", "http"),
        ("COLONIES_SERVER_ID", "abc"),
        ("COLONIES_TLS", "perhaps"),
        ("COLONIES_SERVER_POLLS", "0"),
        ("COLONIES_SERVER_CHANNEL_PAYLOAD", "-1"),
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


class TestPostgresql:
    @pytest.fixture(autouse=True)
    def variables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLONIES_DB_HOST", "db.example")
        monkeypatch.setenv("COLONIES_DB_USER", "me")
        monkeypatch.setenv("COLONIES_DB_PASSWORD", "p@ss/word")

    def test_the_variables_of_a_colonyos_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert load_settings().database_url == "postgresql://me:p%40ss%2Fword@db.example:5432/postgres"
        monkeypatch.setenv("COLONIES_DB_PORT", "5433")
        monkeypatch.setenv("COLONIES_DB_NAME", "colony")
        assert load_settings().database_url == "postgresql://me:p%40ss%2Fword@db.example:5433/colony"

    def test_a_socket(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLONIES_DB_HOST", "/run/postgresql")
        assert load_settings().database_url == "postgresql://me:p%40ss%2Fword@:5432/postgres?host=%2Frun%2Fpostgresql"

    def test_a_given_database_comes_first(self) -> None:
        assert load_settings(database="sqlite:////here.db").database_url == "sqlite:////here.db"

    def test_the_password_is_not_shown(self) -> None:
        assert "p@ss" not in repr(load_settings())
