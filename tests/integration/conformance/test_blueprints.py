"""Blueprints, and the processes that bring the world into line with them."""

from typing import Any

from tests.support.pycolonies_site import EXECUTOR_TYPE, Site

_KIND = "Deployment"


def test_a_changed_specification_is_a_new_generation_and_work_for_the_handler(site: Site) -> None:
    _define(site)
    added = site.client.add_blueprint(_blueprint(site, image="nginx"), site.user_key)
    first = site.assign()
    updated = site.client.update_blueprint({**added, "spec": {"image": "caddy"}}, site.user_key)
    assert updated["metadata"]["generation"] == added["metadata"]["generation"] + 1
    assert site.client.get_blueprint(site.colony, "web", site.user_key) == updated
    second = site.assign()
    for process in (first, second):
        assert (process.spec.funcname, process.spec.conditions.executortype) == ("reconcile", EXECUTOR_TYPE)
        assert process.spec.kwargs == {"kind": _KIND, "blueprintName": "web"}
    assert second.processid != first.processid


def test_the_status_is_replaced_without_a_new_generation(site: Site) -> None:
    _define(site)
    added = site.client.add_blueprint(_blueprint(site, image="nginx"), site.user_key)
    site.client.update_blueprint_status(site.colony, "web", {"runningInstances": 1}, site.user_key)
    found = site.client.get_blueprint(site.colony, "web", site.user_key)
    assert (found["status"], found["metadata"]) == ({"runningInstances": 1}, added["metadata"])


def test_reconciliation_by_force(site: Site) -> None:
    _define(site)
    added = site.client.add_blueprint(_blueprint(site, image="nginx"), site.user_key)
    process = site.client.reconcile_blueprint(site.colony, "web", site.user_key, force=True)
    assert process["spec"]["kwargs"] == {"kind": _KIND, "blueprintName": "web", "force": True}
    assert site.client.get_blueprint(site.colony, "web", site.user_key)["metadata"]["generation"] == 2
    site.client.update_blueprint({**added, "spec": {"image": "caddy"}}, site.user_key)
    history = site.client.get_blueprint_history(added["blueprintid"], site.user_key, 10)
    assert [change["changetype"] for change in history] == ["update", "create"]


def test_listing_and_removing(site: Site) -> None:
    _define(site)
    site.client.add_blueprint(_blueprint(site, image="nginx"), site.user_key)
    definition = site.client.get_blueprint_definition(site.colony, "deployments", site.user_key)
    assert definition["spec"]["names"]["kind"] == _KIND
    assert site.client.get_blueprint_definitions(site.colony, site.user_key) == [definition]
    listed = site.client.get_blueprints(site.colony, site.user_key, _KIND)
    assert [found["metadata"]["name"] for found in listed] == ["web"]
    site.client.remove_blueprint(site.colony, "web", site.user_key)
    site.client.remove_blueprint_definition(site.colony, "deployments", site.owner_key)
    assert site.client.get_blueprint_definitions(site.colony, site.user_key) == []


def _define(site: Site) -> None:
    """Let the site's executors reconcile deployments."""
    names = {"kind": _KIND, "listKind": "DeploymentList", "singular": "deployment", "plural": "deployments"}
    schema = {"type": "object", "properties": {"image": {"type": "string"}}, "required": ["image"]}
    handler = {"executorType": EXECUTOR_TYPE, "functionName": "reconcile"}
    about = {"group": "example.org", "version": "v1", "scope": "Namespaced"}
    definition = {
        "kind": "BlueprintDefinition",
        "metadata": {"name": "deployments", "colonyname": site.colony},
        "spec": {**about, "names": names, "schema": schema, "handler": handler},
    }
    site.client.add_blueprint_definition(definition, site.owner_key)


def _blueprint(site: Site, **spec: Any) -> dict[str, Any]:
    metadata = {"name": "web", "colonyname": site.colony, "generation": 1}
    return {"kind": _KIND, "metadata": metadata, "spec": spec}
