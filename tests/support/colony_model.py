"""What a colony should be doing, in few words: the model that the property test compares the server with."""

from dataclasses import dataclass, field

from colonysdk.objects import ExecutorState, ProcessState

WAITED_TOO_LONG = "Maximum waiting time limit exceeded"
RAN_TOO_LONG = "Maximum execution time limit exceeded"
SECOND = 10**9


@dataclass
class ModelProcess:
    """One process; times in Unix nanoseconds, None for a deadline that does not count now."""

    process_id: str
    priority_time: int
    executor_type: str
    target: str
    cpu: int
    max_wait_time: int
    max_exec_time: int
    max_retries: int
    workflow_id: str = ""
    child: "ModelProcess | None" = None
    is_held: bool = False
    state: ProcessState = ProcessState.WAITING
    executor: str = ""
    retries: int = 0
    due_at: int | None = None
    error: str = ""
    has_started: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it is in a final state."""
        return self.state.is_final

    def wait(self, now: int) -> None:
        """Go into the queue."""
        self.state, self.executor = ProcessState.WAITING, ""
        self.due_at = now + self.max_wait_time * SECOND if self.max_wait_time > 0 else None

    def start(self, executor: str, now: int) -> None:
        """Run on an executor."""
        self.state, self.executor, self.has_started = ProcessState.RUNNING, executor, True
        self.due_at = now + self.max_exec_time * SECOND if self.max_exec_time > 0 else None

    def end(self, state: ProcessState, error: str = "") -> None:
        """End; what happens to its child follows from how."""
        self.state, self.due_at, self.error = state, None, error
        child = self.child
        if child is None or child.is_over:
            return
        if state == ProcessState.SUCCESS:
            child.is_held = False
        elif state == ProcessState.FAILED:
            child.end(ProcessState.FAILED, "parent failed")

    def expire(self, now: int) -> None:
        """Fail or try again when its deadline is over."""
        if self.due_at is None or self.due_at > now:
            return
        if self.state == ProcessState.WAITING:
            self.end(ProcessState.FAILED, WAITED_TOO_LONG)
        elif 0 <= self.max_retries <= self.retries:
            self.end(ProcessState.FAILED, RAN_TOO_LONG)
        else:
            self.retries += 1
            self.wait(now)


@dataclass
class ModelColony:
    """Processes by id and executors by name."""

    processes: dict[str, ModelProcess] = field(default_factory=dict)
    executors: dict[str, ExecutorState] = field(default_factory=dict)
    is_paused: bool = False

    def next_for(self, executor_type: str, name: str, cpu: int) -> ModelProcess | None:
        """What an executor with so many millicores gets."""
        fitting = [
            process
            for process in self.processes.values()
            if process.state == ProcessState.WAITING
            and not process.is_held
            and process.executor_type == executor_type
            and process.target in ("", name)
            and process.cpu <= cpu
        ]
        return min(fitting, key=lambda process: (process.priority_time, process.process_id), default=None)

    def next_due_at(self) -> int | None:
        """The next deadline of a process."""
        return min((known.due_at for known in self.processes.values() if known.due_at is not None), default=None)

    def running(self) -> list[ModelProcess]:
        """What runs."""
        return [process for process in self.processes.values() if process.state == ProcessState.RUNNING]

    def running_on(self, name: str) -> list[ModelProcess]:
        """What an executor runs."""
        return [process for process in self.running() if process.executor == name]

    def counted(self) -> dict[ProcessState, int]:
        """How many processes are in each state, without zeros."""
        counts = dict.fromkeys(ProcessState, 0)
        for process in self.processes.values():
            counts[process.state] += 1
        return {state: count for state, count in counts.items() if count}

    def workflow_state(self, workflow_id: str) -> ProcessState:
        """The state that follows from those of the members; one that has started never waits again."""
        members = [process for process in self.processes.values() if process.workflow_id == workflow_id]
        states = {process.state for process in members}
        for state in (ProcessState.FAILED, ProcessState.CANCELLED):
            if state in states:
                return state
        if states == {ProcessState.SUCCESS}:
            return ProcessState.SUCCESS
        return ProcessState.RUNNING if any(process.has_started for process in members) else ProcessState.WAITING
