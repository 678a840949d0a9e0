"""Giving this executor's user access to what a container's program has left as another user, mostly as root."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from docker import APIClient
from docker.errors import APIError
from docker.types import LogConfig, Mount

from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes.docker.engine import Engine
from colonyexecutors.runtimes.docker.images import explanation

_PLACE = "/colony-files"
_SECONDS = 600
_MEMORY_BYTES = 64 * 2**20
_PIDS = 16


async def open_files(engine: Engine, container_id: str, directory: Path, labels: Mapping[str, str]) -> None:
    """Let everybody who may enter a directory change what is below it; raises StartFailed.

    Only root may do that, and this executor may have root in containers only: so `chmod` of the program's image does
    it, in a container that sees nothing else.
    """
    helper = ""
    try:
        image = (await engine.call(engine.api.inspect_container, container_id))["Image"]
        helper = await engine.call(_create, engine.api, image, directory, labels)
        await engine.call(engine.api.start, helper)
        await engine.call(engine.api.wait, helper, timeout=_SECONDS)
    except APIError as error:
        text = explanation(error)
        raise StartFailed("no_access", f"the image has no chmod that could give access to files: {text}") from error
    finally:
        if helper:
            with suppress(APIError):
                await engine.call(engine.api.remove_container, helper, force=True)
            engine.forget(helper)


def _create(api: APIClient, image: str, directory: Path, labels: Mapping[str, str]) -> str:
    created: Any = api.create_container(
        image,
        entrypoint=["chmod"],
        command=["-R", "a+rwX,-t", _PLACE],
        user="0",
        labels=dict(labels),
        host_config=api.create_host_config(
            network_mode="none",
            mem_limit=_MEMORY_BYTES,
            memswap_limit=_MEMORY_BYTES,
            pids_limit=_PIDS,
            log_config=LogConfig(type="none"),
            mounts=[Mount(_PLACE, str(directory), type="bind")],
        ),
    )
    return str(created["Id"])
