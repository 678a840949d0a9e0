"""How processes are called where people read."""

from __future__ import annotations

from colonysdk.objects import FunctionSpec, Process


def short_id(process_id: str) -> str:
    """The end of an id, enough for people to tell processes apart; servers may let ids begin with the time."""
    return process_id[-8:]


def process_name(process: Process) -> str:
    """What people call a process: its name in the workflow, else its command, else its function."""
    return process.spec.node_name or command_of(process.spec) or process.spec.func_name


def command_of(spec: FunctionSpec) -> str:
    """The command that a container runs, on one line; empty for other functions."""
    command, arguments = spec.kwargs.get("cmd"), spec.kwargs.get("args")
    if not isinstance(command, str):
        return ""
    words = [command, *(arguments if isinstance(arguments, list) else [])]
    return " ".join(" ".join(str(word) for word in words).split())
