"""Becoming a member of a colony."""

import asyncio
from contextlib import suppress

import pytest

from colonyexecutors.errors import SetupFailed
from colonyexecutors.registration import Registration
from colonysdk.messages import AddExecutor, AddFunction, GetExecutors, UpdateExecutor
from colonysdk.objects import Capabilities, ExecutorState, Hardware
from colonysdk.testing import FakeColony, SystemClock

CAPABILITIES = Capabilities(hardware=[Hardware(cores=3)])


@pytest.fixture
def colony() -> FakeColony:
    return FakeColony(clock=SystemClock())


def registration(colony: FakeColony, *, name: str = "runner", owner: bool = True, key: str = "runner") -> Registration:
    client = colony.client(key, with_owner_key=owner)
    return Registration(
        client=client,
        executor_id=colony.identity(key).id,
        name=name,
        executor_type="container-executor",
        location_name="here",
        capabilities=CAPABILITIES,
    )


def asked(colony: FakeColony, kind: type) -> int:
    return sum(isinstance(request, kind) for request in colony.requests)


async def until_asked(colony: FakeColony, kind: type, times: int) -> None:
    async with asyncio.timeout(20):
        while asked(colony, kind) < times:
            await asyncio.sleep(0.01)


async def test_registers_with_the_colony_key(colony: FakeColony) -> None:
    await registration(colony).complete()
    executor = await colony.client().executor("runner")
    assert executor.state is ExecutorState.APPROVED
    assert executor.location_name == "here"
    assert executor.capabilities.hardware == CAPABILITIES.hardware
    assert [function.func_name for function in await colony.client().functions("runner")] == ["execute", "sync"]


async def test_does_not_register_twice(colony: FakeColony) -> None:
    await registration(colony).complete()
    await registration(colony, owner=False).complete()
    assert asked(colony, AddExecutor) == 1
    assert asked(colony, AddFunction) == 2


@pytest.mark.parametrize("state", [ExecutorState.PENDING, ExecutorState.REJECTED])
async def test_approves_itself_with_the_colony_key(colony: FakeColony, state: ExecutorState) -> None:
    colony.add_executor("runner", state=state)
    await registration(colony).complete()
    assert (await colony.client().executor("runner")).state is ExecutorState.APPROVED


async def test_waits_for_approval_without_it(colony: FakeColony, capsys: pytest.CaptureFixture[str]) -> None:
    colony.add_executor("runner", state=ExecutorState.PENDING)
    waiting = asyncio.create_task(registration(colony, owner=False).complete())
    await until_asked(colony, GetExecutors, 2)
    assert not waiting.done()
    colony.add_executor("runner")
    await asyncio.wait_for(waiting, 5)
    text = capsys.readouterr().out
    assert text.count("waiting until its owner approves it") == 1


async def test_says_who_it_is_when_nobody_knows_it(colony: FakeColony, capsys: pytest.CaptureFixture[str]) -> None:
    waiting = asyncio.create_task(registration(colony, owner=False).complete())
    await until_asked(colony, GetExecutors, 2)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    text = capsys.readouterr().out
    assert "does not know this executor" in text
    assert colony.identity("runner").id in text


async def test_a_name_that_is_taken(colony: FakeColony) -> None:
    colony.add_executor("runner")
    with pytest.raises(SetupFailed, match=r'the name "runner" cannot be registered.*choose another --name'):
        await registration(colony, key="somebody else").complete()
    assert (await colony.client().executor("runner")).executor_id == colony.identity("runner").id


async def test_a_key_that_is_registered_under_another_name(colony: FakeColony) -> None:
    colony.add_executor("runner")
    with pytest.raises(SetupFailed, match='belongs to the executor "runner" already: start with --name runner'):
        await registration(colony, name="other").complete()


async def test_a_colony_that_is_made_a_moment_later(colony: FakeColony) -> None:
    colony.refuse(AddExecutor, 403, "Access denied", times=2)
    await asyncio.wait_for(registration(colony).complete(), 5)


async def test_a_key_that_is_not_the_owners(colony: FakeColony, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("colonyexecutors.registration._PATIENCE_SECONDS", 0.5)
    wrong = registration(colony)
    wrong.client.owner = colony.identity("stranger")
    with pytest.raises(SetupFailed, match="the colony key is not the owner's key"):
        await wrong.complete()


async def test_waits_for_a_server_that_is_away(colony: FakeColony, capsys: pytest.CaptureFixture[str]) -> None:
    colony.offline = True
    waiting = asyncio.create_task(registration(colony).complete())
    await until_asked(colony, GetExecutors, 2)
    colony.offline = False
    await asyncio.wait_for(waiting, 5)
    assert capsys.readouterr().out.count("trying again until it answers") == 1


async def test_an_old_server_need_not_take_capabilities(colony: FakeColony) -> None:
    colony.add_executor("runner")
    colony.refuse(UpdateExecutor, 403, "unknown message")
    await asyncio.wait_for(registration(colony).complete(), 5)
