"""Removing files, labels, and what nothing refers to any more."""

from __future__ import annotations

from datetime import timedelta

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.collecting import Collected, discard, find_unused
from colonysdk.files.removal import files_at, remove_file, remove_files, remove_revision
from colonysdk.units import format_bytes, parse_duration
from colonytui.commands.errors import Misuse
from colonytui.commands.fs_access import find_file, parse_label, store_of
from colonytui.commands.fs_confirmation import Consent
from colonytui.commands.running import Invocation
from colonytui.commands.table import Table


async def remove_one(invocation: Invocation, wanted: tuple[str, str, str], consent: Consent) -> None:
    """Remove the revision of an id, or every revision of a label and name."""
    catalogue, output = FileCatalogue(invocation.client), invocation.output
    revisions = await find_file(catalogue, *wanted)
    newest, by_id = revisions[0], bool(wanted[0])
    path = f"{newest.label.rstrip('/')}/{newest.name}"
    count = "this revision" if by_id else _counted(len(revisions), "revision")
    output.say(f"{path}: {count} to remove")
    is_done = consent.is_given(output, f"Remove {path}?")
    if is_done:
        store = await store_of(invocation, catalogue)
        if by_id:
            await remove_revision(catalogue, store, newest)
        else:
            await remove_file(catalogue, store, newest.label, newest.name)
        output.say("removed")
    if output.as_json:
        output.json({"done": is_done, "removed": [revision.file_id for revision in revisions]})


async def remove_label(invocation: Invocation, label: str, consent: Consent) -> None:
    """Remove every file at and below a label; raises Misuse when there is none."""
    catalogue, output = FileCatalogue(invocation.client), invocation.output
    place = parse_label(label)
    files = await files_at(catalogue, place)
    if not files:
        raise Misuse(f"there are no files at or below the label {place}; see: colony-tui fs label ls")
    paths = [f"{where.rstrip('/')}/{name}" for where, name in files]
    if not output.as_json:
        output.tables([Table("", ["File"], [[path] for path in paths])])
    output.say(f"{_counted(len(files), 'file')} to remove, with all revisions")
    is_done = consent.is_given(output, f"Remove everything at and below {place}?")
    if is_done:
        await remove_files(catalogue, await store_of(invocation, catalogue), files)
        output.say("removed")
    if output.as_json:
        output.json({"done": is_done, "files": paths})


async def collect_objects(invocation: Invocation, older_than: str, consent: Consent) -> None:
    """Free the space of objects that no revision refers to."""
    catalogue, output = FileCatalogue(invocation.client), invocation.output
    store = await store_of(invocation, catalogue)
    unused = await find_unused(catalogue, store, older_than=_age(older_than))
    size = sum(stored.size for stored in unused)
    output.say(f"{store.name}: {_counted(len(unused), 'object')} in no use, {format_bytes(size)}")
    done = Collected(0, 0)
    is_done = bool(unused) and consent.is_given(output, "Remove them?")
    if is_done:
        done = await discard(store, unused)
        output.say(f"freed {format_bytes(done.bytes)} of {_counted(done.objects, 'object')}")
        if done.objects < len(unused):
            output.say(f"{len(unused) - done.objects} stay, because other programs put them there")
    if output.as_json:
        output.json({"done": is_done, "found": len(unused), "removed": done.objects, "freedbytes": done.bytes})


def _age(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise Misuse(f"--older-than: {error}") from None


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
