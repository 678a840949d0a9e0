"""Who signed a message, and what that key may do.

The principals are the server owner (S), a colony's owner (O), its approved members (M+: approved executors and all
users) and its members in any state (M). The colony owner is no member, and the server owner is neither.
A key that has no place on this server is refused in the same words whether a thing exists or not.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from colonysdk.messages import Message
from colonyserver.errors import Forbidden, NotFound, Refusal
from colonyserver.events import ColonyRemoved, Events, EventsMissed, MembershipChanged

NOT_A_MEMBER = "Access denied, not a member of the Colony"
"""The refusal for objects of another colony; it does not name that colony."""

_CACHED_CALLERS = 10_000

MessageT = TypeVar("MessageT", bound=Message[Any])


@dataclass(frozen=True, slots=True)
class Member:
    """A user or an executor of one colony; users are always approved."""

    id: str
    colony_name: str
    name: str
    approved: bool = True
    is_executor: bool = False
    executor_type: str = ""
    location_name: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """Everything that one key is on this server: owner of it, owner of colonies, member of colonies (by name)."""

    id: str
    owns_server: bool = False
    owned_colonies: frozenset[str] = frozenset()
    members: Mapping[str, Member] = field(default_factory=dict)

    @property
    def is_stranger(self) -> bool:
        """Whether this key has no place on the server."""
        return not (self.owns_server or self.owned_colonies or self.members)

    @property
    def is_approved_somewhere(self) -> bool:
        """Whether this key is an approved member of any colony."""
        return any(member.approved for member in self.members.values())

    def approved_member(self, colony_name: str) -> Member:
        """Its membership of the colony that owns an object; raises Forbidden when there is none that is approved."""
        member = self.members.get(colony_name)
        if member is None or not member.approved:
            raise Forbidden(NOT_A_MEMBER)
        return member


class Directory(Protocol):
    """Where the access rules look keys and colonies up."""

    async def caller(self, caller_id: str) -> Caller:
        """Everything that a key is."""

    async def colony_exists(self, colony_name: str) -> bool:
        """Whether there is a colony of this name."""


class Access:
    """The access rules, over a cache of callers that is dropped whenever a membership changes."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._callers: dict[str, Caller] = {}
        self._generation = 0

    def follow(self, events: Events) -> None:
        """Drop from the cache what changes."""
        events.subscribe(MembershipChanged, lambda change: self._forget(change.identity))
        events.subscribe(ColonyRemoved, lambda _removed: self._forget_all())
        events.subscribe(EventsMissed, lambda _missed: self._forget_all())

    async def identify(self, caller_id: str) -> Caller:
        """Everything that a key is on this server; strangers are looked up each time, so they cannot fill the cache."""
        caller = self._callers.get(caller_id)
        if caller is not None:
            return caller
        generation = self._generation
        caller = await self._directory.caller(caller_id)
        # What was read before a change must not be kept after it.
        if generation == self._generation and not caller.is_stranger:
            if len(self._callers) >= _CACHED_CALLERS:
                del self._callers[next(iter(self._callers))]
            self._callers[caller_id] = caller
        return caller

    async def refusal(self, caller: Caller, colony_name: str, reason: str, unknown_status: int) -> Refusal:
        """Why a caller is refused: the given reason, or that there is no such colony, which strangers never hear."""
        if caller.is_stranger or await self._directory.colony_exists(colony_name):
            return Forbidden(reason)
        return NotFound(f"Colony with name <{colony_name}> does not exists", status=unknown_status)

    def _forget(self, identity: str) -> None:
        self._generation += 1
        self._callers.pop(identity, None)

    def _forget_all(self) -> None:
        self._generation += 1
        self._callers.clear()


Rule = Callable[[Access, Caller, MessageT], Awaitable[None]]
"""Passes in silence or raises Forbidden."""


async def public(_access: Access, _caller: Caller, _message: Message[Any]) -> None:
    """Everybody, signed or not."""


async def server_owner(_access: Access, caller: Caller, _message: Message[Any]) -> None:
    """Only the server owner (S)."""
    if not caller.owns_server:
        raise Forbidden("Access denied, not server owner")


async def member_somewhere(_access: Access, caller: Caller, _message: Message[Any]) -> None:
    """Only approved members of any colony; the service then checks the colony of the object that the message names."""
    if not caller.is_approved_somewhere:
        raise Forbidden(NOT_A_MEMBER)


async def member_or_owner_somewhere(_access: Access, caller: Caller, _message: Message[Any]) -> None:
    """Like `member_somewhere`, and owners of colonies."""
    if not caller.is_approved_somewhere and not caller.owned_colonies:
        raise Forbidden(NOT_A_MEMBER)


def _colony_name(message: Any) -> str:
    name: str = message.colony_name
    return name


def owner_of(colony: Callable[[MessageT], str] = _colony_name, *, unknown_status: int = 403) -> Rule[MessageT]:
    """Only the owner (O) of the colony that the message names."""

    async def rule(access: Access, caller: Caller, message: MessageT) -> None:
        colony_name = colony(message)
        if colony_name in caller.owned_colonies:
            return
        if not colony_name:
            raise Forbidden("Empty Colony name")
        raise await access.refusal(caller, colony_name, "Access denied, not colony owner", unknown_status)

    return rule


def member_of(
    colony: Callable[[MessageT], str] = _colony_name, *, approved: bool = True, unknown_status: int = 403
) -> Rule[MessageT]:
    """Only members of the colony that the message names: approved ones (M+), or in any state (M)."""

    async def rule(access: Access, caller: Caller, message: MessageT) -> None:
        colony_name = colony(message)
        member = caller.members.get(colony_name)
        if member is not None and (member.approved or not approved):
            return
        reason = f"Access denied, not a member of Colony with name <{colony_name}>"
        raise await access.refusal(caller, colony_name, reason, unknown_status)

    return rule


def member_or_owner_of(colony: Callable[[MessageT], str] = _colony_name) -> Rule[MessageT]:
    """Only approved members (M+) and the owner (O) of the colony that the message names."""
    is_member = member_of(colony)

    async def rule(access: Access, caller: Caller, message: MessageT) -> None:
        if colony(message) not in caller.owned_colonies:
            await is_member(access, caller, message)

    return rule
