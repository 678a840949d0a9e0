"""How the command line opens the terminal interface."""

from __future__ import annotations

import sys

from colonytui.commands.errors import Misuse
from colonytui.commands.reporting import report, say
from colonytui.configuration import ConnectionOptions, open_session
from colonytui.ui_settings import UiSettings, needs_ascii


def open_interface(connection: ConnectionOptions, settings: UiSettings, *, read_only: bool) -> int:
    """Run the terminal interface until the user leaves and return the exit code.

    Raises Misuse without a terminal, and what `open_session` raises.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Misuse("the terminal interface needs a terminal; for commands see: colony-tui --help")
    session = open_session(connection, read_only=read_only, on_start=lambda: say("starting a local colony …"))
    from colonytui.app import run_tui

    return run_tui(session, settings)


def open_default_interface() -> int:
    """Do what the program does without any arguments, and return the exit code."""
    settings = UiSettings(ascii=needs_ascii())
    return report(lambda: open_interface(ConnectionOptions(), settings, read_only=False))
