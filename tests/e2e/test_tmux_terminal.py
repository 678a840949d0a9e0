"""How the terminal interface treats its terminal, its user and its server when things go wrong."""

import json
import os
import signal
import time

import pytest

from tests.support.home import EXAMPLES, Home

pytestmark = [pytest.mark.terminal, pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(300)]

_LIVE = "● live"
_PROMPT = r"shell>\s*$"
_ECHO = str(EXAMPLES / "echo.json")


def test_quitting_leaves_the_terminal_as_it_was(home: Home) -> None:
    with home.terminal(["sh", "-c", "stty -a >before; colony-tui; echo code $?; stty -a >after; cat"]) as terminal:
        terminal.wait_for(_LIVE, 90)
        assert terminal.state().alternate_screen
        terminal.press("q")
        screen = terminal.wait_for("code 0")
        state = terminal.state()
    assert (state.alternate_screen, state.cursor_visible, state.mouse_reported) == (False, True, False)
    assert "Processes" not in screen
    assert (home.directory / "before").read_text() == (home.directory / "after").read_text()
    assert home.status()["server"]["pid"] is None


def test_quitting_with_unfinished_work_asks_and_leaves_it_running(home: Home) -> None:
    home.run("function", "submit", "--spec", str(EXAMPLES / "impossible.json"))
    with home.open() as terminal:
        terminal.wait_for("Waiting 1", 90)
        terminal.press("q")
        terminal.wait_for("Leave the local colony running")
        terminal.press("l")
        assert terminal.wait_for_exit() == 0
    assert home.status()["server"]["pid"] is not None
    assert len(home.ask("process", "psw")) == 1


def test_stopped_server_is_waited_for(home: Home) -> None:
    home.run("--submit", _ECHO, "--wait")
    with home.open() as terminal:
        terminal.wait_for("Successful 1", 90)
        terminal.press("]", "]")
        terminal.wait_for("Processes › Successful")
        server = home.status()["server"]["pid"]
        os.kill(server, signal.SIGSTOP)
        try:
            screen = terminal.wait_for("stale", 90)
            assert "Successful 1" in screen
            terminal.press("Enter")
            terminal.wait_for("Overview")
            terminal.press("Escape")
            terminal.wait_for("Processes › Successful")
        finally:
            os.kill(server, signal.SIGCONT)
        terminal.wait_for(_LIVE, 90)


def test_killed_server_is_started_again(home: Home) -> None:
    home.run("--submit", _ECHO, "--wait")
    with home.open() as terminal:
        terminal.wait_for("Successful 1", 90)
        killed = home.status()["server"]["pid"]
        os.kill(killed, signal.SIGKILL)
        give_up_at = time.monotonic() + 90
        # Asking what runs starts nothing.
        while home.status()["server"]["pid"] in (None, killed):
            assert time.monotonic() < give_up_at
        home.run("--submit", _ECHO, "--wait")
        terminal.wait_for("Successful 2", 90)
        terminal.wait_for(_LIVE, 90)


def test_killed_executor_is_started_again_and_ends_what_it_was_running(home: Home) -> None:
    spec = json.loads((EXAMPLES / "echo.json").read_text())
    spec["kwargs"] |= {"cmd": "sleep", "args": ["8"]}
    (home.directory / "sleep.json").write_text(json.dumps(spec))
    with home.open() as terminal:
        terminal.wait_for(_LIVE, 90)
        home.run("--submit", str(home.directory / "sleep.json"))
        terminal.wait_for("Running 1", 90)
        os.kill(home.status()["executor"]["pid"], signal.SIGKILL)
        terminal.wait_for("The local executor had died and was started again", 90)
        terminal.wait_for("Successful 1", 90)


def test_other_sizes(home: Home) -> None:
    with home.open() as terminal:
        for width, height in ((60, 20), (200, 90), (80, 24)):
            terminal.resize(width, height)
            terminal.wait_for("Processes › Waiting", 90)
            if width < 100:
                terminal.wait_until_gone("Navigate")
            else:
                terminal.wait_for("Navigate")
        terminal.press("?")
        terminal.wait_for("Submit")


def test_suspend_and_resume(home: Home) -> None:
    with home.terminal(["bash", "--norc", "-i"]) as terminal:
        terminal.type("PS1='shell> '; colony-tui\n")
        terminal.wait_for(_LIVE, 90)
        terminal.press("C-z")
        terminal.wait_for(_PROMPT)
        assert not terminal.state().alternate_screen
        terminal.type("fg\n")
        terminal.wait_for(_LIVE)
        terminal.press("C-q")
        terminal.wait_for(_PROMPT)


def test_without_colours(home: Home) -> None:
    with home.terminal(["env", "NO_COLOR=1", "colony-tui"]) as terminal:
        terminal.wait_for(_LIVE, 90)
        terminal.press("]")
        terminal.wait_for("No running processes")
