"""Who gets which process, and what those get who ask in vain."""

import asyncio
import time

from pycolonies import Process, func_spec

from tests.support.pycolonies_site import EXECUTOR_TYPE, NOTHING, SOON_SECONDS, WAITING, Site, error

_WOKEN_SECONDS = SOON_SECONDS / 2
"""Who is not woken looks again when the time is over, and finds the process only then."""


class TestNothingToDo:
    def test_an_empty_queue_is_told_at_once_or_when_the_time_is_over(self, site: Site) -> None:
        begin = time.monotonic()
        assert error(site.client.assign, site.colony, -1, site.executor_key) == NOTHING
        assert _refusal(site, -1) == (404, NOTHING)
        assert time.monotonic() - begin < 2
        assert _refusal(site, 2) == (404, NOTHING)
        assert time.monotonic() - begin >= 2

    def test_a_time_of_zero_is_refused(self, site: Site) -> None:
        status, words = _refusal(site, 0)
        assert (status, "timeout cannot be zero" in words) == (400, True)
        assert error(site.client.assign, site.colony, 0, site.executor_key) == words


class TestWaiting:
    async def test_who_waits_gets_a_process_as_soon_as_it_is_submitted(self, site: Site) -> None:
        waiting = _assigning(site)
        await site.server.until_counted("parked_polls", 1)
        submitted = site.submit()
        assert (await asyncio.wait_for(waiting, _WOKEN_SECONDS)).processid == submitted.processid

    async def test_a_pause_holds_everybody_back_until_the_resumption(self, site: Site) -> None:
        site.send("pauseassignmentsmsg", site.owner_key, colonyname=site.colony)
        assert site.send("getpausestatusmsg", site.user_key, colonyname=site.colony)["ispaused"] is True
        submitted = site.submit()
        assert _refusal(site, -1)[0] == 503
        begin = time.monotonic()
        assert _refusal(site, 2)[0] == 408
        assert time.monotonic() - begin >= 2
        waiting = _assigning(site)
        await site.server.until_counted("parked_polls", 1)
        site.send("resumeassignmentsmsg", site.owner_key, colonyname=site.colony)
        assert (await asyncio.wait_for(waiting, _WOKEN_SECONDS)).processid == submitted.processid


class TestChoice:
    def test_the_higher_priority_goes_first_and_then_the_older(self, site: Site) -> None:
        first, second, urgent = site.submit(priority=0), site.submit(priority=0), site.submit(priority=1)
        taken = [site.assign().processid for _ in range(3)]
        assert taken == [urgent.processid, first.processid, second.processid]

    async def test_only_the_named_executor_gets_it_of_two_that_wait(self, site: Site) -> None:
        other = site.add_executor("other")
        named_spec = func_spec("echo", ["hi"], site.colony, EXECUTOR_TYPE, executorname="other")
        unnamed = _assigning(site)
        await site.server.until_counted("parked_polls", 1)
        named = _assigning(site, other)
        await site.server.until_counted("parked_polls", 2)
        submitted = site.client.submit_func_spec(named_spec, site.user_key)
        assert (await asyncio.wait_for(named, _WOKEN_SECONDS)).processid == submitted.processid
        await site.server.until_counted("parked_polls", 1)
        for_anybody = site.submit()
        assert (await asyncio.wait_for(unnamed, _WOKEN_SECONDS)).processid == for_anybody.processid

    def test_a_named_executor_that_does_not_wait_gets_it_later(self, site: Site) -> None:
        other = site.add_executor("other")
        named_spec = func_spec("echo", ["hi"], site.colony, EXECUTOR_TYPE, executorname="other")
        submitted = site.client.submit_func_spec(named_spec, site.user_key)
        assert error(site.client.assign, site.colony, -1, site.executor_key) == NOTHING
        assert site.assign(other).processid == submitted.processid


def test_the_process_of_a_removed_executor_waits_for_another_one(site: Site) -> None:
    running = site.running()
    other = site.add_executor("other")
    site.client.remove_executor(site.colony, "worker", site.owner_key)
    waiting = site.process(running)
    assert (waiting.state, waiting.retries, waiting.isassigned) == (WAITING, 0, False)
    again = site.assign(other)
    assert (again.processid, again.retries) == (running.processid, 0)


def _assigning(site: Site, key: str = "") -> "asyncio.Task[Process]":
    """A call for the next process that goes on beside the test."""
    return asyncio.create_task(asyncio.to_thread(site.assign, key))


def _refusal(site: Site, timeout: int) -> tuple[int, str]:
    return site.refusal("assignprocessmsg", site.executor_key, colonyname=site.colony, timeout=timeout)
