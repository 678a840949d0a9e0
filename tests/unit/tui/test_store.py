"""What the interface remembers."""

from datetime import timedelta

import pytest

from colonysdk.objects import Executor, ExecutorState, Process, ProcessState, Statistics
from colonytui.store.connection import Link
from colonytui.store.process_list import ListQuery
from colonytui.store.snapshot import Update
from colonytui.store.store import Change, Store
from tests.support.tui import StillClock

WAITING, RUNNING = ListQuery(ProcessState.WAITING), ListQuery(ProcessState.RUNNING)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def store(clock: StillClock) -> Store:
    return Store(clock)


def process(name: str, state: ProcessState = ProcessState.WAITING, **fields: object) -> Process:
    return Process.model_validate({"process_id": name, "state": int(state), **fields})


class TestSnapshot:
    def test_starts_knowing_nothing(self, store: Store) -> None:
        assert store.snapshot.count(ProcessState.WAITING) is None
        assert store.process("a") is None
        assert not store.processes(WAITING).is_known
        assert store.connection.link is Link.CONNECTING

    def test_counts_a_complete_list_itself(self, store: Store) -> None:
        counted_earlier = Statistics(waiting_processes=5, running_processes=7)
        store.publish(Update(statistics=counted_earlier, windows={WAITING: [process("a"), process("b")]}))
        assert store.snapshot.count(ProcessState.WAITING) == 2
        assert store.snapshot.count(ProcessState.RUNNING) == 7

    def test_counts_by_statistics_what_a_window_cannot_hold(self, store: Store) -> None:
        window = [process(str(number)) for number in range(100)]
        store.publish(Update(statistics=Statistics(waiting_processes=1204), windows={WAITING: window}))
        assert store.snapshot.count(ProcessState.WAITING) == 1204

    def test_does_not_count_a_list_of_an_earlier_turn(self, store: Store, clock: StillClock) -> None:
        store.publish(Update(statistics=Statistics(waiting_processes=1), windows={WAITING: [process("a")]}))
        clock.advance(1)
        store.publish(Update(statistics=Statistics(waiting_processes=9)))
        assert store.snapshot.count(ProcessState.WAITING) == 9

    def test_keeps_what_was_not_asked(self, store: Store) -> None:
        executors = [Executor(executor_name="e", state=ExecutorState.APPROVED)]
        store.publish(Update(statistics=Statistics(), executors=executors, windows={WAITING: [process("a")]}))
        store.publish(Update(statistics=Statistics()))
        assert [executor.executor_name for executor in store.executors] == ["e"]
        assert store.processes(WAITING).processes.keys() == {"a"}

    def test_counts_executors(self, store: Store) -> None:
        states = [ExecutorState.APPROVED, ExecutorState.APPROVED, ExecutorState.PENDING, ExecutorState.UNREGISTERED]
        executors = [Executor(executor_name=str(number), state=state) for number, state in enumerate(states)]
        store.publish(Update(statistics=Statistics(), executors=executors))
        assert (store.snapshot.approved_executors, store.snapshot.registered_executors) == (2, 3)


class TestProcesses:
    def test_the_newest_knowledge_of_a_process_wins(self, store: Store) -> None:
        store.publish(Update(windows={WAITING: [process("a")], RUNNING: [process("a", ProcessState.RUNNING)]}))
        known = store.process("a")
        assert known is not None
        assert known.state is ProcessState.RUNNING
        store.put_process(process("a", ProcessState.SUCCESS))
        known = store.process("a")
        assert known is not None
        assert known.state is ProcessState.SUCCESS

    def test_a_second_attempt_is_newer_than_the_first(self, store: Store) -> None:
        store.put_process(process("a", ProcessState.RUNNING))
        store.publish(Update(windows={WAITING: [process("a", retries=1)]}))
        known = store.process("a")
        assert known is not None
        assert known.retries == 1

    def test_a_process_may_wait_again(self, store: Store, clock: StillClock) -> None:
        store.put_process(process("a", ProcessState.RUNNING))
        clock.advance(1)
        store.publish(Update(windows={WAITING: [process("a")]}))
        known = store.process("a")
        assert known is not None
        assert known.state is ProcessState.WAITING

    def test_finds_by_the_beginning_or_the_end_of_an_id(self, store: Store) -> None:
        store.publish(Update(windows={WAITING: [process("abc1"), process("abc2"), process("xyz1")]}))
        assert [one.process_id for one in store.find_processes("abc")] == ["abc1", "abc2"]
        assert [one.process_id for one in store.find_processes("z1")] == ["xyz1"]
        assert list(store.find_processes("")) == []

    def test_forgets_a_removed_process_everywhere(self, store: Store) -> None:
        store.publish(Update(windows={WAITING: [process("a"), process("b")]}))
        store.put_process(process("a"))
        store.forget("a")
        assert store.process("a") is None
        assert [one.process_id for one in store.known_processes()] == ["b"]


class TestConnection:
    def test_data_ages_while_the_server_is_away(self, store: Store, clock: StillClock) -> None:
        store.answered()
        store.publish(Update(windows={WAITING: [process("a")]}))
        clock.advance(14)
        store.failed("cannot reach it", 4)
        connection, now = store.connection, clock.monotonic()
        assert connection.link is Link.STALE
        assert (connection.age(now), connection.retry_in(now), connection.failures) == (14, 4, 1)
        assert store.process("a") is not None

    def test_an_answer_ends_the_failures(self, store: Store) -> None:
        store.failed("cannot reach it", 1)
        store.failed("cannot reach it", 2)
        assert store.connection.failures == 2
        store.answered()
        assert store.connection.link is Link.LIVE
        assert store.connection.failures == 0

    def test_pausing_survives_answers(self, store: Store) -> None:
        store.set_paused(True)
        store.answered()
        assert store.connection.paused


class TestListening:
    def test_listeners_hear_once_for_each_turn(self, store: Store) -> None:
        heard: list[Change] = []
        unsubscribe = store.subscribe(heard.append)
        store.publish(Update(statistics=Statistics(), windows={WAITING: [], RUNNING: []}))
        assert len(heard) == 1
        assert Change.SNAPSHOT in heard[0]
        unsubscribe()
        store.publish(Update())
        assert len(heard) == 1

    def test_rows_stay_still_while_held(self, store: Store) -> None:
        store.publish(Update(windows={WAITING: [process("a")]}))
        store.hold()
        heard: list[Change] = []
        store.subscribe(heard.append)
        store.publish(Update(windows={WAITING: []}))
        assert heard == []
        assert store.process("a") is not None
        store.release()
        assert len(heard) == 1
        assert store.process("a") is None


class TestClockDifference:
    def test_small_differences_do_not_count(self, store: Store, clock: StillClock) -> None:
        store.note_server_time(clock.now() + timedelta(seconds=1))
        assert store.now() == clock.now()

    def test_ages_follow_the_server(self, store: Store, clock: StillClock) -> None:
        store.note_server_time(clock.now() - timedelta(seconds=40))
        assert store.now() == clock.now() - timedelta(seconds=40)

    def test_a_time_from_the_future_says_that_the_local_clock_is_behind(self, store: Store, clock: StillClock) -> None:
        executor = Executor(executor_name="e", last_heard_from_time=clock.now() + timedelta(seconds=9))
        store.publish(Update(executors=[executor]))
        assert store.skew == timedelta(seconds=9)


def test_what_a_filter_found_is_forgotten_after_a_while(store: Store, clock: StillClock) -> None:
    filtered = ListQuery(ProcessState.WAITING, executor_type="gpu")
    store.publish(Update(windows={filtered: [process("a")], WAITING: [process("b")]}))
    clock.advance(601)
    store.publish(Update(windows={RUNNING: []}))
    assert not store.processes(filtered).is_known
    assert store.processes(WAITING).is_known


def test_marks_belong_to_a_view(store: Store) -> None:
    store.marks("processes").add("a")
    assert store.marks("processes") == {"a"}
    assert store.marks("executors") == set()
