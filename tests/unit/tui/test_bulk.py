"""Actions on many objects."""

import asyncio

from colonysdk.errors import Refused
from colonytui.actions.bulk import IN_FLIGHT, BulkRun, Outcome


async def test_gives_a_result_for_every_object_in_order() -> None:
    async def act(object_id: str) -> str:
        if object_id == "b":
            raise Refused(400, "Tried to cancel successful process")
        return f"did {object_id}"

    run = BulkRun(["a", "b", "c"], act)
    results = await run.run()
    assert [(result.id, result.outcome) for result in results] == [
        ("a", Outcome.DONE),
        ("b", Outcome.FAILED),
        ("c", Outcome.DONE),
    ]
    assert "Tried to cancel successful process" in results[1].message
    assert run.count(Outcome.FAILED) == 1


async def test_only_some_are_under_way_at_a_time() -> None:
    under_way, most = 0, 0
    release = asyncio.Event()

    async def act(_object_id: str) -> str:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == IN_FLIGHT:
            release.set()
        await release.wait()
        under_way -= 1
        return ""

    await BulkRun([str(number) for number in range(40)], act).run()
    assert most == IN_FLIGHT


async def test_stopping_leaves_the_rest_untried() -> None:
    tried: list[str] = []

    async def act(object_id: str) -> str:
        tried.append(object_id)
        run.stop()
        return ""

    run = BulkRun([str(number) for number in range(30)], act)
    results = await run.run()
    assert len(results) == 30
    assert {result.outcome for result in results if result.id not in tried} == {Outcome.STOPPED}
    assert len(tried) <= IN_FLIGHT


async def test_tells_progress() -> None:
    seen: list[int] = []

    async def act(_object_id: str) -> str:
        return ""

    run = BulkRun(["a", "b"], act, lambda: seen.append(len(run.results)))
    await run.run()
    assert seen == [1, 2]
