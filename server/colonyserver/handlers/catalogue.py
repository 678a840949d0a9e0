"""Every handler module; importing this one fills the registry."""

from colonyserver.handlers import attribute, colony, executor, extension_query, function, log, process, server, user

__all__ = ["attribute", "colony", "executor", "extension_query", "function", "log", "process", "server", "user"]
