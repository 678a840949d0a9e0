"""Messages about attributes."""

from colonysdk.messages import AddAttribute, GetAttribute
from colonyserver.access import member_somewhere
from colonyserver.handlers.registry import Request, handles
from colonyserver.services.bundle import Services
from colonyserver.storage.attributes import AttributeRecord


@handles(AddAttribute, "add attribute", allow=member_somewhere)
async def add_attribute(services: Services, request: Request[AddAttribute]) -> AttributeRecord:
    """Attach a text to a process that the calling executor runs."""
    return await services.lifecycle.attributes.add(request.caller, request.message.attribute)


@handles(GetAttribute, "get attribute", allow=member_somewhere)
async def get_attribute(services: Services, request: Request[GetAttribute]) -> AttributeRecord:
    """Look an attribute up."""
    return await services.lifecycle.attributes.find(request.caller, request.message.attribute_id)
