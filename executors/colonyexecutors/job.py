"""A process read as a job: what to run, in which image, with which resources.

wire: the function `execute` with the keyword arguments `cmd`, `args`, `docker-image`, `init-cmd` and `rebuild-image`;
ours are `pull`, `workdir`, `user` and `network`; `debug` and unknown ones are ignored. Without `cmd`, the positional
arguments of the specification are the argument list. How `cmd`, `args` and `init-cmd` become one is written in
`command`: `args` never pass through a shell, and `cmd` does only when it can be meant for nothing else. `{processid}`
stands for the process id in all three. The function `sync` takes none of them: it only brings the files of `fs`.

Lenient where the reference refuses without need: `nodes` and `processespernode` may be 0 (both mean one), `walltime`
0 and a negative `maxexectime` mean no limit.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from colonyexecutors.command import Command, build_command
from colonyexecutors.errors import ValidateFailed
from colonyexecutors.functions import DESCRIPTIONS, EXECUTE
from colonyexecutors.job_check import check_job, text_argument
from colonyexecutors.job_files import JobFiles, read_files
from colonysdk.objects import FunctionSpec, Process
from colonysdk.units import parse_cpu, parse_memory

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Pull(StrEnum):
    """When an image is fetched from its registry."""

    MISSING = "missing"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True)
class Job:
    """What a process asks for; 0 means no limit for `cpu_milli`, `memory_bytes` and `walltime_seconds`.

    Resources are those of one copy. A job that does not run a program only brings its files.
    """

    process_id: str
    attempt: str
    command: Command
    image: str = ""
    pull: Pull = Pull.MISSING
    working_directory: str = ""
    user: str = ""
    has_network: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    cpu_milli: int = 0
    memory_bytes: int = 0
    gpus: int = 0
    nodes: int = 1
    processes_per_node: int = 1
    walltime_seconds: int = 0
    files: JobFiles | None = None
    runs_program: bool = True

    @property
    def copies(self) -> int:
        """How many times the program runs at once."""
        return self.nodes * self.processes_per_node


def attempt_of(process: Process) -> str:
    """What tells this assignment of a process from earlier and later ones (wire: starttime is set by each)."""
    if process.start_time is None:
        return "0"
    return f"{(process.start_time - _EPOCH) // timedelta(microseconds=1):x}"


def read_job(process: Process, *, image_required: bool) -> Job:
    """Read a process as a job; raises ValidateFailed with every problem."""
    spec = process.spec
    if spec.func_name not in DESCRIPTIONS:
        raise ValidateFailed(
            "unsupported_function",
            f'this executor offers the functions {" and ".join(DESCRIPTIONS)}, not "{spec.func_name}"',
            hint=f"set funcname to {EXECUTE}, or conditions.executortype to a type that offers this function",
        )
    check_job(process, image_required=image_required)
    conditions = spec.conditions
    runs_program = spec.func_name == EXECUTE
    return Job(
        process_id=process.process_id,
        attempt=attempt_of(process),
        command=_command(spec, process.process_id) if runs_program else Command(()),
        image=text_argument(spec, "docker-image").strip(),
        pull=_pull(spec),
        working_directory=text_argument(spec, "workdir"),
        user=text_argument(spec, "user"),
        has_network=text_argument(spec, "network") != "none",
        environment={
            **spec.env,
            "COLONIES_PROCESS_ID": process.process_id,
            "COLONIES_COLONY_NAME": conditions.colony_name,
        },
        cpu_milli=parse_cpu(conditions.cpu),
        memory_bytes=parse_memory(conditions.mem),
        gpus=max(conditions.gpu.count, 0),
        nodes=max(conditions.nodes, 1),
        processes_per_node=max(conditions.processes_per_node, 1),
        walltime_seconds=max(conditions.wall_time, 0),
        files=read_files(spec.fs, process.process_id),
        runs_program=runs_program,
    )


def _pull(spec: FunctionSpec) -> Pull:
    if spec.kwargs.get("rebuild-image") is True:
        return Pull.ALWAYS
    return Pull(text_argument(spec, "pull") or Pull.MISSING)


def _command(spec: FunctionSpec, process_id: str) -> Command:
    def filled(value: object) -> str:
        text = value if isinstance(value, str) else json.dumps(value)
        return text.replace("{processid}", process_id)

    if spec.kwargs.get("cmd") is None:
        return Command(tuple(filled(argument) for argument in spec.args))
    args = [filled(argument) for argument in spec.kwargs.get("args") or ()]
    return build_command(filled(text_argument(spec, "cmd")), args, filled(text_argument(spec, "init-cmd")))
