"""What is asked of every message that would start a subscription, whatever its kind."""

from colonysdk.errors import InvalidMessage
from colonysdk.freshness import read_stamp
from colonyserver.access import Access
from colonyserver.errors import Invalid
from colonyserver.services.freshness import OFF, FreshnessService


class Admission:
    """Lets fresh messages pass, and all others where no colony of the caller asks for freshness."""

    def __init__(self, access: Access, freshness: FreshnessService) -> None:
        self._access = access
        self._freshness = freshness

    async def __call__(self, caller_id: str, message_json: bytes) -> None:
        """Raise Forbidden for a message that is not fresh, Invalid for one whose stamp cannot be read."""
        caller = await self._access.identify(caller_id)
        policy = self._freshness.policy_for(caller)
        if policy == OFF:
            return
        try:
            stamp = read_stamp(message_json)
        except InvalidMessage as error:
            raise Invalid(f"Failed to subscribe, {error}") from None
        await self._freshness.check(caller, policy, stamp)
