"""What can be copied of a process: id, JSON, specification, command line, output."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

from colonysdk.objects import FunctionSpec, Process
from colonytui.processes.columns import first_line


@dataclass(frozen=True)
class Copy:
    """One thing that can be copied."""

    name: str
    text: str


def process_copies(process: Process) -> list[Copy]:
    """Return what can be copied of a process, the most wanted first."""
    copies = [
        Copy("id", process.process_id),
        Copy("command line", submit_command(process.spec)),
        Copy("specification", spec_json(process.spec)),
        Copy("JSON", json.dumps(process.to_wire(), indent=2, ensure_ascii=False)),
    ]
    if process.output:
        copies.append(Copy("output", first_line(process.output)))
    if process.errors:
        copies.append(Copy("errors", "\n".join(process.errors)))
    return copies


def submit_command(spec: FunctionSpec) -> str:
    """Return the command that submits this specification from a shell."""
    compact = json.dumps(spec.to_wire(), separators=(",", ":"), ensure_ascii=False)
    return f"printf %s {shlex.quote(compact)} | colony-tui --submit -"


def spec_json(spec: FunctionSpec) -> str:
    """Return the specification as indented JSON."""
    return json.dumps(spec.to_wire(), indent=2, ensure_ascii=False)
