"""The executor with real programs, on a colony in memory."""

import asyncio
import errno
import time
from typing import Any

import pytest

from colonyexecutors.journal import Journal
from colonysdk.errors import Unreachable
from colonysdk.messages import AddLog, AssignProcess, CloseSuccessful, Message
from colonysdk.objects import Filesystem, ProcessState
from colonysdk.testing import FakeColony
from tests.integration.executors.site import Site, until


class TestOutcomes:
    async def test_a_program_that_does_well(self, site: Site) -> None:
        process_id = site.submit("echo", "hello world")
        async with site.executor():
            process = await site.end_of(process_id)
        assert (process.state, process.errors) == (ProcessState.SUCCESS, [])
        assert await site.log_of(process_id) == "hello world\n"

    async def test_a_program_that_fails(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo before; exit 3'")
        async with site.executor():
            process = await site.end_of(process_id)
        assert process.state is ProcessState.FAILED
        assert process.errors == [
            "program exited with code 3",
            "stage: run",
            "code: program_exit",
            "retry: will not help",
        ]
        assert ("exitcode", "3") in {(attribute.key, attribute.value) for attribute in process.attributes}
        assert await site.log_of(process_id) == "before\ncolony: run: program exited with code 3\n"

    @pytest.mark.parametrize(
        ("cmd", "fields", "stage", "code"),
        [
            ("no-such-program", {}, "start", "command_not_found"),
            ("echo 'unclosed", {}, "validate", "invalid_specification"),
            ("echo", {"fs": Filesystem(mount="/")}, "validate", "invalid_specification"),
        ],
    )
    async def test_stages_are_told_apart(
        self, site: Site, cmd: str, fields: dict[str, Any], stage: str, code: str
    ) -> None:
        process_id = site.submit(cmd, **fields)
        async with site.executor():
            process = await site.end_of(process_id)
        assert process.state is ProcessState.FAILED
        assert f"stage: {stage}" in process.errors
        assert f"code: {code}" in process.errors
        assert await site.log_of(process_id) == f"colony: {stage}: {process.errors[0]}\n"

    async def test_the_command_the_environment_and_the_process_id(self, site: Site) -> None:
        process_id = site.submit(
            "sh", "-c", 'echo "$1 $GREETING $COLONIES_PROCESS_ID"', "sh", "{processid}", env={"GREETING": "hi"}
        )
        async with site.executor():
            await site.end_of(process_id)
        assert await site.log_of(process_id) == f"{process_id} hi {process_id}\n"

    async def test_a_shell_where_one_is_meant(self, site: Site) -> None:
        process_id = site.submit(
            "echo one && printf '%s|'", "a b", "$HOME", "", kwargs={"init-cmd": "false; echo init"}
        )
        async with site.executor():
            await site.end_of(process_id)
        assert await site.log_of(process_id) == "init\none\na b|$HOME||\n"

    async def test_what_could_not_be_read_before_it_ended_is_read_after(self, site: Site) -> None:
        hold = site.colony.hold(AddLog)
        process_id = site.submit("sh -c 'for i in $(seq 1000); do echo line $i; done'")
        async with site.executor():
            await hold.arrived.wait()
            await asyncio.sleep(0.3)
            hold.release()
            await site.end_of(process_id)
        assert await site.log_of(process_id) == "".join(f"line {number}\n" for number in range(1, 1001))


class TestEndings:
    async def test_cancelled_processes_end_soon_and_are_not_closed(self, site: Site) -> None:
        process_id = site.submit("sh -c 'trap \"\" TERM; echo on; while true; do sleep 1; done'")
        async with site.executor() as executor:
            await site.until_logged(process_id, "on")
            site.colony.cancel(process_id)
            cancelled = time.monotonic()
            await until(lambda: not executor.running)
            # Two seconds on a quiet machine; the tests of others run beside this one.
            assert time.monotonic() - cancelled < 8
        assert site.colony.process(process_id).state is ProcessState.CANCELLED
        assert await site.log_of(process_id) == "on\n"

    async def test_an_expired_process_is_ended_and_the_server_decides_about_a_retry(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo on; sleep 60'", max_exec_time=1, max_retries=1)
        async with site.executor():
            process = await site.end_of(process_id)
        assert process.state is ProcessState.FAILED
        assert process.retries == 1
        assert process.errors == ["Maximum execution time limit exceeded"]
        # On a busy machine a container may need most of the second to start.
        assert await site.log_of(process_id) in ("", "on\n", "on\non\n")

    async def test_walltime(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo on; sleep 60'", conditions={"wall_time": 1})
        async with site.executor():
            process = await site.end_of(process_id)
        assert process.errors[0] == "program was ended because it ran longer than its walltime of 1s"
        assert "code: walltime" in process.errors
        assert (await site.log_of(process_id)).startswith("on\ncolony: run: program was ended")

    async def test_memory(self, site: Site) -> None:
        process_id = site.submit(
            "dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=100000", conditions={"mem": "32Mi"}
        )
        async with site.executor():
            process = await site.end_of(process_id)
        assert process.errors[0] == "program was killed because it used more memory than its limit of 32 MiB"
        assert "code: out_of_memory" in process.errors

    async def test_a_removed_process_is_ended(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo on; sleep 60'")
        async with site.executor() as executor:
            await site.until_logged(process_id, "on")
            site.colony.records.remove(process_id)
            await until(lambda: not executor.running, 3)

    async def test_drained_it_finishes_what_runs_and_takes_nothing_new(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo on; sleep 0.7; echo off'")
        async with site.executor() as executor:
            await site.until_logged(process_id, "on")
            executor.interrupt()
            later = site.submit("echo", "later")
            await until(lambda: not executor.running)
        assert site.colony.process(process_id).state is ProcessState.SUCCESS
        # It may have been given out in the same moment; then it was finished, too.
        assert site.colony.process(later).state in (ProcessState.WAITING, ProcessState.SUCCESS)
        assert await site.log_of(process_id) == "on\noff\n"

    async def test_stopped_it_fails_what_runs(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo on; sleep 60'")
        async with site.executor() as executor:
            await site.until_logged(process_id, "on")
            executor.interrupt()
            executor.interrupt()
            process = await site.end_of(process_id, 5)
        assert process.errors[0] == "program was ended because the executor was stopped"
        assert "retry: may help" in process.errors


class TestTrouble:
    async def test_the_server_may_be_away_while_a_program_runs_and_ends(self, site: Site) -> None:
        process_id = site.submit("sh -c 'for i in $(seq 20); do echo $i; sleep 0.05; done'")
        async with site.executor():
            await site.until_logged(process_id, "2")
            site.colony.offline = True
            await asyncio.sleep(2)
            site.colony.offline = False
            process = await site.end_of(process_id)
        assert process.state is ProcessState.SUCCESS
        assert await site.log_of(process_id) == "".join(f"{number}\n" for number in range(1, 21))

    async def test_a_server_that_is_away_for_long_still_learns_of_a_good_end(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo on; sleep 0.3; echo off'", conditions={"wall_time": 2})
        async with site.executor() as executor:
            await site.until_logged(process_id, "on")
            site.colony.offline = True
            await asyncio.sleep(2.5)
            site.colony.offline = False
            assert executor.running == 1
            process = await site.end_of(process_id)
        assert (process.state, await site.log_of(process_id)) == (ProcessState.SUCCESS, "on\noff\n")

    async def test_a_good_end_that_could_not_be_told_is_told_by_the_next_executor(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo on; sleep 0.3; echo off'")
        async with site.executor(crashes=True):
            await site.until_logged(process_id, "on")
            site.colony.offline = True
            await asyncio.sleep(1)
        site.colony.offline = False
        async with site.executor():
            process = await site.end_of(process_id)
        assert (process.state, await site.log_of(process_id)) == (ProcessState.SUCCESS, "on\noff\n")

    async def test_a_full_disk_fails_new_processes_and_finishes_what_runs(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        running = site.submit("sh -c 'echo on; sleep 1.5; echo off'")
        async with site.executor():
            await site.until_logged(running, "on")
            monkeypatch.setattr(Journal, "_append", _disk_is_full)
            new = await site.end_of(site.submit("echo", "never"))
            assert (await site.end_of(running)).state is ProcessState.SUCCESS
        assert new.errors[0] == "the executor cannot write its journal: [Errno 28] No space left on device"
        assert await site.log_of(running) == "on\noff\n"

    async def test_answers_that_get_lost_do_not_double_a_line(self, site: Site) -> None:
        lost = LostAnswers(site.colony, AddLog, CloseSuccessful)
        process_id = site.submit("sh -c 'for i in 1 1 1 2 2 3; do echo $i; sleep 0.4; done'")
        with lost:
            async with site.executor():
                process = await site.end_of(process_id)
        assert lost.count > 3
        assert process.state is ProcessState.SUCCESS
        assert await site.log_of(process_id) == "1\n1\n1\n2\n2\n3\n"

    async def test_an_assignment_whose_answer_got_lost_is_found(self, site: Site) -> None:
        lost = LostAnswers(site.colony, AssignProcess)
        with lost:
            process_id = site.submit("echo", "found")
            async with site.executor():
                await site.end_of(process_id)
        assert lost.count
        assert await site.log_of(process_id) == "found\n"

    async def test_after_a_crash_it_goes_on_where_it_was(self, site: Site) -> None:
        running = site.submit("sh -c 'for i in $(seq 30); do echo $i; sleep 0.1; done'")
        ended = site.submit("sh -c 'echo a; sleep 0.5; echo b; exit 4'")
        async with site.executor(crashes=True):
            await site.until_logged(running, "3")
            await site.until_logged(ended, "a")
        await asyncio.sleep(0.6)
        async with site.executor():
            assert (await site.end_of(running)).state is ProcessState.SUCCESS
            assert (await site.end_of(ended)).errors[0] == "program exited with code 4"
        assert await site.log_of(running) == "".join(f"{number}\n" for number in range(1, 31))
        assert await site.log_of(ended) == "a\nb\ncolony: run: program exited with code 4\n"

    async def test_what_was_cancelled_during_a_crash_is_removed(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo on; sleep 60'")
        async with site.executor(crashes=True):
            await site.until_logged(process_id, "on")
        site.colony.cancel(process_id)
        async with site.executor() as executor:
            await until(lambda: not executor.running)
        assert site.colony.process(process_id).state is ProcessState.CANCELLED

    async def test_a_program_that_vanished_during_a_crash_fails(self, site: Site) -> None:
        process_id = site.submit("sh -c 'echo on; sleep 60'")
        async with site.executor(crashes=True):
            await site.until_logged(process_id, "on")
        runtime = site.make_runtime()
        await runtime.open()
        for handle, _ in await runtime.find():
            await runtime.remove(handle)
        await runtime.close()
        async with site.executor():
            process = await site.end_of(process_id)
        assert "code: lost" in process.errors
        assert "retry: may help" in process.errors


class TestSharing:
    async def test_takes_no_more_than_its_slots(self, site: Site) -> None:
        ids = [site.submit("sh -c 'echo on; sleep 0.3'") for _ in range(5)]
        most = 0
        async with site.executor(slots=2) as executor:
            while not all(site.colony.process(process_id).state.is_final for process_id in ids):
                most = max(most, executor.running)
                assert executor.running <= 2
                await asyncio.sleep(0.01)
        assert most == 2

    async def test_takes_no_more_than_its_cpu_and_memory(self, site: Site) -> None:
        big = [site.submit("sleep", "0.5", conditions={"cpu": "600m", "mem": "50Mi"}) for _ in range(3)]
        small = site.submit("sleep", "0.1", conditions={"cpu": "300m", "mem": "6Mi"})
        at_once = 0
        async with site.executor(cpu="1000m", memory="100Mi") as executor:
            while not all(site.colony.process(process_id).state.is_final for process_id in [*big, small]):
                running = [
                    process_id for process_id in big if site.colony.process(process_id).state is ProcessState.RUNNING
                ]
                assert len(running) <= 1
                at_once = max(at_once, executor.running)
                await asyncio.sleep(0.01)
        assert at_once == 2


def _disk_is_full(journal: Journal, lines: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


class LostAnswers:
    """Lets the colony do every second request of some kinds without its answer arriving."""

    def __init__(self, colony: FakeColony, *types: type[Message[Any]]) -> None:
        self.count = 0
        self._colony = colony
        self._types = types
        self._odd = False
        self._answer = colony.answer

    def __enter__(self) -> None:
        async def answer(message: Message[Any], caller: str) -> Any:
            reply = await self._answer(message, caller)
            if isinstance(message, self._types):
                self._odd = not self._odd
                if self._odd:
                    self.count += 1
                    raise Unreachable("the connection broke before an answer came")
            return reply

        self._colony.answer = answer  # type: ignore[method-assign]

    def __exit__(self, *error: object) -> None:
        del self._colony.answer
