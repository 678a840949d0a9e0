"""Messages about generators."""

from colonysdk.messages import (
    AddGenerator,
    GetGenerator,
    GetGenerators,
    PackGenerator,
    RemoveGenerator,
    ResolveGenerator,
)
from colonysdk.objects import Generator
from colonyserver.access import member_of, member_somewhere
from colonyserver.handlers.registry import Request, handles, null_list
from colonyserver.services.bundle import Services


@handles(AddGenerator, "add generator", allow=member_of(lambda message: message.generator.colony_name))
async def add_generator(services: Services, request: Request[AddGenerator]) -> Generator:
    """Add a generator."""
    generator = request.message.generator
    return (await services.schedules.generators.add(request.member(generator.colony_name), generator)).to_wire()


@handles(GetGenerator, "get generator", allow=member_somewhere)
async def get_generator(services: Services, request: Request[GetGenerator]) -> Generator:
    """Look a generator up."""
    generator = await services.schedules.generators.find(request.caller, request.message.generator_id)
    return generator.to_wire(services.schedules.generators.checker_milliseconds)


@handles(GetGenerators, "get generators", allow=member_of())
async def get_generators(services: Services, request: Request[GetGenerators]) -> bytes:
    """List a colony's generators."""
    generators = await services.schedules.generators.all(request.message.colony_name, request.message.count)
    return null_list([generator.to_wire() for generator in generators])


@handles(ResolveGenerator, "resolve generator", allow=member_of())
async def resolve_generator(services: Services, request: Request[ResolveGenerator]) -> Generator:
    """Look a generator up by its name."""
    message = request.message
    generator = await services.schedules.generators.find_by_name(message.colony_name, message.generator_name)
    return generator.to_wire(services.schedules.generators.checker_milliseconds)


@handles(PackGenerator, "pack generator", allow=member_somewhere)
async def pack_generator(services: Services, request: Request[PackGenerator]) -> None:
    """Append an argument to a generator's queue."""
    await services.schedules.generators.pack(request.caller, request.message.generator_id, request.message.arg)


@handles(RemoveGenerator, "remove generator", allow=member_somewhere)
async def remove_generator(services: Services, request: Request[RemoveGenerator]) -> None:
    """Remove a generator with its queue."""
    await services.schedules.generators.remove(request.caller, request.message.generator_id)
