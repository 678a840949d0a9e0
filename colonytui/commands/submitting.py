"""Submitting a specification from a file, from stdin, or put together from flags."""

from __future__ import annotations

from collections.abc import Callable

from colonysdk.objects import FunctionSpec
from colonysdk.specs import build_spec, check_spec
from colonytui.commands.ending import Waiting, wait_for_end
from colonytui.commands.errors import Misuse
from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions
from colonytui.commands.reporting import say
from colonytui.commands.running import Invocation, run_in_colony
from colonytui.commands.spec_file import read_spec_file
from colonytui.processes.entering import letting_in


def submit_file(
    common: CommonOptions, path: str, waiting: Waiting, *, label: str | None = None, lets_in: bool = False
) -> ExitCode:
    """Submit the specification in a file ("-" is stdin) and wait as asked for; raises InvalidSpec and Misuse.

    `lets_in` allows sessions beside its program, whatever the file says.

    The specification is checked before a colony is looked for, so that its problems are told first.
    """
    data = read_spec_file(path)
    if isinstance(data, list):
        raise Misuse(f"{path} holds a workflow: submit it with colony-tui workflow submit --spec {path}")
    for problem in check_spec(data):
        if problem.severity == "warning":
            say(f"warning: {problem}")
    build_spec(data, colony_name="")

    def make_spec(colony_name: str) -> FunctionSpec:
        spec = build_spec(data, colony_name=colony_name)
        spec = letting_in(spec) if lets_in else spec
        return spec if label is None else spec.model_copy(update={"label": label})

    return submit(common, make_spec, waiting)


def submit(common: CommonOptions, make_spec: Callable[[str], FunctionSpec], waiting: Waiting) -> ExitCode:
    """Submit the specification that `make_spec` makes for the colony's name, and wait as asked for."""

    async def body(invocation: Invocation) -> ExitCode:
        return await submit_in(invocation, make_spec(invocation.session.colony_name), waiting)

    return run_in_colony(common, body, tells_runtime=True)


async def submit_in(invocation: Invocation, spec: FunctionSpec, waiting: Waiting) -> ExitCode:
    """Submit a specification to an open colony, print what was made of it, and wait as asked for."""
    output = invocation.output
    if spec.conditions.colony_name not in ("", invocation.session.colony_name):
        output.say(
            f'warning: $.conditions.colonyname: is "{spec.conditions.colony_name}", '
            f'but the colony talked to is "{invocation.session.colony_name}"'
        )
    process = await invocation.client.submit(spec)
    if not waiting.is_wanted:
        if output.as_json:
            output.json(process)
        else:
            output.line(process.process_id)
        return ExitCode.OK
    # Whoever waits gets the process's own data on stdout, so its id goes where the other sentences go.
    output.say(f"submitted process {process.process_id}")
    return await wait_for_end(invocation, process.process_id, waiting)
