"""What SQLite is asked: a recorder of the statements of all connections."""

import sqlite3
from typing import Any

import pytest


class StatementRecorder:
    """Notes every statement that SQLite runs on connections opened while it is there, in order."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        connect = sqlite3.dbapi2.connect

        def recording(*arguments: Any, **options: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*arguments, **options)
            connection.set_trace_callback(self.statements.append)
            return connection

        patch.setattr(sqlite3.dbapi2, "connect", recording)
