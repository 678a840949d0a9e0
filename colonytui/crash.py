"""What is kept of an unexpected error: a file with the traceback and the versions, without any values of variables."""

from __future__ import annotations

import os
import platform
import tempfile
import traceback
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_DISTRIBUTIONS = ("colony-tui", "textual", "rich", "httpx", "pydantic")


def write_report(error: BaseException) -> Path | None:
    """Write a report only its owner may read and return its path; None when no directory can be written."""
    text = report_text(error)
    name = f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    for directory in (_log_directory(), Path(tempfile.gettempdir())):
        try:
            directory.mkdir(parents=True, exist_ok=True)
            path = directory / name
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "w") as file:
                file.write(text)
        except OSError:
            continue
        return path
    return None


def report_text(error: BaseException) -> str:
    """The traceback with the versions of what it ran through."""
    lines = [f"python {platform.python_version()} on {platform.platform()}"]
    lines += [f"{name} {version(name)}" for name in _DISTRIBUTIONS]
    lines += [f"TERM={os.environ.get('TERM', '')} COLORTERM={os.environ.get('COLORTERM', '')}", ""]
    return "\n".join(lines) + "\n" + "".join(traceback.format_exception(error))


def _log_directory() -> Path:
    from platformdirs import user_log_path

    return user_log_path("colony-tui", appauthor=False)
