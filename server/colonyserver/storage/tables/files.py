"""Files, their labels, snapshots of them, and locations."""

from sqlalchemy import BigInteger, Float, Index, Integer, Text
from sqlmodel import Field, SQLModel

from colonyserver.storage.tables.partial import partial

PATH = Text().with_variant(Text(collation="C"), "postgresql")
"""Labels are searched by how they begin, which needs the order of their characters, not that of a language."""

SEQUENCE = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite numbers rows by itself only under this name of the type, which holds 64 bits there."""


class File(SQLModel, table=True):
    """One revision of a file; its bytes lie in a store that only the clients know."""

    __table_args__ = (
        Index("file_by_id", "file_id", unique=True),
        Index("file_by_name", "colony_name", "label", "name", "sequence"),
        Index("file_newest", "colony_name", "label", "name", unique=True, **partial("is_newest")),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, primary_key=True, sa_type=SEQUENCE)
    file_id: str = Field(sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    label: str = Field(sa_type=PATH)
    name: str = Field(sa_type=Text)
    is_newest: bool
    size: int = Field(sa_type=BigInteger)
    checksum: str = Field(sa_type=Text)
    checksum_alg: str = Field(sa_type=Text)
    object_name: str = Field(sa_type=Text)
    ref_json: str = Field(sa_type=Text)
    added_at: int = Field(sa_type=BigInteger)


class Label(SQLModel, table=True):
    """A label that holds files: how many revisions, and how many names they have."""

    colony_name: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=PATH)
    files: int = Field(sa_type=BigInteger)
    names: int = Field(sa_type=BigInteger)


class Snapshot(SQLModel, table=True):
    """A name for the newest revisions below a label at one moment."""

    __table_args__ = (
        Index("snapshot_by_name", "colony_name", "name", unique=True),
        Index("snapshot_by_time", "colony_name", "added_at"),
    )

    snapshot_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    label: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    added_at: int = Field(sa_type=BigInteger)


class SnapshotFile(SQLModel, table=True):
    """A revision that a snapshot refers to, and which therefore cannot be removed."""

    __tablename__ = "snapshot_file"
    __table_args__ = (Index("snapshot_file_by_file", "colony_name", "file_id"), {"sqlite_with_rowid": False})

    snapshot_id: str = Field(primary_key=True, sa_type=Text)
    file_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)


class Location(SQLModel, table=True):
    """A place of executors; longitude and latitude in degrees."""

    colony_name: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=Text)
    location_id: str = Field(sa_type=Text)
    description: str = Field(sa_type=Text)
    longitude: float = Field(sa_type=Float)
    latitude: float = Field(sa_type=Float)
