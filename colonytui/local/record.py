"""What the last complete start of a local colony came to, so that the next command finds it at once."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ColonyRecord:
    """The server's address and pid, and how its executor described itself."""

    url: str
    server_pid: int
    server_version: str
    executor_name: str
    executor_type: str
    runtime: str
    """What runs the jobs: "docker" or "process"; "" when no executor could be started."""
    note: str
    """The same in a sentence, or why there is no executor."""

    @classmethod
    def of(cls, server: Mapping[str, Any], executor: Mapping[str, Any]) -> "ColonyRecord":
        """Put the ready files of a server and an executor together."""
        return cls(
            url=str(server["url"]),
            server_pid=int(server["pid"]),
            server_version=str(server.get("version", "")),
            executor_name=str(executor.get("name", "")),
            executor_type=str(executor.get("type", "")),
            runtime=str(executor.get("runtime", "")),
            note=str(executor.get("note", "")),
        )

    @classmethod
    def read(cls, path: Path) -> "ColonyRecord | None":
        """Read the file; None when there is none or it was not written by this version."""
        with suppress(FileNotFoundError, ValueError, TypeError):
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        return None

    def write(self, path: Path) -> None:
        """Replace the file in one step."""
        temporary = path.with_suffix(".new")
        temporary.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        temporary.replace(path)
