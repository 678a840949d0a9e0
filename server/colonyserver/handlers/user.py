"""Messages about users."""

from colonysdk.messages import AddUser, ChangeUserId, GetUser, GetUserById, GetUsers, RemoveUser
from colonysdk.objects import User
from colonyserver.access import member_of, owner_of
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services


@handles(AddUser, "add user", allow=owner_of(lambda message: message.user.colony_name, unknown_status=400))
async def add_user(services: Services, request: Request[AddUser]) -> User:
    """Add a user."""
    return await services.users.add(request.message.user)


@handles(GetUsers, "get users", allow=member_of(approved=False))
async def get_users(services: Services, request: Request[GetUsers]) -> bytes:
    """List a colony's users."""
    return null_list(await services.users.all(request.message.colony_name))


@handles(GetUser, "get user", allow=member_of(approved=False))
async def get_user(services: Services, request: Request[GetUser]) -> User:
    """Look a user up by name."""
    return await services.users.find(request.message.colony_name, request.message.name)


@handles(GetUserById, "get user", allow=member_of(approved=False))
async def get_user_by_id(services: Services, request: Request[GetUserById]) -> User:
    """Look a user up by id."""
    return await services.users.find_by_id(request.message.colony_name, request.message.user_id)


@handles(RemoveUser, "remove user", allow=owner_of())
async def remove_user(services: Services, request: Request[RemoveUser]) -> None:
    """Remove a user."""
    await services.users.remove(request.message.colony_name, request.message.name)


@handles(ChangeUserId, "change user id", allow=member_of(approved=False))
async def change_user_id(services: Services, request: Request[ChangeUserId]) -> bytes:
    """Give the calling user another key; wire: the request comes back."""
    message = request.message
    await services.users.change_id(message.colony_name, request.caller.id, message.user_id)
    return message.encode()
