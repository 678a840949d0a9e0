"""Local colonies that are started twice, killed, or left half started."""

import json
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from colonytui.local.colony import revive_local_colony
from colonytui.local.directory import DataDirectory
from tests.e2e.local.conftest import EXAMPLES, data, pids, status
from tests.support.command_line import CommandLine


def programs_on(command_line: CommandLine) -> list[str]:
    """The names of the programs that run on the data directory."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if any(str(data(command_line)) in word for word in words):
            found += [word.rpartition("/")[2] for word in words if word.endswith(("colony-server", "colony-executor"))]
    return sorted(found)


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def runs_the_example(command_line: CommandLine) -> bool:
    return command_line.run("--submit", EXAMPLES / "echo.json", "--follow").stdout == "hello world\n"


def test_commands_that_start_at_the_same_moment_share_one_colony(own: CommandLine) -> None:
    with ThreadPoolExecutor(4) as pool:
        ups = list(pool.map(lambda _: own.run("up", "--json"), range(4)))
    found = [json.loads(up.stdout) for up in ups]
    assert len({(one["server"]["pid"], one["executor"]["pid"]) for one in found}) == 1
    assert [up.returncode for up in ups] == [0, 0, 0, 0]
    assert programs_on(own) == ["colony-executor", "colony-server"]


def test_a_killed_server_is_started_again_with_all_it_knew(own: CommandLine) -> None:
    waiting_id = own.run("--submit", EXAMPLES / "impossible.json").stdout.strip()
    before = status(own)
    kill(before["server"]["pid"])
    assert status(own)["server"]["pid"] is None
    assert waiting_id in own.run("process", "psw").stdout
    after = status(own)
    assert (after["url"], after["executor"]["pid"]) == (before["url"], before["executor"]["pid"])
    assert after["server"]["pid"] != before["server"]["pid"]
    assert runs_the_example(own)


@pytest.mark.parametrize(("part", "last_line"), [("server", 16), ("executor", 11)])
def test_a_command_that_follows_revives_what_was_killed(own: CommandLine, part: str, last_line: int) -> None:
    with own.start("--submit", EXAMPLES / "slow-log.json", "--follow") as following:
        assert following.stdout is not None
        assert following.stdout.readline() == b"line 1 of 60\n"
        kill(status(own)[part]["pid"])
        lines = [following.stdout.readline() for _ in range(2, last_line + 1)]
        following.kill()
        following.communicate()
    assert lines == [b"line %d of 60\n" % number for number in range(2, last_line + 1)]


def test_a_command_that_waits_leaves_a_stopped_colony_stopped(own: CommandLine) -> None:
    with own.start("--submit", EXAMPLES / "impossible.json", "--wait") as waiting:
        assert waiting.stderr is not None
        assert any(b"submitted" in line for line in waiting.stderr)
        own.run("down", "--force")
        assert any(b"trying again" in line for line in waiting.stderr)
        # What the command does now; both wait for the same lock.
        revive_local_colony(DataDirectory(data(own)))
        assert programs_on(own) == []
        waiting.kill()
        waiting.communicate()


def test_when_everything_was_killed_everything_comes_back(own: CommandLine) -> None:
    own.run("up")
    for pid in pids(own):
        kill(pid)
    assert runs_the_example(own)
    assert programs_on(own) == ["colony-executor", "colony-server"]


@pytest.mark.parametrize("made_last", ["server.log", "server.ready.json"])
def test_a_start_that_was_killed_is_completed_by_the_next(own: CommandLine, made_last: str) -> None:
    """Killed when the server begins to start, and when it works and its colony is not made yet."""
    with own.start("up") as starting:
        while not (data(own) / made_last).exists():
            assert starting.poll() is None
            time.sleep(0.005)
        starting.kill()
        starting.communicate()
    assert runs_the_example(own)
    assert programs_on(own) == ["colony-executor", "colony-server"]


def test_a_port_that_is_taken_meanwhile_is_given_up(own: CommandLine) -> None:
    own.run("up")
    port = int(status(own)["url"].rpartition(":")[2])
    own.run("down")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        assert runs_the_example(own)
        assert int(status(own)["url"].rpartition(":")[2]) != port


def test_without_an_executor_the_rest_can_still_be_used(own: CommandLine) -> None:
    own.run("up")
    own.run("down")
    (data(own) / "keys" / "executor").write_text("not a key\n")
    up = own.run("up")
    assert up.returncode == 3
    assert "no executor" in up.stderr
    assert own.run("process", "ps").returncode == 0


def test_keys_and_database_that_do_not_belong_together_are_told(own: CommandLine) -> None:
    own.run("up")
    own.run("down")
    for name in ("server-owner", "colony-owner", "user"):
        (data(own) / "keys" / name).unlink()
    done = own.run("process", "ps")
    assert done.returncode == 3
    assert "do not belong together" in done.stderr
