"""Channels of processes, and what was said in them."""

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel


class Channel(SQLModel, table=True):
    """How much a channel holds; one that nothing was said in has no row, only its name in the specification."""

    process_id: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    entry_count: int = Field(sa_type=BigInteger)
    byte_count: int = Field(sa_type=BigInteger)


class ChannelEntry(SQLModel, table=True):
    """One entry; `position` counts from 1 within its channel, without gaps. A NULL payload was sent as null."""

    __tablename__ = "channel_entry"

    process_id: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    colony_name: str = Field(sa_type=Text)
    sequence: int = Field(sa_type=BigInteger)
    in_reply_to: int = Field(sa_type=BigInteger)
    timestamp: int = Field(sa_type=BigInteger)
    sender_id: str = Field(sa_type=Text)
    entry_type: str = Field(sa_type=Text)
    payload: bytes | None = Field(default=None, sa_type=LargeBinary)
