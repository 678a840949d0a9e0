"""A shell beside a running program, in a real terminal: by command, and by a key of the terminal interface."""

import json
import time
from pathlib import Path

import pytest

from tests.support.home import Home

pytestmark = [pytest.mark.terminal, pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(300)]

_RUNS = {"channels": ["exec"]}


def test_shell_by_command(home: Home) -> None:
    process_id = _begin(home, **_RUNS)
    script = f"stty -a >before; colony-tui exec {process_id}; echo code $?; stty -a >after; cat"
    with home.terminal(["sh", "-c", script]) as terminal:
        terminal.wait_for(r"/ #")
        terminal.type("stty size; echo $COLONIES_PROCESS_ID")
        terminal.press("Enter")
        terminal.wait_for(r"(?m)^36 120$(?s:.*)" + process_id)
        terminal.resize(100, 30)
        terminal.type("stty size")
        terminal.press("Enter")
        terminal.wait_for(r"(?m)^30 100$")
        terminal.type("echo started; sleep 99")
        terminal.press("Enter")
        # While the shell still reads its line, it would take the key for a character, as any shell does.
        terminal.wait_for(r"(?m)^started$")
        terminal.press("C-c")
        terminal.type("echo interrupted $((100 + 30))")
        terminal.press("Enter")
        terminal.wait_for(r"(?m)^interrupted 130$")
        terminal.type("exit 7")
        terminal.press("Enter")
        terminal.wait_for("code 7")
    assert _settings(home, "before") == _settings(home, "after")
    log = home.run("log", "get", "-p", process_id)
    assert "opened a session (sh)" in log
    assert "closed a session, exit code 7" in log


def test_shell_that_loses_its_program(home: Home) -> None:
    process_id = _begin(home, **_RUNS)
    script = f"stty -a >before; colony-tui exec {process_id}; echo code $?; stty -a >after; cat"
    with home.terminal(["sh", "-c", script]) as terminal:
        terminal.wait_for(r"/ #")
        home.run("process", "cancel", "-p", process_id)
        terminal.wait_for("the process has ended")
        terminal.wait_for(r"code \d+")
    assert _settings(home, "before") == _settings(home, "after")


def test_pipes_and_exit_codes(home: Home) -> None:
    process_id = _begin(home, **_RUNS)
    script = (
        f"printf 'one\\ntwo\\n' | colony-tui exec {process_id} -- sh -c 'wc -l; echo oops >&2; exit 5' >out 2>err; "
        f"echo code $? >code; colony-tui exec {process_id} -- seq 100000 | head -1 >first; cat"
    )
    with home.terminal(["sh", "-c", script]):
        _wait_for_file(home.directory / "first")
    read = {name: (home.directory / name).read_text() for name in ("out", "err", "code", "first")}
    assert read == {"out": "2\n", "err": "oops\n", "code": "code 5\n", "first": "1\n"}


def test_refusals_say_what_to_do(home: Home) -> None:
    closed = _begin(home)
    with home.terminal(["sh", "-c", f"colony-tui exec {closed}; echo code $?; cat"]) as terminal:
        terminal.wait_for("submit it with --exec")
        terminal.wait_for("code 4")
    home.run("process", "cancel", "-p", closed)
    with home.terminal(["sh", "-c", f"colony-tui exec {closed}; echo code $?; cat"]) as terminal:
        terminal.wait_for("has ended; a session can be opened while it runs")
        terminal.wait_for("code 4")


def test_shell_by_key(home: Home) -> None:
    _begin(home, **_RUNS)
    with home.open() as terminal:
        terminal.wait_for("Running 1", 90)
        terminal.press("]")
        terminal.wait_for("Processes › Running")
        terminal.press("!")
        terminal.wait_for(r"/ #")
        terminal.type("stty size; echo inside $((40 + 2))")
        terminal.press("Enter")
        terminal.wait_for(r"(?m)^36 120$(?s:.*)^inside 42$")
        terminal.type("exit")
        terminal.press("Enter")
        terminal.wait_for("Processes › Running")
        assert terminal.state().alternate_screen
        terminal.press("[")
        terminal.wait_for("Processes › Waiting")


def _begin(home: Home, **fields: object) -> str:
    """Submit a program that runs for a while, and wait until it runs; its id."""
    spec = {
        "funcname": "execute",
        "kwargs": {"cmd": "sh -c 'echo begin; sleep 300'", "docker-image": "busybox:latest", "network": "none"},
        "conditions": {"executortype": "container-executor"},
        **fields,
    }
    path = home.directory / "spec.json"
    path.write_text(json.dumps(spec))
    process_id = home.run("--submit", str(path)).strip()
    with home.terminal(["colony-tui", "log", "get", "-p", process_id, "--follow"]) as terminal:
        terminal.wait_for("begin", 60)
    return process_id


def _settings(home: Home, name: str) -> str:
    """What stty wrote about the terminal, without its size."""
    return (home.directory / name).read_text().partition(";")[2].partition(";")[2].partition(";")[2]


def _wait_for_file(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline, f"{path} stays empty"
        time.sleep(0.1)
