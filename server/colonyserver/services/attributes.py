"""Attributes: texts that executors attach to what they run."""

import json

from sqlalchemy import Connection

from colonysdk.objects import Attribute, AttributeType, ProcessState, attribute_id
from colonyserver.access import Caller
from colonyserver.errors import Conflict, Forbidden, NotFound
from colonyserver.storage.attributes import AttributeRecord, find_attribute, insert_attributes
from colonyserver.storage.database import Database
from colonyserver.storage.process_record import ProcessRecord
from colonyserver.storage.processes import add_attribute_to_process, find_records


class AttributeService:
    """Adds and finds attributes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, caller: Caller, attribute: Attribute) -> AttributeRecord:
        """Attach an attribute to a running process; one of type ENV becomes part of its environment too.

        Raises NotFound, Forbidden unless the process is running and the caller its executor, Conflict when the process
        has one of the same key and type.
        """

        def unit(connection: Connection) -> AttributeRecord:
            process = find_records(connection, [attribute.target_id]).get(attribute.target_id)
            if process is None:
                raise NotFound("Failed to add attribute, process not found")
            caller.approved_member(process.colony_name)
            if process.state != ProcessState.RUNNING:
                raise Forbidden("Failed to add attribute, process is not running")
            if process.executor_id != caller.id:
                raise Forbidden("Failed to add attribute, not allowed to add attribute")
            record = _record(attribute, process)
            if find_attribute(connection, record.attribute_id):
                raise Conflict(f"Failed to add attribute, {attribute.key[:200]} exists already")
            insert_attributes(connection, [record], first=process.attribute_count)
            add_attribute_to_process(connection, process.process_id, _spec_json(process, attribute))
            return record

        return await self._database.write(unit)

    async def find(self, caller: Caller, wanted_id: str) -> AttributeRecord:
        """The attribute of an id.

        Raises NotFound (wire: 400), Forbidden unless the caller is an approved member of its colony.
        """
        record = await self._database.read(lambda connection: find_attribute(connection, wanted_id))
        if record is None:
            raise NotFound("Attribute does not exists", status=400)
        caller.approved_member(record.colony_name)
        return record


def _record(attribute: Attribute, process: ProcessRecord) -> AttributeRecord:
    return AttributeRecord(
        attribute_id=attribute_id(process.process_id, attribute.key, attribute.attribute_type),
        target_id=process.process_id,
        colony_name=process.colony_name,
        workflow_id=process.workflow_id or "",
        state=attribute.state,
        attribute_type=attribute.attribute_type,
        key=attribute.key,
        value=attribute.value,
    )


def _spec_json(process: ProcessRecord, attribute: Attribute) -> str:
    """wire: spec.env shows the ENV attributes."""
    if attribute.attribute_type != AttributeType.ENV:
        return process.spec_json
    spec = json.loads(process.spec_json)
    spec["env"][attribute.key] = attribute.value
    return json.dumps(spec, separators=(",", ":"), ensure_ascii=False)
