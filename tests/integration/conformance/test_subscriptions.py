"""Hearing of the state of a process."""

import asyncio

from tests.support.pycolonies_site import SOON_SECONDS, SUCCESS, Site


def test_a_state_that_is_there_already_is_told_at_once(site: Site) -> None:
    running = site.running()
    site.client.close(running.processid, ["done"], site.executor_key)
    event = site.hear(running, SUCCESS)
    assert (event.processid, event.state, event.output) == (running.processid, SUCCESS, ["done"])
    assert site.client.wait(running, SOON_SECONDS, site.user_key).output == ["done"]


async def test_a_state_that_comes_later_is_told_when_it_comes(site: Site) -> None:
    running = site.running()
    waiting = asyncio.create_task(asyncio.to_thread(site.client.wait, running, SOON_SECONDS, site.user_key))
    await site.server.until_counted("subscriptions", 1)
    site.client.close(running.processid, ["done"], site.executor_key)
    assert (await waiting).state == SUCCESS
