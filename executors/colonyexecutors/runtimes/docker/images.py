"""The images of a Docker Engine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docker.errors import APIError, ImageNotFound
from docker.utils import parse_repository_tag

from colonyexecutors.errors import ImageFailed
from colonyexecutors.runtimes.base import Image
from colonyexecutors.runtimes.docker.engine import Engine
from colonyexecutors.runtimes.docker.errors import check_reference, image_failure


class EngineImages:
    """Asks the engine for images, and lets it fetch them with the logins of the executor's Docker configuration."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def present(self, reference: str) -> Image | None:
        """The image of that name if the engine has it."""
        check_reference(reference)
        try:
            found = await self._engine.call(self._engine.api.inspect_image, reference)
        except ImageNotFound:
            return None
        except APIError as error:
            raise image_failure(reference, error.status_code or 500, explanation(error)) from error
        digests = found.get("RepoDigests") or [found["Id"]]
        return Image(id=found["Id"], digest=digests[0])

    async def pull(self, reference: str) -> None:
        """Fetch an image from its registry."""
        check_reference(reference)
        repository, tag = parse_repository_tag(reference)
        try:
            failure = await self._engine.call(self._pull, repository, tag or "latest")
        except APIError as error:
            raise image_failure(reference, error.status_code or 500, explanation(error)) from error
        if failure:
            raise image_failure(reference, 500, failure)

    async def load(self, archive: Path) -> Image:
        """Take the images out of a `docker save` archive; the last one counts."""
        try:
            names = await self._engine.call(self._load, archive)
        except (APIError, OSError) as error:
            raise ImageFailed("archive_unreadable", f"{archive.name} cannot be read as an image: {error}") from error
        image = await self.present(names[-1]) if names else None
        if image is None:
            raise ImageFailed("archive_unreadable", f"{archive.name} is no archive that holds an image")
        return image

    async def remove(self, reference: str) -> None:
        """Remove a name, and the image with its last name."""
        check_reference(reference)
        try:
            await self._engine.call(self._engine.api.remove_image, reference)
        except ImageNotFound:
            return
        except APIError as error:
            text = explanation(error)
            raise ImageFailed("image_in_use", f"the image {reference} cannot be removed: {text}") from error

    def _pull(self, repository: str, tag: str) -> str:
        """Pull, and return the error that the engine reports in the middle of its answer, or ""."""
        for line in self._engine.api.pull(repository, tag=tag, stream=True, decode=True):
            if "error" in line:
                return str(line["error"])
        return ""

    def _load(self, archive: Path) -> list[str]:
        with archive.open("rb") as file:
            lines: list[Mapping[str, Any]] = list(self._engine.api.load_image(file))  # type: ignore[no-untyped-call]  # the SDK's gap
        texts = [line["stream"].strip() for line in lines if "stream" in line]
        return [text.partition(": ")[2] for text in texts if text.startswith("Loaded image")]


def explanation(error: APIError) -> str:
    """The engine's own words."""
    return str(error.explanation or error)
