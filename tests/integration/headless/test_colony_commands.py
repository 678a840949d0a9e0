"""colony-tui colony against a real server."""

import json

from tests.integration.headless.conftest import run
from tests.support.command_line import CommandLine
from tests.support.plain_server import plain_colony
from tests.support.server import ColonyKeys


async def test_the_owner_decides_and_our_commands_go_on_working(command_line: CommandLine) -> None:
    assert "off" in (await run(command_line, "colony", "freshness")).stdout
    decided = await run(command_line, "colony", "freshness", "required", "--json")
    assert decided.returncode == 0
    assert (json.loads(decided.stdout)["policy"], "refused" in decided.stderr) == ("required", True)
    assert (await run(command_line, "process", "ps")).returncode == 0
    without_owner = CommandLine({k: v for k, v in command_line.environment.items() if k != "COLONIES_COLONY_PRVKEY"})
    assert "required" in (await run(without_owner, "colony", "freshness")).stdout
    refused = await run(without_owner, "colony", "freshness", "off")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "COLONIES_COLONY_PRVKEY" in refused.stderr
    assert (await run(command_line, "colony", "freshness", "sometimes")).returncode == 2


async def test_a_server_without_it_is_not_asked(colony: ColonyKeys) -> None:
    with plain_colony(colony) as plain:
        done = await run(CommandLine.of_colony(plain.keys), "colony", "freshness", "required")
        assert plain.unknown == []
    assert (done.returncode, done.stdout) == (4, "")
    assert "cannot tell fresh messages" in done.stderr
