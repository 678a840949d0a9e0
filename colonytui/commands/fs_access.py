"""How the fs commands get at files: the colony's catalogue, the store, labels as people write them."""

from __future__ import annotations

import json
from pathlib import Path

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.errors import InvalidPlace
from colonysdk.files.labels import normalise_label
from colonysdk.files.local_tree import LABEL_FILE
from colonysdk.files.stores.base import Store
from colonysdk.files.stores.choosing import open_store
from colonysdk.objects import File
from colonysdk.settings import StoreSettings
from colonytui.commands.errors import Misuse
from colonytui.commands.running import Invocation

_LONGEST_LABEL_FILE = 65_536


async def store_of(invocation: Invocation, catalogue: FileCatalogue) -> Store:
    """Open the store that the settings name; the local colony has one of its own where none is named."""
    local = invocation.session.local
    fallback = local.directory.files if local is not None else None
    return await open_store(StoreSettings.load(), catalogue, invocation.session.colony_name, fallback=fallback)


def parse_label(text: str) -> str:
    """The label that somebody wrote; raises InvalidPlace."""
    try:
        return normalise_label(text)
    except ValueError as error:
        raise InvalidPlace(str(error)) from None


def label_of_directory(text: str, directory: Path) -> str:
    """The label that somebody wrote, else the one that the reference's client noted in the directory."""
    return parse_label(text or _noted_label(directory))


async def find_file(catalogue: FileCatalogue, file_id: str, label: str, name: str) -> list[File]:
    """The revision of an id, or those of a label and name, newest first; raises Misuse when there is none."""
    if file_id:
        found = await catalogue.revision(file_id)
        revisions = [] if found is None else [found]
    elif label and name:
        revisions = await catalogue.revisions(parse_label(label), name)
    else:
        raise Misuse("which file? give --fileid, or --label and --name")
    if not revisions:
        wanted = file_id or f"{label.rstrip('/')}/{name}"
        raise Misuse(f"there is no file {wanted}; see: colony-tui fs ls")
    return revisions


def _noted_label(directory: Path) -> str:
    """wire: .cfs holds JSON such as {"label":"/models"}."""
    try:
        with (directory / LABEL_FILE).open("rb") as file:
            noted = json.loads(file.read(_LONGEST_LABEL_FILE))
    except (OSError, ValueError):
        noted = None
    if isinstance(noted, dict) and isinstance(noted.get("label"), str):
        return str(noted["label"])
    raise Misuse("which label? give --label, such as --label /models")
