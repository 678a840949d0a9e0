"""Many things at a time: failures are collected, and a lost connection ends everything at once."""

import asyncio

import pytest

from colonysdk.errors import ColonyError, Refused, Unreachable
from colonysdk.files.errors import StoreUnreachable, TransferFailed
from colonysdk.files.parallel import for_all


async def test_everything_is_done_some_at_a_time() -> None:
    done: list[int] = []
    at_once = most = 0

    async def work(item: int) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        done.append(item)

    await for_all(range(100), work, path_of=str, workers=7)
    assert sorted(done) == list(range(100))
    assert most == 7


async def test_failures_do_not_keep_the_others_away() -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        if item % 10 == 3:
            raise Refused(400, f"not {item}")
        done.append(item)

    with pytest.raises(TransferFailed, match=r"03: not 3 \(status 400\) \(and 2 more\)") as caught:
        await for_all(range(30), work, path_of=lambda item: f"{item:02}", workers=4)
    assert [failure.path for failure in caught.value.failures] == ["03", "13", "23"]
    assert len(done) == 27


@pytest.mark.parametrize("error", [Unreachable("gone"), StoreUnreachable("gone")])
async def test_nothing_more_is_begun_when_the_connection_is_lost(error: ColonyError) -> None:
    begun: list[int] = []

    async def work(item: int) -> None:
        begun.append(item)
        await asyncio.sleep(0)
        if item == 5:
            raise error

    with pytest.raises(type(error), match="gone"):
        await for_all(range(1000), work, path_of=str, workers=4)
    assert len(begun) < 20


async def test_a_defect_is_not_hidden() -> None:
    async def work(item: int) -> None:
        raise RuntimeError(str(item))

    with pytest.raises(ExceptionGroup):
        await for_all(range(3), work, path_of=str, workers=1)
