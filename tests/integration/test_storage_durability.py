"""Acknowledged means durable: a core that is killed inside its acknowledgement path has lost nothing it acknowledged.

The control acknowledges before the commit and must be caught: a test that cannot fail proves nothing.
"""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from colonysdk.objects import ProcessState
from tests.support.core import open_core

KILLS = (1, 40, 111, 250)


def killed(directory: Path, kill_at: int, mode: str) -> list[list[str]]:
    """Run the program until it kills itself; what it acknowledged."""
    command = [sys.executable, "-m", "tests.support.killed_core", str(directory), str(kill_at), mode]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    lines = [line.split() for line in done.stdout.decode().splitlines()]
    assert len(lines) == kill_at
    return lines


def missing(directory: Path, acknowledged: list[list[str]]) -> list[list[str]]:
    """What was acknowledged and is not in the database."""
    with closing(sqlite3.connect(directory / "colony.db")) as connection:
        present = {
            "submitted": set(
                connection.execute("SELECT func_name FROM process JOIN attribute ON target_id = process_id")
            ),
            "assigned": set(connection.execute("SELECT process_id FROM process WHERE executor_name = 'one'")),
            "logged": set(connection.execute("SELECT process_id, message FROM log")),
            "closed": set(
                connection.execute("SELECT process_id, json_extract(output_json, '$[0]') FROM process WHERE state = 2")
            ),
        }
    return [line for line in acknowledged if tuple(line[1:]) not in present[line[0]]]


@pytest.mark.parametrize("kill_at", KILLS)
async def test_nothing_acknowledged_is_lost_and_nothing_is_torn(tmp_path: Path, kill_at: int) -> None:
    acknowledged = killed(tmp_path, kill_at, "committed")
    async with open_core(tmp_path) as core:
        assert missing(tmp_path, acknowledged) == []
        assert await core.rows("SELECT func_name FROM process GROUP BY func_name HAVING count(*) > 1") == []
        assert await core.states() == await core.counted()
        queued = await core.rows("SELECT process_id FROM queue ORDER BY 1")
        assert queued == await core.rows("SELECT process_id FROM process WHERE state = 0 ORDER BY 1")
        assert await core.rows("PRAGMA integrity_check") == [("ok",)]
        # What was waiting or running goes on.
        for (process_id,) in await core.rows("SELECT process_id FROM process WHERE state = 1"):
            await core.succeed(await core.get(process_id), "one")
        while ProcessState.WAITING in await core.states():
            await core.succeed(await core.assign("one"), "one")
        assert set(await core.states()) <= {ProcessState.SUCCESS}


def test_the_control_is_caught(tmp_path: Path) -> None:
    for kill_at in range(100, 110):
        directory = tmp_path / str(kill_at)
        directory.mkdir()
        if missing(directory, killed(directory, kill_at, "early")):
            return
    pytest.fail("nothing was lost by acknowledging too early")
