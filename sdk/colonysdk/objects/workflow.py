"""Workflows: specifications that depend on each other, and the graphs of processes they become."""

from pydantic import Field

from colonysdk.objects.process_state import ProcessState, StateField
from colonysdk.objects.specification import FunctionSpec
from colonysdk.objects.wire import Int64, Timestamp, WireModel


class WorkflowSpec(WireModel):
    """What to run, in which order: `conditions.dependencies` of a specification name the nodes it waits for."""

    colony_name: str = ""
    function_specs: list[FunctionSpec] = Field(default_factory=list)


class NodeData(WireModel):
    """What a node of a drawn graph shows."""

    label: str = ""


class NodePosition(WireModel):
    """Where a node is drawn, in pixels."""

    x: Int64 = 0
    y: Int64 = 0


class NodeStyle(WireModel):
    """How a node is drawn; `background` is a colour such as "#92d050" that shows the state."""

    color: str = ""
    background: str = ""


class GraphNode(WireModel):
    """A process in a drawn graph; `type` is "input" without parents, "output" without children, else empty."""

    id: str = ""
    data: NodeData = Field(default_factory=NodeData)
    position: NodePosition = Field(default_factory=NodePosition)
    type: str = ""
    style: NodeStyle = Field(default_factory=NodeStyle)


class GraphEdge(WireModel):
    """A dependency in a drawn graph, from parent to child; animated while the parent runs."""

    id: str = ""
    source: str = ""
    target: str = ""
    animated: bool = False


class ProcessGraph(WireModel):
    """A submitted workflow; `nodes` and `edges` are there only when one graph is asked for."""

    process_graph_id: str = ""
    initiator_id: str = ""
    initiator_name: str = ""
    colony_name: str = ""
    root_process_ids: list[str] = Field(default_factory=list)
    state: StateField = ProcessState.WAITING
    submission_time: Timestamp = None
    start_time: Timestamp = None
    end_time: Timestamp = None
    process_ids: list[str] = Field(default_factory=list)
    nodes: list[GraphNode] = Field(default_factory=list)
    edges: list[GraphEdge] = Field(default_factory=list)
