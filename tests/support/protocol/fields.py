"""The fields of requests about every kind of thing; what a request needs to exist is made for it."""

import json
from typing import Any

from tests.support.protocol.world import IDLE_TYPE, TYPE, World

Fields = dict[str, Any]


def colony(world: World, **fields: Any) -> Fields:
    return {"colonyname": world.name, **fields}


def new_colony(world: World) -> Fields:
    return {"colony": {"colonyid": world.id_of("stranger"), "name": world.unique(world.name)}}


def removable_colony(world: World) -> Fields:
    added = new_colony(world)
    world.get("server_owner", "addcolonymsg", **added)
    return {"colonyname": added["colony"]["name"]}


def new_id(world: World) -> str:
    role = world.unique("key")
    world.user(role)
    return world.id_of(role)


def removable_user(world: World) -> Fields:
    name = world.unique("user")
    world.get("colony_owner", "addusermsg", user=world.user(name))
    return colony(world, name=name)


def new_executor(world: World) -> Fields:
    name = world.unique("executor")
    world.get("colony_owner", "addexecutormsg", executor=world.executor(name))
    return colony(world, executorname=name)


def function(world: World) -> Fields:
    return {"fun": colony(world, executorname="executor", funcname=world.unique("function"), description=world.secret)}


def removable_function(world: World) -> Fields:
    return {"functionid": world.get("executor", "addfunctionmsg", **function(world))["functionid"]}


def assignable(world: World) -> Fields:
    world.get("user", "submitfuncspecmsg", spec=world.spec(TYPE))
    return colony(world, timeout=-1, availablecpu="", availablemem="")


def listed(world: World) -> Fields:
    world.waiting()
    return colony(world, count=100, state=0, executortype="", label="", initiator="")


def history(world: World) -> Fields:
    world.waiting()
    return colony(world, executorid="", seconds=3600, state=0)


def listed_graphs(world: World) -> Fields:
    world.graph()
    return colony(world, count=100, state=0)


def attribute(world: World) -> Fields:
    names = {"targetid": world.running(), "targetcolonyname": world.name, "attributetype": 1}
    return {"attribute": {**names, "key": world.unique("key"), "value": world.secret}}


def stored_attribute(world: World) -> Fields:
    return {"attributeid": world.get("executor", "addattributemsg", **attribute(world))["attributeid"]}


def logs(world: World) -> Fields:
    process_id = world.running()
    world.get("executor", "addlogmsg", processid=process_id, message=f"line {world.secret}")
    return colony(world, processid=process_id, executorname="", count=10, since=0, latest=False)


def child(world: World) -> Fields:
    graph = world.running_graph()
    first, second = graph["processids"]
    names = {"processgraphid": graph["processgraphid"], "parentprocessid": first, "childprocessid": second}
    return {**names, "spec": world.spec(nodename=world.unique("child")), "insert": False}


def file(world: World) -> Fields:
    stored = {"server": "s3", "port": 443, "tls": True, "bucket": "b", "object": world.unique("object")}
    keys = {"accesskey": "", "secretkey": "", "region": "", "encryptionkey": "", "encryptionalg": ""}
    reference = {"protocol": "s3", "s3object": {**stored, **keys}}
    content = {"size": 3, "checksum": "0" * 64, "checksumalg": "SHA256", "ref": reference}
    return {"file": colony(world, label=f"/{world.unique('label')}", name=f"name{world.secret}", **content)}


def stored_file(world: World) -> Fields:
    stored: Fields = world.get("user", "addfilemsg", **file(world))
    return stored


def file_by_id(world: World) -> Fields:
    return colony(world, fileid=stored_file(world)["fileid"], label="", name="", latest=False)


def removable_file(world: World) -> Fields:
    return colony(world, fileid=stored_file(world)["fileid"], label="", name="")


def snapshot(world: World) -> Fields:
    return colony(world, label=stored_file(world)["label"], name=world.unique("snapshot"))


def stored_snapshot(world: World) -> Fields:
    stored = world.get("user", "createsnapshotmsg", **snapshot(world))
    return colony(world, snapshotid=stored["snapshotid"], name="")


def cron(world: World) -> Fields:
    workflow = json.dumps(world.workflow())
    times = {"cronexpression": "0 0 0 1 1 *", "interval": -1, "random": False, "waitforprevprocessgraph": False}
    return {"cron": colony(world, name=world.unique("cron"), workflowspec=workflow, **times)}


def stored_cron(world: World) -> Fields:
    return {"cronid": world.get("user", "addcronmsg", **cron(world))["cronid"]}


def generator(world: World) -> Fields:
    workflow = json.dumps(world.workflow())
    return {"generator": colony(world, name=world.unique("gen"), workflowspec=workflow, trigger=1000, timeout=0)}


def stored_generator(world: World) -> Fields:
    stored: Fields = world.get("user", "addgeneratormsg", **generator(world))
    return stored


def generator_id(world: World, **fields: Any) -> Fields:
    return {"generatorid": stored_generator(world)["generatorid"], **fields}


def channel(world: World, **fields: Any) -> Fields:
    return {"processid": world.running(channels=["talk"]), "name": "talk", **fields}


def append(world: World) -> Fields:
    return channel(world, sequence=1, inreplyto=0, payload="aGVsbG8=", payloadtype="")


def filled_channel(world: World) -> Fields:
    fields = append(world)
    world.get("user", "channelappendmsg", **fields)
    return {"processid": fields["processid"], "name": "talk", "afterseq": 0, "limit": 0}


def location(world: World) -> Fields:
    place = {"locationid": "", "description": world.secret, "long": 22.1, "lat": 65.6}
    return {"location": colony(world, name=world.unique("location"), **place)}


def stored_location(world: World) -> Fields:
    return colony(world, name=world.get("colony_owner", "addlocationmsg", **location(world))["name"])


def definition(world: World) -> Fields:
    kind = world.unique("Kind")
    names = {"kind": kind, "listKind": f"{kind}List", "singular": "kind", "plural": "kinds"}
    handler = {"executorType": IDLE_TYPE, "functionName": "reconcile"}
    schema = {"type": "object", "properties": {"replicas": {"type": "number"}}}
    about = {"group": "example.com", "version": "v1", "scope": "Namespaced", "names": names}
    metadata = {"name": kind.lower(), "colonyname": world.name}
    spec = {**about, "schema": schema, "handler": handler}
    return {"blueprintdefinition": {"kind": "BlueprintDefinition", "metadata": metadata, "spec": spec}}


def stored_definition(world: World) -> Fields:
    stored: Fields = world.get("colony_owner", "addblueprintdefinitionmsg", **definition(world))
    return stored


def definition_name(world: World) -> str:
    return str(stored_definition(world)["metadata"]["name"])


def blueprint(world: World) -> Fields:
    kind = stored_definition(world)["spec"]["names"]["kind"]
    metadata = {"name": world.unique("blueprint"), "colonyname": world.name, "generation": 1}
    return {"blueprint": {"kind": kind, "metadata": metadata, "spec": {"replicas": 1, "text": world.secret}}}


def stored_blueprint(world: World) -> Fields:
    stored: Fields = world.get("user", "addblueprintmsg", **blueprint(world))
    return stored


def blueprint_name(world: World) -> Fields:
    return {"namespace": world.name, "name": stored_blueprint(world)["metadata"]["name"]}


def blueprint_update(world: World) -> Fields:
    stored = stored_blueprint(world)
    return {"blueprint": {**stored, "spec": {"replicas": 2}}, "forcegeneration": False}


def blueprint_status(world: World) -> Fields:
    name = stored_blueprint(world)["metadata"]["name"]
    return colony(world, blueprintname=name, status={"runningInstances": 1})
