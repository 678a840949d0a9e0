"""Talking with a running process."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from crypto import Crypto
from pycolonies import Process

from tests.support.pycolonies_site import SOON_SECONDS, Site, error


@pytest.fixture
def process(site: Site) -> Process:
    """A running process with the channel "talk"."""
    return site.running(channels=["talk"])


class TestEntries:
    def test_a_question_of_the_submitter_and_the_reply_of_the_executor(self, site: Site, process: Process) -> None:
        site.client.channel_append(process.processid, "talk", 1, "question", site.user_key)
        (question,) = site.client.channel_read(process.processid, "talk", 0, 0, site.executor_key)
        assert (question["sequence"], question["payload"], question["type"]) == (1, b"question", "data")
        site.client.channel_append(
            process.processid, "talk", 1, b"\x00\xff", site.executor_key, in_reply_to=1, payload_type="end"
        )
        (answer,) = site.client.channel_read(process.processid, "talk", 1, 10, site.user_key)
        assert (answer["inreplyto"], answer["payload"], answer["type"]) == (1, b"\x00\xff", "end")
        assert answer["senderid"] == Crypto().id(site.executor_key)
        assert site.client.channel_read(process.processid, "talk", 2, 0, site.user_key) == []

    def test_third_parties_of_the_same_colony_are_kept_out(self, site: Site, process: Process) -> None:
        channel = {"processid": process.processid, "name": "talk"}
        for key in (site.add_executor("other"), site.owner_key):
            status, words = site.refusal("channelreadmsg", key, **channel, afterseq=0, limit=0)
            assert status == 403
            assert error(site.client.channel_read, process.processid, "talk", 0, 0, key) == words
            assert site.refusal("channelappendmsg", key, **channel, sequence=1, payload="aGk=")[0] == 403
        assert site.client.channel_read(process.processid, "talk", 0, 0, site.user_key) == []


class TestSubscribing:
    def test_it_ends_with_the_process(self, site: Site, process: Process) -> None:
        heard = threading.Event()
        payloads: list[bytes] = []

        def hear(entries: list[dict[str, Any]]) -> bool:
            payloads.extend(entry["payload"] for entry in entries)
            heard.set()
            return True

        site.client.channel_append(process.processid, "talk", 1, "early", site.executor_key)
        with ThreadPoolExecutor(1) as pool:
            subscription = pool.submit(
                site.client.subscribe_channel, process.processid, "talk", site.user_key, 0, 60, hear
            )
            assert heard.wait(2 * SOON_SECONDS)
            site.client.channel_append(process.processid, "talk", 2, "late", site.executor_key)
            site.client.close(process.processid, [], site.executor_key)
            subscription.result(timeout=2 * SOON_SECONDS)
        assert payloads == [b"early", b"late"]

    def test_it_ends_with_its_time(self, site: Site, process: Process) -> None:
        site.client.channel_append(process.processid, "talk", 1, "hi", site.executor_key)
        entries = site.client.subscribe_channel(process.processid, "talk", site.user_key, timeout=1)
        assert [entry["payload"] for entry in entries] == [b"hi"]

    def test_a_channel_that_was_not_declared_is_refused(self, site: Site, process: Process) -> None:
        words = error(site.client.subscribe_channel, process.processid, "undeclared", site.user_key)
        assert words == "Channel not found"
