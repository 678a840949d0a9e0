"""The access rules: who passes, who is refused in which words, and what is remembered of a caller."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from colonysdk.messages import AddExecutor, GetColonies, GetExecutors, GetProcess, Message
from colonysdk.objects import Executor
from colonyserver.access import Access, Caller, Member, Rule, member_of, member_somewhere, owner_of, server_owner
from colonyserver.errors import Forbidden, Refusal
from colonyserver.events import ColonyRemoved, Events, MembershipChanged

COLONY, OTHER = "dev", "other"


class Directory:
    """Callers and colonies in memory; counts how often it is asked."""

    def __init__(self) -> None:
        self.callers = {
            "server-owner": Caller("server-owner", owns_server=True),
            "owner": Caller("owner", owned_colonies=frozenset({COLONY})),
            "user": _caller("user"),
            "executor": _caller("executor", is_executor=True),
            "pending": _caller("pending", is_executor=True, approved=False),
            "foreigner": Caller("foreigner", members={OTHER: Member("foreigner", OTHER, "bob")}),
        }
        self.asked: list[str] = []
        self.answer_after: asyncio.Event | None = None

    async def caller(self, caller_id: str) -> Caller:
        self.asked.append(caller_id)
        answer = self.callers.get(caller_id, Caller(caller_id))
        if self.answer_after is not None:
            await self.answer_after.wait()
        return answer

    async def colony_exists(self, colony_name: str) -> bool:
        return colony_name in (COLONY, OTHER)


def _caller(name: str, *, is_executor: bool = False, approved: bool = True) -> Caller:
    return Caller(name, members={COLONY: Member(name, COLONY, name, approved=approved, is_executor=is_executor)})


@pytest.fixture
def directory() -> Directory:
    return Directory()


@pytest.fixture
def access(directory: Directory) -> Access:
    return Access(directory)


ALL = {"server-owner", "owner", "user", "executor", "pending", "foreigner", "stranger"}


async def _passing(access: Access, rule: Rule[Any], message: Message[Any]) -> set[str]:
    passing = set()
    for name in ALL:
        caller = await access.identify(name)
        try:
            await rule(access, caller, message)
        except Forbidden:
            continue
        passing.add(name)
    return passing


async def test_server_owner_only(access: Access) -> None:
    assert await _passing(access, server_owner, GetColonies()) == {"server-owner"}


async def test_colony_owner_only(access: Access) -> None:
    rule: Rule[Any] = owner_of(lambda message: message.executor.colony_name)
    message = AddExecutor(executor=Executor(colony_name=COLONY))
    assert await _passing(access, rule, message) == {"owner"}


async def test_approved_members_only(access: Access) -> None:
    rule: Rule[Any] = member_of(lambda message: message.colony_name)
    assert await _passing(access, rule, GetExecutors(colony_name=COLONY)) == {"user", "executor"}


async def test_members_in_any_state(access: Access) -> None:
    rule: Rule[Any] = member_of(lambda message: message.colony_name, approved=False)
    assert await _passing(access, rule, GetExecutors(colony_name=COLONY)) == {"user", "executor", "pending"}


async def test_approved_members_of_any_colony(access: Access) -> None:
    assert await _passing(access, member_somewhere, GetProcess(process_id="1")) == {"user", "executor", "foreigner"}


def test_membership_of_the_colony_that_owns_an_object(directory: Directory) -> None:
    assert directory.callers["user"].approved_member(COLONY).name == "user"
    for name in ("pending", "foreigner", "owner", "server-owner"):
        with pytest.raises(Forbidden):
            directory.callers[name].approved_member(COLONY)


class TestUnknownColonies:
    async def test_callers_with_a_place_here_hear_that_there_is_none(self, access: Access) -> None:
        for name in ALL - {"stranger"}:
            rule: Rule[Any] = member_of(lambda message: message.colony_name)
            refusal = await _refusal(rule(access, await access.identify(name), GetExecutors(colony_name="nowhere")))
            assert (refusal.status, refusal.message) == (403, "Colony with name <nowhere> does not exists")

    async def test_some_messages_answer_with_another_status(self, access: Access) -> None:
        rule: Rule[Any] = member_of(lambda message: message.colony_name, unknown_status=400)
        user = await access.identify("user")
        assert (await _refusal(rule(access, user, GetExecutors(colony_name="nowhere")))).status == 400
        assert (await _refusal(rule(access, user, GetExecutors(colony_name=OTHER)))).status == 403

    async def test_strangers_cannot_tell_what_exists(self, access: Access) -> None:
        stranger = await access.identify("stranger")
        rule: Rule[Any] = member_of(lambda message: message.colony_name, unknown_status=400)
        for colony_name in (COLONY, "nowhere"):
            refusal = await _refusal(rule(access, stranger, GetExecutors(colony_name=colony_name)))
            assert refusal.status == 403
            assert refusal.message == f"Access denied, not a member of Colony with name <{colony_name}>"

    async def test_no_name_at_all(self, access: Access) -> None:
        rule: Rule[Any] = owner_of(lambda message: message.executor.colony_name)
        refusal = await _refusal(rule(access, await access.identify("owner"), AddExecutor(executor=Executor())))
        assert (refusal.status, refusal.message) == (403, "Empty Colony name")


class TestCache:
    async def test_callers_are_looked_up_once(self, access: Access, directory: Directory) -> None:
        for _ in range(3):
            await access.identify("user")
        assert directory.asked == ["user"]

    async def test_strangers_are_looked_up_each_time(self, access: Access, directory: Directory) -> None:
        assert (await access.identify("newcomer")).is_stranger
        directory.callers["newcomer"] = _caller("newcomer")
        assert not (await access.identify("newcomer")).is_stranger

    async def test_changes_are_seen(self, access: Access, directory: Directory) -> None:
        events = Events()
        access.follow(events)
        await access.identify("pending")
        directory.callers["pending"] = _caller("pending", is_executor=True)
        events.publish(MembershipChanged("pending", COLONY))
        assert (await access.identify("pending")).is_approved_somewhere

    async def test_removed_colonies_are_seen(self, access: Access, directory: Directory) -> None:
        events = Events()
        access.follow(events)
        await access.identify("user")
        directory.callers["user"] = Caller("user")
        events.publish(ColonyRemoved(COLONY))
        assert (await access.identify("user")).is_stranger

    async def test_what_was_read_before_a_change_is_not_kept(self, access: Access, directory: Directory) -> None:
        events = Events()
        access.follow(events)
        directory.answer_after = asyncio.Event()
        reading = asyncio.create_task(access.identify("user"))
        while not directory.asked:
            await asyncio.sleep(0)
        directory.callers["user"] = Caller("user")
        events.publish(MembershipChanged("user", COLONY))
        directory.answer_after.set()
        await reading
        assert (await access.identify("user")).is_stranger


async def _refusal(rule: Awaitable[None]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await rule
    return caught.value
