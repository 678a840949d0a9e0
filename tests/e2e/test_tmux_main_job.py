"""The main job, by keyboard in a real terminal: submit, watch, read the log, break something, see why, retry it."""

import pytest

from tests.support.home import EXAMPLES, Home
from tests.support.terminal import Terminal

pytestmark = [pytest.mark.terminal, pytest.mark.docker, pytest.mark.slow, pytest.mark.timeout(300)]


def test_newcomer_runs_a_job_breaks_one_and_retries_it(home: Home) -> None:
    with home.open() as terminal:
        terminal.wait_for("● live", 90)

        _submit(terminal, "echo")
        terminal.wait_for("SUCCESSFUL", 90)
        terminal.wait_for(r":\d\d hello world")
        terminal.press("l")
        terminal.wait_for("Log · complete · 1 line")
        terminal.press("Escape", "Escape")
        terminal.wait_for("Successful 1")

        _submit(terminal, "fails")
        terminal.wait_for("FAILED", 90)
        terminal.press("i")
        terminal.wait_for("Why did")
        terminal.wait_for("exited with code 3")
        terminal.press("Escape")
        terminal.wait_until_gone("Why did")
        terminal.press("r")
        terminal.wait_for("submitted again as")
        terminal.wait_for("F 2", 90)

    assert [process["spec"]["label"] for process in home.ask("process", "pss")] == ["echo"]
    assert [process["spec"]["label"] for process in home.ask("process", "psf")] == ["fails", "fails"]


def test_waiting_process_says_why_and_is_cancelled(home: Home) -> None:
    with home.open() as terminal:
        terminal.wait_for("● live", 90)
        _submit(terminal, "impossible")
        terminal.press("i")
        terminal.wait_for("Why is")
        terminal.wait_for("4096Gi|4 ?TiB|4Ti")
        terminal.press("Escape")
        terminal.wait_until_gone("Why is")
        terminal.press("c")
        terminal.wait_for("Cancel process")
        terminal.press("y")
        terminal.wait_for("CANCELLED")
    assert len(home.ask("process", "psc")) == 1


def test_pasted_specification_is_checked_while_typing(home: Home) -> None:
    with home.open() as terminal:
        terminal.wait_for("● live", 90)
        terminal.press("s")
        terminal.wait_for("JSON ─")
        terminal.press("F2", "C-a")
        terminal.paste('{"funcname": "execute", "conditions": {"mem": "-5Gi"}}')
        terminal.wait_for("mem")
        terminal.wait_for("problem|error")
        terminal.press("C-j")
        terminal.wait_until_gone("submitted")
    assert home.ask("process", "psw") == []


def _submit(terminal: Terminal, name: str) -> None:
    """Load an example into the submit form, submit it, and open what was submitted."""
    terminal.press("s")
    terminal.wait_for("Submit ─.*JSON ─")
    terminal.press("F3")
    terminal.wait_for("Load a specification")
    terminal.type(str(EXAMPLES / f"{name}.json"))
    terminal.press("Enter")
    terminal.wait_until_gone("Load a specification")
    terminal.wait_for(f"Label +{name}")
    terminal.press("C-j")
    terminal.wait_for("✔ submitted")
    terminal.press("Enter")
    terminal.wait_for("Overview")
