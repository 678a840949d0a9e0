"""Every handler module; importing this one fills the registry."""

from colonyserver.handlers import (
    attribute,
    channel,
    colony,
    executor,
    extension_query,
    file,
    function,
    location,
    log,
    process,
    server,
    snapshot,
    user,
)

__all__ = [
    "attribute",
    "channel",
    "colony",
    "executor",
    "extension_query",
    "file",
    "function",
    "location",
    "log",
    "process",
    "server",
    "snapshot",
    "user",
]
