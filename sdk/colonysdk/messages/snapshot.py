"""Messages about snapshots of files."""

from colonysdk.messages.base import Message
from colonysdk.objects import Snapshot


class CreateSnapshot(Message[Snapshot], payload="createsnapshotmsg"):
    """Keep the newest revisions of a label and of those below it under a name."""

    colony_name: str = ""
    label: str = ""
    name: str = ""


class GetSnapshot(Message[Snapshot], payload="getsnapshotmsg"):
    """Look a snapshot up by its id or its name."""

    colony_name: str = ""
    snapshot_id: str = ""
    name: str = ""


class GetSnapshots(Message[list[Snapshot]], payload="getsnapshotsmsg"):
    """List a colony's snapshots, newest first."""

    colony_name: str = ""


class RemoveSnapshot(Message[None], payload="removesnapshotmsg"):
    """Remove a snapshot by its id or its name; its files stay."""

    colony_name: str = ""
    snapshot_id: str = ""
    name: str = ""


class RemoveAllSnapshots(Message[None], payload="removeallsnapshotmsg"):
    """Remove every snapshot of a colony (wire: the payload type is in the singular)."""

    colony_name: str = ""
