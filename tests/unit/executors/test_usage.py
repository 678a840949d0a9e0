"""What a program used, as attributes."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from colonyexecutors import usage
from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes.base import Handle, Usage
from colonyexecutors.runtimes.process import ProcessRuntime
from colonyexecutors.usage import UsageRecorder
from colonysdk.errors import Unreachable

HANDLE = Handle("1", "p", "1")


class Busy(ProcessRuntime):
    """A runtime whose program uses half a core and ever more memory, and cannot always be looked at."""

    def __init__(self, looks: int) -> None:
        self.looks = 0
        self.last = looks
        self.done = asyncio.Event()

    async def usage(self, handle: Handle) -> Usage:
        self.looks += 1
        if self.looks == self.last:
            self.done.set()
        if self.looks % 5 == 0:
            raise StartFailed("not_running", "gone for a moment")
        return Usage(self.looks * 0.5, self.looks * 2**20, read_bytes=self.looks, written_bytes=2 * self.looks)


async def nobody(key: str, value: str) -> None:
    """Nobody listens."""


def recorder_of(runtime: Busy, tell: Callable[[str, str], Awaitable[object]] = nobody) -> UsageRecorder:
    return UsageRecorder(runtime, "5f", tell)


async def record(looks: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(usage, "_FIRST_SECONDS", 0.0)
    monkeypatch.setattr(usage, "_INTERVAL_SECONDS", 0.00001)
    runtime = Busy(looks)
    recorder = recorder_of(runtime)
    recording = asyncio.create_task(recorder.record(HANDLE))
    async with asyncio.timeout(60):
        await runtime.done.wait()
    recording.cancel()
    with suppress(asyncio.CancelledError):
        await recording
    return dict(recorder.attributes())


async def test_totals_and_peak(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await record(9, monkeypatch)
    assert found["cpuseconds"] == "4.50"
    assert found["peakmemory"] == str(9 * 2**20)
    assert (found["readbytes"], found["writtenbytes"]) == ("9", "18")


async def test_a_series_stays_small_and_keeps_both_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    found = await record(500, monkeypatch)
    series = json.loads(found["usage"])
    assert 30 <= len(series["seconds"]) <= 64
    assert len(series["cpu"]) == len(series["memory"]) == len(series["seconds"])
    assert series["seconds"] == sorted(series["seconds"])
    assert series["memory"][0] == 1.0
    assert len(found["usage"]) < 2000


async def test_nothing_was_seen() -> None:
    assert recorder_of(Busy(1)).attributes() == []


async def told_parts(monkeypatch: pytest.MonkeyPatch, *, fails: bool = False, count: int = 5) -> dict[str, str]:
    """What is told while a program runs, whose time goes by at once."""
    moments, parts, done = itertools.count(0.0, 1.0), dict[str, str](), asyncio.Event()

    async def tell(key: str, value: str) -> None:
        parts[key] = value
        if len(parts) == count:
            done.set()
        if fails:
            raise Unreachable("gone")

    monkeypatch.setattr(usage, "_FIRST_SECONDS", 0.0)
    monkeypatch.setattr(usage, "_INTERVAL_SECONDS", 0.0)
    monkeypatch.setattr(usage, "monotonic", lambda: next(moments))
    recording = asyncio.create_task(recorder_of(Busy(-1), tell).record(HANDLE))
    async with asyncio.timeout(60):
        await done.wait()
    recording.cancel()
    with suppress(asyncio.CancelledError):
        await recording
    return parts


async def test_is_told_ever_more_rarely_while_the_program_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = await told_parts(monkeypatch)
    assert list(parts) == [f"usage.5f.{number}" for number in range(1, 6)]
    series = [json.loads(value) for value in parts.values()]
    ends = [one["seconds"][-1] for one in series]
    assert ends == [4, 8, 16, 32, 64]
    assert all(len(one["seconds"]) <= 8 for one in series)
    assert [one["seconds"][0] > end for one, end in zip(series[1:], ends, strict=False)] == [True] * 4
    assert max(len(value) for value in parts.values()) < 300


async def test_a_server_that_is_away_is_told_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(await told_parts(monkeypatch, fails=True, count=2)) == 2
