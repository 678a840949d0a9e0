"""Snapshots: the files of a label as they were at one moment."""

from colonysdk.objects.wire import Timestamp, WireModel


class Snapshot(WireModel):
    """The newest revisions below a label when it was made; later uploads do not change it."""

    snapshot_id: str = ""
    colony_name: str = ""
    label: str = ""
    name: str = ""
    file_ids: list[str] | None = None
    added: Timestamp = None
