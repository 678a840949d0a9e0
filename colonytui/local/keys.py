"""The keys of a local colony, one file each, made on first use."""

from dataclasses import dataclass
from pathlib import Path

from colonysdk.identity import Identity


@dataclass(frozen=True)
class LocalKeys:
    """Who owns the server and the colony, and the user that its commands act as."""

    directory: Path
    server_owner: Identity
    colony_owner: Identity
    user: Identity

    @classmethod
    def load(cls, directory: Path) -> "LocalKeys":
        """Read the key files, making those that are missing; raises InvalidKey."""
        return cls(
            directory,
            server_owner=_load(directory / "server-owner"),
            colony_owner=_load(directory / "colony-owner"),
            user=_load(directory / "user"),
        )

    @property
    def colony_owner_file(self) -> Path:
        """The file of the colony owner's key."""
        return self.directory / "colony-owner"

    @property
    def executor_file(self) -> Path:
        """The file of the executor's key, which the executor makes itself."""
        return self.directory / "executor"


def _load(path: Path) -> Identity:
    if path.exists():
        return Identity.read(path)
    identity = Identity.generate()
    identity.write(path)
    return identity
