"""Every table of the server, one class each.

Times are integers: Unix nanoseconds in UTC, NULL where the wire has its zero time. `*_json` columns hold the exact JSON
text that goes on the wire, so that a reply is put together without parsing it. Empty text stands for "none" where the
wire has an empty string, except in `process.label`, which is NULL then so that its index stays small.
"""

from colonyserver.storage.tables.blueprints import Blueprint, BlueprintDefinition, BlueprintHistory
from colonyserver.storage.tables.channels import Channel, ChannelEntry
from colonyserver.storage.tables.columns import column_types
from colonyserver.storage.tables.extensions import FreshnessPolicy, SeenNonce, SubmissionKey
from colonyserver.storage.tables.files import File, Label, Location, Snapshot, SnapshotFile
from colonyserver.storage.tables.log_volumes import LogVolume
from colonyserver.storage.tables.members import Colony, Executor, Function, Server, User
from colonyserver.storage.tables.processes import Attribute, Counter, Log, Process, Queue, Shape
from colonyserver.storage.tables.schedules import Cron, Generator, GeneratorArgument
from colonyserver.storage.tables.workflows import Hold, Workflow, WorkflowMembers

__all__ = [
    "Attribute",
    "Blueprint",
    "BlueprintDefinition",
    "BlueprintHistory",
    "Channel",
    "ChannelEntry",
    "Colony",
    "Counter",
    "Cron",
    "Executor",
    "File",
    "FreshnessPolicy",
    "Function",
    "Generator",
    "GeneratorArgument",
    "Hold",
    "Label",
    "Location",
    "Log",
    "LogVolume",
    "Process",
    "Queue",
    "SeenNonce",
    "Server",
    "Shape",
    "Snapshot",
    "SnapshotFile",
    "SubmissionKey",
    "User",
    "Workflow",
    "WorkflowMembers",
    "column_types",
]
