"""Crons on the wire of a real server: what is kept, what is refused, and that they run."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.identity import Identity
from colonysdk.objects import ZERO_TIME, Colony, Cron, ProcessState, User
from tests.support.server import ColonyKeys, RunningServer

_SOON_SECONDS = 15


def workflow_text(colony: ColonyKeys, **fields: Any) -> str:
    spec = {"nodename": "job", "funcname": "echo", "conditions": {"executortype": colony.executor_type}}
    return json.dumps({"colonyname": colony.name, "functionspecs": [spec], **fields})


def cron(colony: ColonyKeys, **fields: Any) -> Cron:
    known: dict[str, Any] = {"name": "nightly", "interval": 3600, "workflow_spec": workflow_text(colony)}
    return Cron(colony_name=colony.name, **known | fields)


def add(server: RunningServer, colony: ColonyKeys, **fields: Any) -> Cron:
    return server.send(messages.AddCron(cron=cron(colony, **fields)), colony.user)


class TestKeeping:
    def test_what_is_added_is_found(self, server: RunningServer, colony: ColonyKeys) -> None:
        reply = json.loads(server.call(messages.AddCron(cron=cron(colony)), colony.user).payload_json)
        assert len(reply["cronid"]) == 64
        assert (reply["initiatorid"], reply["initiatorname"]) == (colony.user.id, "alice")
        assert (reply["lastrun"], reply["prevprocessgraphid"], reply["checkerperiod"]) == (ZERO_TIME, "", 0)
        wait = datetime.fromisoformat(reply["nextrun"]) - datetime.now(UTC)
        assert timedelta(seconds=3540) < wait <= timedelta(seconds=3600)
        alone = server.call(messages.GetCron(cron_id=reply["cronid"]), colony.executor)
        assert json.loads(alone.payload_json) == {**reply, "checkerperiod": 1000}
        listed = server.call(messages.GetCrons(colony_name=colony.name, count=10), colony.user)
        assert json.loads(listed.payload_json) == [reply]

    def test_listing(self, server: RunningServer, colony: ColonyKeys) -> None:
        listing = messages.GetCrons(colony_name=colony.name, count=2)
        assert server.call(listing, colony.user).payload_json == b"[]"
        for name in ("b", "c", "a"):
            add(server, colony, name=name)
        assert [found.name for found in server.send(listing, colony.user)] == ["a", "b"]
        for count in (-1, 1001):
            refused = messages.GetCrons(colony_name=colony.name, count=count)
            assert server.refusal(refused, colony.user)[0] == 400

    def test_removal(self, server: RunningServer, colony: ColonyKeys) -> None:
        added = add(server, colony)
        server.send(messages.RemoveCron(cron_id=added.cron_id), colony.user)
        for message in (messages.RemoveCron(cron_id=added.cron_id), messages.GetCron(cron_id=added.cron_id)):
            assert server.refusal(message, colony.user)[0] == 500
        assert server.refusal(messages.RunCron(cron_id=added.cron_id), colony.user) == (400, "cron not found")

    def test_a_name_is_taken_once_in_a_colony(self, server: RunningServer, colony: ColonyKeys) -> None:
        add(server, colony)
        again = messages.AddCron(cron=cron(colony))
        expected = f"Cron with name <nightly> in Colony <{colony.name}> already exists"
        assert server.refusal(again, colony.user) == (400, expected)
        add(server, server.new_colony())

    def test_the_misspelt_name_of_pycolonies(self, server: RunningServer, colony: ColonyKeys) -> None:
        sent = json.loads(messages.AddCron(cron=cron(colony)).encode())
        del sent["cron"]["waitforprevprocessgraph"]
        sent["cron"]["waitforprevprocessgrap"] = True
        added = server.send(messages.AddCron.model_validate(sent), colony.user)
        assert added.wait_for_prev_process_graph

    def test_a_colony_takes_its_crons_along(self, server: RunningServer, colony: ColonyKeys) -> None:
        added = add(server, colony)
        server.send(messages.RemoveColony(colony_name=colony.name), server.server_owner)
        owner = Identity.generate()
        server.send(messages.AddColony(colony=Colony(colony_id=owner.id, name=colony.name)), server.server_owner)
        user = User(colony_name=colony.name, user_id=colony.user.id, name="alice")
        server.send(messages.AddUser(user=user), owner)
        assert server.send(messages.GetCrons(colony_name=colony.name, count=10), colony.user) == []
        assert server.refusal(messages.GetCron(cron_id=added.cron_id), colony.user)[0] == 500


class TestRefusals:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"name": ""}, "The cron name is empty"),
            ({"name": "a:b"}, "must not contain a colon"),
            ({"interval": 0}, "Cron interval must be -1 (disabled) or larger than 0"),
            ({"interval": -2}, "Cron interval must be -1 (disabled) or larger than 0"),
            ({"interval": 2**62}, "interval: it is longer"),
            ({"interval": -1}, "six fields are needed"),
            ({"interval": -1, "cron_expression": "0 0 25 * * *"}, '"25" is no hour: it goes from 0 to 23'),
            ({"interval": -1, "cron_expression": "@hourly", "random": True}, "random: it needs an interval"),
            ({"workflow_spec": ""}, "workflowspec: not valid JSON"),
            ({"workflow_spec": "[]"}, "workflowspec: "),
            ({"workflow_spec": "{}"}, "$.functionspecs is empty"),
            ({"workflow_spec": '{"functionspecs":[{}]}'}, "Nodename is missing"),
            ({"workflow_spec": " " * (1 << 20) + "{}"}, "workflowspec: it is longer"),
        ],
    )
    def test_what_cannot_be(
        self, server: RunningServer, colony: ColonyKeys, fields: dict[str, Any], words: str
    ) -> None:
        status, message = server.refusal(messages.AddCron(cron=cron(colony, **fields)), colony.user)
        assert status == 400
        assert words in message
        assert server.send(messages.GetCrons(colony_name=colony.name, count=10), colony.user) == []

    def test_bad_dependencies(self, server: RunningServer, colony: ColonyKeys) -> None:
        spec = {"nodename": "a", "conditions": {"dependencies": ["b"]}}
        text = workflow_text(colony, functionspecs=[spec])
        status, message = server.refusal(messages.AddCron(cron=cron(colony, workflow_spec=text)), colony.user)
        assert status == 400
        assert "$.functionspecs[0]" in message

    def test_the_workflow_of_another_colony(self, server: RunningServer, colony: ColonyKeys) -> None:
        other = server.new_colony()
        foreign = cron(colony, workflow_spec=workflow_text(other))
        status, message = server.refusal(messages.AddCron(cron=foreign), colony.user)
        assert status == 400
        assert "its colonyname must be that of the colony" in message

    def test_strangers(self, server: RunningServer, colony: ColonyKeys) -> None:
        added = add(server, colony)
        outsider = server.new_colony().user
        for message in (
            messages.AddCron(cron=cron(colony, name="x")),
            messages.GetCrons(colony_name=colony.name, count=10),
            messages.GetCron(cron_id=added.cron_id),
            messages.RunCron(cron_id=added.cron_id),
            messages.RemoveCron(cron_id=added.cron_id),
        ):
            assert server.refusal(message, outsider)[0] == 403
            assert server.refusal(message, colony.owner)[0] == 403
        assert server.send(messages.GetCron(cron_id=added.cron_id), colony.user).prev_process_graph_id == ""


class TestRuns:
    def test_by_hand(self, server: RunningServer, colony: ColonyKeys) -> None:
        added = add(server, colony, workflow_spec=workflow_text(colony, colonyname=""))
        assert server.send(messages.RunCron(cron_id=added.cron_id), colony.executor) == added
        after = server.send(messages.GetCron(cron_id=added.cron_id), colony.user)
        assert after.last_run is not None
        process = server.send(messages.AssignProcess(colony_name=colony.name, timeout=-1), colony.executor)
        assert process.process_graph_id == after.prev_process_graph_id
        assert (process.initiator_id, process.initiator_name) == (colony.user.id, "alice")
        assert process.spec.conditions.colony_name == colony.name

    def test_it_goes_on_after_a_crash(self, tmp_path: Any) -> None:
        with RunningServer(tmp_path) as server:
            colony = server.new_colony()
            add(server, colony, interval=1)
            server.restart()
            assign = messages.AssignProcess(colony_name=colony.name, timeout=_SOON_SECONDS)
            assert server.send(assign, colony.executor).state is ProcessState.RUNNING


class TestTimeZone:
    def test_expressions_without_one(self, tmp_path: Any) -> None:
        with RunningServer(tmp_path, {"COLONIES_CRON_TIME_ZONE": "Asia/Tokyo"}) as server:
            colony = server.new_colony()
            added = add(server, colony, interval=-1, cron_expression="@daily")
            other = add(server, colony, name="other", interval=-1, cron_expression="TZ=UTC @daily")
        assert added.next_run is not None
        assert other.next_run is not None
        assert (added.next_run.hour, other.next_run.hour) == (15, 0)
