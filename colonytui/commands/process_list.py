"""Lists of processes."""

from __future__ import annotations

from colonysdk.client import ColonyClient
from colonysdk.objects import ProcessState
from colonytui.commands.output import Output
from colonytui.commands.process_filter import ProcessFilter
from colonytui.commands.process_search import Tally, find_processes
from colonytui.commands.process_table import Appearance, process_columns
from colonytui.commands.running import Invocation
from colonytui.commands.table import Table
from colonytui.terminal.glyphs import STATE_WORDS


async def list_processes(invocation: Invocation, wanted: ProcessFilter, *, whole_ids: bool = False) -> None:
    """Print the processes that are wanted, and say how many there are.

    JSON is printed as it comes, so that any number of processes needs no more memory than a page of them.
    """
    client, output = invocation.client, invocation.output
    names = await _executor_names(client, wanted)
    tally = Tally()
    pages = find_processes(client, wanted, names, tally)
    title = f"{STATE_WORDS[wanted.states[0]] if len(wanted.states) == 1 else ''} processes".strip()
    if output.as_json:
        await output.json_list(pages)
    else:
        columns = process_columns(wanted.states, names, Appearance(output.is_terminal, whole_ids))
        rows = [[cell(process) for _, cell in columns] async for page in pages for process in page]
        headings = [heading for heading, _ in columns]
        output.tables([Table(title.capitalize(), headings, rows, when_empty=f"No {title}.")])
    _say_how_many(output, tally, title)


async def _executor_names(client: ColonyClient, wanted: ProcessFilter) -> dict[str, str]:
    """The names of executors by their ids; what waits has none yet."""
    if list(wanted.states) == [ProcessState.WAITING]:
        return {}
    return {executor.executor_id: executor.executor_name for executor in await client.executors()}


def _say_how_many(output: Output, tally: Tally, noun: str) -> None:
    """Say it to people; programs hear of it only when they did not get everything."""
    is_everything = tally.is_exact and tally.shown == tally.total
    if tally.shown if output.is_terminal else not is_everything:
        output.say(_how_many(tally, noun))
    for remark in tally.remarks:
        output.say(remark)


def _how_many(tally: Tally, noun: str) -> str:
    if tally.is_exact:
        return f"{tally.shown:,} of {tally.total:,} {noun}"
    if tally.shown < tally.total:
        return f"{tally.shown:,} of at least {tally.total:,} {noun}"
    return f"{tally.shown:,} {noun}, and there may be more"
