"""colony-tui log: read and search logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions, TimeoutOption, with_common_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colonysdk.objects import Log
    from colonytui.commands.output import Output
    from colonytui.commands.running import Invocation

log = typer.Typer(help="Read and search logs.", no_args_is_help=True)


@log.command("get")
@with_common_options()
def get(
    common: CommonOptions,
    processid: Annotated[
        str, typer.Option("--processid", "-p", metavar="ID", help="Id of a process, or its first or last digits.")
    ] = "",
    executorname: Annotated[
        str, typer.Option("--executorname", "-e", metavar="NAME", help="An executor, for its own log.")
    ] = "",
    count: Annotated[int, typer.Option("--count", metavar="NUMBER", min=1, help="How many entries at most.")] = 100,
    since: Annotated[
        str,
        typer.Option("--since", metavar="TIME", help="Only entries after this moment: 2h, 2026-02-12T14:10:23Z, …"),
    ] = "",
    latest: Annotated[bool, typer.Option("--latest/--first", "-l/-f", help="The last entries, or the first.")] = True,
    follow: Annotated[
        bool, typer.Option("--follow", help="Print all of it, and go on until the process ends.")
    ] = False,
    timeout: TimeoutOption = None,
) -> ExitCode:
    """Print the log of a process, or of an executor."""
    from datetime import UTC, datetime

    from colonytui.commands.ending import Waiting, wait_for_end
    from colonytui.commands.entered_moments import entered_nanoseconds
    from colonytui.commands.errors import Misuse
    from colonytui.commands.object_ids import whole_id
    from colonytui.commands.running import run_in_colony

    moment = entered_nanoseconds(since, datetime.now(UTC)) if since else 0

    async def body(invocation: Invocation) -> ExitCode:
        if bool(processid) == bool(executorname):
            raise Misuse("name either a process (--processid) or an executor (--executorname)")
        process_id = await whole_id(invocation.client, processid) if processid else ""
        if follow and not process_id:
            raise Misuse("only the log of a process can be followed; it ends with the process")
        if follow:
            return await wait_for_end(invocation, process_id, Waiting(follows=True, timeout_seconds=timeout))
        entries = await invocation.client.logs(
            process_id, moment, count, latest=latest and not moment, executor_name=executorname
        )
        _print(entries, invocation.output)
        return ExitCode.OK

    return run_in_colony(common, body)


@log.command("search")
@with_common_options()
def search(
    common: CommonOptions,
    text: Annotated[str, typer.Option("--text", "-t", metavar="TEXT", help="What the entries must contain.")],
    days: Annotated[int, typer.Option("--days", "-d", metavar="NUMBER", min=1, help="How far back, in days.")] = 1,
    count: Annotated[int, typer.Option("--count", metavar="NUMBER", min=1, help="How many entries at most.")] = 10,
) -> ExitCode:
    """Find log entries that contain a text."""
    from colonytui.commands.running import run_in_colony

    async def body(invocation: Invocation) -> None:
        from colonytui.commands.table import Table

        found = await invocation.client.search_logs(text, days, count)
        if invocation.output.as_json:
            invocation.output.json(found)
            return
        rows = [[_moment(entry), entry.executor_name, entry.process_id, entry.message.rstrip("\n")] for entry in found]
        headings = ["Timestamp", "ExecutorName", "ProcessID", "Text"]
        invocation.output.tables([Table("", headings, rows, when_empty="No log entry contains that.")])

    return run_in_colony(common, body)


def _print(entries: Sequence[Log], output: Output) -> None:
    if output.as_json:
        output.json(entries)
        return
    for entry in entries:
        output.text(entry.message if entry.message.endswith("\n") else entry.message + "\n")


def _moment(entry: Log) -> str:
    from datetime import UTC, datetime

    from colonytui.commands.moments import exact_moment

    return exact_moment(datetime.fromtimestamp(entry.timestamp / 1e9, UTC))
