"""Messages about the functions that executors register."""

from pydantic import Field

from colonysdk.messages.base import Message
from colonysdk.objects import Function


class AddFunction(Message[Function], payload="addfunctionmsg"):
    """Register a function of the calling executor."""

    function: Function = Field(alias="fun")


class GetFunctions(Message[list[Function]], payload="getfunctionsmsg"):
    """List the functions of an executor, or of the whole colony without a name."""

    colony_name: str = ""
    executor_name: str = ""


class RemoveFunction(Message[None], payload="removefunctionmsg"):
    """Remove a function of the calling executor."""

    function_id: str = ""
