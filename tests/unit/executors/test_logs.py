"""Output on its way to the server."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from pathlib import Path

import pytest

from colonyexecutors.errors import NotOurs
from colonyexecutors.journal import Entry, Journal
from colonyexecutors.logs import LogSender
from colonyexecutors.runtimes.base import Output, Stream
from colonysdk.messages import AddLog, GetLogs
from colonysdk.testing import FakeColony, SystemClock


class Scene:
    """A colony with a process that this executor runs, and its journal."""

    def __init__(self, directory: Path) -> None:
        self.colony = FakeColony(clock=SystemClock())
        self.colony.add_executor("runner")
        self.client = self.colony.client("runner")
        process = self.colony.submit()
        self.process = self.colony.start(process.process_id, "runner")
        self.path = directory / "journal.jsonl"
        self.limit_bytes = 2**30
        self.journal = Journal(self.path)
        self.entry = Entry(self.process, "process", taken_at=0.0)
        self.journal.add(self.entry)

    def sender(self) -> LogSender:
        assert self.client.identity is not None
        return LogSender(self.client, self.client.identity.id, self.journal, self.entry, limit_bytes=self.limit_bytes)

    def crash(self) -> None:
        """What is left is what the journal says."""
        self.journal.close()
        self.journal = Journal(self.path)
        (self.entry,) = self.journal.entries()

    async def messages(self) -> list[str]:
        return [log.message for log in await self.client.logs(self.process.process_id)]

    def sent(self) -> int:
        return sum(isinstance(request, AddLog) for request in self.colony.requests)


@pytest.fixture
def scene(tmp_path: Path) -> Iterable[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.journal.close()


def outputs(*texts: str, stream: Stream = Stream.STDOUT, start: int = 0) -> list[Output]:
    return [Output(stream, text, str(start + index)) for index, text in enumerate(texts, 1)]


async def flow(items: Iterable[Output], pause: float | None = None) -> AsyncGenerator[Output, None]:
    for item in items:
        yield item
        if pause is not None:
            await asyncio.sleep(pause)


class TestBatches:
    async def test_what_is_there_goes_in_one_message(self, scene: Scene) -> None:
        await scene.sender().follow(flow(outputs("a\n", "b\n", "c\n")))
        assert await scene.messages() == ["a\nb\nc\n"]
        assert scene.entry.delivered.position == "3"

    async def test_lines_do_not_wait_for_the_programs_end(self, scene: Scene) -> None:
        task = asyncio.create_task(scene.sender().follow(flow(outputs("a\n", "b\n"), pause=30)))
        async with asyncio.timeout(20):
            while not await scene.messages():
                await asyncio.sleep(0.01)
        task.cancel()
        assert await scene.messages() == ["a\n"]

    async def test_messages_have_a_bounded_size(self, scene: Scene) -> None:
        lines = [f"{number:0999}\n" for number in range(400)]
        await scene.sender().follow(flow(outputs(*lines)))
        messages = await scene.messages()
        assert "".join(messages) == "".join(lines)
        assert max(len(message.encode()) for message in messages) <= 64 * 1024
        assert len(messages) < 10

    async def test_nothing_is_read_ahead_while_the_server_is_away(self, scene: Scene) -> None:
        scene.colony.offline = True
        read = 0

        async def endless() -> AsyncGenerator[Output, None]:
            nonlocal read
            for number in range(100_000):
                read += 1
                yield Output(Stream.STDOUT, "x" * 1023 + "\n", str(number))
                await asyncio.sleep(0)

        task = asyncio.create_task(scene.sender().follow(endless()))
        await asyncio.sleep(0.5)
        task.cancel()
        assert 0 < read < 1000

    async def test_no_output_sends_nothing(self, scene: Scene) -> None:
        await scene.sender().follow(flow([]))
        assert scene.sent() == 0


class TestLines:
    async def test_a_last_line_without_an_end_gets_one(self, scene: Scene) -> None:
        sender = scene.sender()
        await sender.follow(flow(outputs("a\n", "b")))
        await sender.add_last_line("colony: run: it failed")
        assert await scene.messages() == ["a\nb\n", "colony: run: it failed\n"]

    async def test_a_line_that_the_other_stream_interrupts_is_ended_first(self, scene: Scene) -> None:
        items = [
            Output(Stream.STDOUT, "piece", "1"),
            Output(Stream.STDOUT, " of a line", "2"),
            Output(Stream.STDERR, "error\n", "3"),
            Output(Stream.STDOUT, "rest\n", "4"),
        ]
        await scene.sender().follow(flow(items))
        assert "".join(await scene.messages()) == "piece of a line\nerror\nrest\n"

    async def test_a_last_line_is_sent_once_however_often_it_is_tried(self, scene: Scene) -> None:
        await scene.sender().add_last_line("colony: run: it failed")
        await scene.sender().add_last_line("colony: run: it failed")
        scene.crash()
        await scene.sender().settle()
        await scene.sender().add_last_line("colony: run: it failed")
        assert await scene.messages() == ["colony: run: it failed\n"]


class TestTrouble:
    async def test_the_server_may_come_back_late(self, scene: Scene) -> None:
        scene.colony.offline = True
        task = asyncio.create_task(scene.sender().follow(flow(outputs("a\n"))))
        await asyncio.sleep(0.4)
        scene.colony.offline = False
        await asyncio.wait_for(task, 5)
        assert await scene.messages() == ["a\n"]

    async def test_a_server_error_is_tried_again(self, scene: Scene) -> None:
        scene.colony.refuse(AddLog, 500, "out of order", times=2)
        await asyncio.wait_for(scene.sender().follow(flow(outputs("a\n"))), 5)
        assert await scene.messages() == ["a\n"]

    @pytest.mark.parametrize("arrived", [True, False])
    async def test_a_crash_while_a_message_is_on_its_way(self, scene: Scene, arrived: bool) -> None:
        items = outputs("same\n", "same\n", "same\n")
        for item in items[:2]:
            await scene.sender().follow(flow([item]))
        hold = scene.colony.hold(AddLog)
        task = asyncio.create_task(scene.sender().follow(flow(items[2:])))
        await hold.arrived.wait()
        if arrived:
            hold.release()
            await task
        else:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            hold.release()
        scene.crash()
        sender = scene.sender()
        await sender.settle()
        assert scene.entry.delivered.position == ("3" if arrived else "2")
        assert scene.entry.pending is None
        await sender.follow(flow(items[int(scene.entry.delivered.position) :]))
        assert await scene.messages() == ["same\n"] * 3

    async def test_messages_of_an_earlier_attempt_do_not_count(self, scene: Scene) -> None:
        scene.colony.log(scene.process.process_id, "a")
        again = scene.process.model_copy(update={"start_time": scene.colony.clock.now()})
        scene.process = scene.colony.put(again)
        scene.journal.remove(scene.entry)
        scene.entry = Entry(again, "process", taken_at=0.0)
        scene.journal.add(scene.entry)
        hold = scene.colony.hold(AddLog)
        task = asyncio.create_task(scene.sender().follow(flow(outputs("a\n"))))
        await hold.arrived.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        scene.crash()
        await scene.sender().settle()
        assert scene.entry.delivered.position == ""

    async def test_settling_waits_for_the_server(self, scene: Scene) -> None:
        await scene.sender().follow(flow(outputs("a\n")))
        scene.crash()
        scene.colony.refuse(GetLogs, 500, "not yet", times=2)
        await asyncio.wait_for(scene.sender().settle(), 5)
        assert scene.entry.delivered.position == "1"

    async def test_a_process_that_was_cancelled_is_not_ours(self, scene: Scene) -> None:
        scene.colony.cancel(scene.process.process_id)
        with pytest.raises(NotOurs, match="cancelled"):
            await scene.sender().follow(flow(outputs("a\n")))

    async def test_a_full_log_is_left_alone_while_the_program_goes_on(self, scene: Scene) -> None:
        scene.colony.refuse(AddLog, 413, "the log is full")
        sender = scene.sender()
        await sender.follow(flow(outputs(*["x" * 40_000] * 500)))
        await sender.add_last_line("colony: run: it failed")
        assert scene.sent() == 1
        assert await scene.messages() == []

    async def test_output_beyond_the_limit_is_left_out_and_the_log_says_so_once(self, scene: Scene) -> None:
        scene.limit_bytes = 200_000
        lines = [f"{number:0999}\n" for number in range(1000)]
        sender = scene.sender()
        await sender.follow(flow(outputs(*lines)))
        await sender.add_last_line("colony: run: program exited with code 3")
        text = "".join(await scene.messages())
        assert text.endswith(
            "\ncolony: run: output beyond 195 KiB is left out\ncolony: run: program exited with code 3\n"
        )
        assert "".join(lines).startswith(text.partition("colony:")[0])
        assert 200_000 <= len(text) < 300_000

    async def test_the_limit_holds_over_a_restart(self, scene: Scene) -> None:
        scene.limit_bytes = 100_000
        lines = [f"{number:0999}\n" for number in range(1000)]
        await scene.sender().follow(flow(outputs(*lines)))
        scene.crash()
        sender = scene.sender()
        await sender.settle()
        sent = scene.sent()
        await sender.follow(flow(outputs(*lines, start=500)))
        assert scene.sent() == sent

    async def test_a_message_that_the_server_will_never_take_does_not_stop_the_others(self, scene: Scene) -> None:
        scene.colony.refuse(AddLog, 400, "too ugly")
        sender = scene.sender()
        await sender.follow(flow(outputs("a\n")))
        await sender.follow(flow(outputs("b\n", start=1)))
        assert await scene.messages() == ["b\n"]
