"""colony-tui function: submit processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import (
    CommonOptions,
    ExecOption,
    FollowOption,
    TimeoutOption,
    WaitOption,
    with_common_options,
)

if TYPE_CHECKING:
    from colonysdk.objects import FunctionSpec

function = typer.Typer(help="Submit processes.", no_args_is_help=True)

_OutOption = Annotated[bool, typer.Option("--out", help="Wait, and print the output.")]
_LabelOption = Annotated[str | None, typer.Option("--label", metavar="LABEL", help="Label of the process.")]


@function.command("submit")
@with_common_options()
def submit(
    common: CommonOptions,
    spec: Annotated[str, typer.Option("--spec", metavar="FILE", help="Specification, JSON or YAML; - is stdin.")],
    label: _LabelOption = None,
    follow: FollowOption = False,
    wait: WaitOption = False,
    out: _OutOption = False,
    timeout: TimeoutOption = None,
    lets_in: ExecOption = False,
) -> ExitCode:
    """Submit a function specification and print the id of its process."""
    from colonytui.commands.ending import Waiting
    from colonytui.commands.submitting import submit_file

    return submit_file(common, spec, Waiting(follow, wait, out, timeout), label=label, lets_in=lets_in)


@function.command("exec")
@with_common_options()
def execute(
    common: CommonOptions,
    func: Annotated[str, typer.Option("--func", metavar="NAME", help="Name of the function.")],
    args: Annotated[str, typer.Option("--args", metavar="A,B", help="Arguments.")] = "",
    kwargs: Annotated[str, typer.Option("--kwargs", metavar="K:V,K:V", help="Keyword arguments.")] = "",
    env: Annotated[str, typer.Option("--env", metavar="K=V,K=V", help="Environment variables.")] = "",
    targettype: Annotated[
        str, typer.Option("--targettype", metavar="TYPE", help="Type of the executors.")
    ] = "container-executor",
    targetname: Annotated[
        str, typer.Option("--targetname", metavar="NAME", help="Name of the only executor that may take it.")
    ] = "",
    label: _LabelOption = None,
    priority: Annotated[int, typer.Option("--priority", metavar="NUMBER", help="Higher is sooner.")] = 0,
    maxwaittime: Annotated[int, typer.Option("--maxwaittime", metavar="SECONDS", help="Seconds; -1 is no limit.")] = -1,
    maxexectime: Annotated[int, typer.Option("--maxexectime", metavar="SECONDS", help="Seconds; -1 is no limit.")] = -1,
    maxretries: Annotated[
        int, typer.Option("--maxretries", metavar="NUMBER", help="Runs after an expired one; -1 is no limit.")
    ] = 0,
    follow: FollowOption = False,
    wait: WaitOption = False,
    out: _OutOption = False,
    timeout: TimeoutOption = None,
    lets_in: ExecOption = False,
) -> ExitCode:
    """Submit a function that is given in the options.

    Among the keyword arguments, `args` is a list: its elements are separated by commas.
    """
    from colonytui.commands.ending import Waiting
    from colonytui.commands.submitting import submit as submit_spec
    from colonytui.processes.entering import CHANNEL

    data = {
        "funcname": func,
        "args": _elements(args),
        "kwargs": _keyword_arguments(kwargs),
        "env": _pairs(env, "="),
        "label": label,
        "priority": priority,
        "maxwaittime": maxwaittime,
        "maxexectime": maxexectime,
        "maxretries": maxretries,
        "channels": [CHANNEL] if lets_in else [],
        "conditions": {"executortype": targettype, "executornames": _elements(targetname)},
    }
    return submit_spec(common, lambda colony_name: _build(data, colony_name), Waiting(follow, wait, out, timeout))


def _build(data: dict[str, Any], colony_name: str) -> FunctionSpec:
    from colonysdk.specs import build_spec

    return build_spec(data, colony_name=colony_name)


def _elements(text: str) -> list[str]:
    return text.split(",") if text else []


def _keyword_arguments(text: str) -> dict[str, Any]:
    pairs: dict[str, Any] = dict(_pairs(text, ":"))
    if "args" in pairs:
        pairs["args"] = pairs["args"].split(",")
    return pairs


def _pairs(text: str, separator: str) -> dict[str, str]:
    """Split "k:v,k:v"; a piece without a separator continues the value before it, which so may contain commas."""
    from colonytui.commands.errors import Misuse

    pairs: dict[str, str] = {}
    last_key = ""
    for piece in _elements(text):
        key, found, value = piece.partition(separator)
        if found and key:
            last_key = key
            pairs[key] = value
        elif last_key:
            pairs[last_key] += "," + piece
        else:
            raise Misuse(f'"{piece}" is not of the form name{separator}value')
    return pairs
