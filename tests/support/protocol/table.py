"""Every message of the protocol, and what each promises. Tests walk this table."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

SERVER_OWNER = frozenset({"server_owner"})
COLONY_OWNER = frozenset({"colony_owner"})
WORKER = frozenset({"executor"})
"""The executor that the objects of the test belong to: it runs the process, its name is in the request."""
EXECUTORS = WORKER | {"another"}
MEMBERS = EXECUTORS | {"user"}
"""Approved ones."""
ANY_STATE = MEMBERS | {"pending", "rejected", "removed"}
MEMBERS_AND_OWNER = MEMBERS | COLONY_OWNER
EVERYBODY = (
    SERVER_OWNER | MEMBERS_AND_OWNER | ANY_STATE | {"foreign_owner", "foreign_user", "foreign_executor", "stranger"}
)


class Row(NamedTuple):
    """One message.

    `refusals` are the statuses for roles that the membership rule lets through and a later rule does not; everybody
    else is refused with 403. `empty` is the reply's JSON when there is nothing to list. `server_errors`: messages.md
    has a status of 500 for some mistakes of the caller.
    """

    allowed: frozenset[str]
    refusals: Mapping[str, int] = MappingProxyType({})
    empty: str = ""
    server_errors: bool = False
    reply_payload: str = ""


NULL, BRACKETS = "null", "[]"
_NOT_ITSELF = dict.fromkeys(ANY_STATE - WORKER, 400)

REFERENCE: dict[str, Row] = {
    "versionmsg": Row(EVERYBODY),
    "getserverinfomsg": Row(EVERYBODY),
    "getstatisticsmsg": Row(SERVER_OWNER),
    "getclustermsg": Row(SERVER_OWNER),
    "changeserveridmsg": Row(SERVER_OWNER),
    "addcolonymsg": Row(SERVER_OWNER),
    "removecolonymsg": Row(SERVER_OWNER),
    "getcoloniesmsg": Row(SERVER_OWNER),
    "getcolonymsg": Row(MEMBERS),
    "getcolonystatsmsg": Row(MEMBERS),
    "changecolonyidmsg": Row(COLONY_OWNER),
    "addusermsg": Row(COLONY_OWNER),
    "getusersmsg": Row(ANY_STATE, empty=NULL),
    "getusermsg": Row(ANY_STATE, server_errors=True),
    "getuserbyidmsg": Row(ANY_STATE),
    "removeusermsg": Row(COLONY_OWNER),
    "changeuseridmsg": Row(frozenset({"user"})),
    "addexecutormsg": Row(COLONY_OWNER),
    "getexecutorsmsg": Row(ANY_STATE, empty=NULL),
    "getexecutormsg": Row(MEMBERS, server_errors=True),
    "getexecutorbyidmsg": Row(MEMBERS),
    "approveexecutormsg": Row(COLONY_OWNER, server_errors=True),
    "rejectexecutormsg": Row(COLONY_OWNER, server_errors=True),
    "removeexecutormsg": Row(COLONY_OWNER, server_errors=True),
    "reportallocationmsg": Row(WORKER, _NOT_ITSELF),
    "updateexecutormsg": Row(WORKER, _NOT_ITSELF),
    "changeexecutoridmsg": Row(ANY_STATE - {"user"}),
    "addfunctionmsg": Row(WORKER),
    "getfunctionsmsg": Row(MEMBERS, empty=NULL),
    "removefunctionmsg": Row(WORKER),
    "submitfuncspecmsg": Row(MEMBERS),
    "assignprocessmsg": Row(EXECUTORS, {"user": 500}, server_errors=True),
    "getprocessmsg": Row(MEMBERS),
    "getprocessesmsg": Row(MEMBERS, empty=NULL),
    "getprocesshistmsg": Row(MEMBERS, empty=NULL),
    "removeprocessmsg": Row(MEMBERS, server_errors=True),
    "removeallprocessesmsg": Row(COLONY_OWNER),
    "closesuccessfulmsg": Row(WORKER, server_errors=True),
    "closefailedmsg": Row(WORKER, server_errors=True),
    "cancelprocessmsg": Row(MEMBERS, server_errors=True),
    "setoutputmsg": Row(WORKER, server_errors=True),
    "pauseassignmentsmsg": Row(COLONY_OWNER),
    "resumeassignmentsmsg": Row(COLONY_OWNER),
    "getpausestatusmsg": Row(ANY_STATE, reply_payload="pausestatusreplymsg"),
    "submitworkflowspecmsg": Row(MEMBERS, server_errors=True),
    "getprocessgraphmsg": Row(MEMBERS, server_errors=True),
    "getprocessgraphsmsg": Row(MEMBERS, empty=NULL),
    "removeprocessgraphmsg": Row(MEMBERS, server_errors=True),
    "removeallprocessgraphsmsg": Row(COLONY_OWNER),
    "cancelprocessgraphmsg": Row(MEMBERS, server_errors=True),
    "addchildmsg": Row(WORKER, {"user": 400, "another": 400}),
    "addattributemsg": Row(WORKER),
    "getattributemsg": Row(MEMBERS),
    "addlogmsg": Row(WORKER, server_errors=True),
    "addexecutorlogmsg": Row(WORKER),
    "getlogsmsg": Row(MEMBERS, empty=NULL, server_errors=True),
    "searchlogsmsg": Row(MEMBERS, empty=NULL),
    "addfilemsg": Row(MEMBERS),
    "getfilemsg": Row(MEMBERS, server_errors=True),
    "getfilesmsg": Row(MEMBERS, empty=BRACKETS),
    "getfilelabelsmsg": Row(MEMBERS, empty=NULL),
    "removefilemsg": Row(MEMBERS),
    "createsnapshotmsg": Row(MEMBERS, server_errors=True),
    "getsnapshotmsg": Row(MEMBERS, server_errors=True),
    "getsnapshotsmsg": Row(MEMBERS, empty=NULL),
    "removesnapshotmsg": Row(MEMBERS, server_errors=True),
    "removeallsnapshotmsg": Row(MEMBERS),
    "addcronmsg": Row(MEMBERS),
    "getcronmsg": Row(MEMBERS, server_errors=True),
    "getcronsmsg": Row(MEMBERS, empty=BRACKETS),
    "runcronmsg": Row(MEMBERS),
    "removecronmsg": Row(MEMBERS, server_errors=True),
    "addgeneratormsg": Row(MEMBERS),
    "getgeneratormsg": Row(MEMBERS, server_errors=True),
    "getgeneratorsmsg": Row(MEMBERS, empty=NULL),
    "resolvegeneratormsg": Row(MEMBERS, server_errors=True),
    "packgeneratormsg": Row(MEMBERS, server_errors=True),
    "removegeneratormsg": Row(MEMBERS, server_errors=True),
    "channelappendmsg": Row(WORKER | {"user"}, server_errors=True),
    "channelreadmsg": Row(WORKER | {"user"}, empty=BRACKETS),
    "addlocationmsg": Row(COLONY_OWNER),
    "getlocationsmsg": Row(ANY_STATE, empty=NULL),
    "getlocationmsg": Row(ANY_STATE),
    "removelocationmsg": Row(COLONY_OWNER),
    "addblueprintdefinitionmsg": Row(COLONY_OWNER, server_errors=True),
    "getblueprintdefinitionmsg": Row(MEMBERS_AND_OWNER),
    "getblueprintdefinitionsmsg": Row(MEMBERS_AND_OWNER, empty=BRACKETS),
    "removeblueprintdefinitionmsg": Row(COLONY_OWNER),
    "addblueprintmsg": Row(MEMBERS_AND_OWNER),
    "getblueprintmsg": Row(MEMBERS_AND_OWNER),
    "getblueprintsmsg": Row(MEMBERS_AND_OWNER, empty=NULL),
    "updateblueprintmsg": Row(MEMBERS_AND_OWNER),
    "updateblueprintstatusmsg": Row(MEMBERS),
    "removeblueprintmsg": Row(MEMBERS_AND_OWNER),
    "reconcileblueprintmsg": Row(MEMBERS),
    "getblueprinthistorymsg": Row(MEMBERS_AND_OWNER),
}
"""The messages of the reference that are answered on /api."""

EXTENSIONS: dict[str, Row] = {
    "queryprocessesmsg": Row(MEMBERS),
    "getworkflowmembersmsg": Row(MEMBERS, server_errors=True),
    "explainprocessmsg": Row(MEMBERS),
    "renewleasemsg": Row(WORKER),
    "getfreshnessmsg": Row(MEMBERS_AND_OWNER),
    "setfreshnessmsg": Row(COLONY_OWNER),
}
"""The messages on /api that the reference does not have."""

ON_API = REFERENCE | EXTENSIONS

ON_PUBSUB: dict[str, Row] = {
    "subscribeprocessmsg": Row(MEMBERS),
    "subscribeprocessesmsg": Row(MEMBERS),
    "subscribechannelmsg": Row(WORKER | {"user"}),
    "subscribeeventsmsg": Row(MEMBERS),
}
"""The messages that are answered on /pubsub, and nowhere else."""
