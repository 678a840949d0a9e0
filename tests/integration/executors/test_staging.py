"""Files to a program and its results back, with real servers, stores, executors and containers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from colonysdk.client import ColonyClient
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.plan import Keep
from colonysdk.files.remote_tree import read_remote_tree
from colonysdk.files.stores.directory import DirectoryStore
from colonysdk.files.syncing import Sync
from colonysdk.objects import (
    Conditions,
    ConflictRule,
    ConflictRules,
    Filesystem,
    FunctionSpec,
    Process,
    ProcessState,
    SnapshotMount,
    SyncDirMount,
)
from tests.integration.executors.program import (
    RunningExecutor,
    specification,
    until_final,
    until_logged,
    whole_log,
)
from tests.support.server import ColonyKeys, RunningServer, running_server

LOCAL_WINS = ConflictRules(on_start=ConflictRule(keep_local=False), on_close=ConflictRule(keep_local=True))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(params=[pytest.param("docker", marks=pytest.mark.docker), "process"])
def runtime(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@dataclass
class Site:
    """A colony with a store, an executor that stages from it, and a user's directory."""

    colony: ColonyKeys
    client: ColonyClient
    executor: RunningExecutor
    store: DirectoryStore
    home: Path

    @property
    def catalogue(self) -> FileCatalogue:
        return FileCatalogue(self.client)

    async def upload(self, label: str, files: dict[str, str]) -> None:
        for path, text in files.items():
            file = self.home / label.strip("/") / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        sync = Sync(self.catalogue, self.store, self.home / label.strip("/"), label)
        await sync.apply(await sync.plan(Keep.LOCAL))

    async def download(self, label: str) -> dict[str, str]:
        directory = self.home / "downloads" / label.strip("/")
        sync = Sync(self.catalogue, self.store, directory, label)
        await sync.apply(await sync.plan(Keep.REMOTE))
        return {
            str(path.relative_to(directory)): path.read_text()
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        }

    async def run(self, script: str, fs: Filesystem, **fields: Any) -> Process:
        """Run a script where the files are; their directory is its working directory."""
        spec = specification(self.colony, "sh", "-c", f'cd "$COLONIES_FS_DIR" && {script}', fs=fs, **fields)
        return await until_final(self.client, (await self.client.submit(spec)).process_id, 60)

    async def sync(self, fs: Filesystem) -> Process:
        """Bring files and run nothing."""
        spec = FunctionSpec(func_name="sync", max_wait_time=-1, max_exec_time=-1, fs=fs, conditions=self.conditions)
        return await until_final(self.client, (await self.client.submit(spec)).process_id, 60)

    @property
    def conditions(self) -> Conditions:
        return Conditions(colony_name=self.colony.name, executor_type=self.colony.executor_type)

    async def errors_of(self, process: Process) -> str:
        return "\n".join([*process.errors, await whole_log(self.client, process.process_id)])

    async def until_nothing_is_left(self) -> None:
        """Wait until the executor has cleaned up, which it does once it has told the end."""
        async with asyncio.timeout(20):
            while self.left_behind():
                await asyncio.sleep(0.02)

    def left_behind(self) -> list[str]:
        files = self.executor.directory / "state" / "files"
        return sorted(str(path.relative_to(files)) for path in files.rglob("*")) if files.exists() else []


@pytest.fixture
async def site(server: RunningServer, runtime: str, tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(server, runtime, tmp_path) as site:
        yield site


@pytest.fixture
async def shared_site(server: RunningServer, runtime: str, tmp_path: Path) -> AsyncIterator[Site]:
    """An executor whose processes all see one directory, as those of the reference."""
    async with running_site(server, runtime, tmp_path, EXECUTOR_FS_SHARED="true") as site:
        yield site


@asynccontextmanager
async def running_site(server: RunningServer, runtime: str, tmp_path: Path, **variables: str) -> AsyncIterator[Site]:
    colony = server.new_colony()
    store_path = tmp_path / "store"
    environment = {"COLONY_FILES_DIR": str(store_path), **variables}
    with RunningExecutor(tmp_path, colony, runtime, environment=environment) as executor:
        async with colony.client() as client:
            yield Site(colony, client, executor, DirectoryStore(store_path, colony.name), tmp_path / "home")


def directory(label: str, place: str, rules: ConflictRules = LOCAL_WINS, *, keep_files: bool = False) -> Filesystem:
    return Filesystem(
        mount="/cfs", dirs=[SyncDirMount(label=label, dir=place, keep_files=keep_files, on_conflicts=rules)]
    )


async def test_files_arrive_and_results_come_back(site: Site) -> None:
    await site.upload("/myfiles", {"hello.txt": "hello from the colony\n", "deep/er/x.txt": "x\n"})
    script = "cat myfiles/hello.txt myfiles/deep/er/x.txt && mkdir myfiles/new && echo made > myfiles/new/result.txt"
    process = await site.run(script, directory("/myfiles", "/myfiles"))
    log = await whole_log(site.client, process.process_id)
    assert process.state is ProcessState.SUCCESS, await site.errors_of(process)
    assert "hello from the colony\nx\n" in log
    assert log.startswith("colony: stage-in: 2 files, ")
    assert "colony: stage-out: 1 file, 5 B to /myfiles\n" in log
    assert await site.download("/myfiles") == {
        "hello.txt": "hello from the colony\n",
        "deep/er/x.txt": "x\n",
        "new/result.txt": "made\n",
    }
    await site.until_nothing_is_left()


async def test_results_of_a_program_that_fails_come_back_too(site: Site) -> None:
    process = await site.run("echo partial > out/partial.txt; exit 3", directory("/out", "/out"))
    assert process.state is ProcessState.FAILED
    assert process.errors[0] == "program exited with code 3"
    assert await site.download("/out") == {"partial.txt": "partial\n"}


@pytest.mark.parametrize("keep_local", [True, False])
async def test_who_wins_where_both_changed(site: Site, keep_local: bool) -> None:
    await site.upload("/work", {"a.txt": "the colony's\n"})
    rules = ConflictRules(on_start=ConflictRule(keep_local=False), on_close=ConflictRule(keep_local=keep_local))
    process = await site.run("echo of the program > work/a.txt", directory("/work", "/work", rules))
    assert process.state is ProcessState.SUCCESS, await site.errors_of(process)
    assert await site.download("/work") == {"a.txt": "of the program\n" if keep_local else "the colony's\n"}


async def test_a_snapshot_is_what_it_was(site: Site) -> None:
    await site.upload("/src", {"main.sh": "echo version 1\n"})
    snapshot = await site.catalogue.create_snapshot("/src", "first")
    await site.upload("/src", {"main.sh": "echo version 2\n"})
    fs = Filesystem(mount="/cfs", snapshots=[SnapshotMount(snapshot_id=snapshot.snapshot_id, label="/src", dir="/src")])
    process = await site.run("sh src/main.sh", fs)
    assert "version 1\n" in await whole_log(site.client, process.process_id), await site.errors_of(process)
    assert [found.name for found in await site.catalogue.snapshots()] == []


async def test_a_snapshot_that_is_to_stay(site: Site) -> None:
    await site.upload("/src", {"main.sh": "echo hi\n"})
    snapshot = await site.catalogue.create_snapshot("/src", "kept")
    mounted = SnapshotMount(snapshot_id=snapshot.snapshot_id, dir="/src", keep_snapshot=True)
    await site.run("sh src/main.sh", Filesystem(mount="/cfs", snapshots=[mounted]))
    assert [found.name for found in await site.catalogue.snapshots()] == ["kept"]


async def test_processes_do_not_see_each_others_files(site: Site) -> None:
    script = "echo $COLONIES_PROCESS_ID > work/who; sleep 1; find . -type f | wc -l; cat work/who"
    first, second = await asyncio.gather(
        *(site.run(script, directory(f"/work/{number}", "/work")) for number in range(2))
    )
    for process in (first, second):
        assert f"1\n{process.process_id}\n" in await whole_log(site.client, process.process_id)


async def test_files_that_are_to_stay(site: Site) -> None:
    process = await site.run("echo kept > work/kept.txt", directory("/work", "/work", keep_files=True))
    assert process.state is ProcessState.SUCCESS, await site.errors_of(process)
    assert any(path.endswith("work/kept.txt") for path in site.left_behind())


async def test_a_snapshot_that_is_not_there(site: Site) -> None:
    fs = Filesystem(mount="/cfs", snapshots=[SnapshotMount(snapshot_id="0" * 64, dir="/src")])
    process = await site.run("true", fs)
    assert process.state is ProcessState.FAILED
    assert {"stage: stage-in", "code: files_refused"} <= {*process.errors}


async def test_bytes_that_are_not_what_was_uploaded(site: Site, tmp_path: Path) -> None:
    await site.upload("/work", {"a.txt": "the right bytes\n"})
    for stored in (tmp_path / "store").rglob("*"):
        if stored.is_file() and stored.read_bytes() == b"the right bytes\n":
            stored.chmod(0o600)
            stored.write_bytes(b"the wrong bytes\n")
    process = await site.run("cat work/a.txt", directory("/work", "/work"))
    assert process.state is ProcessState.FAILED
    assert {"stage: stage-in", "code: files_failed"} <= {*process.errors}
    assert "wrong bytes" not in await whole_log(site.client, process.process_id)


async def test_links_are_not_followed_out(site: Site, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    script = f"ln -s {secret} work/link && ln -s /etc/passwd work/passwd && echo plain > work/plain.txt"
    process = await site.run(script, directory("/work", "/work"))
    assert process.state is ProcessState.SUCCESS, await site.errors_of(process)
    assert await site.download("/work") == {"plain.txt": "plain\n"}
    assert "colony: stage-out: link was left out" in await whole_log(site.client, process.process_id)


async def test_a_link_in_the_place_of_a_directory_is_not_followed_out(site: Site, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret\n")
    script = f"echo plain > other/plain.txt && rm -r work && ln -s {outside} work"
    dirs = [SyncDirMount(label=f"/{name}", dir=f"/{name}", on_conflicts=LOCAL_WINS) for name in ("other", "work")]
    process = await site.run(script, Filesystem(mount="/cfs", dirs=dirs))
    assert process.state is ProcessState.FAILED
    assert {"stage: stage-out", "code: files_failed"} <= {*process.errors}
    assert "work is a link or a file" in process.errors[0]
    assert await site.download("/work") == {}
    assert await site.download("/other") == {"plain.txt": "plain\n"}
    assert (outside / "secret").exists()
    await site.until_nothing_is_left()


async def test_links_in_a_shared_place_lead_nowhere(shared_site: Site, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    await shared_site.upload("/myfiles", {"hello.txt": "hello\n"})
    planted = await shared_site.run(f"ln -s {outside} planted", Filesystem(mount="/cfs"))
    assert planted.state is ProcessState.SUCCESS, await shared_site.errors_of(planted)
    process = await shared_site.run("true", directory("/myfiles", "/planted/deep"))
    assert {"stage: stage-in", "code: files_failed"} <= {*process.errors}
    assert list(outside.iterdir()) == []


async def test_a_sync_brings_files_to_later_processes(shared_site: Site) -> None:
    await shared_site.upload("/myfiles", {"deep/hello.txt": "hello\n"})
    synced = await shared_site.sync(directory("/myfiles", "/myfiles"))
    assert synced.state is ProcessState.SUCCESS, await shared_site.errors_of(synced)
    assert await whole_log(shared_site.client, synced.process_id) == "colony: stage-in: 1 file, 6 B of /myfiles\n"
    read = await shared_site.run("cat myfiles/deep/hello.txt", Filesystem(mount="/cfs"))
    assert await whole_log(shared_site.client, read.process_id) == "hello\n"


async def test_a_sync_where_every_process_has_its_own_files_says_so(site: Site) -> None:
    await site.upload("/src", {"main.sh": "echo hi\n"})
    snapshot = await site.catalogue.create_snapshot("/src", "first")
    mounted = SnapshotMount(snapshot_id=snapshot.snapshot_id, label="/src", dir="/src")
    synced = await site.sync(Filesystem(mount="/cfs", snapshots=[mounted]))
    assert synced.state is ProcessState.SUCCESS, await site.errors_of(synced)
    assert "EXECUTOR_FS_SHARED is not set" in await whole_log(site.client, synced.process_id)
    await site.until_nothing_is_left()
    assert [found.name for found in await site.catalogue.snapshots()] == ["first"]


async def test_a_program_of_another_user_may_change_what_was_brought(site: Site) -> None:
    await site.upload("/work", {"deep/a.txt": "a\n"})
    script = "echo more >> work/deep/a.txt && echo new > work/deep/b.txt"
    process = await site.run(script, directory("/work", "/work"), kwargs={"user": "1234:1234"})
    assert process.state is ProcessState.SUCCESS, await site.errors_of(process)
    assert await site.download("/work") == {"deep/a.txt": "a\nmore\n", "deep/b.txt": "new\n"}
    await site.until_nothing_is_left()


async def test_results_survive_an_executor_that_is_killed(site: Site) -> None:
    await site.upload("/work", {"a.txt": "a\n"})
    script = 'cd "$COLONIES_FS_DIR" && echo started && sleep 3 && cp work/a.txt work/b.txt'
    spec = specification(site.colony, "sh", "-c", script, fs=directory("/work", "/work"))
    process_id = (await site.client.submit(spec)).process_id
    await until_logged(site.client, process_id, "started")
    site.executor.kill()
    site.executor.start()
    process = await until_final(site.client, process_id, 60)
    assert process.state is ProcessState.SUCCESS, await site.errors_of(process)
    assert await site.download("/work") == {"a.txt": "a\n", "b.txt": "a\n"}
    tree = await read_remote_tree(site.catalogue, "/work")
    assert len(await site.catalogue.revisions(tree.files["b.txt"].label, "b.txt")) == 1


async def test_an_executor_without_a_store_says_so(server: RunningServer, tmp_path: Path) -> None:
    colony = server.new_colony()
    with RunningExecutor(tmp_path, colony, "process"):
        async with colony.client() as client:
            spec = specification(colony, "true", fs=directory("/work", "/work"))
            process = await until_final(client, (await client.submit(spec)).process_id)
    assert {"stage: stage-in", "code: no_store"} <= {*process.errors}
