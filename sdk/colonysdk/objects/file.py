"""Files of a colony: the server holds what describes them, a store elsewhere holds their bytes."""

from pydantic import Field

from colonysdk.objects.wire import Int64, Timestamp, WireModel

CHECKSUM_ALGORITHM = "SHA256"
"""wire: how the algorithm of every checksum is spelled; the checksum itself is in lower-case hex."""


class S3Object(WireModel):
    """Where the bytes of a file lie.

    wire: clients name the server as host and port, or as "host:port" with port -1. Keys are never handed out.
    """

    server: str = ""
    port: Int64 = 0
    tls: bool = False
    access_key: str = ""
    secret_key: str = ""
    region: str = ""
    encryption_key: str = ""
    encryption_alg: str = ""
    object: str = ""
    bucket: str = ""


class Reference(WireModel):
    """How to get the bytes of a file."""

    protocol: str = ""
    s3_object: S3Object = Field(default_factory=S3Object)


class File(WireModel):
    """One revision of a file, which is known by its label and name; the highest `sequence_nr` is the newest."""

    file_id: str = ""
    colony_name: str = ""
    label: str = ""
    name: str = ""
    size: Int64 = 0
    sequence_nr: Int64 = 0
    checksum: str = ""
    checksum_alg: str = ""
    ref: Reference = Field(default_factory=Reference)
    added: Timestamp = None


class FileData(WireModel):
    """The newest revision of a file, as listings of a label have it; `s3_filename` is its object in the store."""

    name: str = ""
    checksum: str = ""
    size: Int64 = 0
    s3_filename: str = ""


class Label(WireModel):
    """A place for files, such as "/models/small"; `files` counts their revisions."""

    name: str = ""
    files: Int64 = 0
