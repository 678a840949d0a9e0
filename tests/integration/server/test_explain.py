"""Why a process waits, asked of a real server with executors that ask for work."""

import asyncio
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.objects import Candidate, Conditions, Explanation, FunctionSpec, Process, ProcessState
from tests.support.server import ColonyKeys, RunningServer


def _submit(server: RunningServer, colony: ColonyKeys, **conditions: Any) -> Process:
    known: dict[str, Any] = {"colony_name": colony.name, "executor_type": colony.executor_type}
    wanted = Conditions(**known | conditions)
    spec = FunctionSpec(func_name="echo", max_exec_time=-1, max_wait_time=-1, conditions=wanted)
    return server.send(messages.SubmitFunctionSpec(spec=spec), colony.user)


def _explain(server: RunningServer, colony: ColonyKeys, process: Process) -> Explanation:
    return server.send(messages.ExplainProcess(process_id=process.process_id), colony.user)


def _verdicts(explanation: Explanation) -> dict[str, str]:
    return {reason.condition: reason.verdict for reason in explanation.reasons}


def test_nobody_has_asked_yet(server: RunningServer, colony: ColonyKeys) -> None:
    _submit(server, colony)
    explanation = _explain(server, colony, _submit(server, colony, cpu="2000m", mem="1Gi"))
    assert explanation.state is ProcessState.WAITING
    assert _verdicts(explanation) == {
        "colony": "ok",
        "parents": "ok",
        "type": "ok",
        "approval": "ok",
        "names": "ok",
        "location": "ok",
        "cpu": "unknown",
        "memory": "unknown",
        "alive": "no",
        "line": "note",
        "deadline": "note",
    }
    assert "2nd in line" in next(one.sentence for one in explanation.reasons if one.condition == "line")
    [candidate] = explanation.executors
    assert (candidate.executor_name, candidate.asking, candidate.offer_time) == ("worker", False, None)


async def test_an_executor_that_waits_has_too_little(server: RunningServer, colony: ColonyKeys) -> None:
    process = _submit(server, colony, cpu="8000m")
    async with colony.client(colony.executor) as worker:
        asking = asyncio.create_task(worker.assign(20, available_cpu="2000m", available_mem="1Gi"))
        candidate = Candidate()
        async with asyncio.timeout(10), colony.client() as alice:
            while not candidate.asking:
                explanation = await alice.send(messages.ExplainProcess(process_id=process.process_id))
                [candidate] = explanation.executors
        asking.cancel()
    assert (candidate.available_cpu, candidate.available_mem) == ("2000m", "1Gi")
    verdicts = _verdicts(explanation)
    assert (verdicts["cpu"], verdicts["memory"], verdicts["alive"]) == ("no", "ok", "ok")


def test_what_keeps_it_from_everybody(server: RunningServer, colony: ColonyKeys) -> None:
    assert _verdicts(_explain(server, colony, _submit(server, colony, executor_type="none")))["type"] == "no"
    assert _verdicts(_explain(server, colony, _submit(server, colony, executor_names=["x"])))["names"] == "no"
    assert _verdicts(_explain(server, colony, _submit(server, colony, location_name="x")))["location"] == "no"
    process = _submit(server, colony)
    server.send(messages.RejectExecutor(colony_name=colony.name, executor_name="worker"), colony.owner)
    server.send(messages.PauseAssignments(colony_name=colony.name), colony.owner)
    verdicts = _verdicts(_explain(server, colony, process))
    assert (verdicts["colony"], verdicts["approval"]) == ("no", "no")


def test_a_process_that_does_not_wait(server: RunningServer, colony: ColonyKeys) -> None:
    process = _submit(server, colony)
    server.send(messages.AssignProcess(colony_name=colony.name, timeout=5), colony.executor)
    explanation = _explain(server, colony, process)
    assert [reason.sentence for reason in explanation.reasons] == ["it does not wait: worker runs it"]
    server.send(messages.CancelProcess(process_id=process.process_id), colony.user)
    assert "was cancelled" in _explain(server, colony, process).reasons[0].sentence


def test_only_members(server: RunningServer, colony: ColonyKeys) -> None:
    process = _submit(server, colony)
    for identity in (Identity.generate(), colony.owner, server.new_colony().user):
        with pytest.raises(Refused) as refusal:
            server.send(messages.ExplainProcess(process_id=process.process_id), identity)
        assert refusal.value.status == 403
    with pytest.raises(Refused) as refusal:
        server.send(messages.ExplainProcess(process_id="0" * 64), colony.user)
    assert refusal.value.status == 404
