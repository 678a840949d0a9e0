"""Subscriptions where news got lost, as it does when another server dies: they look again, and tell nothing twice."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

import pytest

from colonysdk.envelope import decode_reply
from colonysdk.messages import SubscribeProcess
from colonysdk.objects import Process, ProcessState
from colonyserver.access import Access, Caller
from colonyserver.events import Events, EventsMissed
from colonyserver.gateway.processes import ProcessSource
from tests.support.core import Core, caller, open_core


class _EverybodyIsOne:
    async def identify(self, _caller_id: str) -> Caller:
        return caller("one")


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    async with open_core(tmp_path) as opened:
        yield opened


def _process(frame: bytes) -> Process:
    return Process.from_json(decode_reply(frame).payload_json)


async def test_a_state_that_came_unnoticed_is_found(core: Core) -> None:
    # What happens in the core is not told here.
    events = Events()
    source = ProcessSource(core.lifecycle.processes, cast("Access", _EverybodyIsOne()), events)
    submitted = await core.submit()
    message = SubscribeProcess(process_id=submitted.process_id, state=int(ProcessState.SUCCESS), timeout=1)
    async with source.open("one", message) as frames:
        events.publish(EventsMissed())
        await core.succeed(await core.assign())
        events.publish(EventsMissed())
        events.publish(EventsMissed())
        told = [_process(frame).state async for frame in frames]
    assert told == [ProcessState.SUCCESS]


async def test_what_was_told_is_not_told_again(core: Core) -> None:
    source = ProcessSource(core.lifecycle.processes, cast("Access", _EverybodyIsOne()), core.events)
    submitted = await core.submit()
    message = SubscribeProcess(process_id=submitted.process_id, state=int(ProcessState.RUNNING), timeout=1)
    async with source.open("one", message) as frames:
        await core.assign()
        core.events.publish(EventsMissed())
        told = [_process(frame).state async for frame in frames]
    assert told == [ProcessState.RUNNING]
