from hypothesis import given
from hypothesis import strategies as st

from colonysdk.objects import WorkflowMember
from colonytui.commands.workflow_members import in_order


def members_of(*parents: list[int]) -> list[WorkflowMember]:
    return [WorkflowMember(process_id=str(place), parents=[*map(str, of)]) for place, of in enumerate(parents)]


def ids(members: list[WorkflowMember]) -> list[int]:
    return [int(member.process_id) for member in members]


def test_parents_come_first_and_the_others_stay_where_they_are() -> None:
    assert ids(in_order(members_of([], [0], [0], [1, 2]))) == [0, 1, 2, 3]
    assert ids(in_order(members_of([3], [], [1], []))) == [1, 2, 3, 0]


@given(st.permutations(range(12)), st.data())
def test_any_graph_in_any_order(order: list[int], data: st.DataObject) -> None:
    parents = {
        node: data.draw(st.sets(st.sampled_from(order[:place]))) if place else set() for place, node in enumerate(order)
    }
    ordered = ids(in_order(members_of(*([*parents[node]] for node in sorted(parents)))))
    assert sorted(ordered) == sorted(order)
    assert all(ordered.index(parent) < ordered.index(node) for node in order for parent in parents[node])


def test_nobody_is_lost_in_what_cannot_be() -> None:
    assert len(in_order(members_of([1], [0], [], [99]))) == 4
