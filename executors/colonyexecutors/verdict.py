"""What the end of a program means: its own exit code is a detail of these failures, and never a code of ours."""

import signal
from contextlib import suppress

from colonyexecutors.errors import RunFailed, StageFailed
from colonyexecutors.job import Job
from colonyexecutors.journal import Failure
from colonyexecutors.runtimes.base import KILLED, Exit
from colonyexecutors.site import Site
from colonysdk.units import format_bytes

_SIGNAL_BASE = 128


def judge(site: Site, job: Job, ended: Exit) -> None:
    """Decide whether the program did well; raises RunFailed."""
    if ended.lost:
        raise lost()
    if ended.out_of_memory and ended.code == KILLED:
        raise RunFailed(
            "out_of_memory",
            f"program was killed because it used more memory than its limit of {format_bytes(job.memory_bytes)}",
            hint="ask for more memory in conditions.mem",
        )
    most = f"{site.limits.processes} processes and threads at once"
    if ended.out_of_processes and ended.code == KILLED:
        raise RunFailed(
            "process_limit",
            f"program was killed because it had more than {most}",
            hint="let it start fewer of them, or ask who operates the executor for a larger EXECUTOR_PIDS_LIMIT",
        )
    if ended.code:
        hint = ""
        if ended.out_of_memory:
            hint = "one of its processes was killed at the memory limit (conditions.mem)"
        elif ended.out_of_processes:
            hint = f"it was refused another process or thread: its limit is {most}"
        raise RunFailed("program_exit", f"program exited with code {ended.code}{_as_signal(ended.code)}", hint=hint)


def lost() -> RunFailed:
    """What to say about a program whose end nobody saw."""
    return RunFailed(
        "lost",
        "program vanished without an exit code: its machine was restarted, or it was removed from outside",
        hint="submit the process again",
        retry=True,
    )


def as_failure(error: StageFailed) -> Failure:
    """What a stage's failure becomes."""
    return Failure(errors=error.as_errors(), last_line=f"colony: {error.stage}: {error.sentence}")


def _as_signal(code: int) -> str:
    with suppress(ValueError):
        return f" ({signal.Signals(code - _SIGNAL_BASE).name})"
    return ""
