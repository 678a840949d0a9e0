"""The first colony and its user, made on a server that has none yet."""

from colonysdk.client import ColonyClient
from colonysdk.errors import Refused
from colonysdk.objects import Colony, User
from colonytui.local.errors import LocalColonyFailed
from colonytui.local.keys import LocalKeys
from colonytui.local.programs import COLONY_NAME

USER_NAME = "me"


async def bootstrap(url: str, keys: LocalKeys) -> None:
    """Make what is missing of the colony and its user; raises LocalColonyFailed when the server refuses."""
    async with ColonyClient(url, keys.user, COLONY_NAME, owner=keys.colony_owner) as client:
        try:
            colonies = await client.colonies(keys.server_owner)
            if COLONY_NAME not in {colony.name for colony in colonies}:
                await client.add_colony(Colony(colony_id=keys.colony_owner.id, name=COLONY_NAME), keys.server_owner)
            if not await _is_member(client):
                await client.add_user(User(colony_name=COLONY_NAME, user_id=keys.user.id, name=USER_NAME))
        except Refused as refusal:
            raise LocalColonyFailed(
                f"the local server does not accept its own keys ({refusal.message}); the keys and the database of the "
                "data directory do not belong together"
            ) from refusal


async def _is_member(client: ColonyClient) -> bool:
    try:
        await client.users()
    except Refused as refusal:
        if refusal.forbidden:
            return False
        raise
    return True
