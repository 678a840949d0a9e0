"""What a command prints: data on stdout and nothing else there; sentences on stderr."""

import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from colonysdk.objects.wire import WireModel
from colonytui.commands.reporting import say
from colonytui.commands.table import Table, print_table


@dataclass(frozen=True)
class Output:
    """The two streams of a command."""

    as_json: bool = False

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks at stdout, rather than a program."""
        return sys.stdout.isatty()

    def text(self, text: str) -> None:
        """Write text to stdout as it is, at once."""
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode(errors="replace"))
        sys.stdout.buffer.flush()

    def line(self, text: str) -> None:
        """Write a line to stdout."""
        self.text(text + "\n")

    def json(self, value: Any) -> None:
        """Write a value to stdout as JSON, indented for reading."""
        self.line(json.dumps(_plain(value), ensure_ascii=False, indent=2))

    async def json_list(self, pages: AsyncIterator[Sequence[Any]]) -> None:
        """Write values to stdout as one list, as `json` would, while they come."""
        begin = "[\n  "
        async for page in pages:
            for value in page:
                written = json.dumps(_plain(value), ensure_ascii=False, indent=2)
                self.text(begin + written.replace("\n", "\n  "))
                begin = ",\n  "
        self.line("[]" if begin.startswith("[") else "\n]")

    def json_line(self, value: Any) -> None:
        """Write a value to stdout as JSON in one line, as for a stream of values."""
        self.line(json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")))

    def tables(self, tables: Sequence[Table]) -> None:
        """Write tables to stdout: drawn on a terminal, else plain columns."""
        for index, table in enumerate(tables):
            if index:
                self.line("")
            print_table(table, drawn=self.is_terminal)

    def say(self, sentence: str) -> None:
        """Write a sentence for people to stderr."""
        say(sentence)


def _plain(value: Any) -> Any:
    if isinstance(value, WireModel):
        return value.to_wire()
    if isinstance(value, list | tuple):
        return [_plain(element) for element in value]
    return value
