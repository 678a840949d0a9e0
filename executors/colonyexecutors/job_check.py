"""Whether a specification can be run as a job, with everything that stands in the way said at once."""

from collections.abc import Iterator

from colonyexecutors.command import build_command
from colonyexecutors.errors import ValidateFailed
from colonyexecutors.functions import SYNC
from colonyexecutors.job_files import file_problems
from colonysdk.errors import Problem
from colonysdk.objects import FunctionSpec, Process
from colonysdk.specs.container import check_container_job
from colonysdk.specs.shapes import child_path, scalar, shown, text
from colonysdk.units import parse_cpu, parse_memory

_MOST_COPIES = 1024


def check_job(process: Process, *, image_required: bool) -> None:
    """Raise ValidateFailed, with every problem as a detail, for a process that cannot run."""
    spec = process.spec
    problems = [
        *(_sync_problems(spec) if spec.func_name == SYNC else _problems(spec, image_required=image_required)),
        *file_problems(spec.fs, process.process_id),
    ]
    if problems:
        raise ValidateFailed(
            "invalid_specification",
            f"the specification is not a job that can run: {problems[0].path} {problems[0].message}",
            details=[str(problem) for problem in problems],
            hint="correct the specification and submit it again",
        )


def text_argument(spec: FunctionSpec, name: str) -> str:
    """A keyword argument that is a text, empty when it is absent."""
    value = spec.kwargs.get(name)
    return value if isinstance(value, str) else ""


def _problems(spec: FunctionSpec, *, image_required: bool) -> Iterator[Problem]:
    arguments = dict(spec.kwargs)
    if arguments.get("docker-image") is None and not image_required:
        arguments["docker-image"] = "not needed"
    if arguments.get("cmd") is None and spec.args:
        arguments["cmd"] = "given by args"
    for problem in check_container_job({"funcname": spec.func_name, "kwargs": arguments}):
        if problem.severity == "error":
            yield problem
    for index, argument in enumerate(spec.args if spec.kwargs.get("cmd") is None else ()):
        yield from scalar(argument, f"$.args[{index}]")
    try:
        build_command(text_argument(spec, "cmd"), (), text_argument(spec, "init-cmd"))
    except ValueError as error:
        yield Problem("$.kwargs.cmd", str(error), "a command such as \"echo 'hello world'\"")
    for name, value in spec.env.items():
        if not name or "=" in name:
            yield Problem("$.env", f"{shown(name)} cannot name an environment variable", "a name without =")
        yield from text(name, "$.env")
        yield from text(value, child_path("$.env", name))
    yield from _amount_problems(spec)


def _sync_problems(spec: FunctionSpec) -> Iterator[Problem]:
    if not (spec.fs.dirs or spec.fs.snapshots):
        yield Problem("$.fs", "names nothing to bring", "labels in $.fs.dirs or snapshots in $.fs.snapshots")
    yield from _amount_problems(spec)


def _amount_problems(spec: FunctionSpec) -> Iterator[Problem]:
    conditions = spec.conditions
    for name, amount, parse in (("cpu", conditions.cpu, parse_cpu), ("mem", conditions.mem, parse_memory)):
        try:
            parse(amount)
        except ValueError as error:
            yield Problem(f"$.conditions.{name}", str(error))
    copies = max(conditions.nodes, 1) * max(conditions.processes_per_node, 1)
    if copies > _MOST_COPIES:
        accepted = f"nodes × processespernode of at most {_MOST_COPIES}"
        yield Problem("$.conditions.nodes", f"asks for {copies} copies of the program", accepted)
