"""Finding the processes of a command that runs beside a program, whatever they have made of themselves.

A command beside a program, and all that it starts, has its session's id in its environment: neither a container engine
nor a process group knows all of them.
"""

import os
import signal
from contextlib import suppress

from colonyexecutors.runtimes import linux

VARIABLE = "COLONIES_EXEC_SESSION"


def signal_marked(session: str, number: signal.Signals) -> bool:
    """Send a signal to the processes of a session on this machine; whether there were any that this user may see."""
    found = False
    for pid in linux.pids():
        if linux.environment_of(pid).get(VARIABLE) == session:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
                found = True
    return found
