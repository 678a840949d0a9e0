"""How texts reach the clipboard: a native tool, the terminal's OSC 52, or a popup to copy from by hand."""

from __future__ import annotations

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from colonytui.app_core import AppCore

OSC52_MOST_CHARACTERS = 50_000
"""Terminals cut longer OSC 52 texts off."""
_TOOL_SECONDS = 2.0


async def copy_text(app: AppCore, text: str, what: str) -> None:
    """Copy a text by the best way there is and say which; `what` names the text."""
    setting = app.settings.clipboard
    if setting != "osc52" and await _copied_natively(text):
        app.inform(f"Copied {what}.")
    elif setting != "native" and len(text) <= OSC52_MOST_CHARACTERS:
        app.copy_to_clipboard(text)
        app.inform(f"Sent {what} to the terminal's clipboard.{_tmux_hint()}")
    else:
        from colonytui.screens.copy_by_hand import CopyByHandScreen

        app.push_screen(CopyByHandScreen(what, text))


def native_tool() -> Sequence[str] | None:
    """The command that takes the clipboard's new text on its standard input; None when there is none here."""
    if os.environ.get("SSH_CONNECTION"):
        # A tool on the far machine would fill the far clipboard.
        return None
    candidates: list[tuple[str, ...]] = [("pbcopy",)]
    if os.environ.get("WAYLAND_DISPLAY"):
        candidates.append(("wl-copy",))
    if os.environ.get("DISPLAY"):
        candidates += [("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")]
    return next((command for command in candidates if shutil.which(command[0])), None)


async def _copied_natively(text: str) -> bool:
    command = native_tool()
    if command is None:
        return False
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL)
    try:
        await asyncio.wait_for(process.communicate(text.encode()), _TOOL_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return False
    return process.returncode == 0


def _tmux_hint() -> str:
    return " In tmux this needs: set -g set-clipboard on" if os.environ.get("TMUX") else ""
