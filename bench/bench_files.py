"""Speed and memory of files: one large and many small ones up and down, next to plain S3 clients in the same run.

`--store directory|s3` chooses the store (s3 starts a server of its own, as root), `--large MIB` and `--small N` the
amounts. The plain clients are boto3's transfers and, where it is installed, `aws s3 sync`.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.plain_s3 import AWS_COPY, aws_sync, boto3_down, boto3_up
from colonysdk.client import ColonyClient
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.plan import Keep
from colonysdk.files.stores.choosing import open_store
from colonysdk.files.syncing import Sync
from colonysdk.identity import Identity
from colonysdk.settings import StoreSettings
from tests.support.s3 import S3Server, settings_of
from tests.support.server import RunningServer

MIB = 2**20
SMALL_BYTES = 1024


def main() -> None:
    """Print one line for each transfer."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--store", choices=["directory", "s3"], default="directory")
    arguments.add_argument("--large", type=int, default=2048, help="MiB of the large file")
    arguments.add_argument("--small", type=int, default=20_000, help="how many small files")
    wanted = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name, RunningServer(Path(name)) as server:
        colony = server.new_colony()
        access = {"url": colony.url, "key": colony.user.private_hex(), "colony": colony.name}
        with _settings(wanted.store, Path(name)) as (settings, variables):
            print(f"{'':34}{'s':>8}{'MiB/s':>9}{'files/s':>10}{'peak MiB':>10}")
            for title, files in (
                (f"one file of {wanted.large} MiB", {"large.bin": wanted.large * MIB}),
                (f"{wanted.small:,} files of 1 KiB", {f"{i // 100}/{i}.bin": SMALL_BYTES for i in range(wanted.small)}),
            ):
                print(title)
                source = Path(name) / "source"
                _fill(source, files)
                label = f"/{len(files)}"
                _row("  up", files, _sync, access, settings, source, label, Keep.LOCAL)
                _row("  up again, nothing to do", files, _sync, access, settings, source, label, Keep.LOCAL)
                _row("  down", files, _sync, access, settings, Path(name) / "target", label, Keep.REMOTE)
                if variables:
                    _row("  up by boto3 alone", files, boto3_up, variables, source)
                    _row("  down by boto3 alone", files, boto3_down, variables, Path(name) / "plain", list(files))
                if variables and shutil.which("aws"):
                    _row("  up by aws s3 sync", files, aws_sync, variables, str(source), AWS_COPY)
                    _row("  down by aws s3 sync", files, aws_sync, variables, AWS_COPY, str(Path(name) / "aws"))
                for directory in ("source", "target", "plain", "aws"):
                    shutil.rmtree(Path(name) / directory, ignore_errors=True)


@contextmanager
def _settings(store: str, directory: Path) -> Iterator[tuple[StoreSettings, Mapping[str, str]]]:
    if store == "directory":
        yield StoreSettings.load(directory=directory / "store"), {}
        return
    with S3Server(directory / "s3") as server:
        yield settings_of(server.variables), server.variables


def _fill(directory: Path, files: Mapping[str, int]) -> None:
    for path, size in files.items():
        file = directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as stream:
            for _ in range(max(size // MIB, 1)):
                stream.write(os.urandom(min(size, MIB)))


def _row(title: str, files: Mapping[str, int], work: Callable[..., None], *arguments: Any) -> None:
    """Do the work in a process of its own, whose memory nothing else has touched."""
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    process = context.Process(target=_measured, args=(results, work, arguments))
    process.start()
    seconds, peak_mib = results.get()
    process.join()
    rate = sum(files.values()) / MIB / seconds
    print(f"{title:34}{seconds:>8.1f}{rate:>9.0f}{len(files) / seconds:>10.0f}{peak_mib:>10.0f}")


def _measured(results: Any, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    begin = time.perf_counter()
    work(*arguments)
    seconds = time.perf_counter() - begin
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    results.put((seconds, peak / 1024))


def _sync(access: Mapping[str, str], settings: StoreSettings, directory: Path, label: str, keep: Keep) -> None:
    async def run() -> None:
        identity = Identity.from_hex(access["key"])
        async with ColonyClient(access["url"], identity, access["colony"]) as client:
            catalogue = FileCatalogue(client)
            store = await open_store(settings, catalogue, access["colony"])
            cache = directory.with_name("checksums")
            sync = Sync(catalogue, store, directory, label, cache_directory=cache)
            await sync.apply(await sync.plan(keep))

    asyncio.run(run())


if __name__ == "__main__":
    main()
