"""The mount's path in commands, where programs have no mounts of their own."""

import re
from collections.abc import Mapping
from pathlib import Path

_BEFORE = r"(?<![\w./-])"
_AFTER = r"(?=$|[/\s\"':;,)|&>])"


class Relocation:
    """Replaces the mount at the beginning of paths by the directory where the files really are."""

    def __init__(self, mount: str, place: Path) -> None:
        self._pattern = re.compile(_BEFORE + re.escape(mount.rstrip("/")) + _AFTER)
        self._place = str(place)

    def text(self, text: str) -> str:
        """A word or a script with every path that is meant replaced."""
        return self._pattern.sub(lambda _match: self._place, text)

    def words(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """An argument list."""
        return tuple(map(self.text, words))

    def variables(self, variables: Mapping[str, str]) -> dict[str, str]:
        """An environment; its names stay."""
        return {name: self.text(value) for name, value in variables.items()}
