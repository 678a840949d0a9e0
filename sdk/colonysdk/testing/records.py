"""Everything a fake colony holds.

Records are replaced, never changed: what was handed out to a client stays as it was, as if it had crossed the wire.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha3_256

from colonysdk.objects import Attribute, Executor, Function, Log, Process, ProcessState, User
from colonysdk.testing.changes import Changes
from colonysdk.testing.clock import Clock
from colonysdk.testing.transitions import deadline_of


class Records:
    """The content of one colony, with ids and times that are the same in every run."""

    def __init__(self, colony_name: str, colony_id: str, server_id: str, clock: Clock) -> None:
        self.colony_name = colony_name
        self.colony_id = colony_id
        self.server_id = server_id
        self.clock = clock
        self.changes = Changes(clock)
        self.paused = False
        self.users: dict[str, User] = {}
        self.executors: dict[str, Executor] = {}
        self.functions: dict[str, Function] = {}
        self.logs: list[Log] = []
        self.deadlines: dict[str, datetime] = {}
        self._states: dict[str, ProcessState] = {}
        self._processes: dict[ProcessState, dict[str, Process]] = {state: {} for state in ProcessState}
        self._logs_of_process: defaultdict[str, list[Log]] = defaultdict(list)
        self._ids = 0

    def new_id(self) -> str:
        """The next of a fixed sequence of ids."""
        self._ids += 1
        return sha3_256(f"{self.colony_name} {self._ids}".encode()).hexdigest()

    def process(self, process_id: str) -> Process | None:
        """One process."""
        state = self._states.get(process_id)
        return None if state is None else self._processes[state][process_id]

    def processes(self, state: ProcessState) -> dict[str, Process]:
        """The processes of a state by their ids."""
        return self._processes[state]

    def put(self, process: Process) -> Process:
        """Add a process, or replace the one with its id, and tell everybody who waits."""
        self._forget(process.process_id)
        self._states[process.process_id] = process.state
        self._processes[process.state][process.process_id] = process
        deadline = deadline_of(process)
        if deadline is not None:
            self.deadlines[process.process_id] = deadline
        self.changes.announce()
        return process

    def remove(self, process_id: str) -> None:
        """Forget a process and its log."""
        self._forget(process_id)
        self._logs_of_process.pop(process_id, None)
        self.changes.announce()

    def add_log(self, log: Log) -> None:
        """Append to the log; every entry gets a later time stamp than the one before."""
        if self.logs and log.timestamp <= self.logs[-1].timestamp:
            log = log.model_copy(update={"timestamp": self.logs[-1].timestamp + 1})
        self.logs.append(log)
        if log.process_id:
            self._logs_of_process[log.process_id].append(log)
        self.changes.announce()

    def logs_of_process(self, process_id: str) -> list[Log]:
        """The log of one process, oldest first."""
        return self._logs_of_process.get(process_id, [])

    def attributes(self) -> Iterator[Attribute]:
        """The attributes of all processes."""
        for processes in self._processes.values():
            for process in processes.values():
                yield from process.attributes

    def executor_with_id(self, executor_id: str) -> Executor | None:
        """The executor whose key has this id."""
        return next((executor for executor in self.executors.values() if executor.executor_id == executor_id), None)

    def user_with_id(self, user_id: str) -> User | None:
        """The user whose key has this id."""
        return next((user for user in self.users.values() if user.user_id == user_id), None)

    def nanoseconds(self) -> int:
        """The present in Unix nanoseconds, exact to the microsecond."""
        moment = self.clock.now()
        return int(moment.replace(microsecond=0).timestamp()) * 10**9 + moment.microsecond * 1000

    def _forget(self, process_id: str) -> None:
        state = self._states.pop(process_id, None)
        if state is not None:
            del self._processes[state][process_id]
            self.deadlines.pop(process_id, None)
