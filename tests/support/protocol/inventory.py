"""Everything in a colony that its members can list, to see whether somebody else has changed it."""

import json
from typing import Any, NamedTuple

from tests.support.protocol.world import World


class Inventory(NamedTuple):
    """The lists of a colony, and the ids in them."""

    lists: dict[str, Any]
    ids: tuple[str, ...]


def inventory(world: World) -> Inventory:
    """List everything in a colony."""
    lists = {
        f"{payload_type} {fields}": _without_times(
            world.get("user", payload_type, colonyname=world.name, namespace=world.name, **fields)
        )
        for payload_type, fields in _LISTINGS
    }
    return Inventory(lists, tuple(sorted(_ids(lists))))


_LISTINGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("getcolonymsg", {}),
    ("getcolonystatsmsg", {}),
    ("getpausestatusmsg", {}),
    ("getusersmsg", {}),
    ("getexecutorsmsg", {}),
    ("getfunctionsmsg", {}),
    *(("getprocessesmsg", {"count": 100, "state": state}) for state in range(5)),
    *(("getprocessgraphsmsg", {"count": 100, "state": state}) for state in range(5)),
    ("searchlogsmsg", {"text": "line", "days": 1, "count": 100}),
    ("getfilelabelsmsg", {"name": "", "exact": False}),
    ("getsnapshotsmsg", {}),
    ("getcronsmsg", {"count": 100}),
    ("getgeneratorsmsg", {"count": 100}),
    ("getlocationsmsg", {}),
    ("getblueprintdefinitionsmsg", {}),
    ("getblueprintsmsg", {}),
)


def _without_times(value: Any) -> Any:
    """Signs of life and the runs of crons go on without anybody asking."""
    if isinstance(value, list):
        return sorted((_without_times(item) for item in value), key=json.dumps)
    if isinstance(value, dict):
        return {key: _without_times(inner) for key, inner in value.items() if key not in _CHANGING}
    return value


_CHANGING = ("lastheardfromtime", "nextrun", "lastrun")


def _ids(value: Any) -> set[str]:
    """Texts of 32 characters or more that look like ids."""
    if isinstance(value, dict):
        return {found for inner in value.values() for found in _ids(inner)}
    if isinstance(value, list):
        return {found for inner in value for found in _ids(inner)}
    return {value} if isinstance(value, str) and len(value) >= 32 and value.isalnum() else set()
