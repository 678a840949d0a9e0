"""The catalogue of messages: client and server both use these classes."""

from colonysdk.messages.attribute import (
    AddAttribute,
    GetAttribute,
)
from colonysdk.messages.base import (
    MISMATCH,
    Message,
    catalogue,
    parse_message,
)
from colonysdk.messages.channel import (
    AppendToChannel,
    ReadChannel,
    SubscribeChannel,
)
from colonysdk.messages.colony import (
    AddColony,
    ChangeColonyId,
    GetColonies,
    GetColony,
    GetColonyStatistics,
    RemoveColony,
)
from colonysdk.messages.executor import (
    AddExecutor,
    ApproveExecutor,
    ChangeExecutorId,
    GetExecutor,
    GetExecutorById,
    GetExecutors,
    RejectExecutor,
    RemoveExecutor,
    ReportAllocation,
    UpdateExecutor,
)
from colonysdk.messages.extension_freshness import (
    GetFreshness,
    SetFreshness,
)
from colonysdk.messages.extension_lease import (
    RenewLease,
    SubscribeEvents,
)
from colonysdk.messages.extension_query import (
    ExplainProcess,
    GetWorkflowMembers,
    QueryProcesses,
)
from colonysdk.messages.file import (
    AddFile,
    GetFile,
    GetFileLabels,
    GetFiles,
    RemoveFile,
)
from colonysdk.messages.function import (
    AddFunction,
    GetFunctions,
    RemoveFunction,
)
from colonysdk.messages.location import (
    AddLocation,
    GetLocation,
    GetLocations,
    RemoveLocation,
)
from colonysdk.messages.log import (
    AddExecutorLog,
    AddLog,
    GetLogs,
    SearchLogs,
)
from colonysdk.messages.process import (
    AssignProcess,
    CancelProcess,
    CloseFailed,
    CloseSuccessful,
    GetPauseStatus,
    GetProcess,
    GetProcesses,
    GetProcessHistory,
    PauseAssignments,
    RemoveAllProcesses,
    RemoveProcess,
    ResumeAssignments,
    SetOutput,
    SubmitFunctionSpec,
)
from colonysdk.messages.server import (
    ChangeServerId,
    GetCluster,
    GetServerInfo,
    GetStatistics,
    GetVersion,
)
from colonysdk.messages.snapshot import (
    CreateSnapshot,
    GetSnapshot,
    GetSnapshots,
    RemoveAllSnapshots,
    RemoveSnapshot,
)
from colonysdk.messages.subscription import (
    SubscribeProcess,
    SubscribeProcesses,
)
from colonysdk.messages.user import (
    AddUser,
    ChangeUserId,
    GetUser,
    GetUserById,
    GetUsers,
    RemoveUser,
)

__all__ = [
    "MISMATCH",
    "AddAttribute",
    "AddColony",
    "AddExecutor",
    "AddExecutorLog",
    "AddFile",
    "AddFunction",
    "AddLocation",
    "AddLog",
    "AddUser",
    "AppendToChannel",
    "ApproveExecutor",
    "AssignProcess",
    "CancelProcess",
    "ChangeColonyId",
    "ChangeExecutorId",
    "ChangeServerId",
    "ChangeUserId",
    "CloseFailed",
    "CloseSuccessful",
    "CreateSnapshot",
    "ExplainProcess",
    "GetAttribute",
    "GetCluster",
    "GetColonies",
    "GetColony",
    "GetColonyStatistics",
    "GetExecutor",
    "GetExecutorById",
    "GetExecutors",
    "GetFile",
    "GetFileLabels",
    "GetFiles",
    "GetFreshness",
    "GetFunctions",
    "GetLocation",
    "GetLocations",
    "GetLogs",
    "GetPauseStatus",
    "GetProcess",
    "GetProcessHistory",
    "GetProcesses",
    "GetServerInfo",
    "GetSnapshot",
    "GetSnapshots",
    "GetStatistics",
    "GetUser",
    "GetUserById",
    "GetUsers",
    "GetVersion",
    "GetWorkflowMembers",
    "Message",
    "PauseAssignments",
    "QueryProcesses",
    "ReadChannel",
    "RejectExecutor",
    "RemoveAllProcesses",
    "RemoveAllSnapshots",
    "RemoveColony",
    "RemoveExecutor",
    "RemoveFile",
    "RemoveFunction",
    "RemoveLocation",
    "RemoveProcess",
    "RemoveSnapshot",
    "RemoveUser",
    "RenewLease",
    "ReportAllocation",
    "ResumeAssignments",
    "SearchLogs",
    "SetFreshness",
    "SetOutput",
    "SubmitFunctionSpec",
    "SubscribeChannel",
    "SubscribeEvents",
    "SubscribeProcess",
    "SubscribeProcesses",
    "UpdateExecutor",
    "catalogue",
    "parse_message",
]
