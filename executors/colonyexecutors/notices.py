"""What the operator should know and no process's output should hold: it goes to the executor's own log."""

import asyncio
from collections import deque

import structlog

from colonysdk.client import ColonyClient
from colonysdk.errors import ColonyError

_REMEMBERED = 1000

_log = structlog.get_logger()


class Notices:
    """Tells each thing once, on stderr and in the executor's log on the server when that answers."""

    def __init__(self, client: ColonyClient, executor_name: str) -> None:
        self._client = client
        self._executor_name = executor_name
        self._told: deque[str] = deque(maxlen=_REMEMBERED)
        self._sending: set[asyncio.Task[None]] = set()

    def tell(self, text: str) -> None:
        """Tell something without waiting for it to arrive."""
        if text in self._told:
            return
        self._told.append(text)
        _log.info(text)
        task = asyncio.create_task(self._send(text))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def sent(self) -> None:
        """Wait until everything was sent or given up."""
        if self._sending:
            await asyncio.wait(self._sending)

    async def _send(self, text: str) -> None:
        try:
            await self._client.add_executor_log(self._executor_name, f"{text}\n")
        except ColonyError as error:
            _log.debug("the executor's log did not take a notice", problem=str(error))
