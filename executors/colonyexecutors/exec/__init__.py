"""The executor's side of sessions in running processes: who is let in, what runs for them, and how it ends."""

from colonyexecutors.exec.door import exec_door

__all__ = ["exec_door"]
