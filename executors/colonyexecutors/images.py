"""Having an image before a program needs it: present, or pulled once however many processes wait for it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from colonyexecutors.errors import ImageFailed
from colonyexecutors.job import Pull
from colonyexecutors.runtimes.base import Image, Runtime

_log = structlog.get_logger()


@dataclass
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class ImageStore:
    """The images of a runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._turns: dict[str, _Turn] = {}

    async def ensure(self, reference: str, policy: Pull = Pull.MISSING) -> Image:
        """The image, fetched as the policy says; raises ImageFailed."""
        image = await self._runtime.image_present(reference)
        if image is not None and policy is not Pull.ALWAYS:
            return image
        if policy is Pull.NEVER:
            raise ImageFailed(
                "image_absent",
                f"the image {reference} is not on this machine, and the specification forbids to pull it",
                hint='leave kwargs.pull out or set it to "missing", or load the image on the executor\'s machine',
            )
        with self._turn(reference) as turn:
            async with turn:
                image = await self._runtime.image_present(reference)
                if image is None or policy is Pull.ALWAYS:
                    _log.info("pulling an image", image=reference)
                    await self._runtime.pull(reference)
                    image = await self._runtime.image_present(reference)
        if image is None:
            raise ImageFailed("image_not_found", f"the image {reference} was pulled and is gone again", retry=True)
        return image

    @contextmanager
    def _turn(self, reference: str) -> Iterator[asyncio.Lock]:
        turn = self._turns.setdefault(reference, _Turn())
        turn.users += 1
        try:
            yield turn.lock
        finally:
            turn.users -= 1
            if not turn.users:
                del self._turns[reference]
