"""Which colony a run of the program talks to, and as whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

    from colonysdk.client import ColonyClient
    from colonysdk.identity import Identity
    from colonytui.local.colony import LocalColony


@dataclass(frozen=True)
class Session:
    """Everything that the terminal interface and the headless commands need to talk to a colony."""

    url: str
    """The server's address, such as "http://localhost:50080"."""

    identity: Identity
    """The user that signs."""

    colony_name: str

    colony_owner: Identity | None = None
    """Who signs what only the colony's owner may do; None when that key is not at hand."""

    read_only: bool = False
    """Whether nothing may be changed."""

    local: LocalColony | None = None
    """The embedded colony when it is the one talked to."""

    note: str = ""
    """What the user should know about the colony, such as what runs its jobs; "" for nothing."""

    verify: ssl.SSLContext | bool = True
    """Who may vouch for the server when it speaks https; False asks nobody."""

    def client(self) -> ColonyClient:
        """Make a client of the colony; close it with `async with`."""
        from colonysdk.client import ColonyClient

        return ColonyClient(self.url, self.identity, self.colony_name, owner=self.colony_owner, verify=self.verify)
