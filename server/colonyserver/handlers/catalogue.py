"""Every handler module; importing this one fills the registry."""

from colonyserver.handlers import colony, executor, function, process, server, user

__all__ = ["colony", "executor", "function", "process", "server", "user"]
