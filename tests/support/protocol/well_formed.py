"""For every message a request that is in order: about things that exist, made for it in the colony if need be."""

from collections.abc import Callable

from tests.support.protocol import fields
from tests.support.protocol.fields import Fields
from tests.support.protocol.world import World


def well_formed(world: World, payload_type: str) -> Fields:
    """The fields of a request that somebody may send once; needs what the server keeps to exist, so it makes that."""
    return _REQUESTS[payload_type](world)


def with_unknown_ids(request: Fields) -> Fields:
    """The same request about things that do not exist; equal to the request if it names nothing by id."""
    unknown: Fields = {name: "0" * 64 for name in _IDS if request.get(name)}
    if "attribute" in request:
        unknown["attribute"] = {**request["attribute"], "targetid": "0" * 64}
    return {**request, **unknown}


_IDS = (
    "attributeid",
    "blueprintid",
    "childprocessid",
    "cronid",
    "executorid",
    "fileid",
    "functionid",
    "generatorid",
    "parentprocessid",
    "processgraphid",
    "processid",
    "snapshotid",
    "userid",
)

_REQUESTS: dict[str, Callable[[World], Fields]] = {
    "versionmsg": lambda _: {"buildversion": "", "buildtime": ""},
    "getserverinfomsg": lambda _: {},
    "getstatisticsmsg": lambda _: {},
    "getclustermsg": lambda _: {},
    "changeserveridmsg": lambda world: {"serverid": world.server_owner.id},
    "addcolonymsg": fields.new_colony,
    "removecolonymsg": fields.removable_colony,
    "getcoloniesmsg": lambda _: {},
    "getcolonymsg": fields.colony,
    "getcolonystatsmsg": fields.colony,
    "changecolonyidmsg": lambda world: fields.colony(world, colonyid=world.id_of("colony_owner")),
    "addusermsg": lambda world: {"user": world.user(world.unique("user"))},
    "getusersmsg": fields.colony,
    "getusermsg": lambda world: fields.colony(world, name="user"),
    "getuserbyidmsg": lambda world: fields.colony(world, userid=world.id_of("user")),
    "removeusermsg": fields.removable_user,
    "changeuseridmsg": lambda world: fields.colony(world, userid=fields.new_id(world)),
    "addexecutormsg": lambda world: {"executor": world.executor(world.unique("executor"))},
    "getexecutorsmsg": fields.colony,
    "getexecutormsg": lambda world: fields.colony(world, executorname="executor"),
    "getexecutorbyidmsg": lambda world: fields.colony(world, executorid=world.id_of("executor")),
    "approveexecutormsg": fields.new_executor,
    "rejectexecutormsg": fields.new_executor,
    "removeexecutormsg": fields.new_executor,
    "reportallocationmsg": lambda world: fields.colony(
        world, executorname="executor", allocations={"projects": {"p": {"allocatedcpu": 1, "usedcpu": 1}}}
    ),
    "updateexecutormsg": lambda world: fields.colony(
        world, executorname="executor", capabilities={"hardware": [{"model": "m", "cpu": "1000m"}], "software": []}
    ),
    "changeexecutoridmsg": lambda world: fields.colony(world, executorid=fields.new_id(world)),
    "addfunctionmsg": fields.function,
    "getfunctionsmsg": lambda world: fields.colony(world, executorname="executor"),
    "removefunctionmsg": fields.removable_function,
    "submitfuncspecmsg": lambda world: {"spec": world.spec()},
    "assignprocessmsg": fields.assignable,
    "getprocessmsg": lambda world: {"processid": world.running()},
    "getprocessesmsg": fields.listed,
    "getprocesshistmsg": fields.history,
    "removeprocessmsg": lambda world: {"processid": world.waiting(), "all": False},
    "removeallprocessesmsg": lambda world: fields.colony(world, state=4),
    "closesuccessfulmsg": lambda world: {"processid": world.running(), "out": ["result", 1]},
    "closefailedmsg": lambda world: {"processid": world.running(), "errors": ["it broke"]},
    "cancelprocessmsg": lambda world: {"processid": world.waiting()},
    "setoutputmsg": lambda world: {"processid": world.running(), "out": ["result"]},
    "pauseassignmentsmsg": fields.colony,
    "resumeassignmentsmsg": fields.colony,
    "getpausestatusmsg": fields.colony,
    "submitworkflowspecmsg": lambda world: {"spec": world.workflow()},
    "getprocessgraphmsg": lambda world: {"processgraphid": world.graph()["processgraphid"]},
    "getprocessgraphsmsg": fields.listed_graphs,
    "removeprocessgraphmsg": lambda world: {"processgraphid": world.graph()["processgraphid"], "all": False},
    "removeallprocessgraphsmsg": lambda world: fields.colony(world, state=4),
    "cancelprocessgraphmsg": lambda world: {"processgraphid": world.graph()["processgraphid"]},
    "addchildmsg": fields.child,
    "addattributemsg": fields.attribute,
    "getattributemsg": fields.stored_attribute,
    "addlogmsg": lambda world: {"processid": world.running(), "message": "a line\n"},
    "addexecutorlogmsg": lambda world: fields.colony(world, executorname="executor", message="a line\n"),
    "getlogsmsg": fields.logs,
    "searchlogsmsg": lambda world: fields.colony(world, text="line", days=1, count=10),
    "addfilemsg": fields.file,
    "getfilemsg": fields.file_by_id,
    "getfilesmsg": lambda world: fields.colony(world, label=fields.stored_file(world)["label"]),
    "getfilelabelsmsg": lambda world: fields.colony(world, name="", exact=False),
    "removefilemsg": fields.removable_file,
    "createsnapshotmsg": fields.snapshot,
    "getsnapshotmsg": fields.stored_snapshot,
    "getsnapshotsmsg": fields.colony,
    "removesnapshotmsg": fields.stored_snapshot,
    "removeallsnapshotmsg": fields.colony,
    "addcronmsg": fields.cron,
    "getcronmsg": fields.stored_cron,
    "getcronsmsg": lambda world: fields.colony(world, count=100),
    "runcronmsg": fields.stored_cron,
    "removecronmsg": lambda world: {**fields.stored_cron(world), "all": False},
    "addgeneratormsg": fields.generator,
    "getgeneratormsg": fields.generator_id,
    "getgeneratorsmsg": lambda world: fields.colony(world, count=100),
    "resolvegeneratormsg": lambda world: fields.colony(world, generatorname=fields.stored_generator(world)["name"]),
    "packgeneratormsg": lambda world: fields.generator_id(world, arg="argument"),
    "removegeneratormsg": lambda world: fields.generator_id(world, all=False),
    "channelappendmsg": fields.append,
    "channelreadmsg": fields.filled_channel,
    "addlocationmsg": fields.location,
    "getlocationsmsg": fields.colony,
    "getlocationmsg": fields.stored_location,
    "removelocationmsg": fields.stored_location,
    "addblueprintdefinitionmsg": fields.definition,
    "getblueprintdefinitionmsg": lambda world: fields.colony(world, name=fields.definition_name(world)),
    "getblueprintdefinitionsmsg": fields.colony,
    "removeblueprintdefinitionmsg": lambda world: {"namespace": world.name, "name": fields.definition_name(world)},
    "addblueprintmsg": fields.blueprint,
    "getblueprintmsg": fields.blueprint_name,
    "getblueprintsmsg": lambda world: {"namespace": world.name, "kind": "", "locationname": ""},
    "updateblueprintmsg": fields.blueprint_update,
    "updateblueprintstatusmsg": fields.blueprint_status,
    "removeblueprintmsg": fields.blueprint_name,
    "reconcileblueprintmsg": lambda world: {**fields.blueprint_name(world), "force": False},
    "getblueprinthistorymsg": lambda world: {"blueprintid": fields.stored_blueprint(world)["blueprintid"], "limit": 0},
    "queryprocessesmsg": lambda world: fields.colony(
        world, states=[0], order="newest", count=10, cursor="", text="echo"
    ),
    "getworkflowmembersmsg": lambda world: {"processgraphid": world.graph()["processgraphid"], "count": 10},
    "explainprocessmsg": lambda world: {"processid": world.waiting()},
    "renewleasemsg": lambda world: {"processid": world.running(maxexectime=60, maxleasetime=600)},
    "getfreshnessmsg": fields.colony,
    "setfreshnessmsg": lambda world: fields.colony(world, policy="off"),
}
