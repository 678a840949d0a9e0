"""Blueprints, the definitions they refer to, and their history."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field, SQLModel


class BlueprintDefinition(SQLModel, table=True):
    """A kind of blueprint; `kind` is what blueprints refer to, `definition_json` is all of it as on the wire."""

    __tablename__ = "blueprint_definition"
    __table_args__ = (
        Index("blueprint_definition_by_name", "colony_name", "name", unique=True),
        Index("blueprint_definition_by_kind", "colony_name", "kind", "name"),
    )

    definition_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    definition_json: str = Field(sa_type=Text)


class Blueprint(SQLModel, table=True):
    """A blueprint. `location_key` is the name of its location in lower case, as blueprints are looked for.

    `blueprint_json` is all of it as on the wire but for the status, which reconciliations write on their own.
    """

    __table_args__ = (
        Index("blueprint_by_name", "colony_name", "name", unique=True),
        Index("blueprint_by_kind", "colony_name", "kind", "name"),
    )

    blueprint_id: str = Field(primary_key=True, sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    location_name: str = Field(default="", sa_type=Text)
    location_key: str = Field(default="", sa_type=Text)
    blueprint_json: str = Field(sa_type=Text)
    status_json: str = Field(default="{}", sa_type=Text)


class BlueprintHistory(SQLModel, table=True):
    """A blueprint after a change; outlives the blueprint."""

    __tablename__ = "blueprint_history"
    __table_args__ = (Index("blueprint_history_by_time", "blueprint_id", "changed_at"),)

    history_id: str = Field(primary_key=True, sa_type=Text)
    blueprint_id: str = Field(sa_type=Text)
    colony_name: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    generation: int = Field(sa_type=BigInteger)
    spec_json: str = Field(sa_type=Text)
    status_json: str = Field(sa_type=Text)
    changed_at: int = Field(sa_type=BigInteger)
    changed_by: str = Field(sa_type=Text)
    change_type: str = Field(sa_type=Text)
