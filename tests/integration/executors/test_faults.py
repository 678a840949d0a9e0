"""Staged jobs while everything around them is killed again and again: each ends once, with its whole log and files.

The normal run kills server and executor; the nightly one (`NIGHTLY=1`) a Docker daemon and an S3 server, too.
"""

import asyncio
import os
import random
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from colonysdk.client import ColonyClient
from colonysdk.errors import ColonyError
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.plan import Keep
from colonysdk.files.remote_tree import read_remote_tree
from colonysdk.files.stores.choosing import open_store
from colonysdk.files.syncing import Sync
from colonysdk.objects import ConflictRule, ConflictRules, Filesystem, ProcessState, SyncDirMount
from colonysdk.settings import StoreSettings
from tests.integration.executors.program import RunningExecutor, specification, until_final, whole_log
from tests.support.effort import NIGHTLY
from tests.support.s3 import S3Server, settings_of
from tests.support.server import ColonyKeys, RunningServer

JOBS = 100 if NIGHTLY else 12
KILLS = 20 if NIGHTLY else 5
LINES = 40
SEED = int(os.environ.get("COLONY_FAULTS_SEED", "7"))
LOCAL_WINS = ConflictRules(on_start=ConflictRule(keep_local=False), on_close=ConflictRule(keep_local=True))
SCRIPT = f"""
cd "$COLONIES_FS_DIR"
for i in $(seq {LINES}); do echo line $i; sleep 0.05; done
cat in/*.txt > out/sum.txt
echo "$COLONIES_PROCESS_ID" > out/id.txt
"""

_CONTAINERD = "/var/run/docker/containerd/containerd.sock"
"""That of the machine's own Docker: one that a killed daemon leaves behind would hold up its successor."""

Kill = Callable[[], None]
"""Kills something and starts it again; blocks until it works."""


class PrivateDocker:
    """A Docker daemon that nobody else uses, whose containers outlive it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"unix://{self._directory}/docker.sock"

    def start(self) -> None:
        place = self._directory
        # Without a network of its own this daemon would take the bridge of the machine's Docker away.
        command = ["unshare", "--net", "dockerd", "--bridge=none", "--iptables=false"]
        command += ["--live-restore", "-H", self.host]
        command += [f"--containerd={_CONTAINERD}", "--containerd-namespace=colony-faults"]
        command += ["--containerd-plugins-namespace=colony-faults-plugins"]
        command += ["--data-root", f"{place}/data", "--exec-root", f"{place}/exec", "--pidfile", f"{place}/pid"]
        (place / "pid").unlink(missing_ok=True)
        with (place / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while subprocess.run(["docker", "-H", self.host, "info"], check=False, capture_output=True).returncode:
            assert time.monotonic() < deadline, (place / "log").read_text()[-2000:]
            time.sleep(0.1)

    def restart(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self.start()

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(60)
        # With --live-restore a daemon leaves its mounts behind, in the way of who deletes the directory.
        table = Path("/proc/self/mounts").read_text()
        places = [line.split()[1] for line in table.splitlines() if str(self._directory) in line]
        for place in reversed(places):
            subprocess.run(["umount", "--lazy", place], check=False, capture_output=True)

    def take_image(self, name: str) -> None:
        saved = subprocess.run(["docker", "save", name], check=True, capture_output=True).stdout
        subprocess.run(["docker", "-H", self.host, "load"], input=saved, check=True, capture_output=True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with RunningServer(tmp_path) as running:
        yield running


@asynccontextmanager
async def faults(kills: list[Kill]) -> AsyncIterator[None]:
    """Kill one thing after the other at random moments while the block goes on."""
    chance = random.Random(SEED)

    async def kill() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.2, 1.5))
            await asyncio.to_thread(chance.choice(kills))

    killing = asyncio.create_task(kill())
    try:
        yield
    finally:
        await killing


@pytest.mark.timeout(1800 if NIGHTLY else 240)
async def test_plain_processes_and_a_directory(server: RunningServer, tmp_path: Path) -> None:
    variables = {"COLONY_FILES_DIR": str(tmp_path / "store")}
    settings = StoreSettings.load(directory=tmp_path / "store")
    await _run_through_faults(server, tmp_path, "process", variables, settings, [])


@pytest.mark.docker
@pytest.mark.timeout(1800)
@pytest.mark.nightly
async def test_containers_and_s3(server: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    docker = PrivateDocker(tmp_path / "docker")
    docker.start()
    try:
        docker.take_image("busybox:latest")
        with S3Server(tmp_path / "s3") as s3:
            variables = {**s3.variables, "DOCKER_HOST": docker.host}
            kills = [docker.restart, s3.restart]
            await _run_through_faults(server, tmp_path, "docker", variables, settings_of(s3.variables), kills)
    finally:
        docker.stop()


async def _run_through_faults(
    server: RunningServer,
    directory: Path,
    runtime: str,
    variables: Mapping[str, str],
    settings: StoreSettings,
    kills: list[Kill],
) -> None:
    colony = server.new_colony()
    (directory / "executor").mkdir()
    executor = RunningExecutor(directory / "executor", colony, runtime, environment=dict(variables))
    async with colony.client() as client:
        await _upload(client, colony, settings, directory / "in", {f"{n}.txt": f"{n}\n" for n in range(10)})
        with executor:

            def restart_executor() -> None:
                executor.kill()
                executor.start()

            async with faults([server.restart, restart_executor, *kills]):
                ids = [await _submit(client, colony, number) for number in range(JOBS)]
            for number, process_id in enumerate(ids):
                await _check(client, number, process_id, executor)


async def _upload(
    client: ColonyClient, colony: ColonyKeys, settings: StoreSettings, directory: Path, files: Mapping[str, str]
) -> None:
    directory.mkdir()
    for name, text in files.items():
        (directory / name).write_text(text)
    catalogue = FileCatalogue(client)
    sync = Sync(catalogue, await open_store(settings, catalogue, colony.name), directory, "/in")
    await sync.apply(await sync.plan(Keep.LOCAL))


async def _submit(client: ColonyClient, colony: ColonyKeys, number: int) -> str:
    """Submit a job; the client itself tries again while the server is away."""
    fs = Filesystem(
        mount="/cfs",
        dirs=[
            SyncDirMount(label="/in", dir="/in"),
            SyncDirMount(label=f"/out/{number}", dir="/out", on_conflicts=LOCAL_WINS),
        ],
    )
    spec = specification(colony, "sh", "-c", SCRIPT, fs=fs)
    while True:
        try:
            return (await client.submit(spec)).process_id
        except ColonyError:
            await asyncio.sleep(0.1)


async def _check(client: ColonyClient, number: int, process_id: str, executor: RunningExecutor) -> None:
    process = await until_final(client, process_id, 600)
    log = await whole_log(client, process_id)
    assert process.state is ProcessState.SUCCESS, f"{process.errors}\n{log}\n{executor.log[-4000:]}"
    written = [line for line in log.splitlines() if not line.startswith("colony: ")]
    assert written == [f"line {line}" for line in range(1, LINES + 1)]
    catalogue = FileCatalogue(client)
    tree = await read_remote_tree(catalogue, f"/out/{number}")
    assert {path: file.size for path, file in tree.files.items()} == {"sum.txt": 20, "id.txt": 65}
    for file in tree.files.values():
        assert len(await catalogue.revisions(file.label, file.name)) == 1
