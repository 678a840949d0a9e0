"""Blueprints on the wire of a real server: what is kept, the processes and crons they make."""

import json
from typing import Any

import pytest

from colonysdk import messages
from colonysdk.identity import Identity
from colonysdk.objects import Blueprint, BlueprintDefinition, Colony, Cron, Process, ProcessState, User
from tests.support.server import ColonyKeys, RunningServer

_SOON_SECONDS = 15
KIND = "Deployment"


def definition(colony: ColonyKeys, name: str = "deployments", kind: str = KIND, **handler: Any) -> BlueprintDefinition:
    known = {"executorType": colony.executor_type, "functionName": "reconcile"}
    schema = {"required": ["image"], "properties": {"image": {"type": "string"}, "replicas": {"type": "number"}}}
    return BlueprintDefinition.model_validate(
        {
            "kind": "BlueprintDefinition",
            "metadata": {"name": name, "colonyname": colony.name},
            "spec": {
                "group": "example.org",
                "names": {"kind": kind, "plural": "deployments"},
                "schema": schema,
                "handler": known | handler,
            },
        }
    )


def blueprint(
    colony: ColonyKeys, name: str = "web", location_name: str = "", generation: int = 1, **fields: Any
) -> Blueprint:
    metadata = {"name": name, "colonyname": colony.name, "locationname": location_name, "generation": generation}
    known = {"kind": KIND, "metadata": metadata, "spec": {"image": "nginx", "replicas": 2}}
    return Blueprint.model_validate(known | fields)


def define(server: RunningServer, colony: ColonyKeys, **handler: Any) -> BlueprintDefinition:
    message = messages.AddBlueprintDefinition(definition=definition(colony, **handler))
    return server.send(message, colony.owner)


def add(server: RunningServer, colony: ColonyKeys, **fields: Any) -> Blueprint:
    return server.send(messages.AddBlueprint(blueprint=blueprint(colony, **fields)), colony.user)


def get(server: RunningServer, colony: ColonyKeys, name: str = "web") -> Blueprint:
    return server.send(messages.GetBlueprint(namespace=colony.name, name=name), colony.user)


def waiting(server: RunningServer, colony: ColonyKeys) -> list[Process]:
    """The processes that wait, oldest first."""
    listing = messages.GetProcesses(colony_name=colony.name, count=100, state=ProcessState.WAITING)
    return server.send(listing, colony.user)


def crons(server: RunningServer, colony: ColonyKeys) -> list[Cron]:
    return server.send(messages.GetCrons(colony_name=colony.name, count=100), colony.user)


@pytest.fixture
def defined(server: RunningServer, colony: ColonyKeys) -> ColonyKeys:
    """A colony with a definition."""
    define(server, colony)
    return colony


class TestDefinitions:
    def test_add_find_list_remove(self, server: RunningServer, colony: ColonyKeys) -> None:
        listing = messages.GetBlueprintDefinitions(colony_name=colony.name)
        assert server.call(listing, colony.user).payload_json == b"[]"
        added = define(server, colony)
        assert len(added.blueprint_definition_id) == 64
        find = messages.GetBlueprintDefinition(colony_name=colony.name, name="deployments")
        for reader in (colony.user, colony.executor, colony.owner):
            assert server.send(find, reader) == added
        other = messages.AddBlueprintDefinition(definition=definition(colony, "apps", "App"))
        server.send(other, colony.owner)
        assert [found.metadata.name for found in server.send(listing, colony.user)] == ["apps", "deployments"]
        remove = messages.RemoveBlueprintDefinition(namespace=colony.name, name="deployments")
        server.send(remove, colony.owner)
        assert server.refusal(find, colony.user) == (404, "Blueprint definition not found")
        assert server.refusal(remove, colony.owner)[0] == 404

    def test_names_on_the_wire(self, server: RunningServer, colony: ColonyKeys) -> None:
        message = messages.AddBlueprintDefinition(definition=definition(colony))
        reply = json.loads(server.call(message, colony.owner).payload_json)
        assert reply["spec"]["handler"] == {"executorType": colony.executor_type, "functionName": "reconcile"}
        assert reply["metadata"]["createdAt"] == "0001-01-01T00:00:00Z"
        assert reply["spec"]["names"]["listKind"] == ""
        assert set(reply) == {"blueprintdefinitionid", "kind", "metadata", "spec"}

    def test_a_name_is_taken_once(self, server: RunningServer, defined: ColonyKeys) -> None:
        again = messages.AddBlueprintDefinition(definition=definition(defined, kind="Other"))
        status, words = server.refusal(again, defined.owner)
        assert status == 500
        assert "duplicate key" in words

    def test_an_id_is_taken_once(self, server: RunningServer, colony: ColonyKeys) -> None:
        other = server.new_colony()
        taken = define(server, other).blueprint_definition_id
        copy = definition(colony).model_copy(update={"blueprint_definition_id": taken})
        assert server.refusal(messages.AddBlueprintDefinition(definition=copy), colony.owner)[0] == 500

    def test_one_that_is_in_use_stays(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined)
        remove = messages.RemoveBlueprintDefinition(namespace=defined.name, name="deployments")
        words = "cannot remove BlueprintDefinition 'deployments': 1 blueprint(s) of kind 'Deployment' still exist"
        assert server.refusal(remove, defined.owner) == (409, words)

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"name": ""}, "definition name"),
            ({"kind": ""}, "spec.names.kind"),
            ({"reconcileInterval": -1}, "$.spec.handler.reconcileInterval"),
            ({"executorType": "x" * 250}, "executor type"),
        ],
    )
    def test_what_cannot_be(
        self, server: RunningServer, colony: ColonyKeys, fields: dict[str, Any], words: str
    ) -> None:
        message = messages.AddBlueprintDefinition(definition=definition(colony, **fields))
        status, said = server.refusal(message, colony.owner)
        assert status == 400
        assert words in said

    def test_only_the_owner_defines(self, server: RunningServer, colony: ColonyKeys) -> None:
        message = messages.AddBlueprintDefinition(definition=definition(colony))
        assert server.refusal(message, colony.user)[0] == 403
        remove = messages.RemoveBlueprintDefinition(namespace=colony.name, name="deployments")
        assert server.refusal(remove, colony.user)[0] == 403


class TestAdding:
    def test_it_is_kept_and_reconciled(self, server: RunningServer, defined: ColonyKeys) -> None:
        added = add(server, defined, status={"phase": "new"})
        assert len(added.blueprint_id) == 64
        assert get(server, defined) == added
        assert (added.metadata.generation, added.status) == (1, {"phase": "new"})
        (process,) = waiting(server, defined)
        spec = process.spec
        assert (spec.func_name, spec.node_name) == ("reconcile", "container-executor-reconcile")
        assert spec.kwargs == {"kind": KIND, "blueprintName": "web"}
        assert (spec.max_wait_time, spec.max_exec_time, spec.max_retries, spec.priority) == (0, -1, -1, 0)
        assert (process.initiator_id, process.initiator_name) == (defined.user.id, "alice")

    def test_and_again_and_again(self, server: RunningServer, colony: ColonyKeys) -> None:
        define(server, colony, reconcileInterval=5)
        add(server, colony)
        add(server, colony, name="second")
        (cron,) = crons(server, colony)
        assert (cron.name, cron.interval, cron.wait_for_prev_process_graph) == ("reconcile-Deployment", 5, True)
        workflow = json.loads(cron.workflow_spec)
        assert workflow["colonyname"] == colony.name
        assert [function["kwargs"] for function in workflow["functionspecs"]] == [{"kind": KIND}]

    def test_the_cron_runs(self, server: RunningServer, colony: ColonyKeys) -> None:
        define(server, colony, reconcileInterval=1)
        message = messages.AddBlueprint(blueprint=blueprint(colony))
        server.send(message, colony.owner)
        assign = messages.AssignProcess(colony_name=colony.name, timeout=_SOON_SECONDS)
        immediate = server.send(assign, colony.executor)
        assert (immediate.process_graph_id, immediate.initiator_name) == ("", "colony:owner")
        periodic = server.send(assign, colony.executor)
        assert periodic.process_graph_id != ""
        assert (periodic.spec.kwargs, periodic.spec.max_retries) == ({"kind": KIND}, -1)
        assert (periodic.initiator_id, periodic.initiator_name) == (colony.owner.id, "colony:owner")

    def test_once_a_minute_unless_said_otherwise(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined)
        assert [cron.interval for cron in crons(server, defined)] == [60]

    def test_at_a_location(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined, location_name="Kiruna")
        (process,) = waiting(server, defined)
        assert process.spec.conditions.location_name == "Kiruna"
        assert [cron.name for cron in crons(server, defined)] == ["reconcile-Deployment-Kiruna"]
        find = messages.GetLocation(colony_name=defined.name, name="Kiruna")
        assert server.send(find, defined.user).description == "Auto-created from blueprint web"

    def test_without_a_handler(self, server: RunningServer, colony: ColonyKeys) -> None:
        define(server, colony, executorType="", functionName="")
        add(server, colony)
        assert waiting(server, colony) == []
        assert crons(server, colony) == []
        reconcile = messages.ReconcileBlueprint(namespace=colony.name, name="web")
        assert server.refusal(reconcile, colony.user)[0] == 400
        server.send(messages.RemoveBlueprint(namespace=colony.name, name="web"), colony.user)
        assert waiting(server, colony) == []

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"kind": ""}, "kind of the blueprint is empty"),
            ({"kind": "Unheard"}, "no definition of kind 'Unheard'"),
            ({"spec": {}}, "blueprint validation failed: $.spec.image: it is required"),
            ({"spec": {"image": 1}}, "$.spec.image: it must be of type string"),
            ({"name": "a:b"}, "blueprint name"),
            ({"location_name": "a:b"}, "location name"),
            ({"generation": -1}, "$.metadata.generation"),
            ({"generation": 2**62}, "$.metadata.generation"),
            ({"status": {"log": "x" * (1 << 20)}}, "at most 1048576 are kept"),
        ],
    )
    def test_what_cannot_be(
        self, server: RunningServer, defined: ColonyKeys, fields: dict[str, Any], words: str
    ) -> None:
        message = messages.AddBlueprint(blueprint=blueprint(defined, **fields))
        status, said = server.refusal(message, defined.user)
        assert status == 400
        assert words in said
        assert server.send(messages.GetBlueprints(namespace=defined.name), defined.user) == []
        assert waiting(server, defined) == []
        assert crons(server, defined) == []

    def test_definitions_of_other_colonies_do_not_count(self, server: RunningServer, colony: ColonyKeys) -> None:
        define(server, server.new_colony())
        assert server.refusal(messages.AddBlueprint(blueprint=blueprint(colony)), colony.user)[0] == 400

    def test_a_name_is_taken_once(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined)
        again = messages.AddBlueprint(blueprint=blueprint(defined))
        assert server.refusal(again, defined.user)[0] == 409
        assert len(waiting(server, defined)) == 1

    def test_an_id_is_taken_for_good(self, server: RunningServer, defined: ColonyKeys) -> None:
        taken = add(server, defined).blueprint_id
        server.send(messages.RemoveBlueprint(namespace=defined.name, name="web"), defined.user)
        other = server.new_colony()
        define(server, other)
        copy = blueprint(other).model_copy(update={"blueprint_id": taken})
        assert server.refusal(messages.AddBlueprint(blueprint=copy), other.user)[0] == 409


class TestListing:
    def test_by_kind_and_location(self, server: RunningServer, defined: ColonyKeys) -> None:
        assert server.call(messages.GetBlueprints(namespace=defined.name), defined.user).payload_json == b"null"
        apps = messages.AddBlueprintDefinition(definition=definition(defined, "apps", "App"))
        server.send(apps, defined.owner)
        add(server, defined, name="c", location_name="Kiruna")
        add(server, defined, name="b")
        add(server, defined, name="a", kind="App", location_name="Kiruna")
        assert self._names(server, defined) == ["a", "b", "c"]
        assert self._names(server, defined, kind=KIND) == ["b", "c"]
        assert self._names(server, defined, kind=KIND, location_name="kIRUNA") == ["c"]
        assert self._names(server, defined, location_name="kiruna") == ["a", "b", "c"]
        assert self._names(server, defined, kind="Unheard") == []

    def _names(self, server: RunningServer, colony: ColonyKeys, **filters: str) -> list[str]:
        listing = messages.GetBlueprints(namespace=colony.name, **filters)
        return [found.metadata.name for found in server.send(listing, colony.owner)]


class TestUpdating:
    def test_a_changed_specification_is_a_new_generation(self, server: RunningServer, defined: ColonyKeys) -> None:
        added = add(server, defined, status={"phase": "old"})
        changed = blueprint(defined, spec={"image": "nginx", "replicas": 3})
        updated = server.send(messages.UpdateBlueprint(blueprint=changed), defined.user)
        assert (updated.blueprint_id, updated.metadata.generation) == (added.blueprint_id, 2)
        assert get(server, defined) == updated
        assert updated.status == {}
        processes = waiting(server, defined)
        assert [process.spec.kwargs for process in processes] == [{"kind": KIND, "blueprintName": "web"}] * 2

    def test_the_same_specification_is_not(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined)
        labelled = blueprint(defined, metadata={"name": "web", "colonyname": defined.name, "labels": {"a": "b"}})
        updated = server.send(messages.UpdateBlueprint(blueprint=labelled), defined.user)
        assert (updated.metadata.generation, updated.metadata.labels) == (1, {"a": "b"})
        assert len(waiting(server, defined)) == 1
        forced = messages.UpdateBlueprint(blueprint=labelled, force_generation=True)
        assert server.send(forced, defined.user).metadata.generation == 2
        assert len(waiting(server, defined)) == 2

    def test_by_the_owner_of_the_colony(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined)
        forced = messages.UpdateBlueprint(blueprint=blueprint(defined), force_generation=True)
        server.send(forced, defined.owner)
        assert [process.initiator_name for process in waiting(server, defined)] == ["alice", "colony:owner"]

    def test_a_move_takes_the_cron_along(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined, location_name="here")
        server.send(messages.UpdateBlueprint(blueprint=blueprint(defined, location_name="there")), defined.user)
        assert [cron.name for cron in crons(server, defined)] == ["reconcile-Deployment-there"]

    def test_what_cannot_be(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined)
        unknown = messages.UpdateBlueprint(blueprint=blueprint(defined, name="other"))
        assert server.refusal(unknown, defined.user) == (404, "Blueprint not found")
        wrong = messages.UpdateBlueprint(blueprint=blueprint(defined, spec={"replicas": 1}))
        assert server.refusal(wrong, defined.user)[0] == 400
        assert get(server, defined).spec == {"image": "nginx", "replicas": 2}

    def test_status(self, server: RunningServer, defined: ColonyKeys) -> None:
        added = add(server, defined, status={"old": 1})
        status = {"runningInstances": 1, "instances": [{"id": "x"}]}
        message = messages.UpdateBlueprintStatus(colony_name=defined.name, blueprint_name="web", status=status)
        assert server.call(message, defined.executor).payload_json == b"{}"
        found = get(server, defined)
        assert (found.status, found.metadata) == (status, added.metadata)
        assert len(waiting(server, defined)) == 1
        unknown = messages.UpdateBlueprintStatus(colony_name=defined.name, blueprint_name="other")
        assert server.refusal(unknown, defined.user)[0] == 404
        assert server.refusal(message, defined.owner)[0] == 403


class TestReconciling:
    def test_now(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined)
        process = server.send(messages.ReconcileBlueprint(namespace=defined.name, name="web"), defined.user)
        assert process.spec.kwargs == {"kind": KIND, "blueprintName": "web"}
        assert process.process_id == waiting(server, defined)[1].process_id
        assert get(server, defined).metadata.generation == 1

    def test_by_force(self, server: RunningServer, defined: ColonyKeys) -> None:
        added = add(server, defined, status={"kept": True})
        message = messages.ReconcileBlueprint(namespace=defined.name, name="web", force=True)
        process = server.send(message, defined.executor)
        assert process.spec.kwargs == {"kind": KIND, "blueprintName": "web", "force": True}
        found = get(server, defined)
        assert (found.metadata.generation, found.status) == (2, {"kept": True})
        history = messages.GetBlueprintHistory(blueprint_id=added.blueprint_id)
        assert len(server.send(history, defined.user)) == 1

    def test_unknown(self, server: RunningServer, defined: ColonyKeys) -> None:
        message = messages.ReconcileBlueprint(namespace=defined.name, name="web")
        assert server.refusal(message, defined.user) == (404, "Blueprint not found")


class TestRemoving:
    def test_it_is_cleaned_up(self, server: RunningServer, defined: ColonyKeys) -> None:
        add(server, defined)
        add(server, defined, name="second")
        remove = messages.RemoveBlueprint(namespace=defined.name, name="web")
        assert server.call(remove, defined.user).payload_json == b"{}"
        assert len(crons(server, defined)) == 1
        server.send(messages.RemoveBlueprint(namespace=defined.name, name="second"), defined.owner)
        assert crons(server, defined) == []
        cleanups = [process.spec for process in waiting(server, defined)[2:]]
        assert [(spec.func_name, spec.node_name) for spec in cleanups] == [
            ("cleanup", "container-executor-cleanup"),
            ("cleanup", "container-executor-cleanup"),
        ]
        assert [spec.kwargs["blueprintName"] for spec in cleanups] == ["web", "second"]
        assert server.refusal(remove, defined.user) == (404, "Blueprint not found")

    def test_every_location_has_its_own_cron(self, server: RunningServer, defined: ColonyKeys) -> None:
        for name, location_name in (("a", "Kiruna"), ("b", "kiruna"), ("c", "")):
            add(server, defined, name=name, location_name=location_name)
        server.send(messages.RemoveBlueprint(namespace=defined.name, name="a"), defined.user)
        left = {cron.name for cron in crons(server, defined)}
        assert left == {"reconcile-Deployment-kiruna", "reconcile-Deployment"}

    def test_a_colony_takes_everything_along(self, server: RunningServer, defined: ColonyKeys) -> None:
        added = add(server, defined)
        server.send(messages.RemoveColony(colony_name=defined.name), server.server_owner)
        owner = Identity.generate()
        server.send(messages.AddColony(colony=Colony(colony_id=owner.id, name=defined.name)), server.server_owner)
        user = User(colony_name=defined.name, user_id=defined.user.id, name="alice")
        server.send(messages.AddUser(user=user), owner)
        assert server.send(messages.GetBlueprints(namespace=defined.name), defined.user) == []
        assert server.send(messages.GetBlueprintDefinitions(colony_name=defined.name), defined.user) == []
        history = messages.GetBlueprintHistory(blueprint_id=added.blueprint_id)
        assert server.refusal(history, defined.user)[0] == 404


class TestHistory:
    def test_what_it_was(self, server: RunningServer, defined: ColonyKeys) -> None:
        added = add(server, defined)
        for replicas in (3, 4):
            changed = blueprint(defined, spec={"image": "nginx", "replicas": replicas})
            server.send(messages.UpdateBlueprint(blueprint=changed), defined.owner)
        history = messages.GetBlueprintHistory(blueprint_id=added.blueprint_id)
        changes = server.send(history, defined.executor)
        assert [(change.generation, change.change_type) for change in changes] == [
            (3, "update"),
            (2, "update"),
            (1, "create"),
        ]
        assert [change.spec["replicas"] for change in changes] == [4, 3, 2]
        assert [change.changed_by for change in changes] == [defined.owner.id, defined.owner.id, defined.user.id]
        newest = changes[0]
        assert (newest.namespace, newest.name, newest.kind) == (defined.name, "web", KIND)
        raw = json.loads(server.call(history, defined.user).payload_json)
        assert raw[0]["timestamp"].endswith("Z")
        limited = messages.GetBlueprintHistory(blueprint_id=added.blueprint_id, limit=2)
        assert server.send(limited, defined.owner) == changes[:2]

    def test_it_outlives_the_blueprint(self, server: RunningServer, defined: ColonyKeys) -> None:
        added = add(server, defined)
        server.send(messages.RemoveBlueprint(namespace=defined.name, name="web"), defined.user)
        history = messages.GetBlueprintHistory(blueprint_id=added.blueprint_id)
        assert len(server.send(history, defined.user)) == 1

    def test_unknown(self, server: RunningServer, colony: ColonyKeys) -> None:
        history = messages.GetBlueprintHistory(blueprint_id="f" * 64)
        assert server.refusal(history, colony.user) == (404, "Blueprint not found")
        assert server.refusal(history, colony.owner)[0] == 403
        negative = messages.GetBlueprintHistory(blueprint_id="f" * 64, limit=-1)
        assert server.refusal(negative, colony.user)[0] == 400


def test_strangers(server: RunningServer, defined: ColonyKeys) -> None:
    added = add(server, defined)
    other = server.new_colony()
    for message in (
        messages.AddBlueprint(blueprint=blueprint(defined, name="x")),
        messages.UpdateBlueprint(blueprint=blueprint(defined)),
        messages.UpdateBlueprintStatus(colony_name=defined.name, blueprint_name="web"),
        messages.GetBlueprint(namespace=defined.name, name="web"),
        messages.GetBlueprints(namespace=defined.name),
        messages.ReconcileBlueprint(namespace=defined.name, name="web"),
        messages.RemoveBlueprint(namespace=defined.name, name="web"),
        messages.GetBlueprintHistory(blueprint_id=added.blueprint_id),
        messages.GetBlueprintDefinition(colony_name=defined.name, name="deployments"),
        messages.GetBlueprintDefinitions(colony_name=defined.name),
    ):
        for outsider in (other.user, other.owner, server.server_owner, Identity.generate()):
            assert server.refusal(message, outsider)[0] == 403
    assert get(server, defined) == added
