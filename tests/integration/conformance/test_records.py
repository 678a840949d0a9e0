"""What is kept beside a process: logs, attributes, functions."""

from tests.support.pycolonies_site import Site, error


class TestLogs:
    def test_reading_on_after_the_last_entry(self, site: Site) -> None:
        running = site.running()
        for text in ("one\n", "two\n"):
            site.client.add_log(running.processid, text, site.executor_key)
        logs = site.client.get_process_log(site.colony, running.processid, 100, 0, site.user_key)
        assert [log["message"] for log in logs] == ["one\n", "two\n"]
        last = logs[-1]["timestamp"]
        assert not site.client.get_process_log(site.colony, running.processid, 100, last, site.user_key)
        site.client.add_log(running.processid, "three\n", site.executor_key)
        newer = site.client.get_process_log(site.colony, running.processid, 100, last, site.user_key)
        assert [log["message"] for log in newer] == ["three\n"]
        assert site.client.get_executor_log(site.colony, "worker", 100, 0, site.user_key) == logs + newer

    def test_only_the_executor_of_a_process_may_write_and_only_while_it_runs(self, site: Site) -> None:
        running = site.running()
        other = site.add_executor("other")
        _assert_refused(site, running.processid, other)
        site.client.close(running.processid, [], site.executor_key)
        _assert_refused(site, running.processid, site.executor_key)
        assert not site.client.get_process_log(site.colony, running.processid, 100, 0, site.user_key)


def test_attributes(site: Site) -> None:
    running = site.running()
    added = site.client.add_attribute(running.processid, "key", "value", site.executor_key)
    assert site.client.get_attribute(added["attributeid"], site.user_key)["value"] == "value"
    attributes = site.process(running).attributes
    assert [(attribute.key, attribute.value) for attribute in attributes] == [("key", "value")]


def test_functions(site: Site) -> None:
    added = site.client.add_function(site.colony, "worker", "echo", site.executor_key)
    assert site.client.get_functions_by_executor(site.colony, "worker", site.user_key) == [added]
    assert site.client.get_functions_by_colony(site.colony, site.user_key) == [added]


def _assert_refused(site: Site, process_id: str, key: str) -> None:
    status, words = site.refusal("addlogmsg", key, processid=process_id, message="no")
    assert status == 403
    assert error(site.client.add_log, process_id, "no", key) == words
