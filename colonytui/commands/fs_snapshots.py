"""Snapshots: made, shown and removed."""

from __future__ import annotations

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.snapshots import snapshot_files
from colonysdk.objects import Snapshot
from colonysdk.units import format_bytes
from colonytui.commands.errors import Misuse
from colonytui.commands.fs_access import parse_label
from colonytui.commands.fs_confirmation import Consent
from colonytui.commands.moments import exact_moment, shown_moment
from colonytui.commands.running import Invocation
from colonytui.commands.table import Table

_HEADINGS = ("Name", "SnapshotId", "Label", "Files", "Added")


async def create_snapshot(invocation: Invocation, label: str, name: str) -> None:
    """Keep what a label and those below it hold now, and print the id."""
    made = await FileCatalogue(invocation.client).create_snapshot(parse_label(label), name)
    if invocation.output.as_json:
        invocation.output.json(made)
    else:
        invocation.output.line(made.snapshot_id)
        invocation.output.say(f"snapshot {made.name} holds {len(made.file_ids or [])} files of {made.label}")


async def list_snapshots(invocation: Invocation) -> None:
    """Print the snapshots, newest first."""
    found, output = await FileCatalogue(invocation.client).snapshots(), invocation.output
    if output.as_json:
        output.json(found)
        return
    rows = [
        [
            one.name,
            one.snapshot_id,
            one.label,
            str(len(one.file_ids or [])),
            shown_moment(one.added, is_terminal=output.is_terminal),
        ]
        for one in found
    ]
    output.tables([Table("Snapshots", _HEADINGS, rows, when_empty="No snapshots.")])


async def show_snapshot(invocation: Invocation, snapshot_id: str, name: str) -> None:
    """Print a snapshot and its files."""
    found, output = await find_snapshot(invocation, snapshot_id, name), invocation.output
    if output.as_json:
        output.json(found)
        return
    files = await snapshot_files(FileCatalogue(invocation.client), found)
    facts = [
        ("SnapshotId", found.snapshot_id),
        ("Name", found.name),
        ("Label", found.label),
        ("Colony", found.colony_name),
        ("Added", exact_moment(found.added)),
    ]
    rows = [
        [f"{file.label.rstrip('/')}/{file.name}", format_bytes(file.size), file.file_id, exact_moment(file.added)]
        for file in files
    ]
    output.tables([Table(found.name, (), facts), Table("Files", ["Filename", "Size", "FileId", "Added"], rows)])


async def find_snapshot(invocation: Invocation, snapshot_id: str, name: str) -> Snapshot:
    """The snapshot of an id or of a name; raises Misuse without either."""
    _require_either(snapshot_id, name)
    return await FileCatalogue(invocation.client).snapshot(snapshot_id=snapshot_id, name=name)


async def remove_snapshot(invocation: Invocation, snapshot_id: str, name: str) -> None:
    """Remove a snapshot, which must be there."""
    found = await find_snapshot(invocation, snapshot_id, name)
    await FileCatalogue(invocation.client).remove_snapshot(snapshot_id=found.snapshot_id)
    invocation.output.say(f"snapshot {found.name} is removed, its files stay")


async def remove_all_snapshots(invocation: Invocation, consent: Consent) -> None:
    """Remove every snapshot."""
    catalogue, output = FileCatalogue(invocation.client), invocation.output
    found = await catalogue.snapshots()
    output.say(f"{len(found)} snapshots to remove")
    is_done = bool(found) and consent.is_given(output, "Remove all snapshots?")
    if is_done:
        await catalogue.remove_all_snapshots()
        output.say("removed, their files stay")
    if output.as_json:
        output.json({"done": is_done, "snapshots": [one.name for one in found]})


def _require_either(snapshot_id: str, name: str) -> None:
    if not snapshot_id and not name:
        raise Misuse("which snapshot? give --snapshotid or --snapshotname")
