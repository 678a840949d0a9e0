"""Who may send what: every message of the API as every principal, against a real server."""

from dataclasses import dataclass, fields
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.messages import Message, catalogue
from colonysdk.objects import (
    Attribute,
    AttributeType,
    Colony,
    Conditions,
    Executor,
    Function,
    FunctionSpec,
    Process,
    User,
)
from tests.support.server import ColonyKeys, RunningServer


@dataclass(frozen=True)
class Principals:
    """One key of every kind."""

    server_owner: Identity
    colony_owner: Identity
    user: Identity
    executor: Identity
    pending: Identity
    rejected: Identity
    unregistered: Identity
    foreign_owner: Identity
    foreign_user: Identity
    foreign_executor: Identity
    stranger: Identity


SERVER_OWNER = {"server_owner"}
COLONY_OWNER = {"colony_owner"}
APPROVED = {"user", "executor"}
EXECUTOR = {"executor"}
ANY_STATE = APPROVED | {"pending", "rejected", "unregistered"}
EVERYBODY = {field.name for field in fields(Principals)}


@dataclass(frozen=True)
class Place:
    """A colony with a running process, an attribute and a function, and everybody who may or may not see them."""

    colony: ColonyKeys
    principals: Principals
    process: Process
    attribute_id: str
    function_id: str


@pytest.fixture(scope="module")
def place(server: RunningServer) -> Place:
    colony, foreign = server.new_colony(), server.new_colony()
    principals = Principals(
        server_owner=server.server_owner,
        colony_owner=colony.owner,
        user=colony.user,
        executor=colony.executor,
        pending=Identity.generate(),
        rejected=Identity.generate(),
        unregistered=Identity.generate(),
        foreign_owner=foreign.owner,
        foreign_user=foreign.user,
        foreign_executor=foreign.executor,
        stranger=Identity.generate(),
    )
    for name in ("pending", "rejected", "unregistered"):
        server.add_executor(colony, getattr(principals, name), name, approve=False)
    server.send(messages.RejectExecutor(colony_name=colony.name, executor_name="rejected"), colony.owner)
    server.send(messages.RemoveExecutor(colony_name=colony.name, executor_name="unregistered"), colony.owner)
    conditions = Conditions(colony_name=colony.name, executor_type=colony.executor_type)
    spec = FunctionSpec(func_name="echo", conditions=conditions, max_exec_time=-1)
    server.send(messages.SubmitFunctionSpec(spec=spec), colony.user)
    process = server.send(messages.AssignProcess(colony_name=colony.name, timeout=-1), colony.executor)
    attribute = server.send(messages.AddAttribute(attribute=_attribute(process, "first")), colony.executor)
    function = server.send(messages.AddFunction(function=_function(colony)), colony.executor)
    return Place(colony, principals, process, attribute.attribute_id, function.function_id)


def _attribute(process: Process, key: str) -> Attribute:
    return Attribute(target_id=process.process_id, attribute_type=AttributeType.OUT, key=key, value="value")


def _function(colony: ColonyKeys) -> Function:
    return Function(colony_name=colony.name, executor_name=colony.executor_name, func_name="echo")


MATRIX: list[tuple[str, set[str]]] = [
    ("versionmsg", EVERYBODY),
    ("getserverinfomsg", EVERYBODY),
    ("getstatisticsmsg", SERVER_OWNER),
    ("changeserveridmsg", SERVER_OWNER),
    ("addcolonymsg", SERVER_OWNER),
    ("removecolonymsg", SERVER_OWNER),
    ("getcoloniesmsg", SERVER_OWNER),
    ("getcolonymsg", APPROVED),
    ("getcolonystatsmsg", APPROVED),
    ("changecolonyidmsg", COLONY_OWNER),
    ("addusermsg", COLONY_OWNER),
    ("getusersmsg", ANY_STATE),
    ("getusermsg", ANY_STATE),
    ("getuserbyidmsg", ANY_STATE),
    ("removeusermsg", COLONY_OWNER),
    ("changeuseridmsg", ANY_STATE),
    ("addexecutormsg", COLONY_OWNER),
    ("getexecutorsmsg", ANY_STATE),
    ("getexecutormsg", APPROVED),
    ("getexecutorbyidmsg", APPROVED),
    ("approveexecutormsg", COLONY_OWNER),
    ("rejectexecutormsg", COLONY_OWNER),
    ("removeexecutormsg", COLONY_OWNER),
    ("reportallocationmsg", ANY_STATE),
    ("updateexecutormsg", ANY_STATE),
    ("changeexecutoridmsg", ANY_STATE),
    ("addfunctionmsg", EXECUTOR),
    ("getfunctionsmsg", APPROVED),
    ("removefunctionmsg", EXECUTOR),
    ("submitfuncspecmsg", APPROVED),
    ("assignprocessmsg", APPROVED),
    ("getprocessmsg", APPROVED),
    ("getprocessesmsg", APPROVED),
    ("getprocesshistmsg", APPROVED),
    ("removeprocessmsg", APPROVED),
    ("removeallprocessesmsg", COLONY_OWNER),
    ("closesuccessfulmsg", EXECUTOR),
    ("closefailedmsg", EXECUTOR),
    ("cancelprocessmsg", APPROVED),
    ("setoutputmsg", EXECUTOR),
    ("pauseassignmentsmsg", COLONY_OWNER),
    ("resumeassignmentsmsg", COLONY_OWNER),
    ("getpausestatusmsg", ANY_STATE),
    ("addattributemsg", EXECUTOR),
    ("getattributemsg", APPROVED),
    ("addlogmsg", EXECUTOR),
    ("addexecutorlogmsg", EXECUTOR),
    ("getlogsmsg", APPROVED),
    ("searchlogsmsg", APPROVED),
]


def test_the_matrix_is_complete() -> None:
    subscriptions = {"subscribeprocessmsg", "subscribeprocessesmsg"}
    assert {payload_type for payload_type, _ in MATRIX} == set(catalogue) - subscriptions


@pytest.mark.parametrize(("payload_type", "allowed"), MATRIX)
def test_roles(server: RunningServer, place: Place, payload_type: str, allowed: set[str]) -> None:
    passed = set()
    for field in fields(Principals):
        message = _message(server, place, payload_type)
        reply = server.call(message, getattr(place.principals, field.name))
        if not reply.error or b'"status":403' not in reply.payload_json:
            passed.add(field.name)
        if payload_type == "pauseassignmentsmsg":
            server.send(messages.ResumeAssignments(colony_name=place.colony.name), place.colony.owner)
    assert passed == allowed


@pytest.mark.parametrize(
    "payload_type", ["getprocessmsg", "closesuccessfulmsg", "cancelprocessmsg", "getattributemsg", "getexecutorbyidmsg"]
)
@pytest.mark.parametrize("outsider", ["stranger", "colony_owner", "server_owner", "pending", "foreign_owner"])
def test_outsiders_cannot_tell_what_exists(
    server: RunningServer, place: Place, payload_type: str, outsider: str
) -> None:
    identity = getattr(place.principals, outsider)
    known = _message(server, place, payload_type)
    unknown = known.model_copy(update=dict.fromkeys(_ids(known), "0" * 64))
    assert server.call(known, identity) == server.call(unknown, identity)


@pytest.mark.parametrize(
    "message",
    [
        messages.GetExecutors(colony_name="nowhere"),
        messages.GetColonyStatistics(colony_name="nowhere"),
        messages.AddUser(user=User(colony_name="nowhere", name="bob", user_id="1")),
    ],
)
def test_unknown_colonies(server: RunningServer, place: Place, message: Message[Any]) -> None:
    status = 403 if isinstance(message, messages.GetExecutors) else 400
    assert _refusal(server, message, place.principals.user).status == status
    assert _refusal(server, message, place.principals.stranger).status == 403


def test_the_words_of_refusals(server: RunningServer, place: Place) -> None:
    name = place.colony.name
    statistics = _refusal(server, messages.GetStatistics(), place.principals.user)
    executors = _refusal(server, messages.GetProcesses(colony_name=name), place.principals.pending)
    approval = messages.ApproveExecutor(colony_name=name, executor_name="pending")
    assert statistics.message == "Access denied, not server owner"
    assert executors.message == f"Access denied, not a member of Colony with name <{name}>"
    assert _refusal(server, approval, place.principals.user).message == "Access denied, not colony owner"


def test_membership_is_noticed_at_once(server: RunningServer, colony: ColonyKeys) -> None:
    newcomer = Identity.generate()
    listing = messages.GetProcesses(colony_name=colony.name, count=1)
    assert _refusal(server, listing, newcomer).status == 403
    server.add_executor(colony, newcomer, "newcomer", approve=False)
    assert _refusal(server, listing, newcomer).status == 403
    server.send(messages.ApproveExecutor(colony_name=colony.name, executor_name="newcomer"), colony.owner)
    server.send(listing, newcomer)
    server.send(messages.RejectExecutor(colony_name=colony.name, executor_name="newcomer"), colony.owner)
    assert _refusal(server, listing, newcomer).status == 403
    server.send(messages.RemoveUser(colony_name=colony.name, name=colony.user_name), colony.owner)
    assert _refusal(server, listing, colony.user).status == 403


def _refusal(server: RunningServer, message: Message[Any], identity: Identity) -> Refused:
    with pytest.raises(Refused) as caught:
        server.send(message, identity)
    return caught.value


def _ids(message: Message[Any]) -> list[str]:
    return [name for name in ("process_id", "attribute_id", "executor_id") if hasattr(message, name)]


def _message(server: RunningServer, place: Place, payload_type: str) -> Message[Any]:
    """A message that harms nothing: who may send it is told about another fault, or changes what nobody needs."""
    colony = place.colony.name
    fields_of: dict[str, dict[str, object]] = {
        "changeserveridmsg": {"server_id": ""},
        "addcolonymsg": {"colony": Colony(name="new", colony_id="short")},
        "removecolonymsg": {"colony_name": "nowhere"},
        "changecolonyidmsg": {"colony_id": "short"},
        "addusermsg": {"user": User(colony_name=colony)},
        "getusermsg": {"name": "alice"},
        "getuserbyidmsg": {"user_id": place.principals.user.id},
        "removeusermsg": {"name": "nobody"},
        "changeuseridmsg": {"user_id": "short"},
        "addexecutormsg": {"executor": Executor(colony_name=colony)},
        "getexecutormsg": {"executor_name": "worker"},
        "getexecutorbyidmsg": {"executor_id": place.principals.executor.id},
        "changeexecutoridmsg": {"executor_id": "short"},
        "addfunctionmsg": {"function": _function(place.colony)},
        "submitfuncspecmsg": {"spec": FunctionSpec(conditions=Conditions(colony_name=colony, executor_type="no one"))},
        "removeallprocessesmsg": {"state": 1},
        "addattributemsg": {"attribute": _attribute(place.process, Identity.generate().id)},
        "getattributemsg": {"attribute_id": place.attribute_id},
        "addexecutorlogmsg": {"executor_name": "worker"},
    }
    message_type = catalogue[payload_type]
    common: dict[str, object] = {"colony_name": colony, "process_id": place.process.process_id}
    if payload_type in ("closesuccessfulmsg", "closefailedmsg", "cancelprocessmsg"):
        common["process_id"] = _new_process(server, place.colony)
    if payload_type == "removefunctionmsg":
        function = _function(place.colony).model_copy(update={"func_name": Identity.generate().id})
        common["function_id"] = server.send(messages.AddFunction(function=function), place.colony.executor).function_id
    values = {**common, **fields_of.get(payload_type, {})}
    return message_type(**{name: value for name, value in values.items() if name in message_type.model_fields})


def _new_process(server: RunningServer, colony: ColonyKeys) -> str:
    spec = FunctionSpec(conditions=Conditions(colony_name=colony.name, executor_type=colony.executor_type))
    server.send(messages.SubmitFunctionSpec(spec=spec), colony.user)
    return server.send(messages.AssignProcess(colony_name=colony.name, timeout=-1), colony.executor).process_id
