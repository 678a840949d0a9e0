"""The images of a Docker Engine."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog
from docker.errors import APIError, DockerException, ImageNotFound
from docker.utils import parse_repository_tag

from colonyexecutors.errors import ImageFailed
from colonyexecutors.runtimes.base import Image
from colonyexecutors.runtimes.docker.engine import Engine
from colonyexecutors.runtimes.docker.errors import check_reference, image_failure, wrong_architecture

_log = structlog.get_logger()

_ALSO_RUNS = {"amd64": ("386",), "arm64": ("arm",)}
_EMULATORS = Path("/proc/sys/fs/binfmt_misc")
_EMULATED_AS = {"amd64": "x86_64", "386": "i386", "arm64": "aarch64"}


class EngineImages:
    """Asks the engine for images, and lets it fetch them with the logins of the executor's Docker configuration."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._architecture = ""

    async def present(self, reference: str) -> Image | None:
        """The image of that name if the engine has it; raises ImageFailed for one that this machine cannot run."""
        check_reference(reference)
        try:
            found = await self._engine.call(self._engine.api.inspect_image, reference)
        except ImageNotFound:
            return None
        except APIError as error:
            raise image_failure(reference, error.status_code or 500, explanation(error)) from error
        if not await self._can_run(found.get("Architecture", "")):
            raise wrong_architecture(reference)
        digest = _digest_of(reference, found.get("RepoDigests") or [found["Id"]])
        return Image(id=found["Id"], digest=digest, size_bytes=found.get("Size", 0))

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

    async def _can_run(self, architecture: str) -> bool:
        """Whether this machine runs programs of an architecture, by itself or because it has an emulator for them."""
        if not self._architecture:
            self._architecture = (await self._engine.call(self._engine.api.version))["Arch"]
        related = _ALSO_RUNS.get(self._architecture, ())
        if architecture in ("", self._architecture, *related):
            return True
        return any(_EMULATORS.glob(f"qemu-{_EMULATED_AS.get(architecture, architecture)}*"))

    def _pull(self, repository: str, tag: str) -> str:
        """Pull, and return the error that the engine reports in the middle of its answer, or ""."""
        for line in self._begin_pull(repository, tag):
            if "error" in line:
                return str(line["error"])
        return ""

    def _begin_pull(self, repository: str, tag: str) -> Iterator[Mapping[str, Any]]:
        """Begin a pull with the login that there is now, which may be younger than the connection."""
        api = self._engine.api
        api.reload_config()
        lines: Iterator[Mapping[str, Any]]
        try:
            lines = api.pull(repository, tag=tag, stream=True, decode=True)
        except APIError:
            raise
        except DockerException as error:
            _log.warning("logins cannot be read: pulling without one", image=repository, problem=str(error))
            lines = api.pull(repository, tag=tag, stream=True, decode=True, auth_config={})
        return lines

    def _load(self, archive: Path) -> list[str]:
        with archive.open("rb") as file:
            lines: list[Mapping[str, Any]] = list(self._engine.api.load_image(file))  # type: ignore[no-untyped-call]  # the SDK's gap
        texts = [line["stream"].strip() for line in lines if "stream" in line]
        return [text.partition(": ")[2] for text in texts if text.startswith("Loaded image")]


def _digest_of(reference: str, digests: Sequence[str]) -> str:
    """The digest by which an image is known in the reference's own repository: others may hold the same image."""
    name, _, pinned = reference.partition("@")
    repository, _ = parse_repository_tag(name)
    return next((digest for digest in digests if digest == f"{repository}@{pinned}"), "") or next(
        (digest for digest in digests if digest.startswith(f"{repository}@")), digests[0]
    )


def explanation(error: APIError) -> str:
    """The engine's own words."""
    return str(error.explanation or error)
