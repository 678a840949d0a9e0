"""A real terminal for tests: a program in tmux, keys in, screen out."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from uuid import uuid4

_POLL_SECONDS = 0.05
# tmux 3.3 sometimes never learns how its program ended, so a shell around it writes that down.
_RECORDING = 'file=$1; shift; "$@"; echo $? >"$file"'
_TMUX_SECONDS = 20


@dataclass(frozen=True)
class TerminalState:
    """What a program has done to its terminal."""

    alternate_screen: bool
    cursor_visible: bool
    mouse_reported: bool


class Terminal:
    """Runs one program in a terminal of its own; use as a context manager, which ends the program with its terminal.

    The tmux server is private (own socket, no configuration), so a developer's tmux is never touched.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        width: int = 120,
        height: int = 36,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> None:
        self._socket = f"colony-test-{uuid4().hex[:12]}"
        self._environment = {**os.environ, **(environment or {})}
        # pytest sets the size of its own output, and programs would take it for that of this terminal.
        for name in ("COLUMNS", "LINES"):
            self._environment.pop(name, None)
        self._files = TemporaryDirectory(prefix="terminal-")
        self._ending = Path(self._files.name) / "exit-code"
        start_in = ["-c", str(directory)] if directory else []
        recorded = ["sh", "-c", _RECORDING, "sh", str(self._ending), *command]
        self._tmux(
            *("-f", "/dev/null", "start-server", ";"),
            *("set-option", "-g", "remain-on-exit", "on", ";"),
            *("set-option", "-g", "status", "off", ";"),
            *("set-option", "-s", "escape-time", "0", ";"),
            *("set-option", "-g", "default-terminal", "tmux-256color", ";"),
            *("new-session", "-d", "-x", str(width), "-y", str(height), *start_in, "--", *recorded),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._tmux("kill-server")
        self._files.cleanup()

    def press(self, *keys: str) -> None:
        """Press keys by their tmux names: "Enter", "Down", "C-q", "F2", "/", "q"."""
        self._tmux("send-keys", "--", *keys)

    def type(self, text: str) -> None:
        """Type a text as it is."""
        self._tmux("send-keys", "-l", "--", text)

    def paste(self, text: str) -> None:
        """Paste a text in one go, as a bracketed paste where the program asked for that."""
        self._tmux("set-buffer", "--", text)
        self._tmux("paste-buffer", "-p", "-d")

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size."""
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def screen(self) -> str:
        """What a person sees now."""
        return self._tmux("capture-pane", "-p")

    def coloured_screen(self) -> str:
        """What a person sees now, with its colours as escape sequences."""
        return self._tmux("capture-pane", "-p", "-e")

    def state(self) -> TerminalState:
        """The modes the terminal is in now."""
        return TerminalState(
            alternate_screen=self._value("alternate_on") == "1",
            cursor_visible=self._value("cursor_flag") == "1",
            mouse_reported=self._value("mouse_any_flag") == "1",
        )

    def wait_for(self, pattern: str, timeout_seconds: float = 30.0) -> str:
        """The screen, as soon as the regular expression is found in it."""
        return self._wait(f"no {pattern!r}", lambda: re.search(pattern, self.screen()) is not None, timeout_seconds)

    def wait_until_gone(self, pattern: str, timeout_seconds: float = 30.0) -> str:
        """The screen, as soon as the regular expression is not found in it."""
        return self._wait(f"still {pattern!r}", lambda: re.search(pattern, self.screen()) is None, timeout_seconds)

    def wait_for_exit(self, timeout_seconds: float = 30.0) -> int:
        """The program's exit code, as soon as it has ended; 128 and more for a signal."""
        self._wait("the program has not ended", lambda: bool(self._exit_code()), timeout_seconds)
        return int(self._exit_code())

    def _wait(self, complaint: str, reached: Callable[[], bool], timeout_seconds: float) -> str:
        deadline = time.monotonic() + timeout_seconds
        while not reached():
            if time.monotonic() > deadline:
                raise AssertionError(f"{complaint} after {timeout_seconds} s on this screen:\n{self.screen()}")
            time.sleep(_POLL_SECONDS)
        return self.screen()

    def _exit_code(self) -> str:
        return self._ending.read_text().strip() if self._ending.exists() else ""

    def _value(self, variable: str) -> str:
        return self._tmux("display-message", "-p", f"#{{{variable}}}").strip()

    def _tmux(self, *arguments: str) -> str:
        command = ["tmux", "-u", "-L", self._socket, *arguments]
        done = subprocess.run(
            command, env=self._environment, capture_output=True, text=True, check=True, timeout=_TMUX_SECONDS
        )
        return done.stdout
