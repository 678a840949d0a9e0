"""The objects of the wire, as typed models."""

from colonysdk.objects.attribute import Attribute, AttributeType, attribute_id
from colonysdk.objects.blueprint import (
    Blueprint,
    BlueprintDefinition,
    BlueprintDefinitionSpec,
    BlueprintHandler,
    BlueprintHistory,
    BlueprintMetadata,
    BlueprintNames,
    BlueprintSchema,
    SchemaProperty,
)
from colonysdk.objects.channel import ChannelEntry
from colonysdk.objects.colony import Colony, User
from colonysdk.objects.colony_event import (
    ColonyEvent,
    ColonyEvents,
)
from colonysdk.objects.cron import Cron
from colonysdk.objects.executor import (
    Allocations,
    Capabilities,
    Executor,
    ExecutorState,
    Hardware,
    Project,
    Software,
)
from colonysdk.objects.explanation import (
    Candidate,
    Explanation,
    Reason,
)
from colonysdk.objects.file import (
    CHECKSUM_ALGORITHM,
    File,
    FileData,
    Label,
    Reference,
    S3Object,
)
from colonysdk.objects.freshness import (
    Freshness,
)
from colonysdk.objects.function import Function, FunctionArgument
from colonysdk.objects.generator import Generator
from colonysdk.objects.lease import (
    Lease,
)
from colonysdk.objects.location import (
    Location,
)
from colonysdk.objects.log import Log
from colonysdk.objects.process import PRIORITY_STEP_NANOSECONDS, Process
from colonysdk.objects.process_page import (
    ProcessPage,
)
from colonysdk.objects.process_state import ProcessState
from colonysdk.objects.resources import Gpu
from colonysdk.objects.server import (
    Backend,
    Cluster,
    ClusterNode,
    Failure,
    PauseStatus,
    ServerInfo,
    Statistics,
    Version,
)
from colonysdk.objects.snapshot import (
    Snapshot,
)
from colonysdk.objects.specification import (
    MAX_PRIORITY,
    Conditions,
    ConflictRule,
    ConflictRules,
    Filesystem,
    FunctionSpec,
    SnapshotMount,
    SyncDirMount,
)
from colonysdk.objects.wire import ZERO_TIME, Timestamp, WireModel, format_time, parse_time
from colonysdk.objects.workflow import (
    GraphEdge,
    GraphNode,
    NodeData,
    NodePosition,
    NodeStyle,
    ProcessGraph,
    WorkflowSpec,
)
from colonysdk.objects.workflow_member import (
    WorkflowMember,
    WorkflowMembers,
)

__all__ = [
    "CHECKSUM_ALGORITHM",
    "MAX_PRIORITY",
    "PRIORITY_STEP_NANOSECONDS",
    "ZERO_TIME",
    "Allocations",
    "Attribute",
    "AttributeType",
    "Backend",
    "Blueprint",
    "BlueprintDefinition",
    "BlueprintDefinitionSpec",
    "BlueprintHandler",
    "BlueprintHistory",
    "BlueprintMetadata",
    "BlueprintNames",
    "BlueprintSchema",
    "Candidate",
    "Capabilities",
    "ChannelEntry",
    "Cluster",
    "ClusterNode",
    "Colony",
    "ColonyEvent",
    "ColonyEvents",
    "Conditions",
    "ConflictRule",
    "ConflictRules",
    "Cron",
    "Executor",
    "ExecutorState",
    "Explanation",
    "Failure",
    "File",
    "FileData",
    "Filesystem",
    "Freshness",
    "Function",
    "FunctionArgument",
    "FunctionSpec",
    "Generator",
    "Gpu",
    "GraphEdge",
    "GraphNode",
    "Hardware",
    "Label",
    "Lease",
    "Location",
    "Log",
    "NodeData",
    "NodePosition",
    "NodeStyle",
    "PauseStatus",
    "Process",
    "ProcessGraph",
    "ProcessPage",
    "ProcessState",
    "Project",
    "Reason",
    "Reference",
    "S3Object",
    "SchemaProperty",
    "ServerInfo",
    "Snapshot",
    "SnapshotMount",
    "Software",
    "Statistics",
    "SyncDirMount",
    "Timestamp",
    "User",
    "Version",
    "WireModel",
    "WorkflowMember",
    "WorkflowMembers",
    "WorkflowSpec",
    "attribute_id",
    "format_time",
    "parse_time",
]
