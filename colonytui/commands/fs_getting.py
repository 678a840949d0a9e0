"""One file out of the colony."""

from __future__ import annotations

import asyncio
from pathlib import Path

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.checksums import ChecksumCache
from colonysdk.files.contained import ContainedDirectory
from colonysdk.files.download import Content, download_file, verifiable
from colonysdk.files.errors import InvalidPlace
from colonysdk.files.labels import check_file_name
from colonysdk.files.local_tree import LocalFile
from colonysdk.files.plan import Change, Step, SyncPlan
from colonysdk.files.progress import Advance
from colonysdk.files.remote_tree import RemoteFile
from colonysdk.files.stores.base import Store
from colonysdk.objects import File
from colonytui.commands.fs_access import find_file, store_of
from colonytui.commands.fs_confirmation import Consent
from colonytui.commands.fs_plan import progress_bar
from colonytui.commands.running import Invocation


async def get_file(invocation: Invocation, directory: Path, wanted: tuple[str, str, str], consent: Consent) -> None:
    """Download the newest revision of a file (id, or label and name) into a directory, and print its path."""
    catalogue, output = FileCatalogue(invocation.client), invocation.output
    file = (await find_file(catalogue, *wanted))[0]
    store = await store_of(invocation, catalogue)
    root = directory.resolve()
    here = _present(root, file.name)
    if here is not None and await asyncio.to_thread(_has_content, root, here, file):
        output.say("the file is there already")
    elif here is None or consent.is_given(output, f"Replace {root / file.name}, which has other content?"):
        await _download(invocation, root, file, here, store)
    else:
        return
    if output.as_json:
        output.json({"path": str(root / file.name), "fileid": file.file_id})
    else:
        output.line(str(root / file.name))


async def _download(invocation: Invocation, root: Path, file: File, here: LocalFile | None, store: Store) -> None:
    content = Content(file.ref.s3_object.object, file.size, verifiable(file.checksum.lower()))
    remote = RemoteFile(file.name, file.label, file.name, file.size, file.checksum, content.object_name)
    step = Step(Change.DOWNLOAD, file.name, here, remote)
    with progress_bar(invocation.output, SyncPlan([step])) as progress:

        def on_bytes(count: int) -> None:
            progress(Advance(step.change, step.path, count))

        await asyncio.to_thread(
            download_file, ContainedDirectory(root), file.name, content, store, on_bytes, replacing=here
        )


def _present(root: Path, name: str) -> LocalFile | None:
    try:
        check_file_name(name)
    except ValueError as error:
        raise InvalidPlace(str(error)) from None
    try:
        return LocalFile.of(name, (root / name).lstat())
    except OSError:
        return None


def _has_content(root: Path, here: LocalFile, file: File) -> bool:
    if here.size != file.size:
        return False
    try:
        return ChecksumCache(root, None).checksum(here) == file.checksum.lower()
    except OSError:
        return False
