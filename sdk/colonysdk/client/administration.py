"""What owners do: the calls that are signed with the colony's or the server's key."""

import ssl

from colonysdk import messages
from colonysdk.client.transport import Transport
from colonysdk.errors import InvalidSettings
from colonysdk.identity import Identity
from colonysdk.objects import Capabilities, Colony, Executor, ServerInfo, Statistics, User, Version


class Administration(Transport):
    """A transport that knows the colony and, when given, its owner."""

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
        super().__init__(url, identity, verify=verify, connections=connections)
        self.colony_name = colony_name
        self.owner = owner

    async def add_executor(self, executor: Executor) -> Executor:
        """Add an executor, which then waits for approval."""
        return await self.send(messages.AddExecutor(executor=executor), identity=self._owner())

    async def approve_executor(self, name: str) -> None:
        """Let an executor work."""
        message = messages.ApproveExecutor(colony_name=self.colony_name, executor_name=name)
        await self.send(message, identity=self._owner())

    async def reject_executor(self, name: str) -> None:
        """Keep an executor from working."""
        message = messages.RejectExecutor(colony_name=self.colony_name, executor_name=name)
        await self.send(message, identity=self._owner())

    async def remove_executor(self, name: str) -> None:
        """Unregister an executor; its running processes wait again."""
        message = messages.RemoveExecutor(colony_name=self.colony_name, executor_name=name)
        await self.send(message, identity=self._owner())

    async def update_capabilities(self, executor_name: str, capabilities: Capabilities) -> None:
        """Announce what the calling executor offers."""
        await self.send(
            messages.UpdateExecutor(
                colony_name=self.colony_name, executor_name=executor_name, capabilities=capabilities
            )
        )

    async def add_user(self, user: User) -> User:
        """Add a user to the colony."""
        return await self.send(messages.AddUser(user=user), identity=self._owner())

    async def remove_user(self, name: str) -> None:
        """Remove a user from the colony."""
        await self.send(messages.RemoveUser(colony_name=self.colony_name, name=name), identity=self._owner())

    async def pause(self) -> None:
        """Stop handing out the colony's processes."""
        await self.send(messages.PauseAssignments(colony_name=self.colony_name), identity=self._owner())

    async def resume(self) -> None:
        """Hand out the colony's processes again."""
        await self.send(messages.ResumeAssignments(colony_name=self.colony_name), identity=self._owner())

    async def add_colony(self, colony: Colony, server_owner: Identity) -> Colony:
        """Add a colony to the server."""
        return await self.send(messages.AddColony(colony=colony), identity=server_owner)

    async def colonies(self, server_owner: Identity) -> list[Colony]:
        """List the server's colonies."""
        return await self.send(messages.GetColonies(), identity=server_owner)

    async def server_statistics(self, server_owner: Identity) -> Statistics:
        """Count everything on the server."""
        return await self.send(messages.GetStatistics(), identity=server_owner)

    async def server_info(self) -> ServerInfo:
        """Ask for the server's version, backends and extensions."""
        return await self.send(messages.GetServerInfo())

    async def version(self) -> Version:
        """Ask for the server's version."""
        return await self.send(messages.GetVersion())

    def _owner(self) -> Identity:
        if self.owner is None:
            raise InvalidSettings("this needs the colony owner's key: set COLONIES_COLONY_PRVKEY")
        return self.owner
