"""Every handler module; importing this one fills the registry."""

from colonyserver.handlers import colony, executor, function, server, user

__all__ = ["colony", "executor", "function", "server", "user"]
