"""An independent client: the unmodified pycolonies package from the package index against our server."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from crypto import Crypto
from pycolonies import Colonies, ColoniesConnectionError, ColoniesError, func_spec

from tests.integration.conftest import Databases
from tests.support.server import RunningServer

_EXECUTOR_TYPE = "cli"
_WAITING, _RUNNING, _SUCCESS, _FAILED = range(4)
_SOON_SECONDS = 10


@dataclass(frozen=True)
class Site:
    """A colony made by pycolonies, with the key of each of its principals."""

    client: Colonies
    colony: str
    owner_key: str
    user_key: str
    executor_key: str

    def add_executor(self, name: str, *, approve: bool = True) -> str:
        """Add an executor; its key."""
        key: str = Crypto().prvkey()
        executor = {
            "executorname": name,
            "executorid": Crypto().id(key),
            "colonyname": self.colony,
            "executortype": _EXECUTOR_TYPE,
        }
        self.client.add_executor(executor, self.owner_key)
        if approve:
            self.client.approve_executor(self.colony, name, self.owner_key)
        return key

    def submit(self, executor_type: str = _EXECUTOR_TYPE, **changes: Any) -> Any:
        """Submit a specification without limits, changed as given."""
        spec = func_spec("echo", ["hi"], self.colony, executor_type, maxretries=0)
        return self.client.submit_func_spec(spec.model_copy(update=changes), self.user_key)

    def assign(self, key: str = "") -> Any:
        """Take the next process; it must be there or come soon."""
        return self.client.assign(self.colony, _SOON_SECONDS, key or self.executor_key)

    def process(self, process: Any) -> Any:
        """A process as it is now."""
        return self.client.get_process(process.processid, self.user_key)

    def list(self, state: int) -> list[str]:
        """The ids of the processes in a state."""
        found = self.client.list_processes(self.colony, 100, state, self.user_key)
        return [process["processid"] for process in found or []]


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    directory = tmp_path_factory.mktemp("server")
    with databases(directory) as url, RunningServer(directory, database_url=url) as running:
        yield running


@pytest.fixture
def site(server: RunningServer, request: pytest.FixtureRequest) -> Site:
    client = Colonies("127.0.0.1", server.port)
    owner_key, user_key = Crypto().prvkey(), Crypto().prvkey()
    name = f"{request.node.name}"[:60].replace("[", "-").replace("]", "")
    client.add_colony({"colonyid": Crypto().id(owner_key), "name": name}, server.server_owner.private_hex())
    user = {"colonyname": name, "userid": Crypto().id(user_key), "name": "alice", "email": "", "phone": ""}
    client.add_user(user, owner_key)
    bare = Site(client, name, owner_key, user_key, "")
    return Site(client, name, owner_key, user_key, bare.add_executor("worker"))


class TestLife:
    def test_submit_assign_close(self, site: Site) -> None:
        submitted = site.submit()
        assert (submitted.state, submitted.isassigned) == (_WAITING, False)
        assert site.list(_WAITING) == [submitted.processid]
        running = site.assign()
        assert (running.processid, running.state, running.spec.args) == (submitted.processid, _RUNNING, ["hi"])
        site.client.close(running.processid, [1, "a"], site.executor_key)
        done = site.process(running)
        assert (done.state, done.output, done.isassigned) == (_SUCCESS, [1, "a"], True)
        assert done.endtime > done.starttime
        assert site.list(_SUCCESS) == [done.processid]
        assert site.client.stats(site.colony, site.user_key)["successfulprocesses"] == 1

    def test_fail(self, site: Site) -> None:
        running = _running(site)
        site.client.fail(running.processid, ["one", "two"], site.executor_key)
        assert (site.process(running).state, site.process(running).errors) == (_FAILED, ["one", "two"])

    def test_output_before_the_end(self, site: Site) -> None:
        running = _running(site)
        site.client.set_output(running.processid, ["early"], site.executor_key)
        assert site.process(running).output == ["early"]

    def test_remove(self, site: Site) -> None:
        submitted = site.submit()
        site.client.remove_process(submitted.processid, site.user_key)
        assert "not found" in _error(site.process, submitted)

    def test_functions_of_our_own_source_code(self, site: Site) -> None:
        submitted = site.client.submit_func_spec(func_spec(_greet, ["you"], site.colony, _EXECUTOR_TYPE), site.user_key)
        assert "code" in submitted.spec.env
        assert site.assign().spec.funcname == "_greet"


class TestAssignment:
    def test_nothing_to_do(self, site: Site) -> None:
        assert _error(site.client.assign, site.colony, -1, site.executor_key) == "No process available for assignment"
        assert "timeout cannot be zero" in _error(site.client.assign, site.colony, 0, site.executor_key)

    def test_waiting_executor_gets_what_is_submitted(self, site: Site) -> None:
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(site.assign)
            submitted = site.submit()
            assert waiting.result(timeout=20).processid == submitted.processid

    def test_priority_goes_first_then_age(self, site: Site) -> None:
        first, second, urgent = site.submit(priority=0), site.submit(priority=0), site.submit(priority=1)
        taken = [site.assign().processid for _ in range(3)]
        assert taken == [urgent.processid, first.processid, second.processid]

    def test_named_executor(self, site: Site) -> None:
        other = site.add_executor("other")
        spec = func_spec("echo", ["hi"], site.colony, _EXECUTOR_TYPE)
        spec.conditions.executornames = ["other"]
        submitted = site.client.submit_func_spec(spec, site.user_key)
        assert _error(site.client.assign, site.colony, -1, site.executor_key) == "No process available for assignment"
        assert site.assign(other).processid == submitted.processid

    def test_pending_executor(self, site: Site) -> None:
        pending = site.add_executor("pending", approve=False)
        expected = f"Access denied, not a member of Colony with name <{site.colony}>"
        assert _error(site.client.assign, site.colony, -1, pending) == expected

    def test_processes_of_a_removed_executor_wait_again(self, site: Site) -> None:
        running = _running(site)
        other = site.add_executor("other")
        site.client.remove_executor(site.colony, "worker", site.owner_key)
        assert (site.process(running).state, site.process(running).retries) == (_WAITING, 0)
        assert site.assign(other).processid == running.processid


class TestDeadlines:
    def test_execution_deadline_with_a_retry(self, site: Site) -> None:
        submitted = site.submit(maxexectime=1, maxretries=1)
        assert site.assign().retries == 0
        again = site.assign()
        assert (again.processid, again.retries) == (submitted.processid, 1)
        assert _error(site.client.assign, site.colony, 2, site.executor_key) == "No process available for assignment"
        failed = site.process(submitted)
        assert (failed.state, failed.errors) == (_FAILED, ["Maximum execution time limit exceeded"])

    def test_wait_deadline(self, site: Site) -> None:
        submitted = site.submit("nobody", maxwaittime=1)
        assert _error(site.client.assign, site.colony, 2, site.executor_key) == "No process available for assignment"
        failed = site.process(submitted)
        assert (failed.state, failed.errors) == (_FAILED, ["Maximum waiting time limit exceeded"])


class TestRecords:
    def test_logs(self, site: Site) -> None:
        running = _running(site)
        for text in ("one\n", "two\n"):
            site.client.add_log(running.processid, text, site.executor_key)
        logs = site.client.get_process_log(site.colony, running.processid, 100, 0, site.user_key)
        assert [log["message"] for log in logs] == ["one\n", "two\n"]
        newer = site.client.get_process_log(site.colony, running.processid, 100, logs[0]["timestamp"], site.user_key)
        assert newer == logs[1:]
        assert site.client.get_executor_log(site.colony, "worker", 100, 0, site.user_key) == logs

    def test_only_the_executor_of_a_running_process_may_log(self, site: Site) -> None:
        running = _running(site)
        other = site.add_executor("other")
        _error(site.client.add_log, running.processid, "no", other)
        site.client.close(running.processid, [], site.executor_key)
        _error(site.client.add_log, running.processid, "late", site.executor_key)

    def test_attributes(self, site: Site) -> None:
        running = _running(site)
        added = site.client.add_attribute(running.processid, "key", "value", site.executor_key)
        assert site.client.get_attribute(added["attributeid"], site.user_key)["value"] == "value"
        assert [(attribute.key, attribute.value) for attribute in site.process(running).attributes] == [
            ("key", "value")
        ]

    def test_functions(self, site: Site) -> None:
        added = site.client.add_function(site.colony, "worker", "echo", site.executor_key)
        assert site.client.get_functions_by_executor(site.colony, "worker", site.user_key) == [added]
        assert site.client.get_functions_by_colony(site.colony, site.user_key) == [added]

    def test_members(self, site: Site) -> None:
        assert [user["name"] for user in site.client.get_users(site.colony, site.user_key)] == ["alice"]
        executors = site.client.list_executors(site.colony, site.user_key)
        assert [(executor["executorname"], executor["state"]) for executor in executors] == [("worker", 1)]
        assert "not a member" in _error(site.client.list_executors, site.colony, site.owner_key)


class TestSubscription:
    def test_state_already_reached(self, site: Site) -> None:
        running = _running(site)
        site.client.close(running.processid, ["done"], site.executor_key)
        assert site.client.wait(running, _SOON_SECONDS, site.user_key).output == ["done"]

    def test_state_reached_later(self, site: Site) -> None:
        running = _running(site)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(site.client.wait, running, _SOON_SECONDS, site.user_key)
            site.client.close(running.processid, ["done"], site.executor_key)
            assert waiting.result(timeout=20).state == _SUCCESS


def _greet(name: str) -> str:
    return f"hello {name}"


def _running(site: Site) -> Any:
    site.submit()
    return site.assign()


def _error(call: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises((ColoniesConnectionError, ColoniesError)) as caught:
        call(*arguments)
    return str(caught.value)
