"""Why a process waits: the verdict and the sentence of every condition."""

from typing import Any

import pytest

from colonysdk.objects import Executor, ExecutorState, ProcessState, Reason
from colonyserver.clock import NANOSECONDS
from colonyserver.requirements import UNLIMITED, Requirement
from colonyserver.services.offers import Offer
from colonyserver.services.waiting_facts import Parent, WaitingFacts
from colonyserver.services.waiting_reasons import waiting_reasons
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.times import to_datetime

NOW = 1_800_000_000 * NANOSECONDS
GIB = 2**30


def _record(**fields: Any) -> ProcessRecord:
    known: dict[str, Any] = {
        "process_id": "p",
        "colony_name": "dev",
        "state": ProcessState.WAITING,
        "executor_type": "gpu",
        "initiator_id": "",
        "initiator_name": "alice",
        "label": None,
        "func_name": "echo",
        "location_name": "",
        "priority_time": NOW,
        "submitted_at": NOW,
        "wait_deadline": None,
        "max_wait_time": -1,
        "max_exec_time": -1,
        "max_retries": 0,
        "cpu": 0,
        "mem": 0,
        "spec_json": "{}",
    }
    return ProcessRecord(**known | fields)


def _executor(name: str = "one", *, silent_seconds: float | None = 0, **fields: Any) -> Executor:
    heard = None if silent_seconds is None else to_datetime(NOW - int(silent_seconds * NANOSECONDS))
    known: dict[str, Any] = {"executor_type": "gpu", "state": ExecutorState.APPROVED, "last_heard_from_time": heard}
    return Executor(executor_name=name, **known | fields)


def _reason(condition: str, **fields: Any) -> Reason:
    """The last reason for a condition, with facts that let the process be taken unless said otherwise."""
    known: dict[str, Any] = {
        "now": NOW,
        "record": _record(),
        "requirement": Requirement("dev", "gpu", (), "", 0, 0),
        "is_paused": False,
        "parents": (),
        "executors": [_executor()],
        "offers": {},
        "running": {},
        "ahead": 0,
        "is_ahead_exact": True,
    }
    return [one for one in waiting_reasons(WaitingFacts(**known | fields)) if one.condition == condition][-1]


def _wanting(**fields: Any) -> Requirement:
    return Requirement("dev", "gpu", (), "", 0, 0)._replace(**fields)


def _offer(cpu: int = UNLIMITED, mem: int = UNLIMITED) -> Offer:
    return Offer(cpu, mem, NOW - 3 * NANOSECONDS, is_asking=False)


@pytest.mark.parametrize(
    ("condition", "fields", "verdict", "sentence"),
    [
        ("colony", {}, "ok", "colony dev is accepting assignments"),
        ("colony", {"is_paused": True}, "no", "colony dev is paused: nothing is assigned"),
        ("parents", {}, "ok", "no unfinished parents"),
        (
            "parents",
            {"record": _record(wait_for_parents=True), "parents": [Parent("prepare", ProcessState.RUNNING)]},
            "no",
            "waits for parents: prepare (running)",
        ),
        ("type", {}, "ok", "executor type gpu: 1 registered"),
        (
            "type",
            {"executors": [_executor(executor_type="cli")]},
            "no",
            'no executor of type "gpu" is registered; registered types: cli',
        ),
        ("approval", {}, "ok", "approved: 1 of 1"),
        (
            "approval",
            {"executors": [_executor(state=ExecutorState.PENDING)]},
            "no",
            "approved: 0 of 1; one is pending",
        ),
        ("names", {}, "ok", "names: any executor of the type"),
        ("names", {"requirement": _wanting(targets=("one",))}, "ok", "names: one may take it"),
        (
            "names",
            {"requirement": _wanting(targets=("two",))},
            "no",
            "none of the named executors may take it: two is not registered",
        ),
        (
            "location",
            {"requirement": _wanting(location_name="cern")},
            "no",
            "no matching executor is at cern: one is at no location",
        ),
        (
            "location",
            {"requirement": _wanting(location_name="cern"), "executors": [_executor(location_name="CERN")]},
            "ok",
            "location cern: 1 matching executor",
        ),
        ("cpu", {}, "ok", "cpu: none required"),
        (
            "cpu",
            {"requirement": _wanting(cpu=4000)},
            "unknown",
            "cpu 4000m: no matching executor has asked this server for work yet",
        ),
        (
            "cpu",
            {"requirement": _wanting(cpu=4000), "offers": {"one": _offer(cpu=2000)}},
            "no",
            "cpu 4000m: no matching executor offers as much; the most is 2000m of one, 3s ago",
        ),
        (
            "cpu",
            {
                "requirement": _wanting(cpu=4000),
                "offers": {"one": _offer(cpu=2000)},
                "executors": [_executor(), _executor("two")],
            },
            "unknown",
            "cpu 4000m: no matching executor offers as much; the most is 2000m of one, 3s ago",
        ),
        (
            "memory",
            {"requirement": _wanting(mem=GIB), "offers": {"one": _offer()}},
            "ok",
            "memory 1 GiB: one offered no limit when it last asked, 3s ago",
        ),
        ("alive", {}, "ok", "alive: one heard 0s ago"),
        ("alive", {"executors": [_executor(silent_seconds=None)]}, "no", "never asked for work: one"),
        ("alive", {"executors": [_executor(silent_seconds=600)]}, "no", "alive: nobody heard for 10m00s, last one"),
        (
            "alive",
            {"executors": [_executor(silent_seconds=600)], "running": {"one": 1}},
            "unknown",
            "alive: nobody heard for 10m00s, but executors may be silent while they work",
        ),
        ("line", {"ahead": 2}, "note", "priority 0: 3rd in line for gpu"),
        ("line", {"ahead": 1000, "is_ahead_exact": False}, "note", "priority 0: behind the first 1000 in line for gpu"),
        (
            "line",
            {"record": _record(priority_time=NOW - 3 * 86_400 * NANOSECONDS), "ahead": 10},
            "note",
            "priority 3: 11th in line for gpu",
        ),
        ("deadline", {}, "note", "no wait deadline: it waits for as long as it takes"),
        (
            "deadline",
            {"record": _record(wait_deadline=NOW + 90 * NANOSECONDS)},
            "note",
            "wait deadline in 1m30s, then it fails",
        ),
        (
            "deadline",
            {"record": _record(wait_deadline=NOW)},
            "no",
            "its wait deadline has passed: the server is about to fail it",
        ),
    ],
)
def test_each_condition(condition: str, fields: dict[str, Any], verdict: str, sentence: str) -> None:
    reason = _reason(condition, **fields)
    assert (reason.verdict, reason.sentence) == (verdict, sentence)


def test_conditions_that_nobody_is_left_for_are_not_told() -> None:
    facts = {"executors": [], "requirement": _wanting(cpu=4000)}
    with pytest.raises(IndexError):
        _reason("cpu", **facts)
    assert _reason("type", **facts).sentence.endswith("registered types: none")
