from pathlib import Path

import pytest

from colonysdk.errors import InvalidKey, InvalidSettings
from colonysdk.identity import Identity
from colonytui.configuration import ConnectionOptions, is_configured, open_session, origins

USER, OTHER, OWNER = Identity.generate(), Identity.generate(), Identity.generate()


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {
        "COLONIES_SERVER_HOST": "broker.example",
        "COLONIES_SERVER_PORT": "8080",
        "COLONIES_TLS": "true",
        "COLONIES_COLONY_NAME": "dev",
        "COLONIES_PRVKEY": USER.private_hex(),
        "COLONIES_COLONY_PRVKEY": OWNER.private_hex(),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def test_without_flags_and_variables_nothing_is_configured() -> None:
    assert not is_configured(ConnectionOptions())
    assert not is_configured(ConnectionOptions(), {"COLONIES_SERVER_HOST": "", "COLONIES_VERBOSE": "true"})
    assert is_configured(ConnectionOptions(), {"COLONIES_COLONY_NAME": "dev"})
    assert is_configured(ConnectionOptions(port=1), {})


@pytest.mark.usefixtures("configured")
def test_the_environment_describes_a_session() -> None:
    session = open_session(ConnectionOptions())
    assert (session.url, session.colony_name) == ("https://broker.example:8080", "dev")
    assert session.identity.id == USER.id
    assert session.colony_owner is not None
    assert session.colony_owner.id == OWNER.id
    assert session.local is None


@pytest.mark.usefixtures("configured")
def test_flags_win_over_the_environment(tmp_path: Path) -> None:
    OTHER.write(tmp_path / "key")
    options = ConnectionOptions(host="::1", port=9, tls=False, colony="prod", key_file=tmp_path / "key")
    session = open_session(options, read_only=True)
    assert (session.url, session.colony_name, session.read_only) == ("http://[::1]:9", "prod", True)
    assert session.identity.id == OTHER.id
    assert origins(options)["colony"] == "--colony"
    assert origins(options)["colony owner id"] == "COLONIES_COLONY_PRVKEY"


def test_what_is_missing_is_named_all_at_once() -> None:
    with pytest.raises(InvalidSettings, match=r"COLONIES_COLONY_NAME.*COLONIES_PRVKEY"):
        open_session(ConnectionOptions(host="somewhere"))


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    OTHER.write(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(InvalidKey, match="chmod"):
        open_session(ConnectionOptions(colony="dev", key_file=tmp_path / "key"))


def test_keys_do_not_show() -> None:
    options = ConnectionOptions(private_key=USER.private_hex(), colony_private_key=OWNER.private_hex())
    assert USER.private_hex() not in repr(options)
    assert OWNER.private_hex() not in repr(options)


def test_options_before_and_after_the_command_add_up() -> None:
    combined = ConnectionOptions(port=1).or_else(ConnectionOptions(port=2, host="h"))
    assert (combined.port, combined.host) == (1, "h")
