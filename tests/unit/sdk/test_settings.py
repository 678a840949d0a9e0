"""Settings from the environment."""

import pytest

from colonysdk.errors import InvalidSettings
from colonysdk.identity import Identity
from colonysdk.settings import ClientSettings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SERVER_HOST", "SERVER_HTTP_PORT", "SERVER_PORT", "TLS", "SERVER_TLS", "COLONY_NAME", "PRVKEY"):
        monkeypatch.delenv(f"COLONIES_{name}", raising=False)


def test_defaults_lead_to_this_machine() -> None:
    assert ClientSettings.load().url == "http://localhost:50080"


def test_variables_of_the_shell_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HOST", "elsewhere"), ("PORT", "1"), ("TLS", "true")):
        monkeypatch.setenv(name, value)
    assert ClientSettings.load().url == "http://localhost:50080"


def test_the_names_of_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = Identity.generate()
    monkeypatch.setenv("COLONIES_SERVER_HOST", "colonies.example")
    monkeypatch.setenv("COLONIES_SERVER_PORT", "443")
    monkeypatch.setenv("COLONIES_TLS", "true")
    monkeypatch.setenv("COLONIES_COLONY_NAME", "dev")
    monkeypatch.setenv("COLONIES_PRVKEY", identity.private_hex())

    settings = ClientSettings.load()

    assert settings.url == "https://colonies.example:443"
    assert settings.colony_name == "dev"
    loaded = settings.identity()
    assert loaded is not None
    assert loaded.id == identity.id
    assert identity.private_hex() not in repr(settings)


def test_the_http_port_wins_and_arguments_win_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLONIES_SERVER_PORT", "1")
    monkeypatch.setenv("COLONIES_SERVER_HTTP_PORT", "2")

    assert ClientSettings.load().port == 2
    assert ClientSettings.load(port=3).port == 3


@pytest.mark.parametrize(("name", "value"), [("COLONIES_SERVER_PORT", "none"), ("COLONIES_TLS", "perhaps")])
def test_an_unusable_value_names_its_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(InvalidSettings):
        ClientSettings.load()


def test_an_ipv6_host_is_bracketed() -> None:
    assert ClientSettings.load(host="::1").url == "http://[::1]:50080"
