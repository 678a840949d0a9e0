"""Renewing the lease of a running process."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.errors import Refused
from colonysdk.identity import Identity
from colonysdk.objects import Process, ProcessState
from tests.integration.server.test_events import following
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification, start

_INSTANT = timedelta(milliseconds=1)


def _renew(
    server: RunningServer, colony: ColonyKeys, process: Process, identity: Identity | None = None
) -> datetime | None:
    message = messages.RenewLease(process_id=process.process_id)
    return server.send(message, identity or colony.executor).exec_deadline


def _refusal(server: RunningServer, colony: ColonyKeys, process: Process, identity: Identity | None = None) -> int:
    with pytest.raises(Refused) as refusal:
        _renew(server, colony, process, identity)
    return refusal.value.status


def test_the_deadline_moves_to_a_whole_limit_from_now(server: RunningServer, colony: ColonyKeys) -> None:
    process = start(server, colony, max_exec_time=100, max_lease_time=1000)
    before = datetime.now(UTC)
    renewed = _renew(server, colony, process)
    assert renewed is not None
    assert process.exec_deadline is not None
    assert renewed > process.exec_deadline
    assert before + timedelta(seconds=100) - _INSTANT <= renewed <= datetime.now(UTC) + timedelta(seconds=100)
    read = server.send(messages.GetProcess(process_id=process.process_id), colony.user)
    assert read.exec_deadline == renewed


def test_it_never_goes_beyond_the_lease_time(server: RunningServer, colony: ColonyKeys) -> None:
    process = start(server, colony, max_exec_time=100, max_lease_time=101)
    assert process.start_time is not None
    for _ in range(2):
        renewed = _renew(server, colony, process)
        assert renewed is not None
        assert renewed <= process.start_time + timedelta(seconds=101)


def test_without_a_longer_lease_time_the_limit_stays(server: RunningServer, colony: ColonyKeys) -> None:
    process = start(server, colony, max_exec_time=100, max_lease_time=100)
    assert _refusal(server, colony, process) == 400
    read = server.send(messages.GetProcess(process_id=process.process_id), colony.user)
    assert read.exec_deadline == process.exec_deadline


def test_without_a_limit_there_is_nothing_to_renew(server: RunningServer, colony: ColonyKeys) -> None:
    assert _renew(server, colony, start(server, colony, max_exec_time=-1)) is None


def test_only_its_executor_while_it_runs(server: RunningServer, colony: ColonyKeys) -> None:
    process = start(server, colony, max_exec_time=100, max_lease_time=1000)
    other = Identity.generate()
    server.add_executor(colony, other, "other")
    assert [
        _refusal(server, colony, process, identity)
        for identity in (colony.user, other, colony.owner, Identity.generate(), server.new_colony().executor)
    ] == [403] * 5
    server.send(messages.CancelProcess(process_id=process.process_id), colony.user)
    assert _refusal(server, colony, process) == 400
    unknown = process.model_copy(update={"process_id": "0" * 64})
    assert _refusal(server, colony, unknown) == 404


async def test_a_renewed_process_outlives_its_first_deadline(colony: ColonyKeys) -> None:
    async with (
        colony.client() as alice,
        colony.client(colony.executor) as worker,
        following(colony, colony.executor, mine=True) as follower,
    ):
        await follower.begin()
        limits: dict[str, Any] = {"max_exec_time": 2, "max_lease_time": 5}
        renewed = await alice.submit(specification(colony, **limits))
        await worker.assign(5)
        await worker.renew_lease(renewed.process_id)
        short = await alice.submit(specification(colony, **limits))
        await worker.assign(5)
        await worker.renew_lease(renewed.process_id)
        events = await follower.events(6)
    told = [(event.process_id, ProcessState(event.state)) for event in events]
    assert told == [
        (renewed.process_id, ProcessState.RUNNING),
        (renewed.process_id, ProcessState.RUNNING),
        (short.process_id, ProcessState.RUNNING),
        (renewed.process_id, ProcessState.RUNNING),
        (short.process_id, ProcessState.FAILED),
        (renewed.process_id, ProcessState.FAILED),
    ]
