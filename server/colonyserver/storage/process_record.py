"""A process as it is stored, and its wire JSON."""

from dataclasses import dataclass, fields

from colonysdk.objects import Process
from colonyserver.storage.json_text import json_boolean, json_string, json_time


@dataclass(slots=True)
class ProcessRecord:
    """One row of the process table in wire order or near it; `attributes_json` is put together from their own table.

    Times in Unix nanoseconds, durations in seconds. The `*_json` fields are trusted to be JSON.
    """

    process_id: str
    colony_name: str
    state: int
    executor_type: str
    initiator_id: str
    initiator_name: str
    label: str | None
    func_name: str
    location_name: str
    priority_time: int
    submitted_at: int
    wait_deadline: int | None
    max_wait_time: int
    max_exec_time: int
    max_retries: int
    cpu: int
    mem: int
    spec_json: str
    attribute_count: int = 0
    wait_for_parents: bool = False
    workflow_id: str | None = None
    node_name: str = ""
    parents_json: str = "[]"
    children_json: str = "[]"
    input_json: str = "[]"
    output_json: str = "[]"
    errors_json: str = "[]"
    executor_id: str = ""
    executor_name: str = ""
    is_assigned: bool = False
    started_at: int | None = None
    ended_at: int | None = None
    exec_deadline: int | None = None
    retries: int = 0
    shape_ids_json: str = "[]"
    attributes_json: str = "[]"

    def to_json(self) -> bytes:
        """The wire JSON of this process."""
        return (
            f'{{"processid":"{self.process_id}","initiatorid":"{self.initiator_id}",'
            f'"initiatorname":{json_string(self.initiator_name)},'
            f'"assignedexecutorid":{json_string(self.executor_id)},"isassigned":{json_boolean(self.is_assigned)},'
            f'"state":{self.state},"prioritytime":{self.priority_time},'
            f'"submissiontime":{json_time(self.submitted_at)},"starttime":{json_time(self.started_at)},'
            f'"endtime":{json_time(self.ended_at)},"waitdeadline":{json_time(self.wait_deadline)},'
            f'"execdeadline":{json_time(self.exec_deadline)},"retries":{self.retries},'
            f'"attributes":{self.attributes_json},"spec":{self.spec_json},'
            f'"waitforparents":{json_boolean(self.wait_for_parents)},"parents":{self.parents_json},'
            f'"children":{self.children_json},"processgraphid":"{self.workflow_id or ""}",'
            f'"in":{self.input_json},"out":{self.output_json},"errors":{self.errors_json}}}'
        ).encode()

    def to_process(self) -> Process:
        """This process as an SDK object; for code that looks into it rather than passing it on."""
        return Process.from_json(self.to_json())


STORED_FIELDS = tuple(field.name for field in fields(ProcessRecord) if field.name != "attributes_json")
"""The fields that are columns, in the order in which a row makes a record."""

PROCESS_COLUMNS = ", ".join(f"process.{name}" for name in STORED_FIELDS)
"""What to select so that `ProcessRecord(*row)` is a whole record, but for its attributes."""


def json_list(records: list[ProcessRecord]) -> bytes:
    """The wire JSON of several processes."""
    return b"[" + b",".join([record.to_json() for record in records]) + b"]"
