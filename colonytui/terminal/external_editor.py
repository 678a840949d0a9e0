"""Editing a text in the user's own editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from tempfile import NamedTemporaryFile

_FALLBACKS = ("nano", "vim", "vi")


class EditorError(Exception):
    """The editor could not be run; the message says why."""


def edit_text(text: str, suffix: str = ".json") -> str:
    """Run $VISUAL, $EDITOR or a common editor on a text and return what was saved; waits until it ends.

    The text is in a file that only the user can read, and that is gone afterwards. Raises EditorError.
    """
    command = _command()
    with NamedTemporaryFile("w", suffix=suffix, encoding="utf-8", delete=False) as file:
        file.write(text)
    path = Path(file.name)
    try:
        subprocess.run([*command, str(path)], check=True)
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EditorError(f"{command[0]} could not be used: {error}") from error
    except subprocess.CalledProcessError as error:
        raise EditorError(f"{command[0]} ended with {error.returncode}; nothing was changed") from error
    finally:
        path.unlink(missing_ok=True)


def _command() -> list[str]:
    chosen = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if chosen:
        try:
            return shlex.split(chosen)
        except ValueError as error:
            raise EditorError(f"$EDITOR cannot be read: {error}") from error
    for name in _FALLBACKS:
        if shutil.which(name):
            return [name]
    raise EditorError("no editor was found; set $EDITOR")
