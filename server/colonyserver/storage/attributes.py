"""Attributes of processes."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from colonyserver.storage.driver import delete_rows, fetch, fetch_by_ids, write_rows
from colonyserver.storage.json_text import json_string
from colonyserver.storage.process_record import ProcessRecord


class AttributeRecord(NamedTuple):
    """One row of the attribute table."""

    attribute_id: str
    target_id: str
    colony_name: str
    workflow_id: str
    state: int
    attribute_type: int
    key: str
    value: str

    def to_json(self) -> bytes:
        """The wire JSON of this attribute."""
        return self.to_json_text().encode()

    def to_json_text(self) -> str:
        """The wire JSON of this attribute, as text."""
        return (
            f'{{"attributeid":"{self.attribute_id}","targetid":"{self.target_id}",'
            f'"targetcolonyname":{json_string(self.colony_name)},"targetprocessgraphid":"{self.workflow_id}",'
            f'"state":{self.state},"attributetype":{self.attribute_type},'
            f'"key":{json_string(self.key)},"value":{json_string(self.value)}}}'
        )


_COLUMNS = ", ".join(AttributeRecord._fields)
_QUALIFIED = ", ".join(f"attribute.{name}" for name in AttributeRecord._fields)


def insert_attributes(connection: Connection, attributes: Sequence[AttributeRecord], *, first: int = 0) -> None:
    """Store new attributes, in this order; their ids must be new, `first` is how many their process has already."""
    write_rows(
        connection,
        f"INSERT INTO attribute ({_COLUMNS}, position) VALUES {{rows}}",
        [(*attribute, position) for position, attribute in enumerate(attributes, start=first)],
        types="text text text text bigint bigint text text bigint",
    )


def find_attribute(connection: Connection, attribute_id: str) -> AttributeRecord | None:
    """The attribute of an id."""
    rows = fetch(connection, f"SELECT {_COLUMNS} FROM attribute WHERE attribute_id = ?", (attribute_id,))
    return AttributeRecord(*rows[0]) if rows else None


def attach_attributes(connection: Connection, records: Iterable[ProcessRecord]) -> None:
    """Give records their attributes, in the order in which they were added."""
    with_attributes = {record.process_id: record for record in records if record.attribute_count}
    if not with_attributes:
        return
    texts: dict[str, list[str]] = {process_id: [] for process_id in with_attributes}
    rows = fetch_by_ids(connection, _QUALIFIED, "attribute", "target_id", with_attributes, order_by="position")
    for row in rows:
        attribute = AttributeRecord(*row)
        texts[attribute.target_id].append(attribute.to_json_text())
    for process_id, record in with_attributes.items():
        record.attributes_json = f"[{','.join(texts[process_id])}]"


def set_attribute_states(connection: Connection, states: Iterable[tuple[int, str]]) -> None:
    """Let the attributes of processes follow them into a state: (state, process id)."""
    write_rows(
        connection,
        "UPDATE attribute SET state = item.column1 FROM (VALUES {rows}) AS item WHERE target_id = item.column2",
        [*states],
        types="bigint text",
    )


def remove_attributes(connection: Connection, process_ids: Iterable[str]) -> None:
    """Delete the attributes of processes."""
    delete_rows(connection, "attribute", ("target_id",), [(process_id,) for process_id in process_ids], "text")
