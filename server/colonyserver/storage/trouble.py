"""Trouble with the database, told apart from mistakes in what was asked of it."""

import sqlite3

from sqlalchemy.exc import InterfaceError, OperationalError

from colonyserver.errors import Unavailable

_CLASHES = ("40001", "40P01")
"""SQLSTATEs of PostgreSQL for a transaction that must be begun again because of another one."""


class DriverTrouble(Exception):  # noqa: N818 - named as the module
    """PostgreSQL cannot be reached or refuses to work; `sqlstate` is empty when it could not say why."""

    def __init__(self, message: str, sqlstate: str = "") -> None:
        super().__init__(message)
        self.sqlstate = sqlstate


TROUBLE = (OperationalError, InterfaceError, sqlite3.OperationalError, DriverTrouble)
"""What is raised when the disk is full, when the database cannot be read or is held by somebody else."""


def is_clash(error: Exception) -> bool:
    """Whether the same transaction may succeed when it is begun again at once: two servers were in each other's way."""
    return sqlstate_of(error) in _CLASHES


def sqlstate_of(error: Exception) -> str:
    """PostgreSQL's code for an error, also for one that SQLAlchemy has wrapped; empty when there is none."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


def for_caller(error: Exception) -> Exception:
    """What a caller shall get for an error: `Unavailable` when the database is in trouble, else the error itself."""
    return unavailable(error) if isinstance(error, TROUBLE) else error


def unavailable(cause: Exception) -> Unavailable:
    """The refusal that says that the database cannot be used."""
    refusal = Unavailable("The database cannot be used at the moment; try again later")
    refusal.__cause__ = cause
    return refusal
