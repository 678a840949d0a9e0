"""Letting the submitter of a process run commands beside its program, and whether a process does."""

from colonysdk.objects import FunctionSpec, Process, ProcessState
from colonytui.processes.names import short_id

CHANNEL = "exec"
"""The channel that a specification declares to allow it."""


def letting_in(spec: FunctionSpec) -> FunctionSpec:
    """Return the specification with the channel declared."""
    channels = spec.channels or []
    return spec if CHANNEL in channels else spec.model_copy(update={"channels": [*channels, CHANNEL]})


def why_not_inside(process: Process) -> str | None:
    """Say why no session can be opened in a process; None when that can be tried."""
    name = f"process {short_id(process.process_id)}"
    if process.state is ProcessState.WAITING:
        return f"{name} waits; a session can be opened when it runs"
    if process.state is not ProcessState.RUNNING:
        return f"{name} has ended; a session can be opened while it runs"
    if CHANNEL not in (process.spec.channels or ()):
        return (
            f"{name} lets nobody in: its specification does not say so; "
            f'submit it with --exec, or with "channels": ["{CHANNEL}"]'
        )
    return None
