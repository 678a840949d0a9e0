"""Runtimes on real parts, and what runs in them."""

import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from colonyexecutors.runtimes.base import Exit, Handle, Runtime, Stream, Workload
from colonyexecutors.runtimes.process import ProcessRuntime
from tests.integration.executors.registry import running_registry
from tests.integration.executors.site import Site

IMAGE = "busybox:latest"


@dataclass
class RuntimeKit:
    """A runtime of one kind, more of the same that see the same workloads, and shorthands to run something."""

    make: Callable[[], Runtime]
    runtime: Runtime
    opened: list[Runtime] = field(default_factory=list)

    @property
    def isolates(self) -> bool:
        """Whether workloads have a file system and process numbers of their own."""
        return self.runtime.uses_images

    async def restarted(self) -> Runtime:
        """Another runtime, as a restarted executor would make it."""
        runtime = self.make()
        self.opened.append(runtime)
        await runtime.open()
        return runtime

    async def begin(self, *argv: str, image: str = IMAGE, **options: object) -> Handle:
        """Create and start a workload."""
        workload = Workload(uuid4().hex * 2, "1", argv, image=image, **options)  # type: ignore[arg-type]
        handle = await self.runtime.create(workload)
        await self.runtime.start(handle)
        return handle

    async def run(self, *argv: str, **options: object) -> tuple[Exit, str, str]:
        """Run to the end: how it ended, stdout, stderr."""
        handle = await self.begin(*argv, **options)  # type: ignore[arg-type]
        ended = await self.runtime.wait(handle)
        written = await self.written(handle)
        await self.runtime.remove(handle)
        return ended, written[Stream.STDOUT], written[Stream.STDERR]

    async def written(self, handle: Handle, after: str = "") -> dict[Stream, str]:
        """All output after a position, by stream."""
        texts = {Stream.STDOUT: "", Stream.STDERR: ""}
        async for output in self.runtime.output(handle, after):
            texts[output.stream] += output.text
        return texts


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "process"])
async def kit(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RuntimeKit]:
    """Each runtime in turn; whatever a test leaves in it is removed."""
    async with _opened(_maker(request.param, tmp_path)) as kit:
        yield kit


@pytest.fixture
async def docker_kit(tmp_path: Path) -> AsyncIterator[RuntimeKit]:
    """Docker only."""
    async with _opened(_maker("docker", tmp_path)) as kit:
        yield kit


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "process"])
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """Each runtime in turn."""
    async with _site(_maker(request.param, tmp_path), tmp_path) as site:
        yield site


@pytest.fixture
async def docker_site(tmp_path: Path) -> AsyncIterator[Site]:
    """Docker only."""
    async with _site(_maker("docker", tmp_path), tmp_path) as site:
        yield site


@asynccontextmanager
async def _site(make: Callable[[], Runtime], directory: Path) -> AsyncIterator[Site]:
    yield Site(directory, make)
    runtime = make()
    await runtime.open()
    left = await runtime.find()
    for handle, _ in left:
        await runtime.remove(handle)
    await runtime.close()
    assert left == []


@asynccontextmanager
async def _opened(make: Callable[[], Runtime]) -> AsyncIterator[RuntimeKit]:
    kit = RuntimeKit(make, make())
    await kit.runtime.open()
    yield kit
    for handle, _ in await kit.runtime.find():
        await kit.runtime.remove(handle)
    for runtime in [*kit.opened, kit.runtime]:
        await runtime.close()


def _maker(name: str, directory: Path) -> Callable[[], Runtime]:
    if name == "process":
        return lambda: ProcessRuntime(directory / "work")
    from colonyexecutors.runtimes.docker import DockerRuntime

    owner = uuid4().hex
    return lambda: DockerRuntime(owner)


@pytest.fixture(scope="session")
def build_image() -> Iterator[Callable[..., str]]:
    """Build an image from the lines of a Dockerfile, for this test run only."""
    built: list[str] = []

    def build(*lines: str) -> str:
        name = f"colony-test-{uuid4().hex[:12]}:latest"
        subprocess.run(
            ["docker", "build", "-q", "-t", name, "-"],
            input="\n".join(lines).encode(),
            check=True,
            capture_output=True,
            timeout=60,
        )
        built.append(name)
        return name

    yield build
    for name in built:
        subprocess.run(["docker", "image", "rm", "-f", name], check=False, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry without a login that holds busybox:latest."""
    yield from running_registry(tmp_path_factory.mktemp("registry"))


@pytest.fixture(scope="module")
def private_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry that wants a login."""
    yield from running_registry(tmp_path_factory.mktemp("private"), REGISTRY_USER="user", REGISTRY_PASSWORD="password")
