"""Every table of the server, one class each.

Times are integers: Unix nanoseconds in UTC, NULL where the wire has its zero time. `*_json` columns hold the exact JSON
text that goes on the wire, so that a reply is put together without parsing it. Empty text stands for "none" where the
wire has an empty string, except in `process.label`, which is NULL then so that its index stays small.
"""

from colonyserver.storage.tables.members import Colony, Executor, Function, Server, User
from colonyserver.storage.tables.processes import Attribute, Counter, Log, Process, Queue, Shape

__all__ = [
    "Attribute",
    "Colony",
    "Counter",
    "Executor",
    "Function",
    "Log",
    "Process",
    "Queue",
    "Server",
    "Shape",
    "User",
]
