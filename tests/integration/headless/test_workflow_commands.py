"""colony-tui workflow against a real server."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from colonysdk.client import ColonyClient
from colonysdk.objects import Process, ProcessState
from colonytui.commands.output import Output
from colonytui.commands.running import Invocation
from colonytui.commands.workflow_ending import wait_for_workflow
from colonytui.session import Session
from tests.integration.headless.conftest import working
from tests.support.called_commands import CalledCommands
from tests.support.plain_server import plain_colony
from tests.support.server import ColonyKeys
from tests.support.workflows import DIAMOND

NAMES = list(DIAMOND)


@pytest.fixture
def diamond(tmp_path: Path) -> Path:
    """A workflow in which a is before b and c, and both are before d; as the files of the reference are."""
    path = tmp_path / "diamond.json"
    path.write_text(
        json.dumps(
            [
                {
                    "nodename": name,
                    "funcname": "echo",
                    "conditions": {"executortype": "container-executor", "dependencies": [*DIAMOND[name]]},
                }
                for name in reversed(NAMES)
            ]
        )
    )
    return path


@pytest.fixture
def commands(colony: ColonyKeys, capsys: pytest.CaptureFixture[str]) -> CalledCommands:
    return CalledCommands.of_colony(colony, capsys)


@pytest.fixture
def behind(colony: ColonyKeys, capsys: pytest.CaptureFixture[str]) -> Iterator[CalledCommands]:
    """The same commands on a server without extensions."""
    with plain_colony(colony) as plain:
        yield CalledCommands.of_colony(plain.keys, capsys)
        assert plain.unknown == []


async def succeed(client: ColonyClient, process: Process) -> None:
    await client.close(process.process_id)


async def fail(client: ColonyClient, process: Process) -> None:
    await client.fail(process.process_id, ["no space left"])


async def test_submitted_looked_at_cancelled_and_removed(
    colony: ColonyKeys, commands: CalledCommands, diamond: Path
) -> None:
    submitted = await commands.call("workflow", "submit", "--spec", diamond)
    assert (submitted.returncode, submitted.stderr) == (0, "")
    workflow_id = submitted.stdout.strip()
    async with colony.client(colony.executor) as worker:
        process = await worker.assign(10)
        assert process is not None
        listed = await commands.call("workflow", "ps")
        assert [line.split()[0] for line in listed.stdout.splitlines()] == ["WORKFLOWID", workflow_id]
        assert json.loads((await commands.call("workflow", "psw", "--json")).stdout) == []
    cancelled = await commands.call("workflow", "cancel", "-w", workflow_id[-8:])
    assert (cancelled.returncode, cancelled.stdout) == (0, workflow_id + "\n")
    listed = await commands.call("workflow", "psc", "--json")
    assert [graph["processgraphid"] for graph in json.loads(listed.stdout)] == [workflow_id]
    removed = await commands.call("workflow", "remove", "-w", workflow_id, "-w", "0" * 64)
    assert (removed.returncode, removed.stdout) == (4, workflow_id + "\n")
    assert (await commands.call("workflow", "get", "-w", workflow_id)).returncode == 4


async def test_members_stand_behind_their_parents_on_every_server(
    colony: ColonyKeys, commands: CalledCommands, behind: CalledCommands, diamond: Path
) -> None:
    workflow_id = (await commands.call("workflow", "submit", "--spec", diamond)).stdout.strip()
    async with colony.client(colony.executor) as worker:
        process = await worker.assign(10)
        assert process is not None
        await worker.close(process.process_id)
    shown = await commands.call("workflow", "get", "-w", workflow_id)
    heading, *rows = shown.stdout.split("\n\n")[1].splitlines()
    assert heading.split()[:4] == ["ID", "NODENAME", "STATE", "PARENTS"]
    assert [row.split()[1] for row in rows] == ["a", "c", "b", "d"]
    assert rows[0].split()[0:4:2] == [process.process_id, "successful"]
    assert "worker" in rows[0]
    assert "b, c" in rows[3]
    assert "1 successful" in shown.stdout
    assert "3 waiting" in shown.stdout
    as_json = json.loads((await commands.call("workflow", "get", "-w", workflow_id, "--json")).stdout)
    elsewhere = await behind.call("workflow", "get", "-w", workflow_id, "--json")
    assert json.loads(elsewhere.stdout) == as_json
    assert [member["nodename"] for member in as_json["members"]] == ["a", "c", "b", "d"]


async def test_waiting_ends_as_the_workflow_does(
    colony: ColonyKeys, commands: CalledCommands, behind: CalledCommands, diamond: Path
) -> None:
    submit = ("workflow", "submit", "--spec", diamond, "--wait")
    async with working(colony, succeed):
        done = await commands.call(*submit)
    assert (done.returncode, done.stdout) == (0, "")
    assert "was successful after" in done.stderr
    async with working(colony, fail):
        failed = await behind.call(*submit, "--json")
    assert failed.returncode == 1
    assert json.loads(failed.stdout)["state"] == ProcessState.FAILED
    assert "\n  a: no space left\n" in failed.stderr
    late = await commands.call(*submit, "--timeout", "0.2")
    assert late.returncode == 5
    assert "colony-tui workflow get -w " in late.stderr


async def test_a_list_is_no_function(commands: CalledCommands, diamond: Path) -> None:
    done = await commands.call("--submit", diamond)
    assert (done.returncode, done.stdout) == (2, "")
    assert "colony-tui workflow submit --spec " in done.stderr


async def test_a_cancelled_workflow_is_exit_code_6(colony: ColonyKeys, commands: CalledCommands, diamond: Path) -> None:
    async def cancel(client: ColonyClient, process: Process) -> None:
        async with colony.client() as user:
            await user.cancel_workflow(process.process_graph_id)

    async with working(colony, cancel):
        assert (await commands.call("workflow", "submit", "--spec", diamond, "--wait")).returncode == 6


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("just words", "$: not JSON: line 1, column 1"),
        ("[]", "the workflow is empty"),
        ('[{"nodename": "a", "funcname": "f", "conditions": {"dependencies": ["b"]}}]', 'no node is named "b"'),
    ],
)
async def test_a_bad_workflow_is_not_submitted(
    commands: CalledCommands, tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "bad").write_text(text)
    done = await commands.call("workflow", "submit", "--spec", tmp_path / "bad")
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


async def test_what_names_no_workflow_is_wrong_usage(commands: CalledCommands) -> None:
    assert (await commands.call("workflow", "get", "-w", "abcd")).returncode == 2
    assert (await commands.call("workflow", "cancel", "-w", "xyz")).returncode == 2


async def test_who_breaks_the_waiting_off_is_told_how_to_go_on(
    colony: ColonyKeys, commands: CalledCommands, diamond: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workflow_id = (await commands.call("workflow", "submit", "--spec", diamond)).stdout.strip()
    session = Session(colony.url, colony.user, colony.name)
    async with session.client() as client:
        waiting = asyncio.create_task(wait_for_workflow(Invocation(session, client, Output()), workflow_id, None))
        async with colony.client(colony.executor) as worker:
            assert await worker.assign(10) is not None
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert f"the workflow goes on; see it with: colony-tui workflow get -w {workflow_id}" in capsys.readouterr().err
