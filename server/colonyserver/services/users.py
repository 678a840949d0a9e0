"""Users: the people of a colony, added and removed by its owner."""

from sqlalchemy import Connection

from colonysdk.objects import User
from colonyserver.errors import Conflict, Forbidden, NotFound
from colonyserver.events import Events, MembershipChanged
from colonyserver.services.names import check_identity, check_member_id, check_name, check_text
from colonyserver.storage import users
from colonyserver.storage.database import Database


class UserService:
    """Adds, finds and removes users."""

    def __init__(self, database: Database, events: Events) -> None:
        self._database = database
        self._events = events

    async def add(self, user: User) -> User:
        """Add a user; raises Invalid, or Conflict when the name or the identity is taken in the colony."""
        check_name(user.name, "user name")
        check_member_id(user.user_id, "user id")
        check_text(user.email, "email address")
        check_text(user.phone, "phone number")

        def unit(connection: Connection) -> None:
            if users.find_user(connection, user.colony_name, user.name):
                raise Conflict(f"A User with name <{user.name}> already exists")
            _refuse_taken(connection, user.colony_name, user.user_id)
            users.add_user(connection, user)

        await self._database.write(unit)
        self._events.publish(MembershipChanged(user.user_id, user.colony_name))
        return await self.find(user.colony_name, user.name)

    async def find(self, colony_name: str, name: str) -> User:
        """The user of a name; raises NotFound (wire: 500)."""
        user = await self._database.read(lambda connection: users.find_user(connection, colony_name, name))
        if user is None:
            raise NotFound("Failed to get user, user is nil", status=500)
        return user

    async def find_by_id(self, colony_name: str, user_id: str) -> User:
        """The user of an identity; raises NotFound."""
        user = await self._database.read(lambda connection: users.find_user_by_id(connection, colony_name, user_id))
        if user is None:
            raise NotFound("Failed to get user, user not found")
        return user

    async def all(self, colony_name: str) -> list[User]:
        """The users of a colony, by name."""
        return await self._database.read(lambda connection: users.list_users(connection, colony_name))

    async def remove(self, colony_name: str, name: str) -> None:
        """Remove a user; raises NotFound (wire: 400)."""

        def unit(connection: Connection) -> User:
            user = users.find_user(connection, colony_name, name)
            if user is None:
                raise NotFound(f"User with name <{name}> not found", status=400)
            users.remove_user(connection, colony_name, name)
            return user

        removed = await self._database.write(unit)
        self._events.publish(MembershipChanged(removed.user_id, colony_name))

    async def change_id(self, colony_name: str, old_id: str, new_id: str) -> None:
        """Give a user another identity; raises Invalid, Forbidden for who is no user, Conflict when it is taken."""
        check_identity(new_id, "user id")

        def unit(connection: Connection) -> None:
            if users.find_user_by_id(connection, colony_name, old_id) is None:
                raise Forbidden("Failed to change user id, only a user can change its own id")
            _refuse_taken(connection, colony_name, new_id)
            users.change_user_id(connection, colony_name, old_id, new_id)

        await self._database.write(unit)
        self._events.publish(MembershipChanged(old_id, colony_name))
        self._events.publish(MembershipChanged(new_id, colony_name))


def _refuse_taken(connection: Connection, colony_name: str, user_id: str) -> None:
    if users.find_user_by_id(connection, colony_name, user_id):
        raise Conflict(f"A User with id <{user_id}> already exists")
