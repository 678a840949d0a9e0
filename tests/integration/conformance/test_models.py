"""Every reply for which pycolonies has a model can be read with it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from model import Attribute, File, Process, ProcessGraph, Workflow  # type: ignore[import-untyped]  # comes with pycolonies
from pydantic import BaseModel

from tests.support.protocol.answers import post_to
from tests.support.protocol.table import ON_API
from tests.support.protocol.well_formed import well_formed
from tests.support.protocol.world import World
from tests.support.pycolonies_site import CANCELLED, EXECUTOR_TYPE, FAILED, RUNNING, SUCCESS, WAITING, Site
from tests.support.server import RunningServer


def _workflow_inside(**fields: Any) -> Workflow:
    """The workflow that a cron or a generator keeps as text."""
    return Workflow(**json.loads(fields["workflowspec"]))


_MODELS: dict[str, Callable[..., BaseModel]] = {
    **dict.fromkeys(
        (
            "submitfuncspecmsg",
            "assignprocessmsg",
            "getprocessmsg",
            "getprocessesmsg",
            "getprocesshistmsg",
            "addchildmsg",
            "reconcileblueprintmsg",
        ),
        Process,
    ),
    **dict.fromkeys(("submitworkflowspecmsg", "getprocessgraphmsg", "getprocessgraphsmsg"), ProcessGraph),
    **dict.fromkeys(("addattributemsg", "getattributemsg"), Attribute),
    **dict.fromkeys(("addfilemsg", "getfilemsg"), File),
    **dict.fromkeys(("addcronmsg", "getcronmsg", "getcronsmsg", "runcronmsg"), _workflow_inside),
    **dict.fromkeys(
        ("addgeneratormsg", "getgeneratormsg", "getgeneratorsmsg", "resolvegeneratormsg"), _workflow_inside
    ),
}
"""The client's own models; the other replies it hands on as they are."""

_FULL_SPEC = {
    "nodename": "node",
    "funcname": "echo",
    "args": ["text", 1],
    "kwargs": {"one": "1", "many": ["1", "2"]},
    "priority": 5,
    "maxwaittime": 60,
    "maxexectime": 60,
    "maxretries": 3,
    "label": "label",
    "fs": {"mount": "/cfs", "snapshots": [], "dirs": []},
    "env": {"NAME": "value"},
    "channels": ["talk"],
}
_EMPTY_SPEC: dict[str, Any] = {"args": None, "kwargs": None, "fs": None, "env": None, "channels": None}


@pytest.fixture(scope="module")
def world(server: RunningServer) -> World:
    return World(post_to(server), server.server_owner)


@pytest.mark.parametrize("payload_type", sorted(_MODELS))
def test_replies(world: World, payload_type: str) -> None:
    allowed = ON_API[payload_type].allowed
    role = next(role for role in ("executor", "user") if role in allowed)
    reply = world.get(role, payload_type, **well_formed(world, payload_type))
    items = reply if isinstance(reply, list) else [reply]
    assert items
    for item in items:
        _MODELS[payload_type](**item)


@pytest.mark.parametrize("fields", [_FULL_SPEC, _EMPTY_SPEC], ids=["full", "empty"])
def test_processes_in_every_state(site: Site, fields: dict[str, Any]) -> None:
    conditions = {"colonyname": site.colony, "executortype": EXECUTOR_TYPE, "executornames": None, "dependencies": None}
    spec = {"maxexectime": -1, **fields, "conditions": conditions}
    submitted = [Process(**site.send("submitfuncspecmsg", site.user_key, spec=spec)) for _ in range(5)]
    waiting, *assigned = reversed(submitted)
    for _ in assigned:
        site.assign()
    cancelled, failed, successful, running = assigned
    site.client.close(successful.processid, ["text", 1, 2.5], site.executor_key)
    site.client.fail(failed.processid, ["it broke"], site.executor_key)
    site.send("cancelprocessmsg", site.user_key, processid=cancelled.processid)
    for state, process in enumerate((waiting, running, successful, failed, cancelled)):
        assert site.hear(process, state) == site.process(process)
        (listed,) = site.client.list_processes(site.colony, 100, state, site.user_key)
        assert Process(**listed) == site.process(process)
    assert (site.process(successful).output, site.process(failed).errors) == (["text", 1, 2.5], ["it broke"])


@pytest.mark.parametrize("state", [WAITING, RUNNING, SUCCESS, FAILED, CANCELLED])
def test_workflows_in_every_state(site: Site, state: int) -> None:
    graph = site.submit_workflow({"a": ()})
    if state in (RUNNING, SUCCESS, FAILED):
        member = site.assign()
    if state == SUCCESS:
        site.client.close(member.processid, [], site.executor_key)
    if state == FAILED:
        site.client.fail(member.processid, ["it broke"], site.executor_key)
    if state == CANCELLED:
        site.send("cancelprocessgraphmsg", site.user_key, processgraphid=graph.processgraphid)
    found = site.client.get_processgraph(graph.processgraphid, site.user_key)
    assert (found.state, [node.id for node in found.nodes]) == (state, graph.processids)
    (listed,) = site.client.get_processgraphs(site.colony, 10, site.user_key, state=state)
    assert ProcessGraph(**listed).processids == graph.processids
