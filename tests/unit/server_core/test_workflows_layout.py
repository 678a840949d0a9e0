"""Where the members of a workflow are drawn."""

from colonysdk.objects import GraphEdge, GraphNode
from colonyserver.services.workflows_layout import draw
from colonyserver.storage.json_text import json_list_of
from colonyserver.storage.workflows_members import Member


def members(states: str, **children: str) -> list[Member]:
    """Members by name, each with the names of its children, in the given states."""
    parents = {name: [parent for parent, its_children in children.items() if name in its_children] for name in children}
    return [
        Member(name, name.upper(), int(state), json_list_of(parents[name]), json_list_of(children[name]))
        for name, state in zip(children, states, strict=True)
    ]


def drawn(of: list[Member]) -> tuple[list[GraphNode], list[GraphEdge]]:
    """The drawing as a client reads it."""
    nodes, edges = draw(of)
    return (
        [GraphNode.from_json(node.to_json_text()) for node in nodes],
        [GraphEdge.from_json(edge.to_json_text()) for edge in edges],
    )


def test_a_diamond() -> None:
    nodes, edges = drawn(members("2140", a="bc", b="d", d="", c="d"))
    assert [(node.id, node.data.label, node.type) for node in nodes] == [
        ("a", "A", "input"),
        ("b", "B", ""),
        ("d", "D", "output"),
        ("c", "C", ""),
    ]
    assert _places(nodes) == {"a": (100, 0), "b": (0, 80), "c": (200, 80), "d": (100, 160)}
    assert [node.style.background for node in nodes] == ["#92d050", "#4689cd", "#f5a623", "#eee8d8"]
    assert [(edge.id, edge.source, edge.target, edge.animated) for edge in edges] == [
        ("a-b", "a", "b", False),
        ("a-c", "a", "c", False),
        ("b-d", "b", "d", True),
        ("c-d", "c", "d", False),
    ]


def test_a_member_stands_below_all_of_its_parents() -> None:
    nodes, _ = drawn(members("000", a="bc", b="c", c=""))
    assert _places(nodes) == {"a": (0, 0), "b": (0, 80), "c": (0, 160)}


def test_a_single_member_has_no_parents_first() -> None:
    [node], edges = drawn(members("3", a=""))
    assert (node.type, node.style.background, edges) == ("input", "#cb4239", [])


def _places(nodes: list[GraphNode]) -> dict[str, tuple[int, int]]:
    return {node.id: (node.position.x, node.position.y) for node in nodes}
