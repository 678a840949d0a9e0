"""Talking in channels: what a process's submitter and its executor say to each other."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from colonysdk import messages
from colonysdk.client.extensions import ExtensionClient
from colonysdk.client.subscription import subscribe
from colonysdk.errors import InvalidSettings
from colonysdk.objects import ChannelEntry


class ChannelClient(ExtensionClient):
    """A client that appends to channels, reads and follows them."""

    async def append_to_channel(
        self,
        process_id: str,
        name: str,
        payload: bytes,
        *,
        sequence: int = 0,
        in_reply_to: int = 0,
        entry_type: str = "",
    ) -> None:
        """Append an entry of a type, "data" when it is empty; the numbers are up to those who talk."""
        await self.send(
            messages.AppendToChannel(
                process_id=process_id,
                name=name,
                payload=payload,
                sequence=sequence,
                in_reply_to=in_reply_to,
                entry_type=entry_type,
            )
        )

    async def read_channel(self, process_id: str, name: str, after: int = 0, limit: int = 0) -> list[ChannelEntry]:
        """Read up to `limit` entries after the first `after`; with 0 as many as the server gives at once."""
        message = messages.ReadChannel(process_id=process_id, name=name, after_seq=after, limit=limit)
        return await self.send(message)

    async def follow_channel(
        self, process_id: str, name: str, timeout_seconds: int, after: int = 0, *, ping_seconds: float | None = None
    ) -> AsyncGenerator[ChannelEntry, None]:
        """Yield the entries after the first `after`, until the process or the time is over.

        With `ping_seconds` a server that is silent for that long counts as gone; not all servers answer pings. Close it
        (`contextlib.aclosing`) when leaving early: that ends the connection.
        """
        if self.identity is None:
            raise InvalidSettings("a subscription must be signed, and this client has no identity")
        message = messages.SubscribeChannel(process_id=process_id, name=name, after_seq=after, timeout=timeout_seconds)
        subscription = subscribe(
            self.url,
            message,
            self.identity,
            verify=self._verify,
            is_stamped=self.sends_stamps,
            ping_seconds=ping_seconds,
        )
        async with aclosing(subscription) as frames:
            async for entries in frames:
                if not entries:
                    return
                for entry in entries:
                    yield entry
