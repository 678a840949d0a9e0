"""The terminal interface through a whole minute without a server: one that hangs, and one that is killed."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from colonysdk import messages
from colonysdk.objects import Conditions, FunctionSpec
from tests.support.home import Home
from tests.support.server import ColonyKeys, RunningServer
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.slow, pytest.mark.timeout(300)]

MINUTE_SECONDS = 60.0
_SLOW = 90.0
_STALE = r"stale (\d+)(?:\.\d)?s, retry in \d+s \((\d+)\)"


@pytest.fixture
def hung(tmp_path: Path) -> Iterator[RunningServer]:
    (tmp_path / "hung").mkdir()
    with RunningServer(tmp_path / "hung") as server:
        yield server


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[RunningServer]:
    (tmp_path / "killed").mkdir()
    with RunningServer(tmp_path / "killed") as server:
        yield server


def submit(server: RunningServer, colony: ColonyKeys, name: str) -> None:
    conditions = Conditions(colony_name=colony.name, executor_type=colony.executor_type)
    spec = FunctionSpec(func_name=name, conditions=conditions, max_exec_time=-1, max_wait_time=-1)
    server.send(messages.SubmitFunctionSpec(spec=spec), colony.user)


def watching(server: RunningServer, colony: ColonyKeys) -> Terminal:
    return Home(server.directory).open(
        COLONIES_SERVER_HOST="127.0.0.1",
        COLONIES_SERVER_PORT=str(server.port),
        COLONIES_TLS="false",
        COLONIES_COLONY_NAME=colony.name,
        COLONIES_PRVKEY=colony.user.private_hex(),
    )


def goes_on_without_a_server(terminal: Terminal) -> None:
    """Rows stay and ages tick; places, tabs, details, filters and explanations open and close."""
    screen = terminal.wait_for(_STALE, _SLOW)
    assert "apple" in screen
    assert "pear" in screen
    terminal.press("]")
    terminal.wait_for("Processes › Running")
    terminal.press("[")
    terminal.wait_for("Processes › Waiting")
    terminal.press("4")
    terminal.wait_for(r"Executors \(1/1\)")
    terminal.press("2")
    terminal.wait_for("Processes › Waiting")
    terminal.press("Enter")
    terminal.wait_for("Overview")
    terminal.press("Escape")
    terminal.wait_for("Processes › Waiting")
    terminal.press("i")
    terminal.wait_for("Why is apple")
    terminal.press("Escape")
    terminal.wait_until_gone("Why is apple")
    terminal.press("/")
    terminal.wait_for("func:train")
    terminal.type("pear")
    terminal.wait_until_gone("apple")
    terminal.press("Escape")
    terminal.wait_for("apple")


def test_rows_stay_and_everything_resumes(hung: RunningServer, killed: RunningServer) -> None:
    colonies = {server.url: server.new_colony() for server in (hung, killed)}
    for server in (hung, killed):
        for name in ("apple", "pear"):
            submit(server, colonies[server.url], name)
    with watching(hung, colonies[hung.url]) as on_hung, watching(killed, colonies[killed.url]) as on_killed:
        terminals = (on_hung, on_killed)
        for terminal in terminals:
            terminal.wait_for(r"● live(.|\n)*Processes › Waiting \(2\)", _SLOW)
        os.kill(hung.pid, signal.SIGSTOP)
        killed.kill()
        begun = time.monotonic()
        try:
            for terminal in terminals:
                goes_on_without_a_server(terminal)
            for terminal in terminals:
                # The ages themselves say when a whole minute is over.
                terminal.wait_for(rf"stale ({MINUTE_SECONDS:.0f}|6[1-9]|[7-9]\d|\d{{3,}})s", _SLOW)
        finally:
            os.kill(hung.pid, signal.SIGCONT)
        killed.start()
        assert time.monotonic() - begun >= MINUTE_SECONDS - 1
        for server, terminal in ((hung, on_hung), (killed, on_killed)):
            submit(server, colonies[server.url], "plum")
            screen = terminal.wait_for(r"● live(.|\n)*Processes › Waiting \(3\)", _SLOW)
            assert all(name in screen for name in ("apple", "pear", "plum"))
