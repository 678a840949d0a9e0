"""The prepare hook: a program of the site that sees every job first, and may refuse it or choose its image's form.

It gets the job as JSON on its standard input. With exit code 0 the job goes on; what it prints may be a JSON object
with `image`, which is used instead. With exit code 1 it refuses, in the words of its last line on stderr. Anything else
is the hook's own failure.
"""

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path

from colonyexecutors.errors import PrepareFailed
from colonyexecutors.job import Job

_SECONDS = 60.0
_MOST_CHARACTERS = 1000
_REFUSED = 1


async def prepare(hook: Path | None, job: Job) -> Job:
    """Let the hook see the job, and return what it made of it; raises PrepareFailed."""
    if hook is None:
        return job
    code, printed, complaint = await _run(hook, json.dumps(_description(job)).encode())
    if code == _REFUSED:
        raise PrepareFailed("refused", f"this site refuses the job: {complaint or 'it gives no reason'}")
    if code:
        raise _failure(f"exited with code {code}: {complaint}")
    return _applied(job, printed)


async def _run(hook: Path, description: bytes) -> tuple[int, bytes, str]:
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    try:
        child = await asyncio.create_subprocess_exec(
            hook,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise _failure(f"cannot be started: {error.strerror}") from error
    try:
        async with asyncio.timeout(_SECONDS):
            printed, complaints = await child.communicate(description)
    except TimeoutError:
        raise _failure(f"did not end within {_SECONDS:.0f} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    lines = complaints.decode(errors="replace").strip().splitlines()
    return child.returncode or 0, printed, lines[-1][:_MOST_CHARACTERS] if lines else ""


def _applied(job: Job, printed: bytes) -> Job:
    if not printed.strip():
        return job
    try:
        wishes = json.loads(printed)
        image = wishes.get("image", job.image)
    except (ValueError, AttributeError):
        raise _failure("printed something that is not a JSON object") from None
    if not isinstance(image, str) or not image:
        raise _failure("named an image that is not a text")
    return replace(job, image=image)


def _description(job: Job) -> dict[str, object]:
    """What a hook may know: no environment variables, which may hold secrets."""
    return {
        "processid": job.process_id,
        "image": job.image,
        "argv": job.command.argv,
        "cpu": job.cpu_milli,
        "memory": job.memory_bytes,
        "gpus": job.gpus,
        "nodes": job.nodes,
        "processespernode": job.processes_per_node,
        "walltime": job.walltime_seconds,
    }


def _failure(problem: str) -> PrepareFailed:
    return PrepareFailed(
        "hook_failed",
        f"the site's prepare hook {problem}",
        hint="ask who operates the executor to look at its EXECUTOR_PREPARE_HOOK",
        retry=True,
    )
