"""What a server can do beyond the reference's protocol: every call works only where the server announces it."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

from colonysdk import messages
from colonysdk.client.administration import Administration
from colonysdk.client.subscription import subscribe
from colonysdk.errors import InvalidSettings, Refused
from colonysdk.extensions import FRESHNESS
from colonysdk.freshness import REFUSAL
from colonysdk.identity import Identity
from colonysdk.messages import Message
from colonysdk.objects import ColonyEvents, Explanation, Freshness, Lease, ProcessPage, WorkflowMembers

ReplyT = TypeVar("ReplyT")

_PING_SECONDS = 20.0


class ExtensionClient(Administration):
    """A client that knows the extensions; `offers` says which of them the server has."""

    def __init__(
        self,
        url: str,
        identity: Identity | None,
        colony_name: str,
        *,
        owner: Identity | None = None,
        verify: ssl.SSLContext | bool = True,
        connections: int = 100,
    ) -> None:
        super().__init__(url, identity, colony_name, owner=owner, verify=verify, connections=connections)
        self._verify = verify
        self._extensions: frozenset[str] | None = None

    async def offers(self, extension: str) -> bool:
        """Whether the server announces an extension; it is asked once. Raises Unreachable."""
        if self._extensions is None:
            try:
                self._extensions = frozenset((await self.server_info()).extensions)
            except Refused:
                self._extensions = frozenset()
            self.sends_stamps = FRESHNESS in self._extensions
        return extension in self._extensions

    async def send(self, message: Message[ReplyT], *, identity: Identity | None = None) -> ReplyT:
        """Send a message and return its typed reply; raises Unreachable or Refused.

        Where a colony turns out to require fresh messages, this one and all later ones are made fresh.
        """
        try:
            return await super().send(message, identity=identity)
        except Refused as refusal:
            if self.sends_stamps or not refusal.message.startswith(REFUSAL) or not await self.offers(FRESHNESS):
                raise
            return await super().send(message, identity=identity)

    async def query(self, query: messages.QueryProcesses) -> ProcessPage:
        """Ask for a page of processes; the colony's name is filled in (extension `processquery/1`)."""
        return await self.send(query.model_copy(update={"colony_name": self.colony_name}))

    async def workflow_members(self, workflow_id: str, cursor: str = "") -> WorkflowMembers:
        """Ask for up to 1,000 members of a workflow (extension `workflowmembers/1`)."""
        return await self.send(messages.GetWorkflowMembers(process_graph_id=workflow_id, cursor=cursor))

    async def explain(self, process_id: str) -> Explanation:
        """Ask why a process waits (extension `explain/1`)."""
        return await self.send(messages.ExplainProcess(process_id=process_id))

    async def renew_lease(self, process_id: str) -> Lease:
        """Ask for more time for a process that the caller runs (extension `lease/1`)."""
        return await self.send(messages.RenewLease(process_id=process_id))

    async def freshness(self) -> Freshness:
        """Ask whether the colony's messages must be fresh (extension `freshness/1`)."""
        return await self.send(messages.GetFreshness(colony_name=self.colony_name))

    async def set_freshness(self, policy: str) -> Freshness:
        """Say whether the colony's messages must be fresh; for the colony owner (extension `freshness/1`)."""
        message = messages.SetFreshness(colony_name=self.colony_name, policy=policy)
        return await self.send(message, identity=self._owner())

    async def events(
        self, cursor: str = "", timeout_seconds: int = 3600, *, mine: bool = False
    ) -> AsyncGenerator[ColonyEvents, None]:
        """Yield what happens in the colony until the time is over, the first time at once (extension `events/1`).

        `mine` leaves out what does not concern the processes of the calling executor. Close it (`contextlib.aclosing`)
        when leaving early: that ends the connection.
        """
        if self.identity is None:
            raise InvalidSettings("a subscription must be signed, and this client has no identity")
        message = messages.SubscribeEvents(
            colony_name=self.colony_name, cursor=cursor, mine=mine, timeout=timeout_seconds
        )
        subscription = subscribe(
            self.url,
            message,
            self.identity,
            verify=self._verify,
            is_stamped=await self.offers(FRESHNESS),
            ping_seconds=_PING_SECONDS,
        )
        async with aclosing(subscription) as frames:
            async for frame in frames:
                yield frame
