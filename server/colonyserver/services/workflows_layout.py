"""Workflows as drawings: where each member goes, and how its state is shown (wire: nodes and edges, React Flow)."""

import json
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from colonysdk.objects import ProcessState
from colonyserver.storage.json_text import json_boolean, json_string
from colonyserver.storage.workflows_members import Member

_LEVEL_HEIGHT = 80
_COLUMN_WIDTH = 200

_BACKGROUNDS = {
    ProcessState.WAITING: "#eee8d8",
    ProcessState.RUNNING: "#4689cd",
    ProcessState.SUCCESS: "#92d050",
    ProcessState.FAILED: "#cb4239",
    ProcessState.CANCELLED: "#f5a623",
}


class DrawnNode(NamedTuple):
    """A member and where it goes, in pixels."""

    member: Member
    x: int
    y: int

    def to_json_text(self) -> str:
        """The wire JSON of this node, as text."""
        member = self.member
        kind = "input" if member.parents_json == "[]" else "output" if member.children_json == "[]" else ""
        return (
            f'{{"id":"{member.process_id}","data":{{"label":{json_string(member.node_name)}}},'
            f'"position":{{"x":{self.x},"y":{self.y}}},"type":"{kind}",'
            f'"style":{{"color":"","background":"{_BACKGROUNDS[ProcessState(member.state)]}"}}}}'
        )


class DrawnEdge(NamedTuple):
    """The line from a member to a child, by its id."""

    source: Member
    target: str

    def to_json_text(self) -> str:
        """The wire JSON of this edge, as text."""
        source = self.source.process_id
        is_animated = json_boolean(self.source.state == ProcessState.RUNNING)
        return (
            f'{{"id":"{source}-{self.target}","source":"{source}","target":"{self.target}","animated":{is_animated}}}'
        )


def draw(members: Sequence[Member]) -> tuple[list[DrawnNode], list[DrawnEdge]]:
    """The nodes and edges of a graph, whose members are given in the order in which they shall stand side by side.

    A member stands one level below the lowest of its parents; every level is centred under the widest.
    """
    by_id = {member.process_id: member for member in members}
    children = {
        member.process_id: [*filter(by_id.__contains__, json.loads(member.children_json))] for member in members
    }
    depths = _depths(children)
    widths = Counter(depths.values())
    widest = max(widths.values(), default=0)
    placed: Counter[int] = Counter()
    nodes = []
    for process_id, member in by_id.items():
        depth = depths[process_id]
        x = (widest - widths[depth]) * _COLUMN_WIDTH // 2 + placed[depth] * _COLUMN_WIDTH
        placed[depth] += 1
        nodes.append(DrawnNode(member, x, depth * _LEVEL_HEIGHT))
    return nodes, [DrawnEdge(by_id[source], target) for source, targets in children.items() for target in targets]


def _depths(children: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """How many levels each member stands below the roots."""
    unseen_parents = Counter(child for its_children in children.values() for child in its_children)
    depths = dict.fromkeys(children, 0)
    ahead = deque(process_id for process_id in children if not unseen_parents[process_id])
    while ahead:
        process_id = ahead.popleft()
        for child in children[process_id]:
            depths[child] = max(depths[child], depths[process_id] + 1)
            unseen_parents[child] -= 1
            if not unseen_parents[child]:
                ahead.append(child)
    return depths
