"""Freshness: a colony can ask that messages carry a signed time and a nonce (extension `freshness`).

The policy of a colony holds for every message that is signed with the key of its owner or of one of its members. A key
with a place in several colonies follows the strictest of their policies.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from colonysdk.freshness import REFUSAL, Stamp
from colonysdk.objects import Freshness
from colonyserver.access import Caller
from colonyserver.clock import NANOSECONDS, Clock
from colonyserver.errors import Forbidden, Invalid
from colonyserver.events import ColonyRemoved, Events, FreshnessChanged
from colonyserver.storage.committing import BatchOperation
from colonyserver.storage.database import Database
from colonyserver.storage.freshness import Nonce, load_policies, note_nonces, set_policy
from colonyserver.storage.times import to_nanoseconds

WINDOW_SECONDS = 60
"""For so long before and after its time, a message is fresh."""

OFF, WHEN_PRESENT, REQUIRED = "off", "when-present", "required"


class FreshnessService:
    """Knows the policies and has seen the nonces."""

    def __init__(self, database: Database, events: Events, clock: Clock) -> None:
        self._database = database
        self._events = events
        self._clock = clock
        self._policies: dict[str, str] = {}
        self._note = _Note()
        events.subscribe(FreshnessChanged, self._on_change)
        events.subscribe(ColonyRemoved, lambda removed: self._forget(removed.colony_name))

    async def start(self) -> None:
        """Learn the policies; call once before the first message."""
        self._policies = {
            name: policy for name, policy in (await self._database.read(load_policies)).items() if policy != OFF
        }

    def of_colony(self, colony_name: str) -> Freshness:
        """The policy of a colony."""
        policy = self._policies.get(colony_name, OFF)
        return Freshness(colony_name=colony_name, policy=policy, window=WINDOW_SECONDS)

    async def set(self, colony_name: str, policy: str) -> Freshness:
        """Set the policy of a colony; raises Invalid for an unknown one."""
        if policy not in (OFF, WHEN_PRESENT, REQUIRED):
            raise Invalid(f'Failed to set freshness, the policy is "{OFF}", "{WHEN_PRESENT}" or "{REQUIRED}"')
        await self._database.write(lambda connection: set_policy(connection, colony_name, policy))
        self._events.publish(FreshnessChanged(colony_name, policy))
        return self.of_colony(colony_name)

    def policy_for(self, caller: Caller) -> str:
        """What holds for the messages of a caller."""
        if not self._policies:
            return OFF
        policies = {self._policies.get(name, OFF) for name in (*caller.members, *caller.owned_colonies)}
        return next((policy for policy in (REQUIRED, WHEN_PRESENT) if policy in policies), OFF)

    async def check(self, caller: Caller, policy: str, stamp: Stamp | None) -> None:
        """Raise Forbidden for a message that the policy does not let pass; its nonce is used up afterwards."""
        if policy == OFF or (stamp is None and policy == WHEN_PRESENT):
            return
        if stamp is None:
            raise Forbidden(f"{REFUSAL}: the colony requires a timestamp and a nonce in every message")
        made_at = to_nanoseconds(stamp.time) or 0
        skew = (self._clock.now() - made_at) / NANOSECONDS
        if abs(skew) > WINDOW_SECONDS:
            side = "behind" if skew > 0 else "ahead of"
            raise Forbidden(
                f"{REFUSAL}: its time is {abs(skew):.0f} s {side} the server's clock, which is more than "
                f"{WINDOW_SECONDS} s; set the clock of this machine, or send the message anew"
            )
        # Servers that share a database may differ by as much again.
        expires_at = made_at + 2 * WINDOW_SECONDS * NANOSECONDS
        if not await self._database.write_batched(self._note, Nonce(caller.id, stamp.nonce, expires_at)):
            raise Forbidden(f"{REFUSAL}: it was received before; make a new nonce for every message")

    def _on_change(self, change: FreshnessChanged) -> None:
        if change.policy == OFF:
            self._forget(change.colony_name)
        else:
            self._policies[change.colony_name] = change.policy

    def _forget(self, colony_name: str) -> None:
        self._policies.pop(colony_name, None)


class _Note(BatchOperation[Nonce, bool]):
    """Keeps nonces; answers whether each is new."""

    def execute(self, connection: Connection, items: Sequence[Nonce]) -> Sequence[bool | Exception]:
        # Of equal ones in one batch, the first is new.
        firsts = {(item.identity, item.nonce): item for item in reversed(items)}
        new = note_nonces(connection, [*firsts.values()])
        return [(item.identity, item.nonce) in new and firsts[item.identity, item.nonce] is item for item in items]
