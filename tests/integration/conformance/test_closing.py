"""How a process ends."""

from pycolonies import func_spec

from tests.support.pycolonies_site import CANCELLED, EXECUTOR_TYPE, FAILED, RUNNING, SUCCESS, WAITING, Site, error


def test_submit_assign_and_close_with_an_output(site: Site) -> None:
    submitted = site.submit()
    assert (submitted.state, submitted.isassigned) == (WAITING, False)
    assert site.listed(WAITING) == [submitted.processid]
    running = site.assign()
    assert (running.processid, running.state, running.spec.args) == (submitted.processid, RUNNING, ["hi"])
    site.client.close(running.processid, [1, "a"], site.executor_key)
    done = site.process(running)
    assert (done.state, done.output, done.isassigned) == (SUCCESS, [1, "a"], True)
    assert done.endtime > done.starttime
    assert site.listed(SUCCESS) == [done.processid]
    assert site.client.stats(site.colony, site.user_key)["successfulprocesses"] == 1


def test_a_failure_keeps_its_errors(site: Site) -> None:
    running = site.running()
    site.client.fail(running.processid, ["one", "two"], site.executor_key)
    failed = site.process(running)
    assert (failed.state, failed.errors) == (FAILED, ["one", "two"])


def test_a_cancelled_process_cannot_be_closed_by_its_executor(site: Site) -> None:
    running = site.running()
    site.send("cancelprocessmsg", site.user_key, processid=running.processid)
    words = "Tried to set cancelled process as successful"
    assert error(site.client.close, running.processid, ["late"], site.executor_key) == words
    close = {"processid": running.processid, "out": ["late"]}
    assert site.refusal("closesuccessfulmsg", site.executor_key, **close) == (400, words)
    cancelled = site.process(running)
    assert (cancelled.state, cancelled.output) == (CANCELLED, [])


def test_an_output_may_come_before_the_end(site: Site) -> None:
    running = site.running()
    site.client.set_output(running.processid, ["early"], site.executor_key)
    assert site.process(running).output == ["early"]


def test_a_removed_process_is_gone(site: Site) -> None:
    submitted = site.submit()
    site.client.remove_process(submitted.processid, site.user_key)
    assert "not found" in error(site.process, submitted)


def test_a_function_of_our_own_is_sent_with_its_source_code(site: Site) -> None:
    spec = func_spec(_greet, ["you"], site.colony, EXECUTOR_TYPE)
    assert "code" in site.client.submit_func_spec(spec, site.user_key).spec.env
    assert site.assign().spec.funcname == "_greet"


def _greet(name: str) -> str:
    return f"hello {name}"
