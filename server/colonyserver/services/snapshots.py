"""Snapshots: names for the newest revisions of a label, kept while files go on changing."""

from sqlalchemy import Connection

from colonysdk.files.labels import normalise_label
from colonysdk.objects import Snapshot
from colonyserver.clock import Clock
from colonyserver.errors import Conflict, Forbidden, Invalid, NotFound
from colonyserver.services.names import check_name
from colonyserver.services.submission import new_process_id
from colonyserver.storage import snapshots
from colonyserver.storage.database import Database
from colonyserver.storage.guards import existing_colonies
from colonyserver.storage.times import to_datetime

MAX_SNAPSHOTS = 10_000
MAX_FILES = 100_000


class SnapshotService:
    """Makes, finds, lists and removes snapshots."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(self, colony_name: str, label: str, name: str) -> Snapshot:
        """Keep what is newest at and below a label under a name.

        Raises Invalid, Conflict when the name is taken (wire: 500), Forbidden when the colony is gone.
        """
        check_name(name, "snapshot name")
        try:
            place = normalise_label(label)
        except ValueError as error:
            raise Invalid(f"Failed to create snapshot, {error}") from None
        now = self._clock.now()
        snapshot = Snapshot(
            snapshot_id=new_process_id(now), colony_name=colony_name, label=place, name=name, added=to_datetime(now)
        )

        def unit(connection: Connection) -> None:
            # A colony may have been removed since its member was let in.
            if not existing_colonies(connection, {colony_name}):
                raise Forbidden(f"Colony with name <{colony_name}> does not exists")
            count = snapshots.add_snapshot(connection, snapshot)
            if count is None:
                raise Conflict(f"Snapshot with name <{name}> in Colony <{colony_name}> already exists", status=500)
            if count > MAX_FILES:
                raise Invalid(
                    f"The label <{place}> holds more than {MAX_FILES} files, take snapshots of labels below it"
                )

        await self._database.write(unit)
        return await self.find(colony_name, snapshot_id=snapshot.snapshot_id)

    async def find(self, colony_name: str, *, snapshot_id: str = "", name: str = "") -> Snapshot:
        """The snapshot of an id, or without one that of a name; raises NotFound (wire: 500)."""
        _require_either(snapshot_id, name, "get")
        found = await self._database.read(
            lambda connection: snapshots.find_snapshot(connection, colony_name, snapshot_id=snapshot_id, name=name)
        )
        if found is None:
            raise NotFound("Failed to get snapshot, snapshot not found", status=500)
        return found

    async def all(self, colony_name: str) -> list[Snapshot]:
        """The snapshots of a colony, newest first."""
        return await self._database.read(
            lambda connection: snapshots.list_snapshots(connection, colony_name, limit=MAX_SNAPSHOTS)
        )

    async def remove(self, colony_name: str, *, snapshot_id: str = "", name: str = "") -> None:
        """Remove the snapshot of an id or a name, if it is there; raises Invalid (wire: 500) without either."""
        _require_either(snapshot_id, name, "remove")

        def unit(connection: Connection) -> None:
            found = snapshots.find_snapshot(connection, colony_name, snapshot_id=snapshot_id, name=name)
            if found is not None:
                snapshots.remove_snapshot(connection, found)

        await self._database.write(unit)

    async def remove_all(self, colony_name: str) -> None:
        """Remove every snapshot of a colony."""
        await self._database.write(lambda connection: snapshots.remove_snapshots(connection, colony_name))


def _require_either(snapshot_id: str, name: str, verb: str) -> None:
    if not snapshot_id and not name:
        raise Invalid(f"Failed to {verb} snapshot, give the id or the name of one", status=500)
