"""What is reserved and what is free."""

import asyncio

from colonyexecutors.ledger import Ledger, Resources

TOTAL = Resources(cpu_milli=2000, memory_bytes=1000, slots=2)


def test_reserves_and_gives_back_once() -> None:
    ledger = Ledger(TOTAL)
    with ledger.reserve(500, 300) as reservation:
        assert ledger.free == Resources(1500, 700, 1)
        assert not ledger.untouched
    reservation.release()
    assert ledger.free == TOTAL
    assert ledger.untouched


def test_a_process_without_needs_takes_a_slot() -> None:
    ledger = Ledger(TOTAL)
    ledger.reserve(0, 0)
    assert ledger.free == Resources(2000, 1000, 1)
    assert ledger.untouched


def test_what_was_assigned_counts_even_beyond_the_total() -> None:
    ledger = Ledger(TOTAL)
    reservations = [ledger.reserve(3000, 900) for _ in range(3)]
    assert ledger.free == Resources(0, 0, 0)
    for reservation in reservations:
        reservation.release()
    assert ledger.free == TOTAL


async def test_waits_for_a_slot() -> None:
    ledger = Ledger(TOTAL)
    first, _ = ledger.reserve(0, 0), ledger.reserve(0, 0)
    waiting = asyncio.create_task(ledger.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    first.release()
    await asyncio.wait_for(waiting, 1)
