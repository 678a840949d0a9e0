"""Workflows over the wire."""

from typing import Any

import pytest

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.objects import Process, ProcessGraph, ProcessState, Statistics, WorkflowSpec
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification
from tests.support.workflows import DIAMOND

WAITING, RUNNING, SUCCESS, FAILED, CANCELLED = ProcessState


class Wire:
    """A colony, and shorter words for what its user and its executor send."""

    def __init__(self, server: RunningServer, colony: ColonyKeys) -> None:
        self.server = server
        self.colony = colony

    def submit(self, nodes: dict[str, Any]) -> ProcessGraph:
        functions = [
            specification(self.colony, node_name=name, dependencies=[*parents]) for name, parents in nodes.items()
        ]
        spec = WorkflowSpec(colony_name=self.colony.name, function_specs=functions)
        return self.server.send(messages.SubmitWorkflow(spec=spec), self.colony.user)

    def get(self, graph: ProcessGraph) -> ProcessGraph:
        message = messages.GetWorkflow(process_graph_id=graph.process_graph_id)
        return self.server.send(message, self.colony.user)

    def listed(self, state: int, count: int = 100) -> list[ProcessGraph] | None:
        message = messages.GetWorkflows(colony_name=self.colony.name, state=state, count=count)
        return self.server.send(message, self.colony.user)

    def assign(self) -> Process:
        message = messages.AssignProcess(colony_name=self.colony.name, timeout=10)
        return self.server.send(message, self.colony.executor)

    def succeed(self, process: Process, *output: Any) -> None:
        message = messages.CloseSuccessful(process_id=process.process_id, output=[*output])
        self.server.send(message, self.colony.executor)

    def statistics(self) -> Statistics:
        message = messages.GetColonyStatistics(colony_name=self.colony.name)
        return self.server.send(message, self.colony.user)

    def refused(self, message: messages.Message[Any], key: Any = None) -> tuple[int, str]:
        with pytest.raises(Refused) as refusal:
            self.server.send(message, key or self.colony.user)
        return refusal.value.status, refusal.value.message


@pytest.fixture
def wire(server: RunningServer, colony: ColonyKeys) -> Wire:
    return Wire(server, colony)


class TestReplies:
    def test_submit(self, wire: Wire) -> None:
        graph = wire.submit(DIAMOND)
        assert graph.colony_name == wire.colony.name
        assert (graph.initiator_id, graph.initiator_name) == (wire.colony.user.id, "alice")
        assert (graph.state, graph.submission_time, graph.start_time, graph.end_time) == (WAITING, None, None, None)
        assert (graph.nodes, graph.edges) == ([], [])
        a, b, c, d = graph.process_ids
        assert graph.root_process_ids == [a]
        stored = wire.get(graph)
        assert stored.submission_time is not None
        assert stored.process_ids == [a, b, d, c], "depth first"

    def test_get(self, wire: Wire) -> None:
        submitted = wire.submit(DIAMOND)
        a, b, c, d = submitted.process_ids
        wire.assign()
        graph = wire.get(submitted)
        assert graph.state is RUNNING
        assert {node.id: node.data.label for node in graph.nodes} == {a: "a", b: "b", c: "c", d: "d"}
        assert {node.id: node.type for node in graph.nodes} == {a: "input", b: "", c: "", d: "output"}
        assert {(edge.source, edge.target) for edge in graph.edges} == {(a, b), (a, c), (b, d), (c, d)}
        assert all(edge.id == f"{edge.source}-{edge.target}" for edge in graph.edges)
        assert {edge.source for edge in graph.edges if edge.animated} == {a}

    def test_list(self, wire: Wire) -> None:
        message = messages.GetWorkflows(colony_name=wire.colony.name, state=0, count=10)
        assert wire.server.call(message, wire.colony.user).payload_json == b"null"
        first, second, third = (wire.submit({"a": (), "b": ("a",)}) for _ in range(3))
        listed = wire.listed(0)
        assert listed is not None
        assert [graph.process_graph_id for graph in listed] == [
            third.process_graph_id,
            second.process_graph_id,
            first.process_graph_id,
        ]
        assert [graph.process_ids for graph in listed] == [third.process_ids, second.process_ids, first.process_ids]
        assert [graph.nodes for graph in listed] == [[], [], []]
        assert len(wire.listed(0, count=2) or ()) == 2
        assert wire.refused(messages.GetWorkflows(colony_name=wire.colony.name, state=0, count=101))[0] == 400
        status, words = wire.refused(messages.GetWorkflows(colony_name=wire.colony.name, state=5, count=1))
        assert status == 400
        assert "invalid msg.State" in words

    def test_statistics(self, wire: Wire) -> None:
        wire.submit({"a": ()})
        wire.submit({"a": ()})
        cancelled = wire.submit({"a": ()})
        wire.server.send(messages.CancelWorkflow(process_graph_id=cancelled.process_graph_id), wire.colony.user)
        wire.succeed(wire.assign())
        wire.assign()
        counts = wire.statistics()
        assert (counts.waiting_workflows, counts.running_workflows, counts.successful_workflows) == (0, 1, 1)
        assert (counts.failed_workflows, counts.cancelled_workflows) == (0, 1)
        assert counts.successful_processes == 1

    def test_remove_all(self, wire: Wire) -> None:
        wire.submit({"a": ()})
        message = messages.RemoveAllWorkflows(colony_name=wire.colony.name, state=-1)
        assert wire.refused(message)[0] == 403
        wire.server.send(message, wire.colony.owner)
        assert not wire.listed(0)
        assert wire.refused(message.model_copy(update={"state": 1}), wire.colony.owner)[0] == 400


class TestRefusals:
    def test_a_refused_submit_leaves_nothing_behind(self, wire: Wire) -> None:
        with pytest.raises(Refused, match="are you depending on a nodename that does not exits") as refusal:
            wire.submit({"a": (), "b": ("x",)})
        assert refusal.value.status == 500
        with pytest.raises(Refused, match="a → b → a") as refusal:
            wire.submit({"a": ("b",), "b": ("a",)})
        assert refusal.value.status == 500
        assert not wire.listed(0)
        assert wire.statistics().waiting_processes == 0

    @pytest.mark.parametrize("message_type", [messages.GetWorkflow, messages.CancelWorkflow, messages.RemoveWorkflow])
    def test_unknown_and_foreign_workflows(
        self, wire: Wire, server: RunningServer, message_type: type[messages.GetWorkflow]
    ) -> None:
        graph = wire.submit({"a": ()})
        assert wire.refused(message_type(process_graph_id="f" * 64))[0] == 500
        stranger = server.new_colony()
        assert wire.refused(message_type(process_graph_id=graph.process_graph_id), stranger.user)[0] == 403
        assert wire.refused(message_type(process_graph_id=graph.process_graph_id), wire.colony.owner)[0] == 403
        assert wire.get(graph).state is WAITING

    def test_a_running_workflow_cannot_be_removed(self, wire: Wire) -> None:
        graph = wire.submit({"a": ()})
        wire.assign()
        message = messages.RemoveWorkflow(process_graph_id=graph.process_graph_id)
        assert wire.refused(message)[0] == 400
        wire.server.send(messages.CancelWorkflow(process_graph_id=graph.process_graph_id), wire.colony.user)
        wire.server.send(message, wire.colony.user)
        assert wire.refused(messages.GetWorkflow(process_graph_id=graph.process_graph_id))[0] == 500

    def test_adding_a_child_to_an_unknown_parent(self, wire: Wire) -> None:
        message = messages.AddChild(
            process_graph_id="f" * 64, parent_process_id="e" * 64, spec=specification(wire.colony)
        )
        assert wire.refused(message, wire.colony.executor)[0] == 404
        assert wire.refused(message, wire.server.new_colony().executor)[0] == 403
