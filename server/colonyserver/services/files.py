"""Files: what the colony knows about them. Their bytes lie in a store that only the clients talk to."""

from sqlalchemy import Connection

from colonysdk.files.labels import check_characters, check_file_name, normalise_label
from colonysdk.objects import CHECKSUM_ALGORITHM, File, Label, Reference, S3Object
from colonyserver.clock import Clock
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.services.names import check_text
from colonyserver.services.submission import new_process_id
from colonyserver.storage import files, labels, snapshots
from colonyserver.storage.database import Database
from colonyserver.storage.guards import existing_colonies
from colonyserver.storage.times import to_datetime

MAX_NAMES_IN_A_LABEL = 100_000
MAX_LABELS = 100_000
MAX_REVISIONS = 10_000
_LONGEST_OBJECT_NAME = 1024
_DEFAULT_PROTOCOL = "s3"


class FileService:
    """Adds, finds, lists and removes revisions of files."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, file: File) -> File:
        """Add a revision, which becomes the newest of its label and name.

        The keys of the store that clients send along are not kept. Raises Invalid, Forbidden when the colony is gone.
        """
        now = self._clock.now()
        stored = _checked(file).model_copy(update={"file_id": new_process_id(now)})

        def unit(connection: Connection) -> int:
            # A colony may have been removed since its member was let in.
            if not existing_colonies(connection, {stored.colony_name}):
                raise Forbidden(f"Colony with name <{stored.colony_name}> does not exists")
            added = files.add_revision(connection, stored, now)
            if added.names > MAX_NAMES_IN_A_LABEL:
                raise Invalid(
                    f"The label <{stored.label}> holds {MAX_NAMES_IN_A_LABEL} files already, use labels below it"
                )
            return added.sequence

        sequence = await self._database.write(unit)
        return stored.model_copy(update={"sequence_nr": sequence, "added": to_datetime(now)})

    async def find(self, colony_name: str, file_id: str) -> File:
        """The revision of an id; raises NotFound (wire: 400)."""
        found = await self._database.read(lambda connection: files.find_revision(connection, colony_name, file_id))
        if found is None:
            raise NotFound("Failed to get file", status=400)
        return found

    async def revisions(self, colony_name: str, label: str, name: str, *, only_latest: bool) -> list[File]:
        """The revisions of a file, newest first; raises NotFound when there is none."""
        limit = 1 if only_latest else MAX_REVISIONS
        place = _label(label)
        found = await self._database.read(
            lambda connection: files.list_revisions(connection, colony_name, place, name, limit=limit)
        )
        if not found:
            raise NotFound("Failed to get file")
        return found

    async def in_label_json(self, colony_name: str, label: str) -> bytes:
        """The newest revision of every file directly in a label, by name, as the JSON of FileData objects."""
        place = _label(label)
        return await self._database.read(
            lambda connection: files.newest_in_label_json(connection, colony_name, place, limit=MAX_NAMES_IN_A_LABEL)
        )

    async def labels(self, colony_name: str, name: str, *, exact: bool) -> list[Label]:
        """Labels by name: with `exact` the one of that name and those below it, else all that begin so."""
        if exact and name:
            place = _label(name)
            return await self._database.read(
                lambda connection: labels.labels_at(connection, colony_name, place, limit=MAX_LABELS)
            )
        start = f"/{name.lstrip('/')}"
        return await self._database.read(
            lambda connection: labels.labels_beginning_with(connection, colony_name, start, limit=MAX_LABELS)
        )

    async def remove_revision(self, colony_name: str, file_id: str) -> None:
        """Remove one revision, if it is there; raises Conflict while a snapshot refers to it."""

        def unit(connection: Connection) -> None:
            found = files.find_revision(connection, colony_name, file_id)
            if found is None:
                return
            labels.lock_label(connection, colony_name, found.label)
            _refuse_held(found.name, snapshots.snapshot_holding_file(connection, colony_name, file_id))
            files.remove_revision(connection, found)

        await self._database.write(unit)

    async def remove_name(self, colony_name: str, label: str, name: str) -> None:
        """Remove all revisions of a file, if there are any; raises Conflict while a snapshot refers to one of them."""
        place = _label(label)

        def unit(connection: Connection) -> None:
            labels.lock_label(connection, colony_name, place)
            _refuse_held(name, snapshots.snapshot_holding_name(connection, colony_name, place, name))
            files.remove_name(connection, colony_name, place, name)

        await self._database.write(unit)


def _checked(file: File) -> File:
    """A file as it is stored: its label normalised, its reference without keys and without what we do not know."""
    label = _label(file.label)
    try:
        check_file_name(file.name)
        check_characters(file.ref.s3_object.object, "object name")
    except ValueError as error:
        raise _invalid(error) from None
    if file.size < 0:
        raise Invalid("The size of the file is negative")
    place = file.ref.s3_object
    if len(place.object) > _LONGEST_OBJECT_NAME:
        raise Invalid(f"The object name is longer than {_LONGEST_OBJECT_NAME} characters")
    _check_texts(file)
    known = {name: getattr(place, name) for name in S3Object.model_fields}
    kept = S3Object(**{**known, "access_key": "", "secret_key": ""})
    return File(
        colony_name=file.colony_name,
        label=label,
        name=file.name,
        size=file.size,
        checksum=file.checksum,
        checksum_alg=file.checksum_alg or CHECKSUM_ALGORITHM,
        ref=Reference(protocol=file.ref.protocol or _DEFAULT_PROTOCOL, s3_object=kept),
    )


def _check_texts(file: File) -> None:
    place = file.ref.s3_object
    check_text(file.checksum, "checksum")
    check_text(file.checksum_alg, "name of the checksum's algorithm")
    check_text(file.ref.protocol, "protocol of the reference")
    check_text(place.server, "server of the reference")
    check_text(place.region, "region of the reference")
    check_text(place.bucket, "bucket of the reference")
    check_text(place.encryption_key, "encryption key of the reference")
    check_text(place.encryption_alg, "encryption algorithm of the reference")


def _label(text: str) -> str:
    try:
        return normalise_label(text)
    except ValueError as error:
        raise _invalid(error) from None


def _invalid(error: ValueError) -> Invalid:
    sentence = str(error)
    return Invalid(sentence[:1].upper() + sentence[1:])


def _refuse_held(name: str, snapshot_name: str | None) -> None:
    if snapshot_name is not None:
        raise Conflict(f"File <{name}> is part of the snapshot <{snapshot_name}>, remove that snapshot before the file")
