"""What each command of the command line does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from colonytui.actions.command_line import Command

if TYPE_CHECKING:
    from colonytui.app import ColonyApp

_WHOLE_ID = re.compile(r"[0-9a-f]{64}")


async def run_command(app: ColonyApp, command: Command) -> None:
    """Carry out a command. Await it from a worker."""
    match command.name:
        case "proc" | "log" | "explain":
            _open_process(app, command)
        case "executor" if command.argument:
            _open_executor(app, command.argument)
        case "executor":
            await app.go_to("executors")
        case "submit":
            app.action_perform("submit")
        case "theme":
            _choose_theme(app, command.argument)
        case "help":
            app.action_help()
        case "q":
            await app.action_quit()
        case tab_id:
            await app.show_processes(tab_id, command.argument)


def _open_process(app: ColonyApp, command: Command) -> None:
    process_id = _found_id(app, command.argument.lower())
    if process_id is None:
        return
    match command.name:
        case "log":
            app.open_logs(process_id)
        case "explain":
            app.open_explain(process_id)
        case _:
            app.open_process(process_id)


def _found_id(app: ColonyApp, digits: str) -> str | None:
    if _WHOLE_ID.fullmatch(digits):
        return digits
    matches = list(app.store.find_processes(digits))
    if len(matches) == 1:
        return matches[0].process_id
    app.warn(
        f"{len(matches)} ids begin or end with {digits}; type more of one."
        if matches
        else f"No listed process has an id that begins or ends with {digits!r}; type the whole id of another."
    )
    return None


def _open_executor(app: ColonyApp, name: str) -> None:
    if app.store.executor(name) is None:
        app.warn(f"There is no executor {name!r} in this colony.")
    else:
        app.open_executor(name)


def _choose_theme(app: ColonyApp, name: str) -> None:
    if name in app.available_themes:
        app.theme = name
    else:
        app.warn(f"There is no theme {name!r}; there are {', '.join(sorted(app.available_themes))}.")
