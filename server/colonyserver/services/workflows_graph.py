"""The graph of a workflow specification: checked, and as the links between its members."""

from collections.abc import Sequence
from typing import NamedTuple

from colonysdk.objects import FunctionSpec
from colonysdk.specs.dependencies import Fault, GraphProblem, Node, check_graph
from colonyserver.errors import Invalid
from colonyserver.services.names import MAX_NAME_LENGTH

MAX_MEMBERS = 10_000
"""More specifications in one workflow are refused."""

_MAX_DEPENDENCIES = 100_000
"""More links between them are refused; every link is stored with both of its ends."""

_PATH = "$.functionspecs"
_BEGINNINGS = {
    Fault.MISSING_NAME: "Nodename is missing, check function spec for errors",
    Fault.UNKNOWN_DEPENDENCY: "Failed to submit workflow, invalid dependencies, are you depending on a nodename that "
    "does not exits?",
    Fault.CYCLE: "Failed to submit workflow, invalid dependencies, they form a cycle",
}


class InvalidGraph(Invalid):
    """The specifications of a workflow do not make a graph (wire: 400 in crons and generators, 500 in a submit)."""


class Links(NamedTuple):
    """A graph; specifications are meant by their index, every list of parents is in the order of its dependencies."""

    parents: Sequence[Sequence[int]]
    children: Sequence[Sequence[int]]
    depth_first: Sequence[int]
    """Every index once, parents' subtrees from the first root on (wire: processids)."""

    @property
    def roots(self) -> list[int]:
        """The specifications that depend on nothing."""
        return [index for index, parents in enumerate(self.parents) if not parents]


def link(specs: Sequence[FunctionSpec]) -> Links:
    """Make a graph of the dependencies of specifications; raises InvalidGraph that says where the first mistake is."""
    _check_size(specs)
    if problems := check_graph([Node(spec.node_name, spec.conditions.dependencies) for spec in specs], _PATH):
        raise InvalidGraph(_words(problems[0]))
    indexes = {spec.node_name: index for index, spec in enumerate(specs)}
    # A dependency that is given twice is one.
    parents = [[indexes[name] for name in dict.fromkeys(spec.conditions.dependencies)] for spec in specs]
    children: list[list[int]] = [[] for _ in specs]
    for index, its_parents in enumerate(parents):
        for parent in its_parents:
            children[parent].append(index)
    roots = [index for index, its_parents in enumerate(parents) if not its_parents]
    return Links(parents, children, _depth_first(roots, children))


def _check_size(specs: Sequence[FunctionSpec]) -> None:
    if not specs:
        raise InvalidGraph(f"Failed to submit workflow, {_PATH} is empty; give at least one function specification")
    if len(specs) > MAX_MEMBERS:
        raise InvalidGraph(
            f"Failed to submit workflow, {_PATH} has {len(specs)} function specifications; at most {MAX_MEMBERS} make "
            "a workflow"
        )
    if sum(len(spec.conditions.dependencies) for spec in specs) > _MAX_DEPENDENCIES:
        raise InvalidGraph(f"Failed to submit workflow, there are more than {_MAX_DEPENDENCIES} dependencies in it")
    for index, spec in enumerate(specs):
        if len(spec.node_name) > MAX_NAME_LENGTH:
            place = f"{_PATH}[{index}].nodename"
            raise InvalidGraph(f"Failed to submit workflow, {place} is longer than {MAX_NAME_LENGTH} characters")


def _words(found: GraphProblem) -> str:
    """The mistake in the words of the wire, with its place."""
    beginning = _BEGINNINGS.get(found.fault, f"Duplicate nodename: {found.name}")
    return f"{beginning}: {found.problem.path}: {found.problem.message}"


def _depth_first(roots: Sequence[int], children: Sequence[Sequence[int]]) -> list[int]:
    order: dict[int, None] = {}
    ahead = [*reversed(roots)]
    while ahead:
        index = ahead.pop()
        if index not in order:
            order[index] = None
            ahead.extend(reversed(children[index]))
    return [*order]
