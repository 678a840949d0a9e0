"""What is reserved and what is free."""

import asyncio
import subprocess
import sys
from pathlib import Path

from colonyexecutors.ledger import Ledger, Resources
from colonyexecutors.neighbours import SharedMachine

TOTAL = Resources(cpu_milli=2000, memory_bytes=1000, slots=2)


def asking(cpu_milli: int = 0, memory_bytes: int = 0, gpus: int = 0) -> Resources:
    return Resources(cpu_milli, memory_bytes, 1, gpus)


async def test_reserves_and_gives_back_once() -> None:
    ledger = Ledger(TOTAL)
    with ledger.reserve(asking(500, 300)) as reservation:
        assert ledger.free == Resources(1500, 700, 1)
        assert not ledger.untouched
    reservation.release()
    assert ledger.free == TOTAL
    assert ledger.untouched


async def test_a_process_without_needs_takes_a_slot() -> None:
    ledger = Ledger(TOTAL)
    ledger.reserve(asking())
    assert ledger.free == Resources(2000, 1000, 1)
    assert ledger.untouched


async def test_what_was_assigned_counts_even_beyond_the_total() -> None:
    ledger = Ledger(TOTAL)
    reservations = [ledger.reserve(asking(3000, 900)) for _ in range(3)]
    assert ledger.free == Resources(0, 0, 0)
    for reservation in reservations:
        reservation.release()
    assert ledger.free == TOTAL


async def test_waits_for_a_slot() -> None:
    ledger = Ledger(TOTAL)
    reservations = [ledger.reserve(asking()) for _ in range(2)]
    for reservation in reservations:
        await reservation.granted()
    waiting = asyncio.create_task(ledger.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    reservations[0].release()
    await asyncio.wait_for(waiting, 10)


async def test_what_exceeds_the_rest_waits_for_its_turn() -> None:
    ledger = Ledger(TOTAL)
    first, second, third = (ledger.reserve(asking(cpu)) for cpu in (1500, 1000, 100))
    await first.granted()
    turns = [asyncio.create_task(reservation.granted()) for reservation in (second, third)]
    await asyncio.sleep(0)
    assert [turn.done() for turn in turns] == [False, False]
    first.release()
    await asyncio.wait_for(asyncio.gather(*turns), 10)


async def test_nothing_is_asked_for_while_something_waits() -> None:
    ledger = Ledger(Resources(2000, 1000, 10))
    first, second = ledger.reserve(asking(2000)), ledger.reserve(asking(500))
    await first.granted()
    room, turn = asyncio.create_task(ledger.room()), asyncio.create_task(second.granted())
    await asyncio.sleep(0)
    assert not room.done()
    first.release()
    await asyncio.wait_for(asyncio.gather(room, turn), 10)


async def test_what_exceeds_the_machine_runs_alone() -> None:
    ledger = Ledger(TOTAL)
    await asyncio.wait_for(ledger.reserve(asking(9000)).granted(), 10)


async def test_every_process_gets_gpus_of_its_own() -> None:
    ledger = Ledger(Resources(2000, 1000, 4, gpus=3), ["0", "1", "2"])
    first, second, third = (ledger.reserve(asking(gpus=count)) for count in (1, 2, 1))
    await first.granted()
    await second.granted()
    assert (first.gpu_ids, second.gpu_ids) == (("0",), ("1", "2"))
    waiting = asyncio.create_task(third.granted())
    await asyncio.sleep(0)
    assert not waiting.done()
    first.release()
    await asyncio.wait_for(waiting, 10)
    assert third.gpu_ids == ("0",)


_NEIGHBOUR = """
import sys
from pathlib import Path
from colonyexecutors.neighbours import Held, SharedMachine
SharedMachine(Path(sys.argv[1])).publish(Held(1500, 600, ("1",)))
print("ready", flush=True)
sys.stdin.read()
"""


async def test_executors_of_one_machine_share_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _NEIGHBOUR, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as neighbour:
        assert neighbour.stdout is not None
        assert await asyncio.to_thread(neighbour.stdout.readline) == b"ready\n"
        ledger = Ledger(Resources(2000, 1000, 4, gpus=2), ["0", "1"], SharedMachine(tmp_path))
        assert ledger.free == Resources(500, 400, 4, 1)
        assert not ledger.untouched
        beside, after = ledger.reserve(asking(500, 100, 1)), ledger.reserve(asking(1000))
        await asyncio.wait_for(beside.granted(), 10)
        assert beside.gpu_ids == ("0",)
        waiting = asyncio.create_task(after.granted())
        await asyncio.sleep(0)
        assert not waiting.done()
    await asyncio.wait_for(waiting, 10)
