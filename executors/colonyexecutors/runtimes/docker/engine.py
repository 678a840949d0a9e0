"""The connection to a Docker Engine: calls in threads, and the events that tell which container has ended."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, suppress
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from docker import APIClient
from docker.errors import APIError, DockerException
from docker.utils import kwargs_from_env
from requests import RequestException

from colonyexecutors.errors import RuntimeUnavailable
from colonyexecutors.runtimes.docker.stream import json_lines, open_stream
from colonyexecutors.runtimes.feed import ThreadFeed

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")

_UNIX = "unix://"
_DEFAULT_ADDRESS = f"{_UNIX}/var/run/docker.sock"
_CALL_SECONDS = 60
_THREADS = 16
_RECONNECT_SECONDS = 1.0


class Engine:
    """One engine, as DOCKER_HOST names it; `label` ("name=value") selects the containers whose events count."""

    api: APIClient

    def __init__(self, label: str) -> None:
        self._label = label
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="docker")
        self._changes: dict[str, asyncio.Event] = {}
        self._following: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect; raises RuntimeUnavailable with what to do."""
        settings = kwargs_from_env()
        address = settings.get("base_url", _DEFAULT_ADDRESS)
        connect = partial(APIClient, version="auto", timeout=_CALL_SECONDS, max_pool_size=4 * _THREADS, **settings)
        # Looked for first, because the SDK leaves a socket open when there is nothing to connect to.
        if address.startswith(_UNIX) and not Path(address.removeprefix(_UNIX)).is_socket():
            raise _no_answer(address)
        try:
            self.api = await self.call(connect)
        except DockerException as error:
            raise _no_answer(address) from error
        self._following = asyncio.create_task(self._follow_events())

    async def close(self) -> None:
        """Disconnect."""
        if self._following is not None:
            self._following.cancel()
            with suppress(asyncio.CancelledError):
                await self._following
            self.api.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def call(
        self, function: Callable[ParametersT, ResultT], *args: ParametersT.args, **kwargs: ParametersT.kwargs
    ) -> ResultT:
        """Call a blocking function; raises what it raises, and RuntimeUnavailable when the engine does not answer."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, partial(function, *args, **kwargs))
        except APIError:
            raise
        except RequestException as error:
            raise RuntimeUnavailable(f"the Docker daemon does not answer: {error}") from error

    def changed(self, container_id: str) -> asyncio.Event:
        """An event that is set when a container has ended, and when that cannot be known."""
        return self._changes.setdefault(container_id, asyncio.Event())

    def forget(self, container_id: str) -> None:
        """Drop the event of a container."""
        self._changes.pop(container_id, None)

    async def _follow_events(self) -> None:
        filters = json.dumps({"type": ["container"], "event": ["die"], "label": [self._label]})
        while True:
            with suppress(RuntimeUnavailable, APIError):
                stream = await self.call(open_stream, self.api, "events", {"filters": filters})
                # Whoever ended while nobody listened is found by looking.
                for change in self._changes.values():
                    change.set()
                async with aclosing(ThreadFeed(json_lines(stream), stream.interrupt).batches()) as batches:
                    async for events in batches:
                        for event in events:
                            self.changed(event["id"]).set()
            await asyncio.sleep(_RECONNECT_SECONDS)


def _no_answer(address: str) -> RuntimeUnavailable:
    return RuntimeUnavailable(
        f"no Docker daemon answers at {address}: start it, or run the executor with plain processes"
    )
