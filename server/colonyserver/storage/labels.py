"""Statements about labels: where files are, and how many.

A label's row is made with its first file, goes with its last, and is what concurrent servers lock before they change
files or take a snapshot of them.
"""

from sqlalchemy import Connection

from colonysdk.files.labels import below
from colonysdk.objects import Label
from colonyserver.storage.driver import execute, fetch, row_lock

_LAST_CHARACTER = "\U0010ffff"
_FIRST_SURROGATE, _AFTER_SURROGATES = 0xD800, 0xE000
_LIST = "SELECT name, files FROM label WHERE colony_name = ? AND name >= ? AND name < ? ORDER BY name LIMIT ?"


def count_in(connection: Connection, colony_name: str, label: str) -> None:
    """Count another revision in a label, which is made when it is new, and lock it until the commit."""
    execute(
        connection,
        "INSERT INTO label (colony_name, name, files, names) VALUES (?, ?, 1, 0) "
        "ON CONFLICT (colony_name, name) DO UPDATE SET files = label.files + 1",
        (colony_name, label),
    )


def count_name_in(connection: Connection, colony_name: str, label: str) -> int:
    """Count another name in a label; returns how many there are now."""
    own = (colony_name, label)
    execute(connection, "UPDATE label SET names = names + 1 WHERE colony_name = ? AND name = ?", own)
    return int(fetch(connection, "SELECT names FROM label WHERE colony_name = ? AND name = ?", own)[0][0])


def count_out(connection: Connection, colony_name: str, label: str, *, files: int, names: int) -> None:
    """Count revisions and names out of a label, which goes with its last one."""
    execute(
        connection,
        "UPDATE label SET files = files - ?, names = names - ? WHERE colony_name = ? AND name = ?",
        (files, names, colony_name, label),
    )
    execute(connection, "DELETE FROM label WHERE colony_name = ? AND name = ? AND files <= 0", (colony_name, label))


def lock_label(connection: Connection, colony_name: str, label: str) -> None:
    """Let nobody else change the files of a label until the commit."""
    statement = f"SELECT name FROM label WHERE colony_name = ? AND name = ?{row_lock(connection)}"
    fetch(connection, statement, (colony_name, label))


def lock_labels_at(connection: Connection, colony_name: str, label: str) -> None:
    """Let nobody else change the files of a label, or of one below it, until the commit."""
    lock_label(connection, colony_name, label)
    start = below(label)
    fetch(
        connection,
        f"SELECT name FROM label WHERE colony_name = ? AND name > ? AND name < ? ORDER BY name{row_lock(connection)}",
        (colony_name, start, first_after(start)),
    )


def labels_at(connection: Connection, colony_name: str, label: str, *, limit: int) -> list[Label]:
    """A label and those below it, by name; also those below one that holds no file itself."""
    itself = fetch(connection, "SELECT name, files FROM label WHERE colony_name = ? AND name = ?", (colony_name, label))
    start = below(label)
    rows = fetch(connection, _LIST, (colony_name, start, first_after(start), limit))
    return _labels([*itself, *(row for row in rows if row[0] != label)])


def labels_beginning_with(connection: Connection, colony_name: str, start: str, *, limit: int) -> list[Label]:
    """The labels that begin with a text, by name."""
    return _labels(fetch(connection, _LIST, (colony_name, start, first_after(start), limit)))


def first_after(start: str) -> str:
    """A text that sorts after all that begin with `start`, which holds a slash, and before all that come later."""
    start = start.rstrip(_LAST_CHARACTER)
    following = ord(start[-1]) + 1
    return start[:-1] + chr(_AFTER_SURROGATES if following == _FIRST_SURROGATE else following)


def _labels(rows: list[tuple[str, int]]) -> list[Label]:
    return [Label(name=name, files=files) for name, files in rows]
