"""The lists of processes with conditions, on a server that searches and on one that only lists."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.objects import Process, ProcessState
from colonytui.commands.output import Output
from colonytui.commands.process_filter import ProcessFilter
from colonytui.commands.process_list import list_processes
from colonytui.commands.running import Invocation
from colonytui.session import Session
from tests.support.called_commands import CalledCommands
from tests.support.plain_server import plain_colony
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import start, submit

WAITING, RUNNING, SUCCESS, FAILED, _ = ProcessState


@pytest.fixture(params=["searches", "lists"])
def seen(request: pytest.FixtureRequest, colony: ColonyKeys) -> Iterator[ColonyKeys]:
    """The colony as it is, and as a server without extensions would show it."""
    if request.param == "searches":
        yield colony
        return
    with plain_colony(colony) as plain:
        yield plain.keys
        assert plain.unknown == []


@pytest.fixture
def plain(colony: ColonyKeys) -> Iterator[ColonyKeys]:
    with plain_colony(colony) as plain:
        yield plain.keys


class Listing:
    """Prints lists as the commands do, and reads them."""

    def __init__(self, colony: ColonyKeys, capture: pytest.CaptureFixture[str]) -> None:
        self.colony = colony
        self.capture = capture
        self.said = ""

    async def ids(self, *states: ProcessState, **conditions: Any) -> list[str]:
        """The ids in the JSON; `said` has what was on stderr."""
        session = Session(self.colony.url, self.colony.user, self.colony.name)
        async with session.client() as client:
            wanted = ProcessFilter(states=states, **conditions)
            await list_processes(Invocation(session, client, Output(as_json=True)), wanted)
        printed, self.said = self.capture.readouterr()
        return [process["processid"] for process in json.loads(printed)]


def ended(server: RunningServer, colony: ColonyKeys, func_name: str = "echo", **fields: Any) -> Process:
    process = start(server, colony, func_name, **fields)
    server.send(messages.CloseFailed(process_id=process.process_id, errors=["x"]), colony.executor)
    return server.send(messages.GetProcess(process_id=process.process_id), colony.user)


async def test_every_condition(
    server: RunningServer, colony: ColonyKeys, seen: ColonyKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = ended(server, colony)
    before = datetime.now(UTC)
    labelled = ended(server, colony, label="/a", args=["x", "a Needle"])
    other = ended(server, colony, "other", label="/a")
    running = start(server, colony, "other", label="/a")
    listing = Listing(seen, capsys)
    assert await listing.ids(FAILED) == [process.process_id for process in (other, labelled, plain)]
    assert await listing.ids(FAILED, function="other") == [other.process_id]
    assert await listing.ids(FAILED, label="/a", function="echo") == [labelled.process_id]
    assert await listing.ids(FAILED, executor="worker", executor_type=colony.executor_type, text="needle") == [
        labelled.process_id
    ]
    assert await listing.ids(FAILED, executor="nobody") == []
    assert await listing.ids(FAILED, text=plain.process_id[-12:]) == [plain.process_id]
    assert await listing.ids(FAILED, initiator="alice", since=before) == [other.process_id, labelled.process_id]
    assert await listing.ids(FAILED, until=before) == [plain.process_id]
    assert await listing.ids(RUNNING, since=before, label="/a") == [running.process_id]
    assert await listing.ids(RUNNING, until=before) == []
    assert listing.said == ""


async def test_many_are_read_in_pages(
    server: RunningServer, colony: ColonyKeys, plain: ColonyKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [submit(server, colony).process_id for _ in range(105)]
    listing = Listing(colony, capsys)
    assert await listing.ids(WAITING) == made[:20]
    assert listing.said == "20 of 105 waiting processes\n"
    assert await listing.ids(WAITING, count=None) == made
    assert await listing.ids(WAITING, count=103, text="echo") == made[:103]
    assert listing.said == "103 waiting processes, and there may be more\n"
    only_listed = Listing(plain, capsys)
    assert await only_listed.ids(WAITING, count=None) == made[:100]
    assert only_listed.said.startswith("100 waiting processes, and there may be more\nthis server has no search: ")


async def test_the_options(server: RunningServer, colony: ColonyKeys, capsys: pytest.CaptureFixture[str]) -> None:
    commands = CalledCommands.of_colony(colony, capsys)
    wanted = ended(server, colony, "train", label="/a", args=["imagenet"])
    ended(server, colony, "train")
    conditions = ("--function", "train", "--label", "/a", "--executor", "worker", "--text", "IMAGE")
    times = ("--since", "1h", "--until", "2999-01-01", "--executortype", colony.executor_type, "--initiator", "alice")
    found = await commands.call("process", "psf", *conditions, *times)
    assert [line.split()[0] for line in found.stdout.splitlines()] == ["ID", wanted.process_id]
    assert found.stderr == ""
    first = await commands.call("process", "psf", "--count", "1")
    assert (len(first.stdout.splitlines()), first.stderr) == (2, "1 of 2 failed processes\n")
    assert (await commands.call("process", "psf", "--since", "yesterday")).returncode == 2


async def test_an_old_process_is_found_by_its_last_digits(
    server: RunningServer, colony: ColonyKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    old = ended(server, colony)
    for _ in range(100):
        ended(server, colony)
    found = await CalledCommands.of_colony(colony, capsys).call("process", "get", "-p", old.process_id[-12:], "--json")
    assert json.loads(found.stdout)["processid"] == old.process_id
