"""How windows and history become one list."""

from datetime import UTC, datetime, timedelta

from colonysdk.objects import Process, ProcessState
from colonytui.store.process_list import WINDOW_SIZE, ListQuery, ProcessList

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def waiting(number: int) -> Process:
    return Process(process_id=f"w{number}", priority_time=number)


def finished(number: int) -> Process:
    return Process(process_id=f"f{number}", state=ProcessState.SUCCESS, end_time=NOW - timedelta(seconds=number))


def ids(known: ProcessList) -> list[str]:
    return [process.process_id for process in known.ordered]


EMPTY = ProcessList(ListQuery(ProcessState.WAITING))
FULL_WINDOW = [waiting(number) for number in range(WINDOW_SIZE)]


class TestWindow:
    def test_replaces_what_was_there(self) -> None:
        known = EMPTY.with_window([waiting(1), waiting(2)], NOW).with_window([waiting(2), waiting(3)], NOW)
        assert ids(known) == ["w2", "w3"]
        assert known.complete

    def test_a_full_window_is_not_complete(self) -> None:
        assert not EMPTY.with_window(FULL_WINDOW, NOW).complete

    def test_the_same_content_is_the_same_object(self) -> None:
        first = EMPTY.with_window([waiting(1), waiting(2)], NOW)
        second = first.with_window([waiting(1), waiting(2)], NOW + DAY)
        assert second.ordered is first.ordered
        assert second.processes is first.processes
        assert second.taken_at == NOW + DAY

    def test_a_changed_process_is_taken_over(self) -> None:
        first = EMPTY.with_window([waiting(1), waiting(2)], NOW)
        second = first.with_window([waiting(1), Process(process_id="w2", priority_time=2, retries=1)], NOW)
        assert second.processes["w2"].retries == 1
        assert second.processes["w1"] is first.processes["w1"]


class TestHistory:
    def test_adds_what_lies_beyond_the_window(self) -> None:
        known = EMPTY.with_window(FULL_WINDOW, NOW).with_history([waiting(number) for number in range(500)], DAY)
        assert len(known.ordered) == 500
        assert ids(known)[:3] == ["w0", "w1", "w2"]

    def test_keeps_it_over_the_next_windows(self) -> None:
        known = EMPTY.with_window(FULL_WINDOW, NOW).with_history([waiting(number) for number in range(500)], DAY)
        shifted = [waiting(number) for number in range(10, 10 + WINDOW_SIZE)]
        known = known.with_window(shifted, NOW)
        assert ids(known) == [f"w{number}" for number in range(10, 500)]

    def test_a_process_missing_from_the_span_of_the_window_is_gone(self) -> None:
        known = EMPTY.with_window(FULL_WINDOW, NOW).with_history([waiting(number) for number in range(300)], DAY)
        window = [waiting(number) for number in range(WINDOW_SIZE + 1) if number != 50]
        known = known.with_window(window, NOW)
        assert "w50" not in known.processes
        assert "w299" in known.processes

    def test_a_complete_window_is_all_there_is(self) -> None:
        known = EMPTY.with_window(FULL_WINDOW, NOW).with_history([waiting(number) for number in range(300)], DAY)
        assert ids(known.with_window([waiting(7)], NOW)) == ["w7"]

    def test_finished_processes_come_newest_first(self) -> None:
        done = ProcessList(ListQuery(ProcessState.SUCCESS))
        window = [finished(number) for number in range(WINDOW_SIZE)]
        known = done.with_window(window, NOW).with_history([finished(number) for number in range(250)], DAY)
        newest = Process(process_id="new", state=ProcessState.SUCCESS, end_time=NOW + DAY)
        known = known.with_window([newest, *window[:-1]], NOW)
        assert ids(known)[:2] == ["new", "f0"]
        assert len(known.ordered) == 251

    def test_ignores_processes_of_another_state(self) -> None:
        known = EMPTY.with_history([finished(1), waiting(1)], DAY)
        assert ids(known) == ["w1"]

    def test_without_history_the_next_window_is_all(self) -> None:
        known = EMPTY.with_window(FULL_WINDOW, NOW).with_history([waiting(number) for number in range(300)], DAY)
        known = known.without_history().with_window(FULL_WINDOW, NOW)
        assert len(known.ordered) == WINDOW_SIZE
