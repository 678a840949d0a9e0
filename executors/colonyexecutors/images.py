"""Having an image before a program needs it: present, out of an archive, or pulled once however many wait for it."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from colonyexecutors.errors import ImageFailed
from colonyexecutors.image_cache import ImageCache
from colonyexecutors.job import Pull
from colonyexecutors.runtimes.base import Image, Runtime

_log = structlog.get_logger()


@dataclass
class _Turn:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class ImageStore:
    """The images of a runtime; `archives` is a directory of `docker save` archives, `cache` what was fetched here."""

    def __init__(self, runtime: Runtime, *, archives: Path | None = None, cache: ImageCache | None = None) -> None:
        self._runtime = runtime
        self._archives = archives
        self._cache = cache
        self._turns: dict[str, _Turn] = {}

    def keep(self, reference: str) -> AbstractContextManager[None]:
        """Do not remove an image within the block."""
        return nullcontext() if self._cache is None else self._cache.keep(reference)

    async def ensure(self, reference: str, policy: Pull = Pull.MISSING) -> Image:
        """The image, fetched as the policy says; raises ImageFailed."""
        image = await self._runtime.image_present(reference)
        if image is not None and policy is not Pull.ALWAYS:
            return image
        with self._turn(reference) as turn:
            async with turn:
                image = await self._runtime.image_present(reference)
                if image is None or policy is Pull.ALWAYS:
                    image = await self._fetch(reference, policy, image)
        return image

    async def _fetch(self, reference: str, policy: Pull, previous: Image | None) -> Image:
        archive = self._archive_of(reference)
        if archive is not None and policy is not Pull.ALWAYS:
            _log.info("loading an image", image=reference, archive=str(archive))
            loaded = await self._runtime.load_image(archive)
            # An archive may hold several images.
            image: Image | None = await self._runtime.image_present(reference) or loaded
        elif policy is Pull.NEVER:
            raise ImageFailed(
                "image_absent",
                f"the image {reference} is not on this machine, and the specification forbids to pull it",
                hint='leave kwargs.pull out or set it to "missing", or load the image on the executor\'s machine',
            )
        else:
            _log.info("pulling an image", image=reference)
            await self._runtime.pull(reference)
            image = await self._runtime.image_present(reference)
        if image is None:
            raise ImageFailed("image_not_found", f"the image {reference} was pulled and is gone again", retry=True)
        if self._cache is not None:
            replaced = previous.id if previous is not None and previous.id != image.id else ""
            await self._cache.add(reference, image.size_bytes, replaces=replaced)
        return image

    def _archive_of(self, reference: str) -> Path | None:
        """The archive that is named for an image: every character that is special in a path becomes "_"."""
        if self._archives is None:
            return None
        plain = "".join(character if character.isalnum() or character in "-." else "_" for character in reference)
        archive = self._archives / f"{plain}.tar"
        return archive if archive.is_file() else None

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
