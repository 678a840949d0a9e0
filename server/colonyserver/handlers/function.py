"""Messages about the functions that executors register."""

from colonysdk.messages import AddFunction, GetFunctions, RemoveFunction
from colonysdk.objects import Function
from colonyserver.access import member_of, member_somewhere
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services


@handles(AddFunction, "add function", allow=member_of(lambda message: message.function.colony_name))
async def add_function(services: Services, request: Request[AddFunction]) -> Function:
    """Register a function of the calling executor."""
    function = request.message.function
    return await services.functions.add(request.member(function.colony_name), function)


@handles(GetFunctions, "get functions", allow=member_of())
async def get_functions(services: Services, request: Request[GetFunctions]) -> bytes:
    """List the functions of an executor, or of the whole colony without a name."""
    return null_list(await services.functions.all(request.message.colony_name, request.message.executor_name))


@handles(RemoveFunction, "remove function", allow=member_somewhere)
async def remove_function(services: Services, request: Request[RemoveFunction]) -> None:
    """Remove a function of the calling executor."""
    await services.functions.remove(request.caller, request.message.function_id)
