"""Lists of executors."""

from __future__ import annotations

from dataclasses import dataclass

from colonysdk.objects import Executor, ExecutorState
from colonytui.commands.executor_tables import executor_tables
from colonytui.commands.moments import shown_moment
from colonytui.commands.running import Invocation
from colonytui.commands.table import Table
from colonytui.terminal.glyphs import EXECUTOR_STATE_WORDS

_HEADINGS = ("Name", "Type", "State", "Location", "Last heard from")


@dataclass(frozen=True)
class ExecutorFilter:
    """Which executors to list; "" is no limit, and case does not matter but for the type."""

    unregistered_too: bool = False
    executor_type: str = ""
    location: str = ""
    text: str = ""
    """What the name or the type must contain."""

    def admits(self, executor: Executor) -> bool:
        """Whether an executor is wanted."""
        return (
            (self.unregistered_too or executor.state is not ExecutorState.UNREGISTERED)
            and self.executor_type in ("", executor.executor_type)
            and self.location.lower() in ("", executor.location_name.lower())
            and self.text.lower() in f"{executor.executor_name}\n{executor.executor_type}".lower()
        )


async def list_executors(
    invocation: Invocation, wanted: ExecutorFilter | None = None, *, in_full: bool = False
) -> None:
    """Print the executors, one in a row or everything about each of them."""
    wanted = wanted or ExecutorFilter()
    output = invocation.output
    executors = sorted(
        filter(wanted.admits, await invocation.client.executors()), key=lambda executor: executor.executor_name
    )
    if output.as_json:
        output.json(executors)
    elif in_full:
        output.tables([table for executor in executors for table in executor_tables(executor, [])])
    else:
        rows = [_row(executor, is_terminal=output.is_terminal) for executor in executors]
        output.tables([Table("Executors", _HEADINGS, rows, when_empty="No executors.")])


def _row(executor: Executor, *, is_terminal: bool) -> list[str]:
    return [
        executor.executor_name,
        executor.executor_type,
        EXECUTOR_STATE_WORDS[executor.state],
        executor.location_name,
        shown_moment(executor.last_heard_from_time, is_terminal=is_terminal),
    ]
