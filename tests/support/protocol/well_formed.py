"""For every message a request that is in order: about things that exist, made for it in the colony if need be."""

import json
from collections.abc import Callable
from typing import Any

from tests.support.protocol.world import IDLE_TYPE, TYPE, World

Fields = dict[str, Any]


def well_formed(world: World, payload_type: str) -> Fields:
    """The fields of a request that somebody may send once; needs what the server keeps to exist, so it makes that."""
    return _REQUESTS[payload_type](world)


def with_unknown_ids(fields: Fields) -> Fields:
    """The same request about things that do not exist; equal to the request if it names nothing by id."""
    unknown: Fields = {name: "0" * 64 for name in _IDS if fields.get(name)}
    if "attribute" in fields:
        unknown["attribute"] = {**fields["attribute"], "targetid": "0" * 64}
    return {**fields, **unknown}


def _colony(world: World, **fields: Any) -> Fields:
    return {"colonyname": world.name, **fields}


def _new_colony(world: World) -> Fields:
    return {"colony": {"colonyid": world.id_of("stranger"), "name": world.unique(world.name)}}


def _removable_colony(world: World) -> Fields:
    colony = _new_colony(world)
    world.get("server_owner", "addcolonymsg", **colony)
    return {"colonyname": colony["colony"]["name"]}


def _new_id(world: World) -> str:
    role = world.unique("key")
    world.user(role)
    return world.id_of(role)


def _removable_user(world: World) -> Fields:
    name = world.unique("user")
    world.get("colony_owner", "addusermsg", user=world.user(name))
    return _colony(world, name=name)


def _new_executor(world: World) -> Fields:
    name = world.unique("executor")
    world.get("colony_owner", "addexecutormsg", executor=world.executor(name))
    return _colony(world, executorname=name)


def _function(world: World) -> Fields:
    return {"fun": _colony(world, executorname="executor", funcname=world.unique("function"), description=world.secret)}


def _removable_function(world: World) -> Fields:
    return {"functionid": world.get("executor", "addfunctionmsg", **_function(world))["functionid"]}


def _assignable(world: World) -> Fields:
    world.get("user", "submitfuncspecmsg", spec=world.spec(TYPE))
    return _colony(world, timeout=-1, availablecpu="", availablemem="")


def _listed(world: World) -> Fields:
    world.waiting()
    return _colony(world, count=100, state=0, executortype="", label="", initiator="")


def _history(world: World) -> Fields:
    world.waiting()
    return _colony(world, executorid="", seconds=3600, state=0)


def _listed_graphs(world: World) -> Fields:
    world.graph()
    return _colony(world, count=100, state=0)


def _attribute(world: World) -> Fields:
    names = {"targetid": world.running(), "targetcolonyname": world.name, "attributetype": 1}
    return {"attribute": {**names, "key": world.unique("key"), "value": world.secret}}


def _stored_attribute(world: World) -> Fields:
    return {"attributeid": world.get("executor", "addattributemsg", **_attribute(world))["attributeid"]}


def _logs(world: World) -> Fields:
    process_id = world.running()
    world.get("executor", "addlogmsg", processid=process_id, message=f"line {world.secret}")
    return _colony(world, processid=process_id, executorname="", count=10, since=0, latest=False)


def _child(world: World) -> Fields:
    graph = world.running_graph()
    first, second = graph["processids"]
    names = {"processgraphid": graph["processgraphid"], "parentprocessid": first, "childprocessid": second}
    return {**names, "spec": world.spec(nodename=world.unique("child")), "insert": False}


def _file(world: World) -> Fields:
    stored = {"server": "s3", "port": 443, "tls": True, "bucket": "b", "object": world.unique("object")}
    keys = {"accesskey": "", "secretkey": "", "region": "", "encryptionkey": "", "encryptionalg": ""}
    reference = {"protocol": "s3", "s3object": {**stored, **keys}}
    content = {"size": 3, "checksum": "0" * 64, "checksumalg": "SHA256", "ref": reference}
    return {"file": _colony(world, label=f"/{world.unique('label')}", name=f"name{world.secret}", **content)}


def _stored_file(world: World) -> Fields:
    stored: Fields = world.get("user", "addfilemsg", **_file(world))
    return stored


def _file_by_id(world: World) -> Fields:
    return _colony(world, fileid=_stored_file(world)["fileid"], label="", name="", latest=False)


def _removable_file(world: World) -> Fields:
    return _colony(world, fileid=_stored_file(world)["fileid"], label="", name="")


def _snapshot(world: World) -> Fields:
    return _colony(world, label=_stored_file(world)["label"], name=world.unique("snapshot"))


def _stored_snapshot(world: World) -> Fields:
    snapshot = world.get("user", "createsnapshotmsg", **_snapshot(world))
    return _colony(world, snapshotid=snapshot["snapshotid"], name="")


def _cron(world: World) -> Fields:
    workflow = json.dumps(world.workflow())
    times = {"cronexpression": "0 0 0 1 1 *", "interval": -1, "random": False, "waitforprevprocessgraph": False}
    return {"cron": _colony(world, name=world.unique("cron"), workflowspec=workflow, **times)}


def _stored_cron(world: World) -> Fields:
    return {"cronid": world.get("user", "addcronmsg", **_cron(world))["cronid"]}


def _generator(world: World) -> Fields:
    workflow = json.dumps(world.workflow())
    return {"generator": _colony(world, name=world.unique("gen"), workflowspec=workflow, trigger=1000, timeout=0)}


def _stored_generator(world: World) -> Fields:
    stored: Fields = world.get("user", "addgeneratormsg", **_generator(world))
    return stored


def _generator_id(world: World, **fields: Any) -> Fields:
    return {"generatorid": _stored_generator(world)["generatorid"], **fields}


def _channel(world: World, **fields: Any) -> Fields:
    return {"processid": world.running(channels=["talk"]), "name": "talk", **fields}


def _append(world: World) -> Fields:
    return _channel(world, sequence=1, inreplyto=0, payload="aGVsbG8=", payloadtype="")


def _filled_channel(world: World) -> Fields:
    fields = _append(world)
    world.get("user", "channelappendmsg", **fields)
    return {"processid": fields["processid"], "name": "talk", "afterseq": 0, "limit": 0}


def _location(world: World) -> Fields:
    place = {"locationid": "", "description": world.secret, "long": 22.1, "lat": 65.6}
    return {"location": _colony(world, name=world.unique("location"), **place)}


def _stored_location(world: World) -> Fields:
    return _colony(world, name=world.get("colony_owner", "addlocationmsg", **_location(world))["name"])


def _definition(world: World) -> Fields:
    kind = world.unique("Kind")
    names = {"kind": kind, "listKind": f"{kind}List", "singular": "kind", "plural": "kinds"}
    handler = {"executorType": IDLE_TYPE, "functionName": "reconcile"}
    schema = {"type": "object", "properties": {"replicas": {"type": "number"}}}
    about = {"group": "example.com", "version": "v1", "scope": "Namespaced", "names": names}
    metadata = {"name": kind.lower(), "colonyname": world.name}
    spec = {**about, "schema": schema, "handler": handler}
    return {"blueprintdefinition": {"kind": "BlueprintDefinition", "metadata": metadata, "spec": spec}}


def _stored_definition(world: World) -> Fields:
    stored: Fields = world.get("colony_owner", "addblueprintdefinitionmsg", **_definition(world))
    return stored


def _definition_name(world: World) -> str:
    return str(_stored_definition(world)["metadata"]["name"])


def _blueprint(world: World) -> Fields:
    kind = _stored_definition(world)["spec"]["names"]["kind"]
    metadata = {"name": world.unique("blueprint"), "colonyname": world.name, "generation": 1}
    return {"blueprint": {"kind": kind, "metadata": metadata, "spec": {"replicas": 1, "text": world.secret}}}


def _stored_blueprint(world: World) -> Fields:
    stored: Fields = world.get("user", "addblueprintmsg", **_blueprint(world))
    return stored


def _blueprint_name(world: World) -> Fields:
    return {"namespace": world.name, "name": _stored_blueprint(world)["metadata"]["name"]}


def _blueprint_update(world: World) -> Fields:
    stored = _stored_blueprint(world)
    return {"blueprint": {**stored, "spec": {"replicas": 2}}, "forcegeneration": False}


def _blueprint_status(world: World) -> Fields:
    name = _stored_blueprint(world)["metadata"]["name"]
    return _colony(world, blueprintname=name, status={"runningInstances": 1})


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
    "addcolonymsg": _new_colony,
    "removecolonymsg": _removable_colony,
    "getcoloniesmsg": lambda _: {},
    "getcolonymsg": _colony,
    "getcolonystatsmsg": _colony,
    "changecolonyidmsg": lambda world: _colony(world, colonyid=world.id_of("colony_owner")),
    "addusermsg": lambda world: {"user": world.user(world.unique("user"))},
    "getusersmsg": _colony,
    "getusermsg": lambda world: _colony(world, name="user"),
    "getuserbyidmsg": lambda world: _colony(world, userid=world.id_of("user")),
    "removeusermsg": _removable_user,
    "changeuseridmsg": lambda world: _colony(world, userid=_new_id(world)),
    "addexecutormsg": lambda world: {"executor": world.executor(world.unique("executor"))},
    "getexecutorsmsg": _colony,
    "getexecutormsg": lambda world: _colony(world, executorname="executor"),
    "getexecutorbyidmsg": lambda world: _colony(world, executorid=world.id_of("executor")),
    "approveexecutormsg": _new_executor,
    "rejectexecutormsg": _new_executor,
    "removeexecutormsg": _new_executor,
    "reportallocationmsg": lambda world: _colony(
        world, executorname="executor", allocations={"projects": {"p": {"allocatedcpu": 1, "usedcpu": 1}}}
    ),
    "updateexecutormsg": lambda world: _colony(
        world, executorname="executor", capabilities={"hardware": [{"model": "m", "cpu": "1000m"}], "software": []}
    ),
    "changeexecutoridmsg": lambda world: _colony(world, executorid=_new_id(world)),
    "addfunctionmsg": _function,
    "getfunctionsmsg": lambda world: _colony(world, executorname="executor"),
    "removefunctionmsg": _removable_function,
    "submitfuncspecmsg": lambda world: {"spec": world.spec()},
    "assignprocessmsg": _assignable,
    "getprocessmsg": lambda world: {"processid": world.running()},
    "getprocessesmsg": _listed,
    "getprocesshistmsg": _history,
    "removeprocessmsg": lambda world: {"processid": world.waiting(), "all": False},
    "removeallprocessesmsg": lambda world: _colony(world, state=4),
    "closesuccessfulmsg": lambda world: {"processid": world.running(), "out": ["result", 1]},
    "closefailedmsg": lambda world: {"processid": world.running(), "errors": ["it broke"]},
    "cancelprocessmsg": lambda world: {"processid": world.waiting()},
    "setoutputmsg": lambda world: {"processid": world.running(), "out": ["result"]},
    "pauseassignmentsmsg": _colony,
    "resumeassignmentsmsg": _colony,
    "getpausestatusmsg": _colony,
    "submitworkflowspecmsg": lambda world: {"spec": world.workflow()},
    "getprocessgraphmsg": lambda world: {"processgraphid": world.graph()["processgraphid"]},
    "getprocessgraphsmsg": _listed_graphs,
    "removeprocessgraphmsg": lambda world: {"processgraphid": world.graph()["processgraphid"], "all": False},
    "removeallprocessgraphsmsg": lambda world: _colony(world, state=4),
    "cancelprocessgraphmsg": lambda world: {"processgraphid": world.graph()["processgraphid"]},
    "addchildmsg": _child,
    "addattributemsg": _attribute,
    "getattributemsg": _stored_attribute,
    "addlogmsg": lambda world: {"processid": world.running(), "message": "a line\n"},
    "addexecutorlogmsg": lambda world: _colony(world, executorname="executor", message="a line\n"),
    "getlogsmsg": _logs,
    "searchlogsmsg": lambda world: _colony(world, text="line", days=1, count=10),
    "addfilemsg": _file,
    "getfilemsg": _file_by_id,
    "getfilesmsg": lambda world: _colony(world, label=_stored_file(world)["label"]),
    "getfilelabelsmsg": lambda world: _colony(world, name="", exact=False),
    "removefilemsg": _removable_file,
    "createsnapshotmsg": _snapshot,
    "getsnapshotmsg": _stored_snapshot,
    "getsnapshotsmsg": _colony,
    "removesnapshotmsg": _stored_snapshot,
    "removeallsnapshotmsg": _colony,
    "addcronmsg": _cron,
    "getcronmsg": _stored_cron,
    "getcronsmsg": lambda world: _colony(world, count=100),
    "runcronmsg": _stored_cron,
    "removecronmsg": lambda world: {**_stored_cron(world), "all": False},
    "addgeneratormsg": _generator,
    "getgeneratormsg": _generator_id,
    "getgeneratorsmsg": lambda world: _colony(world, count=100),
    "resolvegeneratormsg": lambda world: _colony(world, generatorname=_stored_generator(world)["name"]),
    "packgeneratormsg": lambda world: _generator_id(world, arg="argument"),
    "removegeneratormsg": lambda world: _generator_id(world, all=False),
    "channelappendmsg": _append,
    "channelreadmsg": _filled_channel,
    "addlocationmsg": _location,
    "getlocationsmsg": _colony,
    "getlocationmsg": _stored_location,
    "removelocationmsg": _stored_location,
    "addblueprintdefinitionmsg": _definition,
    "getblueprintdefinitionmsg": lambda world: _colony(world, name=_definition_name(world)),
    "getblueprintdefinitionsmsg": _colony,
    "removeblueprintdefinitionmsg": lambda world: {"namespace": world.name, "name": _definition_name(world)},
    "addblueprintmsg": _blueprint,
    "getblueprintmsg": _blueprint_name,
    "getblueprintsmsg": lambda world: {"namespace": world.name, "kind": "", "locationname": ""},
    "updateblueprintmsg": _blueprint_update,
    "updateblueprintstatusmsg": _blueprint_status,
    "removeblueprintmsg": _blueprint_name,
    "reconcileblueprintmsg": lambda world: {**_blueprint_name(world), "force": False},
    "getblueprinthistorymsg": lambda world: {"blueprintid": _stored_blueprint(world)["blueprintid"], "limit": 0},
    "queryprocessesmsg": lambda world: _colony(world, states=[0], order="newest", count=10, cursor="", text="echo"),
    "getworkflowmembersmsg": lambda world: {"processgraphid": world.graph()["processgraphid"], "count": 10},
    "explainprocessmsg": lambda world: {"processid": world.waiting()},
    "renewleasemsg": lambda world: {"processid": world.running(maxexectime=60, maxleasetime=600)},
    "getfreshnessmsg": _colony,
    "setfreshnessmsg": lambda world: _colony(world, policy="off"),
}
