"""Who may do what with the extensions: every message, sent by every role."""

from typing import Any

import pytest

from colonysdk import messages
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import Failure
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification

_EVERYBODY = ("server owner", "owner", "user", "executor", "pending", "other member", "other owner", "stranger")
_MEMBERS = {"user", "executor"}


@pytest.fixture
def identities(server: RunningServer, colony: ColonyKeys) -> dict[str, Identity]:
    pending, other = Identity.generate(), server.new_colony()
    server.add_executor(colony, pending, "pending", approve=False)
    return {
        "server owner": server.server_owner,
        "owner": colony.owner,
        "user": colony.user,
        "executor": colony.executor,
        "pending": pending,
        "other member": other.user,
        "other owner": other.owner,
        "stranger": Identity.generate(),
    }


def _messages(server: RunningServer, colony: ColonyKeys) -> dict[str, tuple[Message[Any], set[str]]]:
    """Each message, about what is there, and who gets an answer."""
    submit = messages.SubmitFunctionSpec(spec=specification(colony, max_exec_time=100, max_lease_time=1000))
    process = server.send(submit, colony.user)
    server.send(messages.AssignProcess(colony_name=colony.name, timeout=5), colony.executor)
    return {
        "query": (messages.QueryProcesses(colony_name=colony.name), _MEMBERS),
        "explain": (messages.ExplainProcess(process_id=process.process_id), _MEMBERS),
        "lease": (messages.RenewLease(process_id=process.process_id), {"executor"}),
        "freshness": (messages.GetFreshness(colony_name=colony.name), _MEMBERS | {"owner"}),
        "set freshness": (messages.SetFreshness(colony_name=colony.name, policy="off"), {"owner"}),
        "submit": (submit.model_copy(update={"submit_key": "k"}), _MEMBERS),
    }


@pytest.mark.parametrize("name", ["query", "explain", "lease", "freshness", "set freshness", "submit"])
def test_each_role(server: RunningServer, colony: ColonyKeys, identities: dict[str, Identity], name: str) -> None:
    message, allowed = _messages(server, colony)[name]
    answered = set()
    for role in _EVERYBODY:
        reply = server.call(message, identities[role])
        if not reply.error:
            answered.add(role)
            continue
        assert Failure.from_json(reply.payload_json).status == 403
    assert answered == allowed


@pytest.mark.parametrize("name", ["explain", "lease"])
def test_strangers_cannot_tell_what_exists(
    server: RunningServer, colony: ColonyKeys, identities: dict[str, Identity], name: str
) -> None:
    message, _ = _messages(server, colony)[name]
    unknown = message.model_copy(update={"process_id": "0" * 64})
    for role in ("stranger", "owner", "server owner"):
        answers = {server.call(one, identities[role]).payload_json for one in (message, unknown)}
        assert len(answers) == 1
