"""A session whose user is not heard of any more, as when the user's machine has lost its power."""

import asyncio
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from colonyexecutors.exec import session as module
from colonyexecutors.exec.session import Beside, ServedSession
from colonyexecutors.logs import LogSender
from colonyexecutors.runtimes.base import Workload
from colonyexecutors.runtimes.process import ProcessRuntime
from colonysdk.exec import Command, Frame, FrameSender, Kind


class Sent:
    """What a session says to nobody."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.lines: list[str] = []

    async def send(self, frame: Frame) -> None:
        self.frames.append(frame)

    async def add_line(self, line: str) -> None:
        self.lines.append(line)


async def test_is_ended_with_its_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENCE_SECONDS", 0.5)
    runtime = ProcessRuntime(tmp_path / "work")
    await runtime.open()
    handle = await runtime.create(Workload("process", "1", ("sleep", "60")))
    await runtime.start(handle)
    sent: Any = Sent()
    beside = Beside(runtime, handle, cast("LogSender", sent), "alice")
    opening = Command(("sleep", "979")).opening("0123456789abcdef").model_copy(update={"number": 1})
    try:
        async with asyncio.timeout(20):
            await ServedSession(beside, cast("FrameSender", sent), opening).run()
    finally:
        await runtime.remove(handle)
        await runtime.close()
    assert [frame.kind for frame in sent.frames] == [Kind.OPENED, Kind.EXIT]
    assert "nothing was heard of its user" in sent.frames[-1].reason
    assert sent.lines[0] == "colony: exec: alice opened a session (sleep 979)"
    assert not [each for each in psutil.process_iter(["cmdline"]) if each.info["cmdline"] == ["sleep", "979"]]
