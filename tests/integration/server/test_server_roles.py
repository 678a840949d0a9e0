"""What those hear who may not do what they ask for, and when a change of membership takes effect."""

from typing import Any

import pytest

from colonysdk import messages
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import User
from tests.support.server import ColonyKeys, RunningServer


@pytest.mark.parametrize(
    "message",
    [
        messages.GetExecutors(colony_name="nowhere"),
        messages.GetColonyStatistics(colony_name="nowhere"),
        messages.AddUser(user=User(colony_name="nowhere", name="bob", user_id="1")),
    ],
)
def test_unknown_colonies(server: RunningServer, colony: ColonyKeys, message: Message[Any]) -> None:
    status = 403 if isinstance(message, messages.GetExecutors) else 400
    assert server.refusal(message, colony.user)[0] == status
    assert server.refusal(message, Identity.generate())[0] == 403


def test_the_words_of_refusals(server: RunningServer, colony: ColonyKeys) -> None:
    pending = Identity.generate()
    server.add_executor(colony, pending, "pending", approve=False)
    statistics = server.refusal(messages.GetStatistics(), colony.user)
    processes = server.refusal(messages.GetProcesses(colony_name=colony.name), pending)
    approval = messages.ApproveExecutor(colony_name=colony.name, executor_name="pending")
    assert statistics[1] == "Access denied, not server owner"
    assert processes[1] == f"Access denied, not a member of Colony with name <{colony.name}>"
    assert server.refusal(approval, colony.user)[1] == "Access denied, not colony owner"


def test_membership_is_noticed_at_once(server: RunningServer, colony: ColonyKeys) -> None:
    newcomer = Identity.generate()
    listing = messages.GetProcesses(colony_name=colony.name, count=1)
    assert server.refusal(listing, newcomer)[0] == 403
    server.add_executor(colony, newcomer, "newcomer", approve=False)
    assert server.refusal(listing, newcomer)[0] == 403
    server.send(messages.ApproveExecutor(colony_name=colony.name, executor_name="newcomer"), colony.owner)
    server.send(listing, newcomer)
    server.send(messages.RejectExecutor(colony_name=colony.name, executor_name="newcomer"), colony.owner)
    assert server.refusal(listing, newcomer)[0] == 403
    server.send(messages.RemoveUser(colony_name=colony.name, name=colony.user_name), colony.owner)
    assert server.refusal(listing, colony.user)[0] == 403
