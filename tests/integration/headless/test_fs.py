"""colony-tui fs, as a program, against a real server and a store in a directory."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine
from tests.support.server import ColonyKeys

FILES = {"x": "one", "a/y": "two", "a/b/z": "three", "empty": ""}


@pytest.fixture
def command_line(colony: ColonyKeys, tmp_path: Path) -> CommandLine:
    environment = CommandLine.of_colony(colony).environment
    return CommandLine(
        {**environment, "COLONY_FILES_DIR": str(tmp_path / "store"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    )


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return write(tmp_path / "work", FILES)


def write(root: Path, files: dict[str, str]) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    return root


def read(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def ask(command_line: CommandLine, *arguments: str | Path, code: int = 0) -> Any:
    """Run a command with --json; what it printed."""
    done = command_line.run("fs", *arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def sync(command_line: CommandLine, directory: Path, *arguments: str, label: str = "/work") -> Any:
    return ask(command_line, "sync", "--dir", directory, "--label", label, "--yes", *arguments)


class TestSync:
    def test_up_and_down_in_another_place(self, command_line: CommandLine, work: Path, tmp_path: Path) -> None:
        up = sync(command_line, work)
        assert up["done"]
        assert {(step["change"], step["path"]) for step in up["steps"]} == {("upload", path) for path in FILES}
        down = sync(command_line, tmp_path / "other" / "place")
        assert {step["change"] for step in down["steps"]} == {"download"}
        assert read(tmp_path / "other" / "place") == FILES
        again = sync(command_line, work)
        assert (again["steps"], again["unchanged"], again["done"]) == ([], 4, False)
        assert not list(work.rglob(".cfs"))

    def test_the_plan_is_shown_and_with_dry_that_is_all(self, command_line: CommandLine, work: Path) -> None:
        dry = command_line.run("fs", "sync", "-d", work, "-l", "/work", "--dry")
        assert dry.returncode == 0
        heading, *rows = dry.stdout.splitlines()
        assert heading.split() == ["CHANGE", "FILE", "SIZE"]
        assert [row.split()[:2] for row in rows] == [["upload", path] for path in sorted(FILES)]
        assert "4 to upload" in dry.stderr
        assert ask(command_line, "label", "ls") == []

    def test_nobody_can_be_asked(self, command_line: CommandLine, work: Path) -> None:
        done = command_line.run("fs", "sync", "-d", work, "-l", "/work")
        assert done.returncode == 2
        assert "--yes" in done.stderr
        assert ask(command_line, "label", "ls") == []

    def test_conflicts(self, command_line: CommandLine, work: Path, tmp_path: Path) -> None:
        sync(command_line, work)
        other = write(tmp_path / "other", {"x": "other"})
        assert ask(command_line, "sync", "-d", other, "-l", "/work", "--keepremote", "--dry")["done"] is False
        sync(command_line, other, "--keepremote")
        assert read(other) == FILES
        write(other, {"x": "newer"})
        sync(command_line, other)
        sync(command_line, work, "--keepremote")
        assert read(work)["x"] == "newer"

    def test_mirroring(self, command_line: CommandLine, work: Path) -> None:
        sync(command_line, work)
        (work / "x").unlink()
        assert sync(command_line, work, "--mirror")["steps"] == [{"change": "remove remote", "path": "x", "size": 0}]
        assert "x" not in [file["name"] for file in ask(command_line, "ls", "-l", "/work")]

    def test_the_label_that_the_reference_noted(self, command_line: CommandLine, work: Path) -> None:
        (work / ".cfs").write_text('{"label":"/noted"}')
        ask(command_line, "sync", "-d", work, "--yes")
        assert [label["name"] for label in ask(command_line, "label", "ls")] == ["/noted", "/noted/a", "/noted/a/b"]
        (work / ".cfs").unlink()
        assert command_line.run("fs", "sync", "-d", work, "--yes").returncode == 2

    def test_links_are_left_out_and_told(self, command_line: CommandLine, work: Path) -> None:
        (work / "link").symlink_to("/etc/passwd")
        done = command_line.run("fs", "sync", "-d", work, "-l", "/work", "--yes")
        assert done.returncode == 0
        assert "left out: link: a symbolic link" in done.stderr
        assert "link" not in [file["name"] for file in ask(command_line, "ls", "-l", "/work")]

    @pytest.mark.parametrize("label", ["/a/../b", "..", "\x01"])
    def test_bad_labels(self, command_line: CommandLine, work: Path, label: str) -> None:
        done = command_line.run("fs", "sync", "-d", work, "-l", label, "--yes")
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)

    def test_some_files_cannot_be_done(self, command_line: CommandLine, work: Path, tmp_path: Path) -> None:
        sync(command_line, work)
        for stored in (tmp_path / "store").glob("*/objects/*/*"):
            if stored.read_text() == "two":
                stored.unlink()
        done = command_line.run("fs", "sync", "-d", tmp_path / "other", "-l", "/work", "--yes")
        assert done.returncode == 7
        assert "error: a/y: directory" in done.stderr
        assert read(tmp_path / "other") == {path: text for path, text in FILES.items() if path != "a/y"}

    def test_no_store(self, command_line: CommandLine, work: Path) -> None:
        done = command_line.run("fs", "sync", "-d", work, "-l", "/work", without=["COLONY_FILES_DIR"])
        assert done.returncode == 2
        assert "AWS_S3_ENDPOINT" in done.stderr

    def test_a_store_that_does_not_answer(self, command_line: CommandLine, work: Path) -> None:
        s3 = {"ENDPOINT": "127.0.0.1:1", "ACCESSKEY": "key", "SECRETKEY": "hush", "BUCKET": "b"}
        unreachable = CommandLine(
            {**command_line.environment, **{f"AWS_S3_{name}": value for name, value in s3.items()}}
        )
        done = unreachable.run("fs", "sync", "-d", work, "-l", "/work", "--yes")
        assert done.returncode == 3
        assert "hush" not in done.stderr + done.stdout


class TestFiles:
    def test_ls(self, command_line: CommandLine, work: Path) -> None:
        sync(command_line, work)
        plain = command_line.run("fs", "ls", "--label", "/work")
        assert [line.split()[0] for line in plain.stdout.splitlines() if line] == [
            *("FILENAME", "empty", "x"),
            *("LABEL", "/work/a", "/work/a/b"),
        ]
        listed = ask(command_line, "ls", "--label", "work/")
        assert [(file["name"], file["size"]) for file in listed] == [("empty", 0), ("x", 3)]
        full = ask(command_line, "ls", "--label", "/work", "--full")
        assert [file["label"] for file in full] == ["/work", "/work"]
        assert "REVISIONS" in command_line.run("fs", "ls", "-l", "/work", "--full").stdout
        assert "/work/a" in command_line.run("fs", "ls").stdout

    def test_info(self, command_line: CommandLine, work: Path) -> None:
        sync(command_line, work)
        write(work, {"x": "other"})
        sync(command_line, work)
        newest = ask(command_line, "info", "-l", "/work", "-n", "x")
        assert newest["size"] == 5
        shown = command_line.run("fs", "info", "-i", newest["fileid"])
        assert newest["checksum"] in shown.stdout
        assert "Revisions" not in shown.stdout
        assert len(command_line.run("fs", "info", "-l", "/work", "-n", "x").stdout.splitlines()) > 12
        assert command_line.run("fs", "info", "-l", "/work", "-n", "no").returncode == 2
        assert command_line.run("fs", "info").returncode == 2

    def test_get(self, command_line: CommandLine, work: Path, tmp_path: Path) -> None:
        sync(command_line, work)
        out = tmp_path / "out"
        got = command_line.run("fs", "get", "-d", out, "-l", "/work/a", "-n", "y")
        assert (got.returncode, got.stdout) == (0, f"{out}/y\n")
        assert read(out) == {"y": "two"}
        assert "already" in command_line.run("fs", "get", "-d", out, "-l", "/work/a", "-n", "y").stderr
        write(out, {"y": "changed"})
        assert command_line.run("fs", "get", "-d", out, "-l", "/work/a", "-n", "y").returncode == 2
        assert read(out) == {"y": "changed"}
        file_id = ask(command_line, "info", "-l", "/work/a", "-n", "y")["fileid"]
        assert ask(command_line, "get", "-d", out, "-i", file_id, "--yes")["path"] == f"{out}/y"
        assert read(out) == {"y": "two"}

    def test_remove(self, command_line: CommandLine, work: Path) -> None:
        sync(command_line, work)
        arguments = ("remove", "-l", "/work", "-n", "x")
        assert ask(command_line, *arguments, "--dry")["done"] is False
        assert command_line.run("fs", *arguments).returncode == 2
        assert ask(command_line, *arguments, "--yes")["done"] is True
        assert command_line.run("fs", *arguments, "--yes").returncode == 2

    def test_clean(self, command_line: CommandLine, work: Path) -> None:
        sync(command_line, work)
        write(work, {"scratch": "1", "new/deep": "2"})
        cleaned = ask(command_line, "clean", "-d", work, "-l", "/work", "--yes")
        assert {step["path"] for step in cleaned["steps"]} == {"scratch", "new/deep"}
        assert read(work) == FILES
        assert not (work / "new").exists()
        assert command_line.run("fs", "clean", "-d", work, "-l", "/wrok", "--yes").returncode == 2
        assert read(work) == FILES

    def test_collect(self, command_line: CommandLine, work: Path, tmp_path: Path) -> None:
        sync(command_line, work)
        ask(command_line, "remove", "-l", "/work", "-n", "x", "--yes")
        assert ask(command_line, "collect", "--yes")["found"] == 0
        for stored in (tmp_path / "store").glob("*/objects/*/*"):
            os.utime(stored, (time.time() - 90_000, time.time() - 90_000))
        assert ask(command_line, "collect", "--dry") == {"done": False, "found": 1, "removed": 0, "freedbytes": 0}
        assert ask(command_line, "collect", "--yes")["freedbytes"] == 3
        assert read(work)["x"] == "one"
        assert sync(command_line, tmp_path / "other")["done"]
        assert command_line.run("fs", "collect", "--older-than", "soon").returncode == 2


class TestLabels:
    def test_ls_and_remove(self, command_line: CommandLine, work: Path) -> None:
        sync(command_line, work)
        sync(command_line, work, label="/working")
        assert [label["name"] for label in ask(command_line, "label", "ls", "-l", "/work/a")] == [
            "/work/a",
            "/work/a/b",
        ]
        dry = command_line.run("fs", "label", "remove", "-l", "/work", "--dry")
        assert dry.stdout.splitlines()[1:] == ["/work/empty", "/work/x", "/work/a/y", "/work/a/b/z"]
        assert ask(command_line, "label", "remove", "-l", "/work", "--yes")["done"]
        left = [label["name"] for label in ask(command_line, "label", "ls")]
        assert left == ["/working", "/working/a", "/working/a/b"]
        assert command_line.run("fs", "label", "remove", "-l", "/work", "--yes").returncode == 2


class TestSnapshots:
    def test_everything(self, command_line: CommandLine, work: Path, tmp_path: Path) -> None:
        sync(command_line, work)
        create = ("snapshot", "create", "-l", "/work", "-n", "one")
        made = command_line.run("fs", *create)
        assert (made.returncode, "4 files" in made.stderr) == (0, True)
        assert command_line.run("fs", *create).returncode == 4
        write(work, {"x": "newer"})
        sync(command_line, work)
        (listed,) = ask(command_line, "snapshot", "ls")
        assert listed["snapshotid"] == made.stdout.strip()
        assert "/work/a/b/z" in command_line.run("fs", "snapshot", "info", "-n", "one").stdout
        assert ask(command_line, "snapshot", "info", "-i", listed["snapshotid"]) == listed
        assert "one" in command_line.run("fs", "snapshot", "ls").stdout
        out = tmp_path / "out"
        assert ask(command_line, "snapshot", "download", "-n", "one", "-d", out, "--yes")["done"]
        assert read(out) == FILES

        held = command_line.run("fs", "remove", "-l", "/work", "-n", "x", "--yes")
        assert held.returncode == 4
        assert "snapshot <one>" in held.stderr
        assert command_line.run("fs", "snapshot", "remove", "-n", "one").returncode == 0
        assert command_line.run("fs", "snapshot", "remove", "-n", "one").returncode == 4
        assert command_line.run("fs", "snapshot", "info").returncode == 2
        ask(command_line, "remove", "-l", "/work", "-n", "x", "--yes")

    def test_remove_all(self, command_line: CommandLine, work: Path) -> None:
        sync(command_line, work)
        for name in ("one", "two"):
            ask(command_line, "snapshot", "create", "-l", "/work", "-n", name)
        assert ask(command_line, "snapshot", "removeall", "--yes")["snapshots"] == ["two", "one"]
        assert ask(command_line, "snapshot", "ls") == []
