"""How much the log of each process holds."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel


class LogVolume(SQLModel, table=True):
    """Entries and bytes of a process's log, which is cut when they reach the limits; goes with the process."""

    __tablename__ = "log_volume"

    process_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    entry_count: int = Field(sa_type=BigInteger)
    byte_count: int = Field(sa_type=BigInteger)
    is_cut: bool = False
