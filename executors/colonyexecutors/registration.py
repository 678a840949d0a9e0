"""Becoming a member of the colony that may take on processes, and staying one.

1. Already a member under this key and approved: announce the capabilities and go on.
2. A member that is not approved yet: approve with the colony key, or wait for somebody who does.
3. Not a member: add and approve with the colony key, or wait for somebody who does.
"""

import asyncio
import time
from dataclasses import dataclass, field

import structlog

from colonyexecutors.errors import SetupFailed
from colonyexecutors.functions import DESCRIPTIONS
from colonysdk.client import ColonyClient
from colonysdk.errors import Refused, Unreachable
from colonysdk.objects import Capabilities, Executor, ExecutorState, Function

_PAUSE_SECONDS = 1.0
_EARLY_PAUSE_SECONDS = 0.1
_PATIENCE_SECONDS = 10.0
"""How long tries come quickly, and a refused colony key is tried again: executors are started beside their colony."""

_log = structlog.get_logger()


@dataclass
class Registration:
    """Who the executor is to the colony; `client` signs with its key, and with the owner's where it has one."""

    client: ColonyClient
    executor_id: str
    name: str
    executor_type: str
    location_name: str
    capabilities: Capabilities
    _told: str = field(default="", init=False)
    _refused_since: float | None = field(default=None, init=False)

    async def complete(self) -> None:
        """Return once the executor is an approved member, however long that takes; raises SetupFailed."""
        began = time.monotonic()
        while not await self._advance():
            is_early = time.monotonic() - began < _PATIENCE_SECONDS
            await asyncio.sleep(_EARLY_PAUSE_SECONDS if is_early else _PAUSE_SECONDS)

    async def _advance(self) -> bool:
        """Take the next step; whether the executor is ready."""
        try:
            member = await self._find()
            if member is not None and member.state is ExecutorState.APPROVED:
                await self._announce()
                _log.info("registered", name=self.name, executor_type=self.executor_type, executor_id=self.executor_id)
                return True
            if self.client.owner is not None:
                await self._admit(member)
            else:
                self._tell(self._plea(member))
        except Unreachable as error:
            self._tell(f"{error}; trying again until it answers")
        return False

    async def _find(self) -> Executor | None:
        """This executor as the colony knows it, None when it does not."""
        try:
            executors = await self.client.executors()
        except Refused as refusal:
            if refusal.status < 500:
                return None
            raise Unreachable(f"the server fails: {refusal}") from refusal
        mine = [executor for executor in executors if executor.executor_id == self.executor_id]
        member = next((executor for executor in mine if executor.state is not ExecutorState.UNREGISTERED), None)
        if member is not None and member.executor_name != self.name:
            raise SetupFailed(
                f'this key belongs to the executor "{member.executor_name}" already: '
                f"start with --name {member.executor_name}, or with another key"
            )
        return member

    async def _admit(self, member: Executor | None) -> None:
        """Add and approve the executor with the colony key."""
        try:
            if member is None:
                await self.client.add_executor(
                    Executor(
                        executor_id=self.executor_id,
                        executor_type=self.executor_type,
                        executor_name=self.name,
                        colony_name=self.client.colony_name,
                        location_name=self.location_name,
                        capabilities=self.capabilities,
                    )
                )
            await self.client.approve_executor(self.name)
        except Refused as refusal:
            if refusal.status >= 500:
                raise Unreachable(f"the server fails: {refusal}") from refusal
            if refusal.forbidden:
                return self._endure(
                    f'the colony key is not the owner\'s key of the colony "{self.client.colony_name}", '
                    f"or there is no such colony: {refusal.message}"
                )
            raise SetupFailed(
                f'the name "{self.name}" cannot be registered: {refusal.message}. If another executor has it, choose '
                f"another --name; if it was this one under a lost key, let the owner remove it: "
                f"colonies executor remove --name {self.name}"
            ) from refusal

    async def _announce(self) -> None:
        """Tell what the executor offers; an old server that does not take the capabilities is fine."""
        try:
            await self.client.update_capabilities(self.name, self.capabilities)
        except Refused as refusal:
            _log.info("the server does not take the capabilities", problem=str(refusal))
        try:
            known = {function.func_name for function in await self.client.functions(self.name)}
            for name, description in DESCRIPTIONS.items():
                if name not in known:
                    await self._announce_function(name, description)
        except Refused as refusal:
            _log.warning("the functions could not be registered", problem=str(refusal))

    async def _announce_function(self, name: str, description: str) -> None:
        await self.client.add_function(
            Function(
                executor_name=self.name,
                executor_type=self.executor_type,
                colony_name=self.client.colony_name,
                func_name=name,
                description=description,
            )
        )

    def _plea(self, member: Executor | None) -> str:
        if member is not None:
            return (
                f'the executor "{self.name}" is {member.state.name.lower()} in the colony: waiting until its owner '
                f"approves it (colony-tui executor approve {self.name})"
            )
        return (
            f'the colony "{self.client.colony_name}" does not know this executor: waiting until its owner adds and '
            f"approves it (colonies executor add --name {self.name} --type {self.executor_type} "
            f"--executorid {self.executor_id} --approve), or start it with the colony key"
        )

    def _endure(self, problem: str) -> None:
        """Go on for a while with a key that is refused; then raises SetupFailed."""
        self._refused_since = self._refused_since or time.monotonic()
        if time.monotonic() - self._refused_since >= _PATIENCE_SECONDS:
            raise SetupFailed(problem)
        self._tell(f"{problem}; trying again for {_PATIENCE_SECONDS:.0f} s")

    def _tell(self, text: str) -> None:
        """Say something once, not every time."""
        if text != self._told:
            _log.warning(text)
            self._told = text
