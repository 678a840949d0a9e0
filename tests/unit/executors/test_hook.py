"""The site's prepare hook."""

import json
from pathlib import Path

import pytest

from colonyexecutors import hook as hooks
from colonyexecutors.command import Command
from colonyexecutors.errors import PrepareFailed
from colonyexecutors.hook import prepare
from colonyexecutors.job import Job

JOB = Job("p" * 64, "1", Command(("echo", "hi")), image="busybox:latest", environment={"TOKEN": "secret"})


def script(directory: Path, *lines: str) -> Path:
    path = directory / "hook"
    path.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")
    path.chmod(0o700)
    return path


async def refusal(hook: Path) -> PrepareFailed:
    with pytest.raises(PrepareFailed) as failure:
        await prepare(hook, JOB)
    return failure.value


async def test_without_a_hook_nothing_changes() -> None:
    assert await prepare(None, JOB) is JOB


async def test_sees_the_job_without_its_environment(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    await prepare(script(tmp_path, f"cat > {seen}"), JOB)
    description = json.loads(seen.read_text())
    assert (description["processid"], description["image"], description["argv"]) == (
        JOB.process_id,
        "busybox:latest",
        ["echo", "hi"],
    )
    assert "secret" not in seen.read_text()


async def test_chooses_the_form_of_the_image(tmp_path: Path) -> None:
    job = await prepare(script(tmp_path, """echo '{"image": "registry.example.org/busybox:1"}'"""), JOB)
    assert job.image == "registry.example.org/busybox:1"


async def test_refuses_in_its_own_words(tmp_path: Path) -> None:
    failure = await refusal(script(tmp_path, "echo noise >&2", "echo no gold left in this account >&2", "exit 1"))
    assert (failure.code, failure.stage, failure.retry) == ("refused", "prepare", False)
    assert failure.sentence == "this site refuses the job: no gold left in this account"


@pytest.mark.parametrize("lines", [("exit 7",), ("echo no json",), ("echo '[]'",), ("""echo '{"image": 5}'""",)])
async def test_a_hook_that_fails_is_not_the_users_fault(tmp_path: Path, lines: tuple[str, ...]) -> None:
    failure = await refusal(script(tmp_path, *lines))
    assert (failure.code, failure.retry) == ("hook_failed", True)


async def test_a_hook_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "_SECONDS", 0.2)
    failure = await refusal(script(tmp_path, "exec sleep 60"))
    assert failure.code == "hook_failed"
    assert "did not end within" in failure.sentence


async def test_keys_of_the_executor_do_not_reach_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLONIES_PRVKEY", "secret")
    seen = tmp_path / "seen"
    await prepare(script(tmp_path, f"env > {seen}"), JOB)
    assert "secret" not in seen.read_text()
