"""What a command that waits for a process prints, and the exit code it ends with."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from colonysdk.errors import Refused, Unreachable
from colonysdk.objects import Log, Process, ProcessState
from colonysdk.units import format_duration
from colonytui.commands.exit_code import ExitCode
from colonytui.commands.following import follow
from colonytui.commands.output import Output
from colonytui.commands.running import Invocation

ENDING_CODES = {
    ProcessState.SUCCESS: ExitCode.OK,
    ProcessState.FAILED: ExitCode.PROCESS_FAILED,
    ProcessState.CANCELLED: ExitCode.CANCELLED,
}
"""What a command ends with that has waited for a process, or a workflow, which ended so."""


@dataclass(frozen=True)
class Waiting:
    """Whether to wait for the end of a process, and what to print on the way and there."""

    follows: bool = False
    waits: bool = False
    shows_output: bool = False
    timeout_seconds: float | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether anything of this was asked for."""
        return self.follows or self.waits or self.shows_output


async def wait_for_end(invocation: Invocation, process_id: str, waiting: Waiting) -> ExitCode:
    """Wait for a process as asked for, and say how it ended; the process goes on when the waiting is broken off."""
    output = invocation.output
    try:
        async with asyncio.timeout(waiting.timeout_seconds):
            process = await follow(
                invocation.client,
                process_id,
                invocation.patience(),
                on_log=(lambda entry: _print_entry(output, entry)) if waiting.follows else None,
                on_long_wait=lambda process: _say_why(invocation, process),
            )
    except TimeoutError:
        output.say(f"the process goes on; the waiting ended after {waiting.timeout_seconds:g} s")
        output.say(_how_to_follow(process_id))
        return ExitCode.TIMED_OUT
    except asyncio.CancelledError:
        output.say(f"the process goes on; {_how_to_follow(process_id)}")
        raise
    return _print_end(output, process, waiting)


def output_text(process: Process) -> str:
    """What a process handed back, as one line: its values joined by spaces, as the reference prints them."""
    return " ".join(str(value) for value in process.output)


def _print_entry(output: Output, entry: Log) -> None:
    if output.as_json:
        output.json_line(entry)
    else:
        output.text(entry.message if entry.message.endswith("\n") else entry.message + "\n")


def _print_end(output: Output, process: Process, waiting: Waiting) -> ExitCode:
    if output.as_json:
        if waiting.follows:
            output.json_line(process)
        else:
            output.json(process)
    elif waiting.shows_output and process.output:
        output.line(output_text(process))
    for sentence in _ending(process):
        output.say(sentence)
    return ENDING_CODES[process.state]


def _ending(process: Process) -> list[str]:
    match process.state:
        case ProcessState.SUCCESS:
            return [f"process {process.process_id} was successful{_run_time(process)}"]
        case ProcessState.FAILED:
            reasons = [f"  {error}" for error in process.errors] or ["  no reason was given"]
            return [f"process {process.process_id} failed{_run_time(process)}:", *reasons]
        case _:
            return [f"process {process.process_id} was cancelled"]


def _run_time(process: Process) -> str:
    if process.start_time is None or process.end_time is None:
        return ""
    return f" after {format_duration(max(process.end_time - process.start_time, timedelta(0)))}"


def _how_to_follow(process_id: str) -> str:
    return f"see its log with: colony-tui log get --follow -p {process_id}"


async def _say_why(invocation: Invocation, process: Process) -> None:
    from colonytui.commands.facts import gather_facts
    from colonytui.explain.explanation import why_line

    try:
        why = why_line(process, await gather_facts(invocation, process, datetime.now(UTC)))
    except (Refused, Unreachable):
        return  # The reason is a courtesy; the waiting itself reports what matters.
    invocation.output.say(f"still waiting: {why}" if why else "still waiting for an executor")
