"""Lists of files, and everything about one."""

from __future__ import annotations

from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.labels import ROOT
from colonysdk.files.parallel import for_all
from colonysdk.objects import File, FileData, Label
from colonysdk.units import format_bytes
from colonytui.commands.fs_access import find_file, parse_label
from colonytui.commands.moments import exact_moment, shown_moment
from colonytui.commands.output import Output
from colonytui.commands.running import Invocation
from colonytui.commands.table import Table

_SHORT_CHECKSUM = 12


async def list_files(invocation: Invocation, label: str, *, in_full: bool) -> None:
    """Print the files of a label and the labels below it; of the root when none is given."""
    catalogue, output = FileCatalogue(invocation.client), invocation.output
    place = parse_label(label or ROOT)
    listed = await catalogue.files_in(place)
    revisions = await _revisions(catalogue, place, listed) if in_full else {}
    if output.as_json:
        output.json([found[0] for found in revisions.values() if found] if in_full else listed)
        return
    inner = [one for one in await catalogue.labels_at(place) if one.name != place]
    files = _full_table(output, revisions) if in_full else _table(output, listed)
    tables = [files, label_table(inner)] if inner else [files]
    output.tables(tables if listed or not inner else tables[1:])


async def show_file(invocation: Invocation, file_id: str, label: str, name: str) -> None:
    """Print everything about a file and its revisions."""
    revisions = await find_file(FileCatalogue(invocation.client), file_id, label, name)
    newest, output = revisions[0], invocation.output
    if output.as_json:
        output.json(newest)
        return
    rows = [[file.file_id, exact_moment(file.added), format_bytes(file.size), file.checksum] for file in revisions]
    tables = [_facts(newest)]
    if len(revisions) > 1:
        tables.append(Table("Revisions", ["FileId", "Added", "Size", "Checksum"], rows))
    output.tables(tables)


def label_table(labels: list[Label]) -> Table:
    """Labels, and how many revisions each of them holds."""
    rows = [[label.name, str(label.files)] for label in labels]
    return Table("Labels", ["Label", "Files"], rows, when_empty="No labels.")


async def _revisions(catalogue: FileCatalogue, label: str, listed: list[FileData]) -> dict[str, list[File]]:
    found: dict[str, list[File]] = {file.name: [] for file in listed}

    async def find(name: str) -> None:
        found[name] = await catalogue.revisions(label, name)

    await for_all(list(found), find, path_of=lambda name: name)
    return found


def _table(output: Output, listed: list[FileData]) -> Table:
    digits = _SHORT_CHECKSUM if output.is_terminal else None
    rows = [[file.name, format_bytes(file.size), file.checksum[:digits]] for file in listed]
    return Table("Files", ["Filename", "Size", "Checksum"], rows, when_empty="No files.")


def _full_table(output: Output, revisions: dict[str, list[File]]) -> Table:
    rows = [
        [
            found[0].name,
            format_bytes(found[0].size),
            found[0].file_id,
            shown_moment(found[0].added, is_terminal=output.is_terminal),
            str(len(found)),
        ]
        for found in revisions.values()
        if found
    ]
    return Table("Files", ["Filename", "Size", "Latest Id", "Added", "Revisions"], rows, when_empty="No files.")


def _facts(file: File) -> Table:
    place = file.ref.s3_object
    server = f"{place.server}:{place.port}" if place.port > 0 else place.server
    facts = [
        ("Filename", file.name),
        ("FileId", file.file_id),
        ("Added", exact_moment(file.added)),
        ("Sequence number", str(file.sequence_nr)),
        ("Label", file.label),
        ("Colony", file.colony_name),
        ("Size", f"{format_bytes(file.size)} ({file.size} bytes)"),
        ("Checksum", file.checksum),
        ("Checksum algorithm", file.checksum_alg),
        ("Protocol", file.ref.protocol),
        ("Server", server),
        ("TLS", "yes" if place.tls else "no"),
        ("Region", place.region),
        ("Bucket", place.bucket),
        ("Object", place.object),
        ("Encryption algorithm", place.encryption_alg),
    ]
    return Table(file.name, (), [fact for fact in facts if fact[1]])
