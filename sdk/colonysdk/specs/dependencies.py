"""The graph of a workflow: every node has a name of its own, depends on nodes that are there, and never on itself."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

from colonysdk.errors import Problem
from colonysdk.specs.shapes import child_path, shown

_SHOWN_OF_A_CYCLE = 10


class Node(NamedTuple):
    """One specification of a workflow, as far as the graph is concerned."""

    name: str
    dependencies: Sequence[str]


class Fault(Enum):
    """The ways in which a graph can be wrong."""

    MISSING_NAME = auto()
    REPEATED_NAME = auto()
    UNKNOWN_DEPENDENCY = auto()
    CYCLE = auto()


class GraphProblem(NamedTuple):
    """What kind of mistake it is, the name it is about, and where it is."""

    fault: Fault
    name: str
    problem: Problem


def check_graph(nodes: Sequence[Node], path: str = "$") -> list[GraphProblem]:
    """Return everything that is wrong with a graph; `path` is the JSON path of the list that the nodes are from.

    Cycles are looked for only when nothing else is wrong, and the first one is reported.
    """
    problems = [*_names(nodes, path), *_unknown_dependencies(nodes, path)]
    return problems or [*_cycle(nodes, path)]


def _names(nodes: Sequence[Node], path: str) -> Iterator[GraphProblem]:
    first_places: dict[str, str] = {}
    for index, node in enumerate(nodes):
        place = f"{child_path(path, index)}.nodename"
        if not node.name:
            problem = Problem(place, "is missing", "a name that no other node of the workflow has")
            yield GraphProblem(Fault.MISSING_NAME, "", problem)
        elif node.name in first_places:
            reason = f"{shown(node.name)} is the name of another node, see {first_places[node.name]}"
            yield GraphProblem(Fault.REPEATED_NAME, node.name, Problem(place, reason, "a name of its own"))
        else:
            first_places[node.name] = place


def _unknown_dependencies(nodes: Sequence[Node], path: str) -> Iterator[GraphProblem]:
    names = {node.name for node in nodes}
    for index, node in enumerate(nodes):
        for place, dependency in enumerate(node.dependencies):
            if dependency not in names or not dependency:
                where = child_path(f"{child_path(path, index)}.conditions.dependencies", place)
                problem = Problem(where, f"no node is named {shown(dependency)}", "the nodename of another node")
                yield GraphProblem(Fault.UNKNOWN_DEPENDENCY, dependency, problem)


def _cycle(nodes: Sequence[Node], path: str) -> Iterator[GraphProblem]:
    stuck = _never_ready(nodes)
    if not stuck:
        return
    indexes = {node.name: index for index, node in enumerate(nodes)}
    # Each of these waits for another of them, so that following them leads into a circle.
    way = [next(node.name for node in nodes if node.name in stuck)]
    seen: dict[str, int] = {}
    while way[-1] not in seen:
        seen[way[-1]] = len(seen)
        way.append(next(name for name in stuck[way[-1]] if name in stuck))
    circle = way[seen[way[-1]] : -1]
    first = min(range(len(circle)), key=lambda place: indexes[circle[place]])
    circle = circle[first:] + circle[:first]
    where = f"{child_path(path, indexes[circle[0]])}.conditions.dependencies"
    problem = Problem(where, _drawn(circle), "dependencies that do not lead back")
    yield GraphProblem(Fault.CYCLE, circle[0], problem)


def _never_ready(nodes: Sequence[Node]) -> Mapping[str, Sequence[str]]:
    """The nodes that could never start, with their dependencies: those in cycles, and all that wait for them."""
    waiting = {node.name: set(node.dependencies) for node in nodes}
    children: dict[str, list[str]] = {node.name: [] for node in nodes}
    for node in nodes:
        for dependency in set(node.dependencies):
            children[dependency].append(node.name)
    ready = deque(name for name, dependencies in waiting.items() if not dependencies)
    while ready:
        name = ready.popleft()
        del waiting[name]
        for child in children[name]:
            waiting[child].discard(name)
            if not waiting[child]:
                ready.append(child)
    return {node.name: node.dependencies for node in nodes if node.name in waiting}


def _drawn(circle: Sequence[str]) -> str:
    if len(circle) > _SHOWN_OF_A_CYCLE:
        hidden = len(circle) - _SHOWN_OF_A_CYCLE
        return " → ".join([*circle[:_SHOWN_OF_A_CYCLE], f"… ({hidden} more)", circle[0]])
    return " → ".join([*circle, circle[0]])
