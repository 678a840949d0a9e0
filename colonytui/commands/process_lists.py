"""colony-tui process ps, psw, pss, psf, psc: the processes of one state."""

from __future__ import annotations

from typing import Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions, with_common_options

_CountOption = Annotated[int, typer.Option("--count", metavar="NUMBER", min=1, help="How many at most.")]
_AllOption = Annotated[bool, typer.Option("--all", help="All of them, however many.")]
_IdsOption = Annotated[bool, typer.Option("--ids", "-i", help="Show whole ids.")]
_FunctionOption = Annotated[
    str, typer.Option("--function", "--func", metavar="NAME", help="Only those of this function.")
]
_LabelOption = Annotated[str, typer.Option("--label", metavar="LABEL", help="Only those with this label.")]
_ExecutorOption = Annotated[
    str, typer.Option("--executor", "--executorname", metavar="NAME", help="Only those that this executor runs or ran.")
]
_TypeOption = Annotated[
    str, typer.Option("--executor-type", "--executortype", metavar="TYPE", help="Only those for this type of executor.")
]
_InitiatorOption = Annotated[
    str, typer.Option("--initiator", metavar="NAME", help="Only those that this user submitted.")
]
_TextOption = Annotated[
    str, typer.Option("--text", metavar="TEXT", help="Only those with this in function, label, id or arguments.")
]
_SinceOption = Annotated[
    str,
    typer.Option("--since", metavar="TIME", help="Only those that ended (or, unfinished, were submitted) since: 2h, …"),
]
_UntilOption = Annotated[str, typer.Option("--until", metavar="TIME", help="Only those before this moment.")]


def add_process_lists(process: typer.Typer) -> None:
    """Add the lists to the commands about processes."""
    _add_list(process, "psw", "WAITING", "List waiting processes, the next one first.")
    _add_list(process, "ps", "RUNNING", "List running processes.")
    _add_list(process, "pss", "SUCCESS", "List successful processes, the newest end first.")
    _add_list(process, "psf", "FAILED", "List failed processes, the newest end first.")
    _add_list(process, "psc", "CANCELLED", "List cancelled processes, the newest end first.")


def _add_list(process: typer.Typer, name: str, state_name: str, sentence: str) -> None:
    def command(
        common: CommonOptions,
        count: _CountOption = 20,
        every: _AllOption = False,
        ids: _IdsOption = False,
        function: _FunctionOption = "",
        label: _LabelOption = "",
        executor: _ExecutorOption = "",
        executor_type: _TypeOption = "",
        initiator: _InitiatorOption = "",
        text: _TextOption = "",
        since: _SinceOption = "",
        until: _UntilOption = "",
    ) -> ExitCode:
        from datetime import UTC, datetime

        from colonysdk.objects import ProcessState
        from colonytui.commands.entered_moments import entered_moment
        from colonytui.commands.process_filter import ProcessFilter
        from colonytui.commands.process_list import list_processes
        from colonytui.commands.running import run_in_colony

        now = datetime.now(UTC)
        wanted = ProcessFilter(
            states=(ProcessState[state_name],),
            count=None if every else count,
            function=function,
            label=label,
            executor=executor,
            executor_type=executor_type,
            initiator=initiator,
            text=text,
            since=entered_moment(since, now),
            until=entered_moment(until, now),
        )
        return run_in_colony(common, lambda invocation: list_processes(invocation, wanted, whole_ids=ids))

    command.__doc__ = sentence
    process.command(name)(with_common_options()(command))
