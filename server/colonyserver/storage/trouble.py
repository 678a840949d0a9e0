"""Trouble with the database, told apart from mistakes in what was asked of it."""

import sqlite3

from sqlalchemy.exc import OperationalError

from colonyserver.errors import Unavailable

TROUBLE = (OperationalError, sqlite3.OperationalError)
"""What the driver raises when the disk is full, cannot be read or is held by somebody else."""


def for_caller(error: Exception) -> Exception:
    """What a caller shall get for an error: `Unavailable` when the database is in trouble, else the error itself."""
    return unavailable(error) if isinstance(error, TROUBLE) else error


def unavailable(cause: Exception) -> Unavailable:
    """The refusal that says that the database cannot be used."""
    refusal = Unavailable("The database cannot be used at the moment; try again later")
    refusal.__cause__ = cause
    return refusal
