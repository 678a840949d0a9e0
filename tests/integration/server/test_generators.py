"""Generators on the wire of a real server: what is kept, what is refused, and their runs."""

import json
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.objects import ZERO_TIME, Generator
from tests.support.server import ColonyKeys, RunningServer

_SOON_SECONDS = 15


def workflow_text(colony: ColonyKeys, **fields: Any) -> str:
    spec = {"nodename": "job", "funcname": "echo", "conditions": {"executortype": colony.executor_type}}
    return json.dumps({"colonyname": colony.name, "functionspecs": [spec], **fields})


def generator(colony: ColonyKeys, **fields: Any) -> Generator:
    known: dict[str, Any] = {"name": "sensor", "trigger": 3, "workflow_spec": workflow_text(colony)}
    return Generator(colony_name=colony.name, **known | fields)


def add(server: RunningServer, colony: ColonyKeys, **fields: Any) -> Generator:
    return server.send(messages.AddGenerator(generator=generator(colony, **fields)), colony.user)


def pack(server: RunningServer, colony: ColonyKeys, added: Generator, *args: str) -> None:
    for arg in args:
        reply = server.call(messages.PackGenerator(generator_id=added.generator_id, arg=arg), colony.executor)
        assert reply.payload_json == b"{}"


def assigned_args(server: RunningServer, colony: ColonyKeys) -> list[Any]:
    """The arguments of the process that comes next."""
    assign = messages.AssignProcess(colony_name=colony.name, timeout=_SOON_SECONDS)
    return server.send(assign, colony.executor).spec.args


class TestKeeping:
    def test_what_is_added_is_found(self, server: RunningServer, colony: ColonyKeys) -> None:
        added = add(server, colony, timeout=60)
        assert len(added.generator_id) == 64
        assert (added.initiator_id, added.initiator_name) == (colony.user.id, "alice")
        pack(server, colony, added, "a", "b")
        find = messages.GetGenerator(generator_id=added.generator_id)
        found = json.loads(server.call(find, colony.user).payload_json)
        assert (found["queuesize"], found["checkerperiod"]) == (2, 1000)
        assert found["firstpack"] != ZERO_TIME
        assert found["lastrun"] == ZERO_TIME
        named = messages.ResolveGenerator(colony_name=colony.name, generator_name="sensor")
        assert server.send(named, colony.user).generator_id == added.generator_id

    def test_listing(self, server: RunningServer, colony: ColonyKeys) -> None:
        listing = messages.GetGenerators(colony_name=colony.name, count=2)
        assert server.call(listing, colony.user).payload_json == b"null"
        for name in ("b", "c", "a"):
            add(server, colony, name=name)
        listed = server.send(listing, colony.user)
        assert [(found.name, found.checker_period) for found in listed] == [("a", 0), ("b", 0)]
        refused = messages.GetGenerators(colony_name=colony.name, count=1001)
        assert server.refusal(refused, colony.user)[0] == 400

    def test_unknown_ones(self, server: RunningServer, colony: ColonyKeys) -> None:
        added = add(server, colony)
        server.send(messages.RemoveGenerator(generator_id=added.generator_id), colony.user)
        for message in (
            messages.GetGenerator(generator_id=added.generator_id),
            messages.ResolveGenerator(colony_name=colony.name, generator_name="sensor"),
            messages.PackGenerator(generator_id=added.generator_id, arg="x"),
            messages.RemoveGenerator(generator_id=added.generator_id),
        ):
            assert server.refusal(message, colony.user)[0] == 500

    def test_a_name_is_taken_once_in_a_colony(self, server: RunningServer, colony: ColonyKeys) -> None:
        add(server, colony)
        expected = f"Generator with name <sensor> in Colony <{colony.name}> already exists"
        assert server.refusal(messages.AddGenerator(generator=generator(colony)), colony.user) == (400, expected)


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"name": ""}, "The generator name is empty"),
            ({"trigger": 0}, "trigger: it must be between 1 and 10000"),
            ({"trigger": -3}, "trigger: it must be between 1 and 10000"),
            ({"trigger": 10_001}, "trigger: it must be between 1 and 10000"),
            ({"timeout": -1}, "timeout: it must be between 0 (never)"),
            ({"workflow_spec": "nonsense"}, "workflowspec: not valid JSON"),
            ({"workflow_spec": "{}"}, "$.functionspecs is empty"),
        ],
    )
    def test_what_cannot_be(
        self, server: RunningServer, colony: ColonyKeys, fields: dict[str, Any], words: str
    ) -> None:
        status, message = server.refusal(messages.AddGenerator(generator=generator(colony, **fields)), colony.user)
        assert status == 400
        assert words in message

    def test_the_workflow_of_another_colony(self, server: RunningServer, colony: ColonyKeys) -> None:
        foreign = generator(colony, workflow_spec=workflow_text(server.new_colony()))
        assert server.refusal(messages.AddGenerator(generator=foreign), colony.user)[0] == 400

    def test_strangers(self, server: RunningServer, colony: ColonyKeys) -> None:
        added = add(server, colony)
        outsider = server.new_colony().executor
        for message in (
            messages.AddGenerator(generator=generator(colony, name="x")),
            messages.GetGenerators(colony_name=colony.name, count=10),
            messages.ResolveGenerator(colony_name=colony.name, generator_name="sensor"),
            messages.GetGenerator(generator_id=added.generator_id),
            messages.PackGenerator(generator_id=added.generator_id, arg="x"),
            messages.RemoveGenerator(generator_id=added.generator_id),
        ):
            assert server.refusal(message, outsider)[0] == 403
            assert server.refusal(message, colony.owner)[0] == 403


class TestRuns:
    def test_what_is_packed_survives_a_crash(self, tmp_path: Any) -> None:
        with RunningServer(tmp_path) as server:
            colony = server.new_colony()
            added = add(server, colony)
            pack(server, colony, added, "1", "2")
            server.restart()
            pack(server, colony, added, "3")
            assert assigned_args(server, colony) == ["1", "2", "3"]
