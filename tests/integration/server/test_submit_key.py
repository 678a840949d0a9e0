"""Submissions that are sent more than once and taken in once."""

import asyncio
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.client import ColonyClient
from colonysdk.envelope import ReplyEnvelope
from colonysdk.errors import Refused, Unreachable
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import Process, ProcessGraph, ProcessState, User, WorkflowSpec
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification


def _submit(server: RunningServer, colony: ColonyKeys, key: str, identity: Identity | None = None) -> Process:
    message = messages.SubmitFunctionSpec(spec=specification(colony), submit_key=key)
    return server.send(message, identity or colony.user)


def test_the_same_key_brings_back_the_first_process(server: RunningServer, colony: ColonyKeys) -> None:
    first = _submit(server, colony, "k")
    server.send(messages.AssignProcess(colony_name=colony.name, timeout=5), colony.executor)
    again = _submit(server, colony, "k")
    assert (again.process_id, again.state) == (first.process_id, ProcessState.RUNNING)
    statistics = server.send(messages.GetColonyStatistics(colony_name=colony.name), colony.user)
    assert statistics.waiting_processes + statistics.running_processes == 1


def test_keys_belong_to_who_uses_them(server: RunningServer, colony: ColonyKeys) -> None:
    bob, other = Identity.generate(), server.new_colony()
    server.send(messages.AddUser(user=User(colony_name=colony.name, user_id=bob.id, name="bob")), colony.owner)
    server.send(
        messages.AddUser(user=User(colony_name=other.name, user_id=colony.user.id, name="also-alice")), other.owner
    )
    made = [
        _submit(server, colony, "k"),
        _submit(server, colony, "k2"),
        _submit(server, colony, "k", bob),
        _submit(server, other, "k", colony.user),
        _submit(server, colony, ""),
        _submit(server, colony, ""),
    ]
    assert len({process.process_id for process in made}) == len(made)


async def test_all_at_once(colony: ColonyKeys) -> None:
    async with colony.client() as client:
        message = messages.SubmitFunctionSpec(spec=specification(colony), submit_key="k")
        processes = await asyncio.gather(*(client.send(message) for _ in range(20)))
        assert len({process.process_id for process in processes}) == 1
        assert (await client.statistics()).waiting_processes == 1


def test_it_outlives_a_restart(tmp_path_factory: pytest.TempPathFactory) -> None:
    with RunningServer(tmp_path_factory.mktemp("restarted")) as server:
        colony = server.new_colony()
        first = _submit(server, colony, "k")
        server.restart()
        assert _submit(server, colony, "k").process_id == first.process_id


def test_a_removed_process_does_not_come_back(server: RunningServer, colony: ColonyKeys) -> None:
    process = _submit(server, colony, "k")
    server.send(messages.RemoveProcess(process_id=process.process_id), colony.user)
    with pytest.raises(Refused, match="was removed") as refusal:
        _submit(server, colony, "k")
    assert refusal.value.status == 400


@pytest.mark.parametrize("key", ["x" * 256, "a\nb"])
def test_bad_keys(server: RunningServer, colony: ColonyKeys, key: str) -> None:
    with pytest.raises(Refused) as refusal:
        _submit(server, colony, key)
    assert refusal.value.status == 400


def test_a_refused_submission_leaves_its_key_free(server: RunningServer, colony: ColonyKeys) -> None:
    message = messages.SubmitFunctionSpec(spec=specification(colony, priority=10**6), submit_key="k")
    with pytest.raises(Refused):
        server.send(message, colony.user)
    assert _submit(server, colony, "k").state is ProcessState.WAITING


def _submit_workflow(server: RunningServer, colony: ColonyKeys, key: str) -> ProcessGraph:
    specs = [specification(colony, node_name="a"), specification(colony, node_name="b", dependencies=["a"])]
    workflow = WorkflowSpec(colony_name=colony.name, function_specs=specs)
    return server.send(messages.SubmitWorkflow(spec=workflow, submit_key=key), colony.user)


def test_workflows_too(server: RunningServer, colony: ColonyKeys) -> None:
    first = _submit_workflow(server, colony, "k")
    again = _submit_workflow(server, colony, "k")
    assert again.process_graph_id == first.process_graph_id
    assert set(again.process_ids) == set(first.process_ids)
    other = _submit_workflow(server, colony, "k2")
    assert other.process_graph_id != first.process_graph_id
    statistics = server.send(messages.GetColonyStatistics(colony_name=colony.name), colony.user)
    assert statistics.waiting_processes == 4
    server.send(messages.RemoveWorkflow(process_graph_id=first.process_graph_id), colony.user)
    with pytest.raises(Refused, match="was removed"):
        _submit_workflow(server, colony, "k")


def test_a_key_is_for_one_thing(server: RunningServer, colony: ColonyKeys) -> None:
    _submit(server, colony, "k")
    with pytest.raises(Refused) as refusal:
        _submit_workflow(server, colony, "k")
    assert refusal.value.status == 400


class LosingClient(ColonyClient):
    """Loses the answer to the first message of a type, which the server has acted on."""

    losing: type[Message[Any]] | None = messages.SubmitFunctionSpec

    async def _post(self, message: Message[Any], body: bytes) -> ReplyEnvelope:
        reply = await super()._post(message, body)
        if self.losing is not None and isinstance(message, self.losing):
            self.losing = None
            raise Unreachable("the answer was lost")
        return reply


async def test_the_client_submits_again_when_the_answer_is_lost(colony: ColonyKeys) -> None:
    async with LosingClient(colony.url, colony.user, colony.name) as client:
        process = await client.submit(specification(colony))
        assert (await client.statistics()).waiting_processes == 1
        assert (await client.process(process.process_id)).state is ProcessState.WAITING


async def test_the_client_submits_a_workflow_again_too(colony: ColonyKeys) -> None:
    async with LosingClient(colony.url, colony.user, colony.name) as client:
        client.losing = messages.SubmitWorkflow
        graph = await client.submit_workflow(WorkflowSpec(function_specs=[specification(colony, node_name="a")]))
        assert (graph.colony_name, len(graph.process_ids)) == (colony.name, 1)
        assert [one.process_graph_id for one in await client.workflows(ProcessState.WAITING)] == [
            graph.process_graph_id
        ]
        assert client.losing is None


async def test_the_client_does_not_where_the_server_would_take_it_in_twice(
    colony: ColonyKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_client: ColonyClient, _extension: str) -> bool:
        return False

    monkeypatch.setattr(ColonyClient, "offers", nothing)
    async with LosingClient(colony.url, colony.user, colony.name) as client:
        with pytest.raises(Unreachable):
            await client.submit(specification(colony))
        assert (await client.statistics()).waiting_processes == 1
