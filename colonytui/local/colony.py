"""The local colony as a whole: found when it runs, started or repaired when it does not."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from colonysdk.identity import Identity
from colonytui.local.directory import DataDirectory
from colonytui.local.errors import LocalColonyFailed
from colonytui.local.health import answers
from colonytui.local.keys import LocalKeys
from colonytui.local.part import Part
from colonytui.local.programs import (
    COLONY_NAME,
    environment,
    executor_command,
    executor_environment,
    free_port,
    is_free,
    port_of,
    server_command,
    url_of,
)
from colonytui.local.record import ColonyRecord

LOCK_SECONDS = 180.0
"""How long a command waits for another one that starts or stops the same colony."""

_START_SECONDS = 60.0
_ANSWER_SECONDS = 5.0


@dataclass(frozen=True)
class LocalColony:
    """A running local colony."""

    directory: DataDirectory
    record: ColonyRecord
    user: Identity
    owner: Identity
    was_started: bool
    """Whether this program had to start a part of it."""

    name: str = COLONY_NAME

    @property
    def url(self) -> str:
        """The server's address."""
        return self.record.url

    @property
    def runtime(self) -> str:
        """What runs the jobs, in the executor's words, such as "Docker 20.10 on linux/amd64"."""
        return self.record.note or self.record.runtime or "no executor"


def server_part(directory: DataDirectory) -> Part:
    """The server of a local colony."""
    return Part("server", directory.path)


def executor_part(directory: DataDirectory) -> Part:
    """The executor of a local colony."""
    return Part("executor", directory.path)


def open_local_colony(directory: DataDirectory, *, on_start: Callable[[], None] = lambda: None) -> LocalColony:
    """Return the colony of a data directory, with every part of it running.

    Any number of programs may do this at the same moment: one starts what is missing, the others wait for it;
    `on_start` is called in all of them, because that takes a while. Raises LocalColonyFailed when a part does not
    start, InvalidKey and InvalidSettings when the directory cannot be used.
    """
    colony = find_local_colony(directory)
    if colony is not None:
        return colony
    on_start()
    with directory.locked(LOCK_SECONDS):
        return find_local_colony(directory) or _start(directory)


def revive_local_colony(directory: DataDirectory) -> Part | None:
    """Start again what died of a colony, for a program that is using it, and return it.

    A colony that was stopped is left alone. Raises as `open_local_colony` does.
    """
    with directory.locked(LOCK_SECONDS):
        # Under the lock, because a colony that is being stopped looks like one that died.
        dead = _dead_part(directory)
        if server_part(directory).ready() is not None and find_local_colony(directory) is None:
            _start(directory)
        return dead


def revive_dead_part(directory: DataDirectory) -> Part | None:
    """Like `revive_local_colony`, for who asks again and again: while nothing seems dead, only files are read."""
    return None if _dead_part(directory) is None else revive_local_colony(directory)


def find_local_colony(directory: DataDirectory) -> LocalColony | None:
    """Return the colony of a data directory if all of it runs, without starting anything."""
    record = ColonyRecord.read(directory.record)
    if record is None or not record.runtime:
        return None
    server = server_part(directory)
    if server.pid() != record.server_pid or not executor_part(directory).is_running() or not answers(record.url):
        return None
    return _colony(directory, record, LocalKeys.load(directory.keys), was_started=False)


def _dead_part(directory: DataDirectory) -> Part | None:
    """The part of a colony that worked and does not live any more, though nobody seems to have stopped it."""
    parts = server_part(directory), executor_part(directory)
    return next((part for part in parts if part.ready() is not None and not part.is_running()), None)


def _start(directory: DataDirectory) -> LocalColony:
    keys = LocalKeys.load(directory.keys)
    server, executor = server_part(directory), executor_part(directory)
    if not server.is_running():
        _start_together(directory, server, executor, keys)
    record = ColonyRecord.of(_answering(server), executor={})
    _bootstrap(record.url, keys)
    # Written before the executor is ready: whatever happens to it, the server is started on the same port again.
    record.write(directory.record)
    try:
        record = ColonyRecord.of(_answering(server), _working(directory, executor, keys, record.url))
        record.write(directory.record)
    except LocalColonyFailed as error:
        # Without an executor processes wait, but everything there is can still be looked at.
        record = ColonyRecord.of(_answering(server), {"note": f"no executor: {error}"})
    return _colony(directory, record, keys, was_started=True)


def _start_together(directory: DataDirectory, server: Part, executor: Part, keys: LocalKeys) -> None:
    """Start the server, and already the executor, which asks until the server answers: that halves the time."""
    previous = ColonyRecord.read(directory.record)
    port = port_of(previous.url) if previous else 0
    if not is_free(port):
        # The executor knows the old port only. Killed, not stopped: its successor goes on with what it was running.
        executor.kill()
        port = 0
    port = port or free_port()
    server.start(
        server_command(directory, port, server.ready_file), environment(COLONIES_SERVER_ID=keys.server_owner.id)
    )
    if not executor.is_running():
        executor.start(
            executor_command(directory, keys, url_of(port), executor.ready_file), executor_environment(directory)
        )


def _working(directory: DataDirectory, executor: Part, keys: LocalKeys, url: str) -> dict[str, object]:
    """Wait until the executor works; return what it said about itself."""
    if executor.is_running():
        try:
            return executor.wait_until_ready(_START_SECONDS)
        except LocalColonyFailed:
            if executor.is_running():
                raise
            # It may have asked before its colony was made, and have been refused.
    executor.start(executor_command(directory, keys, url, executor.ready_file), executor_environment(directory))
    return executor.wait_until_ready(_START_SECONDS)


def _answering(server: Part) -> dict[str, object]:
    """Wait until the server answers; return what it said about itself."""
    import colonytui.local.bootstrap  # noqa: F401 - loading what comes next costs nothing while the server starts

    ready = server.wait_until_ready(_START_SECONDS)
    give_up_at = time.monotonic() + _ANSWER_SECONDS
    while not answers(str(ready["url"])):
        if time.monotonic() > give_up_at:
            raise LocalColonyFailed(
                f"the local server does not answer at {ready['url']} (see {server.log}); stop it: "
                "colony-tui down --force"
            )
        time.sleep(0.05)
    return ready


def _bootstrap(url: str, keys: LocalKeys) -> None:
    import asyncio

    from colonytui.local.bootstrap import bootstrap

    asyncio.run(bootstrap(url, keys))


def _colony(directory: DataDirectory, record: ColonyRecord, keys: LocalKeys, *, was_started: bool) -> LocalColony:
    return LocalColony(directory, record, keys.user, keys.colony_owner, was_started)
