"""An executor that is not root, and containers that leave files of root, closed to everybody else."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.remote_tree import read_remote_tree
from colonysdk.objects import ConflictRule, ConflictRules, Filesystem, ProcessState, SyncDirMount
from tests.integration.executors.program import RunningExecutor, specification, until_final, whole_log
from tests.integration.executors.site import until
from tests.support.server import running_server

NOBODY = 65534
SOCKET = Path("/var/run/docker.sock")
RULES = ConflictRules(on_start=ConflictRule(keep_local=False), on_close=ConflictRule(keep_local=True))


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory that an unprivileged user can get to, which those of pytest are not."""
    path = Path(tempfile.mkdtemp(prefix="colony-unprivileged-"))
    give_away(path)
    yield path
    shutil.rmtree(path)


def give_away(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)


def unprivileged() -> list[str]:
    """What starts a program as nobody, who may use Docker and read where the program is installed, wherever that is."""
    if os.geteuid() != 0:
        return []
    read = "dac_read_search"
    groups = str(SOCKET.stat().st_gid)
    user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", f"--groups={groups}"]
    return [
        "setpriv",
        *user,
        f"--inh-caps=-all,+{read}",
        f"--ambient-caps=-all,+{read}",
        f"--bounding-set=-all,+{read}",
    ]


@pytest.mark.docker
async def test_results_are_published_and_nothing_is_left(directory: Path, tmp_path: Path) -> None:
    dirs = [SyncDirMount(label="/out", dir="/out", on_conflicts=RULES)]
    script = (
        "mkdir -p /cfs/out/deep /cfs/other/deep; echo x >/cfs/out/deep/x; touch /cfs/other/deep/y; chmod -R go= /cfs/*"
    )
    with running_server(tmp_path) as server:
        colony = server.new_colony()
        colony.owner.write(directory / "colony.key")
        give_away(directory / "colony.key")
        environment = {"COLONY_FILES_DIR": str(directory / "store"), "HOME": str(directory)}
        with RunningExecutor(directory, colony, "docker", environment=environment, run_by=unprivileged()) as executor:
            async with colony.client() as client:
                spec = specification(colony, "sh", "-c", script, fs=Filesystem(mount="/cfs", dirs=dirs))
                process_id = (await client.submit(spec)).process_id
                process = await until_final(client, process_id, 60)
                assert process.state is ProcessState.SUCCESS, [*process.errors, await whole_log(client, process_id)]
                assert list((await read_remote_tree(FileCatalogue(client), "/out")).files) == ["deep/x"]
            files = executor.directory / "state" / "files"
            await until(lambda: list(files.iterdir()) == [])
