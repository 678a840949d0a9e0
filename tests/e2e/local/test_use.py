"""What a newcomer does without any configuration."""

import json
from pathlib import Path

import psutil
import pytest

from tests.e2e.local.conftest import EXAMPLES, data, pids, status
from tests.support.command_line import PROGRAM, CommandLine
from tests.support.terminal import Terminal


def test_an_example_prints_hello_world_and_says_what_runs_it(shared: CommandLine) -> None:
    done = shared.run("--submit", EXAMPLES / "echo.json", "--follow")
    assert (done.returncode, done.stdout) == (0, "hello world\n")
    assert "images are ignored" in done.stderr


def test_an_example_that_fails_is_exit_code_1_and_says_so(shared: CommandLine) -> None:
    done = shared.run("--submit", EXAMPLES / "fails.json", "--follow")
    assert done.returncode == 1
    assert {"reading input", "input is missing"} <= set(done.stdout.splitlines())
    assert "exited with code 3" in done.stderr


def test_a_log_is_followed_while_the_example_runs(shared: CommandLine) -> None:
    with shared.start("--submit", EXAMPLES / "slow-log.json", "--follow") as following:
        assert following.stdout is not None
        lines = [following.stdout.readline() for _ in range(3)]
        running = json.loads(shared.run("process", "ps", "--json", "--label", "slow-log").stdout)
        assert shared.run("process", "cancel", "-p", running[0]["processid"]).returncode == 0
        following.communicate(timeout=60)
    assert lines == [b"line 1 of 60\n", b"line 2 of 60\n", b"line 3 of 60\n"]
    assert following.returncode == 6


def test_an_example_that_nobody_can_take_waits_and_is_explained(shared: CommandLine) -> None:
    done = shared.run("--submit", EXAMPLES / "impossible.json", "--wait", "--timeout", "5")
    assert done.returncode == 5
    assert "memory" in done.stderr
    (waiting,) = json.loads(shared.run("process", "psw", "--json").stdout)
    assert shared.run("process", "cancel", "-p", waiting["processid"]).returncode == 0


@pytest.mark.slow
def test_an_example_outlives_its_deadline_twice_and_fails(shared: CommandLine) -> None:
    done = shared.run("--submit", EXAMPLES / "deadline.json", "--follow", "--json")
    process = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode, process["retries"]) == (1, 2)
    assert process["errors"] == ["Maximum execution time limit exceeded"]


def test_every_command_finds_the_same_colony(shared: CommandLine) -> None:
    before = pids(shared)
    listed = json.loads(shared.run("executor", "ls", "--json").stdout)
    assert [executor["executorname"] for executor in listed] == ["local"]
    up = shared.run("up", "--json")
    assert (up.returncode, json.loads(up.stdout)["is_healthy"]) == (0, True)
    assert "already running" in up.stderr
    assert pids(shared) == before


def test_its_files_are_closed_to_other_users(shared: CommandLine) -> None:
    shared.run("up")
    assert data(shared).stat().st_mode & 0o077 == 0
    keys = list((data(shared) / "keys").iterdir())
    assert {key.name for key in keys} >= {"server-owner", "colony-owner", "user", "executor"}
    assert all(key.stat().st_mode & 0o777 == 0o600 for key in keys)


def test_its_keys_are_in_no_command_line_and_no_log(shared: CommandLine) -> None:
    shared.run("up")
    secrets = [key.read_text().strip() for key in (data(shared) / "keys").iterdir()]
    shown = [Path(f"/proc/{pid}/cmdline").read_bytes().decode() for pid in pids(shared)]
    shown += [log.read_text() for log in data(shared).glob("*.log")]
    assert not any(secret in text for secret in secrets for text in shown)


def test_other_settings_do_not_reach_its_parts(own: CommandLine) -> None:
    environment = {**own.environment, "COLONIES_SERVER_ID": "f" * 64, "COLONIES_EXECUTOR_NAME": "stranger"}
    assert CommandLine(environment).run("up").returncode == 0
    assert "local" in own.run("executor", "ls").stdout


def test_down_stops_everything_and_status_tells(own: CommandLine) -> None:
    assert own.run("status").returncode == 3
    assert not data(own).exists()
    assert own.run("up").returncode == 0
    running = [pid for pid in pids(own) if pid]
    assert own.run("down").returncode == 0
    assert not any(_is_alive(pid) for pid in running)
    assert own.run("status").returncode == 3
    again = own.run("down")
    assert (again.returncode, "was not running" in again.stderr) == (0, True)


def test_down_does_not_end_work_unasked(own: CommandLine) -> None:
    waiting_id = own.run("--submit", EXAMPLES / "impossible.json").stdout.strip()
    refused = own.run("down")
    assert refused.returncode == 2
    assert "1 process has not ended" in refused.stderr
    assert status(own)["is_healthy"]
    assert own.run("down", "--force").returncode == 0
    assert waiting_id in own.run("process", "psw").stdout


@pytest.mark.terminal
def test_down_asks_a_person_who_may_say_no(own: CommandLine) -> None:
    own.run("--submit", EXAMPLES / "impossible.json")
    for answer, ending in (("n", "left running"), ("y", "local colony stopped")):
        with Terminal([str(PROGRAM), "down"], environment=own.environment) as terminal:
            terminal.wait_for(r"\[y/N\]")
            terminal.type(answer)
            terminal.press("Enter")
            terminal.wait_for(ending, timeout_seconds=60)
            assert terminal.wait_for_exit() == 0
    assert status(own)["server"]["pid"] is None


@pytest.mark.terminal
def test_a_person_gets_drawn_tables_with_short_ids(shared: CommandLine) -> None:
    done = shared.run("--submit", EXAMPLES / "echo.json", "--wait", "--json")
    process_id = json.loads(done.stdout)["processid"]
    with Terminal([str(PROGRAM), "process", "pss"], width=160, environment=shared.environment) as terminal:
        screen = terminal.wait_for("╰")
    assert process_id[-8:] in screen
    assert process_id not in screen
    assert " ago" in screen


def test_down_can_let_running_work_end_first(own: CommandLine, tmp_path: Path) -> None:
    spec = json.loads((EXAMPLES / "echo.json").read_text())
    spec["kwargs"] |= {"cmd": "sh", "args": ["-c", "echo begun; sleep 2; echo ended"]}
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    with own.start("--submit", tmp_path / "spec.json", "--follow") as following:
        assert following.stdout is not None
        assert following.stdout.readline() == b"begun\n"
        assert own.run("down", "--drain").returncode == 0
        following.kill()
        following.communicate()
    (ended,) = json.loads(own.run("process", "pss", "--json").stdout)
    assert own.run("log", "get", "-p", ended["processid"]).stdout == "begun\nended\n"


@pytest.mark.docker
def test_the_same_examples_run_on_docker(own: CommandLine) -> None:
    on_docker = CommandLine({name: value for name, value in own.environment.items() if name != "DOCKER_HOST"})
    done = on_docker.run("--submit", EXAMPLES / "echo.json", "--follow")
    assert (done.returncode, done.stdout) == (0, "hello world\n")
    assert "Docker" in done.stderr
    failed = on_docker.run("--submit", EXAMPLES / "fails.json", "--follow")
    assert failed.returncode == 1
    assert {"reading input", "input is missing"} <= set(failed.stdout.splitlines())


def _is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
