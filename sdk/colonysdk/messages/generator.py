"""Messages about generators."""

from colonysdk.messages.base import Message
from colonysdk.objects import Generator
from colonysdk.objects.wire import Int64


class AddGenerator(Message[Generator], payload="addgeneratormsg"):
    """Add a generator."""

    generator: Generator


class GetGenerator(Message[Generator], payload="getgeneratormsg"):
    """Look a generator up."""

    generator_id: str = ""


class GetGenerators(Message[list[Generator]], payload="getgeneratorsmsg"):
    """List the first `count` generators of a colony."""

    colony_name: str = ""
    count: Int64 = 0


class ResolveGenerator(Message[Generator], payload="resolvegeneratormsg"):
    """Look a generator up by its name."""

    colony_name: str = ""
    generator_name: str = ""


class PackGenerator(Message[None], payload="packgeneratormsg"):
    """Append an argument to a generator's queue."""

    generator_id: str = ""
    arg: str = ""


class RemoveGenerator(Message[None], payload="removegeneratormsg"):
    """Remove a generator with its queue; `all` has no effect."""

    generator_id: str = ""
    all: bool = False
