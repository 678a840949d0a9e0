"""Queries for processes: conditions, pages, totals and refusals on a real server."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.objects import Conditions, FunctionSpec, Process, ProcessPage, ProcessState
from tests.support.server import ColonyKeys, RunningServer


class Asker:
    """A colony with processes in it, and queries for them."""

    def __init__(self, server: RunningServer, colony: ColonyKeys) -> None:
        self.server = server
        self.colony = colony

    def submit(self, func_name: str = "echo", executor_type: str = "", **fields: Any) -> Process:
        conditions = Conditions(colony_name=self.colony.name, executor_type=executor_type or self.colony.executor_type)
        spec = FunctionSpec(func_name=func_name, max_exec_time=-1, max_wait_time=-1, conditions=conditions, **fields)
        return self.server.send(messages.SubmitFunctionSpec(spec=spec), self.colony.user)

    def run(self, func_name: str = "echo", *, fails: bool = False, **fields: Any) -> Process:
        """Submit a process and bring it to its end."""
        process = self.submit(func_name, **fields)
        self.server.send(messages.AssignProcess(colony_name=self.colony.name, timeout=5), self.colony.executor)
        if fails:
            self.server.send(messages.CloseFailed(process_id=process.process_id, errors=["x"]), self.colony.executor)
        else:
            self.server.send(messages.CloseSuccessful(process_id=process.process_id), self.colony.executor)
        return self.server.send(messages.GetProcess(process_id=process.process_id), self.colony.user)

    def ask(self, identity: Identity | None = None, **fields: Any) -> ProcessPage:
        message = messages.QueryProcesses(**{"colony_name": self.colony.name, **fields})
        return self.server.send(message, identity or self.colony.user)

    def found(self, **fields: Any) -> list[str]:
        return [process.process_id for process in self.ask(**fields).processes]

    def walk(self, **fields: Any) -> list[str]:
        """The ids on all pages."""
        ids: list[str] = []
        cursor = ""
        while True:
            page = self.ask(**fields, cursor=cursor)
            ids += [process.process_id for process in page.processes]
            cursor = page.cursor
            if not cursor:
                return ids


@pytest.fixture
def asker(server: RunningServer, colony: ColonyKeys) -> Asker:
    return Asker(server, colony)


def ids_of(*processes: Process) -> list[str]:
    return [process.process_id for process in processes]


class TestConditions:
    def test_each_alone_and_all_together(self, asker: Asker) -> None:
        plain = asker.run()
        labelled = asker.run(label="/a")
        failed = asker.run("other", fails=True, label="/a")
        waiting = asker.submit("other", executor_type="gpu", label="/a")
        assert asker.found() == ids_of(waiting, failed, labelled, plain)
        assert asker.found(order="oldest") == ids_of(plain, labelled, failed, waiting)
        assert asker.found(states=[int(ProcessState.FAILED), int(ProcessState.WAITING)]) == ids_of(waiting, failed)
        assert asker.found(executor_type="gpu") == ids_of(waiting)
        assert asker.found(executor_name="worker") == ids_of(failed, labelled, plain)
        assert asker.found(func_name="other") == ids_of(waiting, failed)
        assert asker.found(label="/a") == ids_of(waiting, failed, labelled)
        assert asker.found(initiator="alice", label="/a", func_name="echo") == ids_of(labelled)
        assert asker.found(initiator="nobody") == []

    def test_times(self, asker: Asker) -> None:
        first, second, waiting = asker.run(), asker.run(), asker.submit()
        assert first.end_time is not None
        assert second.end_time is not None
        assert second.submission_time is not None
        instant = timedelta(microseconds=1)
        assert asker.found(ended_from=second.end_time) == ids_of(second)
        assert asker.found(ended_before=second.end_time) == ids_of(first)
        assert asker.found(ended_from=first.end_time, ended_before=second.end_time + instant) == ids_of(second, first)
        assert asker.found(submitted_from=second.submission_time) == ids_of(waiting, second)
        assert asker.found(submitted_before=second.submission_time) == ids_of(first)

    @pytest.mark.parametrize("text", ["needle", "NEEDLE", "äpfel", 'say "hi"', "kw-value", "kw-name"])
    def test_text_in_arguments(self, asker: Asker, text: str) -> None:
        asker.submit(args=["hay"], env={"NEEDLE": "äpfel"})
        wanted = asker.submit(args=["a needle", 'say "hi"', "ÄPFEL"], kwargs={"kw-name": ["kw-value"]})
        assert asker.found(text=text) == ids_of(wanted)

    def test_text_in_names_and_id(self, asker: Asker) -> None:
        other, wanted = asker.submit("first"), asker.submit("second", label="/deep/label")
        assert asker.found(text="Second") == ids_of(wanted)
        assert asker.found(text="deep/l") == ids_of(wanted)
        assert asker.found(text=wanted.process_id[-12:]) == ids_of(wanted)
        assert asker.found(text=other.process_id) == ids_of(other)
        # Names of the specification's own fields are no text of the process.
        assert asker.found(text="maxwaittime") == []

    @pytest.mark.parametrize("year", ["0002", "1900", "2300", "9999"])
    def test_times_as_far_as_they_go(self, asker: Asker, year: str) -> None:
        ended = asker.run()
        moment = datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00")
        is_past = year < "2000"
        assert asker.found(ended_from=moment) == (ids_of(ended) if is_past else [])
        assert asker.found(submitted_before=moment) == ([] if is_past else ids_of(ended))
        assert asker.found(ended_before=moment) == ([] if is_past else ids_of(ended))


class TestPages:
    def test_every_process_is_on_one_page(self, asker: Asker) -> None:
        made = [asker.run("odd" if number % 2 else "even") for number in range(7)]
        made += [asker.submit() for _ in range(3)]
        newest = ids_of(*reversed(made))
        assert asker.walk(count=3) == newest
        assert asker.walk(count=1, order="oldest") == ids_of(*made)
        assert asker.walk(count=2, func_name="odd") == ids_of(*reversed(made[1:7:2]))
        assert asker.walk(count=2, func_name="odd", initiator="alice") == ids_of(*reversed(made[1:7:2]))
        assert asker.walk(count=2, text="even") == ids_of(*reversed(made[0:7:2]))

    def test_a_page_that_holds_the_rest_is_the_last(self, asker: Asker) -> None:
        asker.submit()
        asker.submit()
        assert asker.ask(count=2).cursor == ""
        assert asker.ask(count=1).cursor != ""

    def test_what_comes_meanwhile_moves_nothing(self, asker: Asker) -> None:
        older = [asker.submit() for _ in range(4)]
        page = asker.ask(count=2)
        asker.submit()
        assert asker.found(cursor=page.cursor) == ids_of(older[1], older[0])

    def test_priority_decides_among_the_waiting(self, asker: Asker) -> None:
        low, high = asker.submit(), asker.submit(priority=5)
        assert asker.found(states=[0], order="oldest") == ids_of(high, low)


class TestTotals:
    def test_totals_are_exact_where_that_is_cheap(self, asker: Asker) -> None:
        for _ in range(3):
            asker.run(label="/a")
        asker.submit()
        totals = [
            asker.ask(count=1),
            asker.ask(count=1, states=[int(ProcessState.SUCCESS)]),
            asker.ask(count=1, label="/a"),
            asker.ask(text="echo"),
        ]
        assert [(page.total, page.total_exact) for page in totals] == [(4, True), (3, True), (3, True), (4, True)]

    def test_else_there_are_at_least_so_many(self, asker: Asker) -> None:
        for _ in range(3):
            asker.submit()
        page = asker.ask(count=1, text="echo")
        assert (page.total, page.total_exact) == (1, False)


class TestRefusals:
    @pytest.mark.parametrize(
        "fields",
        [
            {"count": 0},
            {"count": 101},
            {"count": -1},
            {"states": [5]},
            {"states": [-1]},
            {"order": "best"},
            {"text": "x" * 256},
            {"label": "a\0b"},
            {"cursor": "!"},
            {"cursor": "AAAA"},
            {"cursor": "x" * 5000},
        ],
    )
    def test_bad_input(self, asker: Asker, fields: dict[str, Any]) -> None:
        with pytest.raises(Refused) as refusal:
            asker.ask(**fields)
        assert refusal.value.status == 400

    def test_a_cursor_belongs_to_its_query(self, asker: Asker) -> None:
        asker.submit()
        asker.submit()
        cursor = asker.ask(count=1).cursor
        with pytest.raises(Refused, match="other conditions"):
            asker.ask(count=1, cursor=cursor, order="oldest")

    def test_only_members(self, asker: Asker, server: RunningServer) -> None:
        asker.submit()
        for identity in (Identity.generate(), asker.colony.owner, server.new_colony().user):
            with pytest.raises(Refused) as refusal:
                asker.ask(identity)
            assert refusal.value.status == 403

    def test_nothing_of_other_colonies(self, asker: Asker, server: RunningServer) -> None:
        Asker(server, server.new_colony()).submit()
        assert asker.ask().processes == []


def test_the_extension_is_announced(server: RunningServer) -> None:
    assert "processquery/1" in server.send(messages.GetServerInfo(), None).extensions
