"""Messages about files; their bytes never pass the server."""

from colonysdk.messages.base import Message
from colonysdk.objects import File, FileData, Label


class AddFile(Message[File], payload="addfilemsg"):
    """Add a revision of a file; the server gives it its id, its sequence number and its time."""

    file: File


class GetFile(Message[list[File]], payload="getfilemsg"):
    """Look a revision up by its id, or those of a label and a name: all of them newest first, or the latest only."""

    colony_name: str = ""
    file_id: str = ""
    label: str = ""
    name: str = ""
    latest: bool = False


class GetFiles(Message[list[FileData]], payload="getfilesmsg"):
    """List the newest revision of every file directly in a label."""

    colony_name: str = ""
    label: str = ""


class GetFileLabels(Message[list[Label]], payload="getfilelabelsmsg"):
    """List labels: all without a name, with `exact` the one of that name and those below it, else all that begin so."""

    colony_name: str = ""
    name: str = ""
    exact: bool = False


class RemoveFile(Message[None], payload="removefilemsg"):
    """Remove the revision of an id, or all of a label and a name."""

    colony_name: str = ""
    file_id: str = ""
    label: str = ""
    name: str = ""
