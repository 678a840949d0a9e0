"""Every handler module; importing this one fills the registry."""

from colonyserver.handlers import (
    attribute,
    channel,
    colony,
    cron,
    executor,
    extension_query,
    file,
    function,
    generator,
    location,
    log,
    process,
    server,
    snapshot,
    user,
    workflow,
)

__all__ = [
    "attribute",
    "channel",
    "colony",
    "cron",
    "executor",
    "extension_query",
    "file",
    "function",
    "generator",
    "location",
    "log",
    "process",
    "server",
    "snapshot",
    "user",
    "workflow",
]
