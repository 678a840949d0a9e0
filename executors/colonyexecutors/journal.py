"""What this executor has taken on, on disk: after a crash it finds its programs again and goes on.

One file of JSON lines that only grows while the executor runs: appending costs microseconds where replacing a small
file costs milliseconds. Each line says what is new about an entry, and it is written before what it announces: before a
program starts, before a message is sent. So after a crash the journal says what may have happened, and the runtime and
the server say whether it did. Lines are not synced to the disk: a crash of the executor does not need it, and a crash
of the machine ends the programs, too.
"""

import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import structlog

from colonyexecutors.errors import ExecutorError
from colonyexecutors.job import attempt_of
from colonysdk.errors import ColonyError
from colonysdk.objects import Process

_SAFE_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_LARGE_BYTES = 8 * 2**20

_log = structlog.get_logger()


@dataclass(frozen=True)
class LogMark:
    """How far a program's output was sent: the runtime's position, and what the last message was.

    `digest` identifies its text, `repeats` counts the messages of the same text just before it, `open_stream` names the
    stream whose last line it left without an end, and `sent_bytes` is the size of all that was sent so far.
    """

    position: str = ""
    digest: str = ""
    repeats: int = 0
    open_stream: str = ""
    sent_bytes: int = 0


@dataclass(frozen=True)
class Failure:
    """How a process failed: the errors it is closed with, and the last line of its log."""

    errors: list[str]
    last_line: str


@dataclass
class Entry:
    """One process that was assigned to this executor; times in Unix seconds of this machine.

    The server has the log up to `delivered`; it may or may not have the message that leads to `pending`. `failure` is
    None until the outcome is known to be one, `lease_until` before the first renewal.
    """

    process: Process
    runtime: str
    taken_at: float
    started_at: float | None = None
    delivered: LogMark = LogMark()
    pending: LogMark | None = None
    lease_until: float | None = None
    image_digest: str = ""
    gpu_ids: tuple[str, ...] = ()
    failure: Failure | None = None

    @property
    def process_id(self) -> str:
        """The process's id."""
        return self.process.process_id

    @cached_property
    def attempt(self) -> str:
        """Which assignment of the process this is."""
        return attempt_of(self.process)

    @property
    def key(self) -> str:
        """What names the entry."""
        return f"{self.process_id}.{self.attempt}"


class Journal:
    """The entries of one executor, in a file that no other executor writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, Entry] = {}
        self._file = -1
        if path.exists():
            self._read()
        self._rewrite()

    def entries(self) -> list[Entry]:
        """Every process that was taken on and not ended, oldest first."""
        return list(self._entries.values())

    def add(self, entry: Entry) -> None:
        """Enter a process; raises OSError, and ExecutorError for an id that could lead out of a directory."""
        if not _SAFE_ID.fullmatch(entry.process_id):
            raise ExecutorError("the server sent a process id that cannot name a file")
        self._append([_introduction(entry)])
        self._entries[entry.key] = entry

    def update(self, entry: Entry) -> None:
        """Note what has changed about a process."""
        self._note(_state(entry))

    def remove(self, entry: Entry) -> None:
        """Note that a process has come to its end."""
        self._entries.pop(entry.key, None)
        self._note({"key": entry.key, "ended": True})
        if os.fstat(self._file).st_size > _LARGE_BYTES:
            self._rewrite()

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _note(self, line: dict[str, Any]) -> None:
        """Append a line if the disk takes it: a process that was taken on is better finished than journaled."""
        try:
            self._append([line])
        except OSError as error:
            _log.error("the journal cannot be written; a crash now would lose track of a process", problem=str(error))

    def _append(self, lines: Iterable[dict[str, Any]]) -> None:
        # One write, which begins a line: what a full disk or a crash left of an earlier one does not count.
        os.write(self._file, b"".join(b"\n" + json.dumps(line).encode() for line in lines))

    def _read(self) -> None:
        for line in self._path.read_bytes().splitlines():
            with suppress(ValueError, KeyError, TypeError, ColonyError):
                self._apply(json.loads(line))

    def _apply(self, line: dict[str, Any]) -> None:
        key = line["key"]
        if "process" in line:
            process = Process.from_json(line["process"])
            self._entries[key] = Entry(process, line["runtime"], line["taken_at"])
        elif "ended" in line:
            self._entries.pop(key, None)
        else:
            entry = self._entries[key]
            entry.started_at = line["started_at"]
            entry.delivered = LogMark(**line["delivered"])
            entry.pending = LogMark(**line["pending"]) if line["pending"] else None
            entry.lease_until = line.get("lease_until")
            entry.image_digest = line["image_digest"]
            entry.gpu_ids = tuple(line["gpu_ids"])
            entry.failure = Failure(**line["failure"]) if line["failure"] else None

    def _rewrite(self) -> None:
        """Start a new file with what is still open."""
        new = self._path.with_suffix(".new")
        previous = self._file
        self._file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._append(line for entry in self._entries.values() for line in (_introduction(entry), _state(entry)))
        new.replace(self._path)
        if previous >= 0:
            os.close(previous)


def _introduction(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "process": entry.process.to_json().decode(),
        "runtime": entry.runtime,
        "taken_at": entry.taken_at,
    }


def _state(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "started_at": entry.started_at,
        "delivered": asdict(entry.delivered),
        "pending": asdict(entry.pending) if entry.pending else None,
        "lease_until": entry.lease_until,
        "image_digest": entry.image_digest,
        "gpu_ids": entry.gpu_ids,
        "failure": asdict(entry.failure) if entry.failure else None,
    }
