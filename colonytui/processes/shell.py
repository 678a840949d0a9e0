"""A shell beside a running program, in the terminal of the interface itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from colonysdk.objects import Process
from colonytui.processes.entering import why_not_inside
from colonytui.processes.names import short_id

if TYPE_CHECKING:
    from colonytui.app import ColonyApp


def why_no_shell(process: Process, user_id: str) -> str | None:
    """Say why this user can open no shell beside a program; None when that can be tried."""
    if reason := why_not_inside(process):
        return f"{reason[0].upper()}{reason[1:]}."
    if process.initiator_id != user_id:
        return "Only who submitted a process may open a shell beside its program."
    return None


def open_shell(colony: ColonyApp, process: Process) -> None:
    """Give the terminal to a shell until that ends; nothing is painted or asked meanwhile."""
    from colonytui.commands.exec_thread import run_shell

    sentences: list[str] = []
    try:
        with colony.suspend():
            code = run_shell(colony.session, process.process_id, sentences.append)
    except SuspendNotSupported:
        colony.warn("This terminal cannot be given to a shell; use colony-tui exec in another one.")
        return
    if sentences:
        colony.warn("\n".join(sentences))
    else:
        colony.inform(f"The shell in {short_id(process.process_id)} ended with exit code {code}.")
