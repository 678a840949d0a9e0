"""What of a local colony runs, told without starting anything."""

from dataclasses import dataclass

from colonytui.local.colony import executor_part, server_part
from colonytui.local.directory import DataDirectory
from colonytui.local.health import answers
from colonytui.local.record import ColonyRecord


@dataclass(frozen=True)
class PartStatus:
    """One program: its pid, None when it does not run, and its log file."""

    pid: int | None
    log: str


@dataclass(frozen=True)
class LocalStatus:
    """The state of a data directory."""

    directory: str
    url: str
    is_healthy: bool
    """Whether the server answers and says that it is well."""
    version: str
    runtime: str
    note: str
    server: PartStatus
    executor: PartStatus

    @property
    def is_complete(self) -> bool:
        """Whether everything runs."""
        return self.is_healthy and self.executor.pid is not None


def local_status(directory: DataDirectory) -> LocalStatus:
    """Look at a data directory, which need not exist."""
    server, executor = server_part(directory), executor_part(directory)
    server_status = PartStatus(server.pid(), str(server.log))
    record = ColonyRecord.read(directory.record)
    url = record.url if record else ""
    return LocalStatus(
        directory=str(directory.path),
        url=url,
        is_healthy=server_status.pid is not None and bool(url) and answers(url),
        version=record.server_version if record else "",
        runtime=record.runtime if record else "",
        note=record.note if record else "",
        server=server_status,
        executor=PartStatus(executor.pid(), str(executor.log)),
    )
