"""The detached programs of a local colony, with small scripts in their places."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from colonytui.local.errors import LocalColonyFailed
from colonytui.local.part import Part

_SERVE = """
import json, os, pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text(json.dumps({"pid": os.getpid(), "url": "http://127.0.0.1:1"}))
time.sleep(60)
"""
_SERVE_WITH_CHILD = "import subprocess\nsubprocess.Popen(['sleep', '60'])\n" + _SERVE


@pytest.fixture
def part(tmp_path: Path) -> Iterator[Part]:
    part = Part("server", tmp_path)
    yield part
    part.kill()


def start(part: Part, script: str = _SERVE) -> None:
    part.start([sys.executable, "-c", script, str(part.ready_file)], dict(os.environ))


def test_a_part_is_running_from_its_start_to_its_end(part: Part) -> None:
    assert not part.is_running()
    start(part)
    assert part.is_running()
    ready = part.wait_until_ready(30)
    assert part.pid() == ready["pid"]
    part.send(signal.SIGTERM)
    assert part.wait_until_ended(10)
    assert part.pid() is None


def test_another_program_sees_the_same(part: Part) -> None:
    start(part)
    assert Part(part.name, part.directory).is_running()
    assert Part(part.name, part.directory).pid() == part.wait_until_ready(30)["pid"]


def test_it_outlives_the_program_that_started_it(part: Part) -> None:
    starter = (
        "import os, sys\nfrom pathlib import Path\nfrom colonytui.local.part import Part\n"
        "part = Part('server', Path(sys.argv[1]))\n"
        f"part.start([sys.executable, '-c', {_SERVE!r}, str(part.ready_file)], dict(os.environ))\n"
    )
    subprocess.run([sys.executable, "-c", starter, str(part.directory)], timeout=30, check=True)
    assert part.is_running()
    assert os.getsid(part.wait_until_ready(30)["pid"]) == part.pid()


def test_it_cannot_be_started_twice(part: Part) -> None:
    start(part)
    with pytest.raises(LocalColonyFailed, match="runs already"):
        start(Part(part.name, part.directory))


def test_it_is_found_when_its_starter_died_before_writing_its_pid_down(part: Part) -> None:
    start(part)
    ready = part.wait_until_ready(30)
    (part.directory / "server.lock").write_text("")
    assert part.is_running()
    assert part.pid() == ready["pid"]


def test_a_pid_that_belongs_to_another_program_by_now_is_nobody(part: Part) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    try:
        (part.directory / "server.lock").write_text(json.dumps({"pid": bystander.pid, "started": "1"}))
        part.ready_file.write_text(json.dumps({"pid": bystander.pid}))
        assert not part.is_running()
        part.kill()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_killed_part_is_dead_although_what_it_started_lives_on(part: Part) -> None:
    start(part, _SERVE_WITH_CHILD)
    pid = part.wait_until_ready(30)["pid"]
    children = psutil.Process(pid).children()
    try:
        os.kill(pid, signal.SIGKILL)
        assert part.wait_until_ended(10)
        assert all(child.is_running() for child in children)
    finally:
        for child in children:
            child.kill()


def test_a_part_that_ends_while_starting_says_why(part: Part) -> None:
    start(part, "import sys; sys.exit('the port is taken')")
    with pytest.raises(LocalColonyFailed, match="the port is taken"):
        part.wait_until_ready(30)


def test_a_part_that_is_never_ready_is_given_up(part: Part) -> None:
    start(part, "import time; time.sleep(60)")
    with pytest.raises(LocalColonyFailed, match="not ready"):
        part.wait_until_ready(0.1)


def test_a_program_that_is_not_there_is_a_failure(part: Part) -> None:
    with pytest.raises(LocalColonyFailed, match="cannot start"):
        part.start(["/nowhere/colony-server"], {})
    assert not part.is_running()


def test_its_files_are_closed_to_others_and_its_log_is_bounded(part: Part) -> None:
    part.log.write_bytes(b"x" * (9 * 2**20))
    start(part)
    part.wait_until_ready(30)
    assert part.log.stat().st_size < 1024
    assert part.log.stat().st_mode & 0o077 == 0


def test_no_open_file_of_the_starter_is_handed_on(part: Part, tmp_path: Path) -> None:
    with (tmp_path / "secret").open("w") as secret:
        os.set_inheritable(secret.fileno(), True)
        start(part)
        pid = part.wait_until_ready(30)["pid"]
        assert str(tmp_path / "secret") not in {opened.path for opened in psutil.Process(pid).open_files()}
