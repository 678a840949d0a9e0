"""What a colony's server knows about files, as calls with types."""

from colonysdk import messages
from colonysdk.client import ColonyClient
from colonysdk.errors import Refused
from colonysdk.files.labels import below, is_at_or_below
from colonysdk.objects import CHECKSUM_ALGORITHM, File, FileData, Label, Reference, Snapshot

_NO_SUCH_FILE = (400, 404)


class FileCatalogue:
    """The files, labels and snapshots of one colony; every method raises Unreachable and Refused."""

    def __init__(self, client: ColonyClient) -> None:
        self._client = client
        self._colony = client.colony_name

    async def labels(self) -> list[Label]:
        """Every label, by name."""
        found = await self._client.send(messages.GetFileLabels(colony_name=self._colony))
        return sorted(found, key=lambda label: label.name)

    async def labels_at(self, label: str) -> list[Label]:
        """A label and those below it, by name."""
        found = await self._client.send(messages.GetFileLabels(colony_name=self._colony, name=label, exact=True))
        if not found:
            # wire: the reference says nothing about the labels below one that holds no file itself.
            found = await self._client.send(messages.GetFileLabels(colony_name=self._colony, name=below(label)))
        return sorted((one for one in found if is_at_or_below(one.name, label)), key=lambda one: one.name)

    async def files_in(self, label: str) -> list[FileData]:
        """The newest revision of every file directly in a label, by name."""
        found = await self._client.send(messages.GetFiles(colony_name=self._colony, label=label))
        return sorted(found, key=lambda file: file.name)

    async def revisions(self, label: str, name: str) -> list[File]:
        """The revisions of a file, newest first; none when it is not there."""
        message = messages.GetFile(colony_name=self._colony, label=label, name=name)
        return await self._found(message)

    async def revision(self, file_id: str) -> File | None:
        """The revision of an id."""
        found = await self._found(messages.GetFile(colony_name=self._colony, file_id=file_id))
        return found[0] if found else None

    async def add(self, label: str, name: str, *, size: int, checksum: str, reference: Reference) -> File:
        """Add a revision whose bytes are in the store."""
        file = File(
            colony_name=self._colony,
            label=label,
            name=name,
            size=size,
            checksum=checksum,
            checksum_alg=CHECKSUM_ALGORITHM,
            ref=reference,
        )
        return await self._client.send(messages.AddFile(file=file))

    async def remove_revision(self, file_id: str) -> None:
        """Remove one revision."""
        await self._client.send(messages.RemoveFile(colony_name=self._colony, file_id=file_id))

    async def remove_name(self, label: str, name: str) -> None:
        """Remove every revision of a file."""
        await self._client.send(messages.RemoveFile(colony_name=self._colony, label=label, name=name))

    async def create_snapshot(self, label: str, name: str) -> Snapshot:
        """Keep the newest revisions at and below a label under a name."""
        made = await self._client.send(messages.CreateSnapshot(colony_name=self._colony, label=label, name=name))
        # wire: the reference's reply names no files.
        return made if made.file_ids else await self.snapshot(snapshot_id=made.snapshot_id)

    async def snapshot(self, *, snapshot_id: str = "", name: str = "") -> Snapshot:
        """The snapshot of an id or of a name."""
        return await self._client.send(
            messages.GetSnapshot(colony_name=self._colony, snapshot_id=snapshot_id, name=name)
        )

    async def snapshots(self) -> list[Snapshot]:
        """Every snapshot, newest first."""
        return await self._client.send(messages.GetSnapshots(colony_name=self._colony))

    async def remove_snapshot(self, *, snapshot_id: str = "", name: str = "") -> None:
        """Remove the snapshot of an id or of a name; its files stay."""
        await self._client.send(messages.RemoveSnapshot(colony_name=self._colony, snapshot_id=snapshot_id, name=name))

    async def remove_all_snapshots(self) -> None:
        """Remove every snapshot."""
        await self._client.send(messages.RemoveAllSnapshots(colony_name=self._colony))

    async def colony_id(self) -> str:
        """The colony's own id, which no other colony has."""
        return (await self._client.send(messages.GetColony(colony_name=self._colony))).colony_id

    async def _found(self, message: messages.GetFile) -> list[File]:
        try:
            return await self._client.send(message)
        except Refused as refusal:
            if refusal.status in _NO_SUCH_FILE and refusal.message.endswith("Failed to get file"):
                return []
            raise
