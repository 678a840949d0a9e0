"""Locations on the wire of a real server."""

from typing import Any

import pytest

from colonysdk import messages
from colonysdk.identity import Identity
from colonysdk.objects import Location
from tests.support.server import ColonyKeys, RunningServer


def home(colony: ColonyKeys, **fields: Any) -> Location:
    described: dict[str, Any] = {
        "location_id": "loc",
        "name": "home",
        "description": "under the desk",
        "long": 20.95,
        "lat": 64.75,
    }
    return Location(colony_name=colony.name, **(described | fields))


def test_add_find_list_remove(server: RunningServer, colony: ColonyKeys) -> None:
    name = colony.name
    listing = messages.GetLocations(colony_name=name)
    assert server.call(listing, colony.user).payload_json == b"null"
    assert server.send(messages.AddLocation(location=home(colony)), colony.owner) == home(colony)
    server.send(messages.AddLocation(location=home(colony, name="cern", location_id="", long=6)), colony.owner)
    assert server.send(messages.GetLocation(colony_name=name, name="home"), colony.user) == home(colony)
    assert [location.name for location in server.send(listing, colony.user)] == ["cern", "home"]
    reply = server.call(messages.RemoveLocation(colony_name=name, name="home"), colony.owner)
    assert reply.payload_json == b"{}"
    assert [location.name for location in server.send(listing, colony.user)] == ["cern"]


def test_a_pending_executor_may_read_them(server: RunningServer, colony: ColonyKeys) -> None:
    pending = Identity.generate()
    server.add_executor(colony, pending, "pending", approve=False)
    assert server.send(messages.GetLocations(colony_name=colony.name), pending) == []


def test_a_name_is_taken_once(server: RunningServer, colony: ColonyKeys) -> None:
    server.send(messages.AddLocation(location=home(colony)), colony.owner)
    status, words = server.refusal(messages.AddLocation(location=home(colony)), colony.owner)
    assert (status, words) == (400, f"Location with name <home> in Colony <{colony.name}> already exists")


def test_unknown(server: RunningServer, colony: ColonyKeys) -> None:
    name = colony.name
    assert server.refusal(messages.GetLocation(colony_name=name, name="x"), colony.user)[0] == 404
    assert server.refusal(messages.RemoveLocation(colony_name=name, name="x"), colony.owner)[0] == 400
    elsewhere = messages.AddLocation(location=home(colony).model_copy(update={"colony_name": "nowhere"}))
    assert server.refusal(elsewhere, colony.owner)[0] == 400
    assert server.refusal(messages.AddLocation(location=home(colony)), colony.user)[0] == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"name": ""},
        {"name": "a:b"},
        {"name": "a\nb"},
        {"name": "x" * 300},
        {"description": "x" * 300},
        {"location_id": "\x00"},
        {"long": 180.1},
        {"long": -181.0},
        {"lat": 90.5},
        {"lat": -1e300},
    ],
)
def test_bad_input(server: RunningServer, colony: ColonyKeys, fields: dict[str, Any]) -> None:
    assert server.refusal(messages.AddLocation(location=home(colony, **fields)), colony.owner)[0] == 400
