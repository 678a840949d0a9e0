"""Specifications to start from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from colonysdk.objects import Process
from colonytui.processes.names import process_name
from colonytui.spec.draft import compact_spec, to_text


@dataclass(frozen=True)
class Template:
    """A named beginning."""

    name: str
    sentence: str
    data: dict[str, Any]


def _container(command: str, *arguments: str, **fields: Any) -> dict[str, Any]:
    conditions = {
        "executortype": "container-executor",
        "nodes": 1,
        "processespernode": 1,
        "cpu": "100m",
        "mem": "64Mi",
        "walltime": 60,
    }
    return {
        "funcname": "execute",
        "kwargs": {"docker-image": "busybox:latest", "cmd": command, "args": list(arguments)},
        "maxwaittime": -1,
        "maxexectime": 60,
        "maxretries": 1,
        **fields,
        "conditions": conditions | fields.get("conditions", {}),
    }


TEMPLATES: tuple[Template, ...] = (
    Template("echo", "One command in a container.", _container("echo", "hello", "world", label="echo")),
    Template(
        "shell",
        "A line of shell: pipes, loops, variables.",
        _container("sh", "-c", "for number in 1 2 3; do echo $number; sleep 1; done", label="shell"),
    ),
    Template(
        "environment",
        "Environment variables for the program.",
        _container("sh", "-c", 'echo "$GREETING"', env={"GREETING": "hello"}, label="environment"),
    ),
    Template(
        "retries",
        "Ended after 5 seconds and tried again twice.",
        _container("sleep", "60", maxexectime=5, maxretries=2, label="retries", conditions={"walltime": 10}),
    ),
    Template(
        "deadline",
        "Given up when nobody takes it within an hour.",
        _container("echo", "in time", maxwaittime=3600, label="deadline"),
    ),
    Template(
        "large",
        "Two cores and four gigabytes for an hour.",
        _container(
            "echo",
            "large",
            maxexectime=3600,
            label="large",
            conditions={"cpu": "2000m", "mem": "4Gi", "walltime": 3600},
        ),
    ),
    Template(
        "function",
        "A function that executors of your own registered.",
        {
            "funcname": "train",
            "args": [],
            "kwargs": {"epochs": 30},
            "maxwaittime": -1,
            "maxexectime": -1,
            "conditions": {"executortype": "my-executor"},
        },
    ),
)


def earlier_templates(processes: Iterable[Process], most: int = 10) -> list[Template]:
    """The specifications of the newest of these processes, each once."""
    found: dict[str, Template] = {}
    for process in sorted(processes, key=lambda process: process.priority_time, reverse=True):
        data = compact_spec(process.spec)
        sentence = f"{process.spec.conditions.executor_type}  {process.spec.label}".rstrip()
        found.setdefault(to_text(data), Template(process_name(process), sentence, data))
        if len(found) == most:
            break
    return list(found.values())


FIRST = TEMPLATES[0]
"""What an empty form begins with."""
