"""What the extensions of the protocol keep."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class SubmissionKey(SQLModel, table=True):
    """What a client has submitted under a key of its own; `target_id` is the process or workflow that came of it."""

    __tablename__ = "submission_key"
    __table_args__ = (Index("submission_key_by_age", "created_at"), {"sqlite_with_rowid": False})

    colony_name: str = Field(primary_key=True, sa_type=Text)
    initiator_id: str = Field(primary_key=True, sa_type=Text)
    client_key: str = Field(primary_key=True, sa_type=Text)
    target_id: str = Field(sa_type=Text)
    created_at: int = Field(sa_type=BigInteger)


class SeenNonce(SQLModel, table=True):
    """A nonce that an identity has used, kept for as long as a message with it could count as fresh."""

    __tablename__ = "seen_nonce"
    __table_args__ = (Index("seen_nonce_by_expiry", "expires_at"), {"sqlite_with_rowid": False})

    identity: str = Field(primary_key=True, sa_type=Text)
    nonce: str = Field(primary_key=True, sa_type=Text)
    expires_at: int = Field(sa_type=BigInteger)


class FreshnessPolicy(SQLModel, table=True):
    """Whether a colony's messages must be fresh; no row stands for "off"."""

    __tablename__ = "freshness_policy"

    colony_name: str = Field(primary_key=True, sa_type=Text)
    policy: str = Field(sa_type=Text)
