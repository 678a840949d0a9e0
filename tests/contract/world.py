"""A colony as tests see it, whichever of the two it is."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from colonysdk.client import ColonyClient
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.objects import Conditions, FunctionSpec
from colonysdk.testing import FakeClient, FakeColony, SystemClock
from tests.support.server import RunningServer

EXECUTOR_TYPE = "container-executor"


@dataclass
class World:
    """A colony with the user alice and the approved executor worker, and a way to connect to it."""

    name: str
    owner: Identity
    user: Identity
    worker: Identity
    connect: Callable[[Identity, Identity], ColonyClient]
    connections: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def client(self, identity: Identity | None = None) -> ColonyClient:
        """A client of the identity, or of alice; closed when the test ends."""
        return await self.connections.enter_async_context(self.connect(identity or self.user, self.owner))

    def specification(
        self, function: str = "echo", *, conditions: Conditions | None = None, **fields: object
    ) -> FunctionSpec:
        """A specification that the worker may run, without limits unless `fields` set some."""
        wanted = conditions or Conditions(executor_type=EXECUTOR_TYPE)
        limits = {"max_wait_time": -1, "max_exec_time": -1}
        return FunctionSpec.model_validate(
            {
                "func_name": function,
                "conditions": wanted.model_copy(update={"colony_name": self.name}),
                **limits,
                **fields,
            }
        )


def in_memory() -> World:
    """A world in memory, on the machine's own clock."""
    colony = FakeColony(clock=SystemClock())
    colony.add_executor("worker", EXECUTOR_TYPE, last_heard_from_time=None)
    return World(
        name=colony.name,
        owner=colony.owner,
        user=colony.identity("alice"),
        worker=colony.identity("worker"),
        connect=lambda identity, owner: FakeClient(colony, identity, owner=owner),
    )


def on_server(server: RunningServer) -> World:
    """A world in a new colony of a running server."""
    colony = server.new_colony(EXECUTOR_TYPE)
    return World(
        name=colony.name,
        owner=colony.owner,
        user=colony.user,
        worker=colony.executor,
        connect=lambda identity, owner: ColonyClient(server.url, identity, colony.name, owner=owner),
    )


async def refusal_of(call: Awaitable[Any]) -> Refused:
    """The refusal that a call ends with."""
    with pytest.raises(Refused) as caught:
        await call
    return caught.value
