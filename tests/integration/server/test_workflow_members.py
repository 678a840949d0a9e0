"""The members of a workflow in one call."""

import pytest

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.objects import ProcessState, WorkflowSpec
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification


def _submit(server: RunningServer, colony: ColonyKeys, **dependencies: list[str]) -> str:
    specs = [
        specification(colony, f"f-{name}", node_name=name, dependencies=parents)
        for name, parents in dependencies.items()
    ]
    message = messages.SubmitWorkflow(spec=WorkflowSpec(colony_name=colony.name, function_specs=specs))
    return server.send(message, colony.user).process_graph_id


def test_a_diamond(server: RunningServer, colony: ColonyKeys) -> None:
    workflow_id = _submit(server, colony, a=[], b=["a"], c=["a"], d=["b", "c"])
    server.send(messages.AssignProcess(colony_name=colony.name, timeout=5), colony.executor)
    page = server.send(messages.GetWorkflowMembers(process_graph_id=workflow_id), colony.user)
    assert page.cursor == ""
    members = {member.node_name: member for member in page.members}
    assert [*members] == ["a", "b", "c", "d"]
    ids = {name: member.process_id for name, member in members.items()}
    assert members["a"].children == [ids["b"], ids["c"]]
    assert members["d"].parents == [ids["b"], ids["c"]]
    assert [member.func_name for member in page.members] == ["f-a", "f-b", "f-c", "f-d"]
    assert (members["a"].state, members["a"].assigned_executor_name) == (ProcessState.RUNNING, colony.executor_name)
    assert members["a"].assigned_executor_id == colony.executor.id
    assert members["a"].start_time is not None
    assert (members["d"].state, members["d"].wait_for_parents, members["d"].start_time) == (
        ProcessState.WAITING,
        True,
        None,
    )
    assert {member.executor_type for member in page.members} == {colony.executor_type}


def test_pages(server: RunningServer, colony: ColonyKeys) -> None:
    names = [f"n{number}" for number in range(5)]
    workflow_id = _submit(server, colony, **{name: [] for name in names})
    found: list[str] = []
    cursor = ""
    for _ in range(3):
        message = messages.GetWorkflowMembers(process_graph_id=workflow_id, count=2, cursor=cursor)
        page = server.send(message, colony.user)
        found += [member.node_name for member in page.members]
        cursor = page.cursor
    assert (found, cursor) == (names, "")


def test_why_a_member_waits(server: RunningServer, colony: ColonyKeys) -> None:
    workflow_id = _submit(server, colony, first=[], second=["first"])
    members = server.send(messages.GetWorkflowMembers(process_graph_id=workflow_id), colony.user).members
    explanation = server.send(messages.ExplainProcess(process_id=members[1].process_id), colony.user)
    parents = next(reason for reason in explanation.reasons if reason.condition == "parents")
    assert (parents.verdict, parents.sentence) == ("no", "waits for parents: first (waiting)")


@pytest.mark.parametrize("fields", [{"count": 0}, {"count": 1001}, {"cursor": "!"}, {"cursor": "x" * 65}])
def test_bad_input(server: RunningServer, colony: ColonyKeys, fields: dict[str, object]) -> None:
    message = messages.GetWorkflowMembers.model_validate({"process_graph_id": "0" * 64, **fields})
    with pytest.raises(Refused) as refusal:
        server.send(message, colony.user)
    assert refusal.value.status == 400


def test_only_members(server: RunningServer, colony: ColonyKeys) -> None:
    message = messages.GetWorkflowMembers(process_graph_id=_submit(server, colony, a=[]))
    for identity in (Identity.generate(), colony.owner, server.new_colony().user):
        with pytest.raises(Refused) as refusal:
            server.send(message, identity)
        assert refusal.value.status == 403
    with pytest.raises(Refused) as refusal:
        server.send(messages.GetWorkflowMembers(process_graph_id="0" * 64), colony.user)
    assert refusal.value.status == 404
