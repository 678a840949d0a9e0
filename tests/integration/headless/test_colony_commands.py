"""colony-tui colony against a real server."""

import json

import pytest

from tests.support.called_commands import CalledCommands
from tests.support.plain_server import plain_colony
from tests.support.server import ColonyKeys


async def test_the_owner_decides_and_our_commands_go_on_working(
    colony: ColonyKeys, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = CalledCommands.of_colony(colony, capsys)
    assert "off" in (await commands.call("colony", "freshness")).stdout
    decided = await commands.call("colony", "freshness", "required", "--json")
    assert decided.returncode == 0
    assert (json.loads(decided.stdout)["policy"], "refused" in decided.stderr) == ("required", True)
    assert (await commands.call("process", "ps")).returncode == 0
    environment = {name: value for name, value in commands.environment.items() if name != "COLONIES_COLONY_PRVKEY"}
    without_owner = CalledCommands(environment, capsys)
    assert "required" in (await without_owner.call("colony", "freshness")).stdout
    refused = await without_owner.call("colony", "freshness", "off")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "COLONIES_COLONY_PRVKEY" in refused.stderr
    assert (await commands.call("colony", "freshness", "sometimes")).returncode == 2


async def test_a_server_without_it_is_not_asked(colony: ColonyKeys, capsys: pytest.CaptureFixture[str]) -> None:
    with plain_colony(colony) as plain:
        done = await CalledCommands.of_colony(plain.keys, capsys).call("colony", "freshness", "required")
        assert plain.unknown == []
    assert (done.returncode, done.stdout) == (4, "")
    assert "cannot tell fresh messages" in done.stderr
