"""A process read as a job: what to run, in which image, with which resources.

wire: the function `execute` with the keyword arguments `cmd`, `args`, `docker-image`, `init-cmd` and `rebuild-image`;
`debug` and unknown ones are ignored, as is everything in `fs` when it is empty. Without `cmd`, the positional arguments
of the specification are the argument list. How `cmd`, `args` and `init-cmd` become one is written in `command`: `args`
never pass through a shell, and `cmd` does only when it can be meant for nothing else. `{processid}` stands for the
process id in all three.

Lenient where the reference refuses without need: `nodes` and `processespernode` may be 0 (both mean one), `walltime`
0 and a negative `maxexectime` mean no limit.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from colonyexecutors.command import Command, build_command
from colonyexecutors.errors import ValidateFailed
from colonysdk.errors import Problem
from colonysdk.objects import FunctionSpec, Process
from colonysdk.specs.container import check_container_job
from colonysdk.specs.shapes import scalar
from colonysdk.units import parse_cpu, parse_memory

FUNCTION = "execute"
"""The function that container executors offer."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Job:
    """What a process asks for; 0 means no limit for `cpu_milli`, `memory_bytes` and `walltime_seconds`."""

    process_id: str
    attempt: str
    command: Command
    image: str = ""
    rebuild_image: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)
    cpu_milli: int = 0
    memory_bytes: int = 0
    gpus: int = 0
    walltime_seconds: int = 0


def attempt_of(process: Process) -> str:
    """What tells this assignment of a process from earlier and later ones (wire: starttime is set by each)."""
    if process.start_time is None:
        return "0"
    return f"{(process.start_time - _EPOCH) // timedelta(microseconds=1):x}"


def read_job(process: Process, *, image_required: bool, gpus: int = 0) -> Job:
    """Read a process as a job for an executor with that many `gpus`; raises ValidateFailed with every problem."""
    spec = process.spec
    if spec.func_name != FUNCTION:
        raise ValidateFailed(
            "unsupported_function",
            f'this executor runs the function "{FUNCTION}", not "{spec.func_name}"',
            hint=f"set funcname to {FUNCTION}, or conditions.executortype to a type that offers this function",
        )
    _refuse_unsupported(spec, gpus)
    problems = list(_problems(spec, image_required=image_required))
    if problems:
        raise ValidateFailed(
            "invalid_specification",
            "the specification is not a job that can run: " + _sentence(problems[0]),
            details=[str(problem) for problem in problems],
            hint="correct the specification and submit it again",
        )
    return Job(
        process_id=process.process_id,
        attempt=attempt_of(process),
        command=_command(spec, process.process_id),
        image=_text(spec, "docker-image").strip(),
        rebuild_image=spec.kwargs.get("rebuild-image") is True,
        environment={**spec.env, "COLONIES_PROCESS_ID": process.process_id},
        cpu_milli=parse_cpu(spec.conditions.cpu),
        memory_bytes=parse_memory(spec.conditions.mem),
        gpus=spec.conditions.gpu.count,
        walltime_seconds=max(spec.conditions.wall_time, 0),
    )


def _refuse_unsupported(spec: FunctionSpec, gpus: int) -> None:
    if spec.fs.mount or spec.fs.snapshots or spec.fs.dirs:
        raise ValidateFailed(
            "files_unsupported",
            "this executor cannot bring files to a job: fs.mount, fs.dirs and fs.snapshots must be empty",
            hint="remove fs from the specification, or put the files into the image",
        )
    copies = max(spec.conditions.nodes, 1) * max(spec.conditions.processes_per_node, 1)
    if copies > 1:
        raise ValidateFailed(
            "copies_unsupported",
            f"this executor runs one program per process, and nodes × processespernode asks for {copies}",
            hint="set nodes and processespernode to 1, or submit that many processes",
        )
    if spec.conditions.gpu.count > gpus:
        raise ValidateFailed(
            "too_few_gpus",
            f"the specification asks for {spec.conditions.gpu.count} GPUs, and this executor has {gpus}",
            hint="name an executor with GPUs in conditions.executornames, or set gpu.count to 0",
        )


def _problems(spec: FunctionSpec, *, image_required: bool) -> Iterator[Problem]:
    arguments = dict(spec.kwargs)
    if arguments.get("docker-image") is None and not image_required:
        arguments["docker-image"] = "not needed"
    if arguments.get("cmd") is None and spec.args:
        arguments["cmd"] = "given by args"
    for problem in check_container_job({"funcname": FUNCTION, "kwargs": arguments}):
        if problem.severity == "error":
            yield problem
    for index, argument in enumerate(spec.args if spec.kwargs.get("cmd") is None else ()):
        yield from scalar(argument, f"$.args[{index}]")
    try:
        build_command(_text(spec, "cmd"), (), _text(spec, "init-cmd"))
    except ValueError as error:
        yield Problem("$.kwargs.cmd", str(error), "a command such as \"echo 'hello world'\"")
    for name, value in spec.env.items():
        if not name or "=" in name or "\0" in name + value:
            yield Problem("$.env", f'"{name}" cannot be an environment variable', "a name without =, no NUL")
    yield from _amount_problems(spec)


def _amount_problems(spec: FunctionSpec) -> Iterator[Problem]:
    for name, text, parse in (("cpu", spec.conditions.cpu, parse_cpu), ("mem", spec.conditions.mem, parse_memory)):
        try:
            parse(text)
        except ValueError as error:
            yield Problem(f"$.conditions.{name}", str(error))


def _command(spec: FunctionSpec, process_id: str) -> Command:
    def filled(value: object) -> str:
        text = value if isinstance(value, str) else json.dumps(value)
        return text.replace("{processid}", process_id)

    if spec.kwargs.get("cmd") is None:
        return Command(tuple(filled(argument) for argument in spec.args))
    args = [filled(argument) for argument in spec.kwargs.get("args") or ()]
    return build_command(filled(_text(spec, "cmd")), args, filled(_text(spec, "init-cmd")))


def _text(spec: FunctionSpec, name: str) -> str:
    value = spec.kwargs.get(name)
    return value if isinstance(value, str) else ""


def _sentence(problem: Problem) -> str:
    return f"{problem.path} {problem.message}"
