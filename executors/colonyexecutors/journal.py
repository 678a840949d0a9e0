"""What this executor has taken on, on disk: after a crash it finds its programs again and goes on.

One file per assignment, replaced as a whole. It is written before what it announces: before a program starts, before a
message is sent. So after a crash the file says what may have happened, and the runtime and the server say whether it
did. Files are not synced to the disk: a crash of the executor does not need it, and a crash of the machine ends the
programs, too.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from colonyexecutors.errors import ExecutorError
from colonyexecutors.job import attempt_of
from colonysdk.errors import ColonyError
from colonysdk.objects import Process

_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True)
class LogMark:
    """How far a program's output was sent: the runtime's position, and what the last message was.

    `digest` identifies its text, `repeats` counts the messages of the same text just before it, and `open_stream` names
    the stream whose last line it left without an end.
    """

    position: str = ""
    digest: str = ""
    repeats: int = 0
    open_stream: str = ""


@dataclass(frozen=True)
class Failure:
    """How a process failed: the errors it is closed with, and the last line of its log."""

    errors: list[str]
    last_line: str


@dataclass
class Entry:
    """One process that was assigned to this executor; `taken_at` and `started_at` in Unix seconds of this machine.

    The server has the log up to `delivered`; it may or may not have the message that leads to `pending`. `failure` is
    None until the outcome is known to be one.
    """

    process: Process
    runtime: str
    taken_at: float
    started_at: float | None = None
    delivered: LogMark = LogMark()
    pending: LogMark | None = None
    image_digest: str = ""
    failure: Failure | None = None

    @property
    def process_id(self) -> str:
        """The process's id."""
        return self.process.process_id

    @cached_property
    def attempt(self) -> str:
        """Which assignment of the process this is."""
        return attempt_of(self.process)

    @cached_property
    def process_json(self) -> str:
        """The process as it was assigned."""
        return self.process.to_json().decode()


class Journal:
    """The entries of one executor, in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def entries(self) -> Iterator[Entry]:
        """Every entry; one that cannot be read any more is dropped."""
        for path in sorted(self._directory.glob("*.json")):
            try:
                yield _read(json.loads(path.read_text()))
            except (ValueError, KeyError, TypeError, ColonyError):
                path.unlink()

    def write(self, entry: Entry) -> None:
        """Replace an entry."""
        path = self._path(entry)
        temporary = path.with_suffix(".new")
        values = {
            "process": entry.process_json,
            "runtime": entry.runtime,
            "taken_at": entry.taken_at,
            "started_at": entry.started_at,
            "delivered": asdict(entry.delivered),
            "pending": asdict(entry.pending) if entry.pending else None,
            "image_digest": entry.image_digest,
            "failure": asdict(entry.failure) if entry.failure else None,
        }
        temporary.write_text(json.dumps(values))
        temporary.replace(path)

    def remove(self, entry: Entry) -> None:
        """Drop an entry."""
        self._path(entry).unlink(missing_ok=True)

    def _path(self, entry: Entry) -> Path:
        if not _SAFE_ID.fullmatch(entry.process_id):
            raise ExecutorError("the server sent a process id that cannot name a file")
        return self._directory / f"{entry.process_id}.{entry.attempt}.json"


def _read(values: dict[str, Any]) -> Entry:
    return Entry(
        process=Process.from_json(values["process"]),
        runtime=values["runtime"],
        taken_at=values["taken_at"],
        started_at=values["started_at"],
        delivered=LogMark(**values["delivered"]),
        pending=LogMark(**values["pending"]) if values["pending"] else None,
        image_digest=values["image_digest"],
        failure=Failure(**values["failure"]) if values["failure"] else None,
    )
