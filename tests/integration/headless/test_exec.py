"""colony-tui exec where no session comes about, and the option that allows one; sessions are tried with executors."""

from pathlib import Path

import pytest

from colonysdk.identity import Identity
from colonysdk.messages import AddUser
from colonysdk.objects import User
from tests.integration.headless.conftest import run, write_spec
from tests.support.command_line import CommandLine
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification


@pytest.mark.parametrize(
    "arguments",
    [
        ["--submit", "{file}", "--exec"],
        ["function", "submit", "--spec", "{file}", "--exec"],
        ["function", "exec", "--func", "greet", "--exec"],
    ],
)
async def test_submitting_can_allow_sessions(
    colony: ColonyKeys, command_line: CommandLine, tmp_path: Path, arguments: list[str]
) -> None:
    file = write_spec(tmp_path / "spec.json", channels=["talk"])
    done = await run(command_line, *(argument.format(file=file) for argument in arguments))
    assert done.returncode == 0, done.stderr
    async with colony.client() as client:
        process = await client.process(done.stdout.strip())
    assert process.spec.channels == (["exec"] if "--func" in arguments else ["talk", "exec"])


async def test_a_process_that_waits_or_has_ended_has_no_sessions(colony: ColonyKeys, command_line: CommandLine) -> None:
    async with colony.client() as client:
        process_id = (await client.submit(specification(colony, channels=["exec"]))).process_id
        waits = await run(command_line, "exec", process_id, "--", "true")
        await client.cancel(process_id)
        ended = await run(command_line, "exec", process_id, "--", "true")
    assert (waits.returncode, ended.returncode) == (4, 4)
    assert "waits; a session can be opened when it runs" in waits.stderr
    assert "has ended; a session can be opened while it runs" in ended.stderr


async def test_a_specification_without_the_channel_says_how_to_declare_it(
    colony: ColonyKeys, command_line: CommandLine
) -> None:
    async with colony.client() as client, colony.client(colony.executor) as executor:
        process_id = (await client.submit(specification(colony, channels=["talk"]))).process_id
        assert await executor.assign(10) is not None
        done = await run(command_line, "exec", process_id)
    assert done.returncode == 4
    assert 'submit it with --exec, or with "channels": ["exec"]' in done.stderr


async def test_only_the_submitter_is_let_in(
    server: RunningServer, colony: ColonyKeys, command_line: CommandLine
) -> None:
    async with colony.client() as client, colony.client(colony.executor) as executor:
        process_id = (await client.submit(specification(colony, channels=["exec"]))).process_id
        assert await executor.assign(10) is not None
        bob = Identity.generate()
        server.send(AddUser(user=User(colony_name=colony.name, user_id=bob.id, name="bob")), colony.owner)
        environment = {**command_line.environment, "COLONIES_PRVKEY": bob.private_hex()}
        done = await run(CommandLine(environment), "exec", process_id)
    assert done.returncode == 4
    assert "only who submitted process" in done.stderr
    assert "and that was alice" in done.stderr
