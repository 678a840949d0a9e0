"""The server's core without its gateway: a database in a directory, the services over it, a clock that can be set."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection

from colonysdk.objects import Colony, Conditions, Executor, ExecutorState, FunctionSpec, Process, ProcessState, User
from colonyserver.access import Caller, Member
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.events import Events, ProcessChanged
from colonyserver.requirements import UNLIMITED, Asker
from colonyserver.services.lifecycle import Lifecycle
from colonyserver.storage import colonies, executors, migrations, users
from colonyserver.storage.database import Database
from colonyserver.storage.driver import fetch
from colonyserver.storage.sqlite_backend import SqliteBackend

COLONY = "dev"
TYPE = "container-executor"
USER_ID = "a" * 64
ALICE = Member(USER_ID, COLONY, "alice")
ALICE_CALLS = Caller(USER_ID, members={COLONY: ALICE})


class SettableClock(Clock):
    """A clock that can be put forward."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = 0

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._ahead += int(seconds * NANOSECONDS)

    def now(self) -> int:
        return super().now() + self._ahead

    def advance_to(self, moment: int) -> None:
        super().advance_to(moment - self._ahead)


@dataclass
class Core:
    """The services, and shorter words for what tests do with them."""

    database: Database
    events: Events
    lifecycle: Lifecycle
    clock: SettableClock
    changes: list[ProcessChanged] = field(default_factory=list)

    async def submit(self, colony_name: str = COLONY, executor_type: str = TYPE, **fields: Any) -> Process:
        """Submit a specification; fields of `Conditions` and of `FunctionSpec` by their names."""
        conditions = {name: fields.pop(name) for name in [*fields] if name in Conditions.model_fields}
        known: dict[str, Any] = {"func_name": "echo", "max_exec_time": -1, "max_wait_time": -1}
        spec = FunctionSpec(
            **known | fields,
            conditions=Conditions(colony_name=colony_name, executor_type=executor_type, **conditions),
        )
        record = await self.lifecycle.submission.submit(spec, initiator_id=USER_ID, initiator_name="alice")
        return record.to_process()

    async def assign(self, name: str = "one", timeout: float = -1, **room: Any) -> Process:
        """Ask for a process; `room` overrides fields of the asker."""
        return (await self.lifecycle.assignment.assign(asker(name, **room), timeout)).to_process()

    async def succeed(self, process: Process, name: str = "one", output: list[Any] | None = None) -> None:
        """Close a process well."""
        await self.lifecycle.closing.succeed(caller(name), process.process_id, output or [])

    async def get(self, process: Process | str) -> Process:
        """Read a process again."""
        process_id = process if isinstance(process, str) else process.process_id
        return (await self.lifecycle.processes.find(caller("one"), process_id)).to_process()

    async def states(self) -> dict[ProcessState, int]:
        """The counters of the colony, without zeros."""
        rows = await self.rows(
            "SELECT state, CAST(sum(amount) AS BIGINT) FROM counter WHERE kind = 0 AND colony_name = ? GROUP BY state",
            COLONY,
        )
        return {ProcessState(state): amount for state, amount in rows if amount}

    async def counted(self) -> dict[ProcessState, int]:
        """What the counters should say."""
        rows = await self.rows("SELECT state, count(*) FROM process WHERE colony_name = ? GROUP BY state", COLONY)
        return {ProcessState(state): amount for state, amount in rows}

    async def rows(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return await self.database.read(lambda connection: fetch(connection, statement, parameters))

    async def add_executor(self, name: str, colony_name: str = COLONY, executor_type: str = TYPE) -> None:
        """Add an approved executor."""
        await self.database.write(_adding_executor(name, colony_name, executor_type))

    async def parked(self, count: int) -> None:
        """Return when so many calls are parked and have looked in vain."""
        while self.lifecycle.assignment.waiting_count < count:
            await asyncio.sleep(0)
        # What they have asked for so far is answered before this.
        await self.database.write(lambda _connection: None)
        await asyncio.sleep(0)


def executor_id(name: str) -> str:
    """The identity of an executor in these tests."""
    return name.encode().hex().ljust(64, "0")


def caller(name: str, colony_name: str = COLONY) -> Caller:
    """An approved executor as a caller."""
    member = Member(executor_id(name), colony_name, name, is_executor=True, executor_type=TYPE)
    return Caller(executor_id(name), members={colony_name: member})


def asker(name: str = "one", **room: Any) -> Asker:
    """An approved executor as an asker."""
    fields: dict[str, Any] = {
        "colony_name": COLONY,
        "executor_type": TYPE,
        "executor_name": name,
        "executor_id": executor_id(name),
        "location_name": "",
        "cpu": UNLIMITED,
        "mem": UNLIMITED,
    }
    return Asker(**fields | room)


@asynccontextmanager
async def open_core(directory: Path, *names: str, url: str = "") -> AsyncIterator[Core]:
    """Open a database, with a colony, the user alice and executors (one, two, three by default).

    Without a URL it is a SQLite file in the directory.
    """
    path = directory / "colony.db"
    if not url and not path.exists():
        path.write_bytes(_empty_database())
    database = await Database.open(url or f"sqlite:///{path}")
    events = Events()
    clock = SettableClock()
    lifecycle = await Lifecycle.open(database, events, clock)
    await database.write(_adding_colony(COLONY))
    core = Core(database, events, lifecycle, clock)
    events.subscribe(ProcessChanged, core.changes.append)
    for name in names or ("one", "two", "three"):
        await core.add_executor(name)
    yield core
    await lifecycle.close()
    await database.close()


@cache
def _empty_database() -> bytes:
    """A file with all tables; making them takes longer than most tests."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "empty.db"
        migrations.upgrade(SqliteBackend(str(path)).writing_engine())
        return path.read_bytes()


def _adding_colony(name: str) -> Callable[[Connection], None]:
    def unit(connection: Connection) -> None:
        if colonies.find_colony(connection, name) is None:
            colonies.add_colony(connection, Colony(colony_id="c" * 64, name=name), 1)
            users.add_user(connection, User(colony_name=name, user_id=USER_ID, name="alice"))

    return unit


def _adding_executor(name: str, colony_name: str, executor_type: str) -> Callable[[Connection], None]:
    def unit(connection: Connection) -> None:
        if executors.find_executor(connection, colony_name, name) is None:
            executor = Executor(
                executor_id=executor_id(name),
                executor_type=executor_type,
                executor_name=name,
                colony_name=colony_name,
            )
            executors.add_executor(connection, executor)
        executors.set_executor_state(connection, colony_name, name, ExecutorState.APPROVED)

    return unit
