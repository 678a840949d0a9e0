"""Hearing of the state of a process."""

from concurrent.futures import ThreadPoolExecutor

from tests.support.pycolonies_site import SOON_SECONDS, SUCCESS, Site


def test_a_state_that_is_there_already_is_told_at_once(site: Site) -> None:
    running = site.running()
    site.client.close(running.processid, ["done"], site.executor_key)
    event = site.hear(running, SUCCESS)
    assert (event.processid, event.state, event.output) == (running.processid, SUCCESS, ["done"])
    assert site.client.wait(running, SOON_SECONDS, site.user_key).output == ["done"]


def test_a_state_that_comes_later_is_told_when_it_comes(site: Site) -> None:
    running = site.running()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(site.client.wait, running, SOON_SECONDS, site.user_key)
        site.client.close(running.processid, ["done"], site.executor_key)
        assert waiting.result(timeout=2 * SOON_SECONDS).state == SUCCESS
