"""The terminal harness itself: what end-to-end tests rely on."""

import pytest

from tests.support.terminal import Terminal

pytestmark = pytest.mark.terminal


def test_keys_reach_the_program_and_its_screen_is_seen() -> None:
    with Terminal(["cat"], environment={"PS1": "x"}) as terminal:
        terminal.type("å b; $HOME")
        terminal.press("Enter")
        terminal.wait_for(r"å b; \$HOME\nå b; \$HOME")


def test_the_exit_code_is_known() -> None:
    with Terminal(["sh", "-c", "read line; exit 3"]) as terminal:
        terminal.press("Enter")
        assert terminal.wait_for_exit() == 3


def test_modes_are_seen() -> None:
    with Terminal(["sh", "-c", r"printf '\033[?1049h\033[?25l\033[?1000hin'; read line"]) as terminal:
        terminal.wait_for("in")
        state = terminal.state()
    assert (state.alternate_screen, state.cursor_visible, state.mouse_reported) == (True, False, True)


def test_a_new_size_reaches_the_program() -> None:
    with Terminal(["sh", "-c", "trap 'stty size' WINCH; echo ready; while :; do read line; done"]) as terminal:
        terminal.wait_for("ready")
        terminal.resize(80, 24)
        terminal.press("Enter")
        terminal.wait_for("24 80")
