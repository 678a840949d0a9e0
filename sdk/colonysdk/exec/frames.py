"""What the two sides of a session say to each other: one frame is the payload of one channel entry.

A frame is a JSON object in one line, a line break, and bytes. Every frame names its session, so that several share a
channel, and is numbered from 1 by its sender within the session, so that one that arrives twice is noticed.

client → executor: `open`, then `data` for stdin, `eof`, `resize`, `taken`, `alive`, `close`.
executor → client: `opened` or `refused`, then `data` for stdout and stderr, `taken`, `alive`, at last `exit`.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from colonysdk.errors import InvalidMessage

CHANNEL = "exec"
"""The channel that a specification declares to allow sessions."""
MAX_DATA_BYTES = 64 * 1024
_MAX_HEADER_BYTES = 256 * 1024
_VERSION: Literal[1] = 1
_DEFAULT_ENTRY_TYPE, _LAST_ENTRY_TYPE = "data", "end"

_Argument = Annotated[str, Field(max_length=128 * 1024, pattern=r"^[^\x00]*$")]
_Extent = Annotated[int, Field(ge=0, le=10_000)]


class Kind(StrEnum):
    """What a frame says."""

    OPEN = "open"
    OPENED = "opened"
    REFUSED = "refused"
    DATA = "data"
    EOF = "eof"
    RESIZE = "resize"
    TAKEN = "taken"
    ALIVE = "alive"
    CLOSE = "close"
    EXIT = "exit"


class Frame(BaseModel):
    """One frame; which fields count depends on its kind.

    `open`: `argv`, `tty` with `term`, `columns` and `rows`, and the `rank` of the copy that is meant. `data`: `stream`
    1 is stdout, 2 stderr. `taken`: `total` bytes of the other side's data so far. `exit`: `code`, and a `reason` when
    the command did not end by itself. `refused`: `reason`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = _VERSION
    session: str = Field(pattern=r"^[0-9a-f]{16}$")
    number: int = Field(default=0, ge=0)
    kind: Kind
    argv: tuple[_Argument, ...] = Field(default=(), max_length=1000)
    tty: bool = False
    term: str = Field(default="", max_length=64, pattern=r"^[A-Za-z0-9._+-]*$")
    columns: _Extent = 0
    rows: _Extent = 0
    rank: int = Field(default=0, ge=0)
    stream: Literal[1, 2] = 1
    total: int = Field(default=0, ge=0)
    code: int = Field(default=0, ge=0, le=255)
    reason: str = Field(default="", max_length=2000)
    data: bytes = Field(default=b"", max_length=MAX_DATA_BYTES, exclude=True)

    @property
    def entry_type(self) -> str:
        """The type of the entry that carries it; nothing follows an "end" in its session."""
        return _LAST_ENTRY_TYPE if self.kind in (Kind.CLOSE, Kind.EXIT, Kind.REFUSED) else _DEFAULT_ENTRY_TYPE

    def encode(self) -> bytes:
        """The frame as a payload."""
        header = {"version": _VERSION} | self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(header, separators=(",", ":")).encode() + b"\n" + self.data

    @classmethod
    def decode(cls, payload: bytes | None) -> Self:
        """Read a payload; raises InvalidMessage for what is no frame of this version."""
        header, found, data = (payload or b"").partition(b"\n")
        if not found or len(header) > _MAX_HEADER_BYTES:
            raise InvalidMessage("an entry of the channel is not a frame of a session")
        try:
            fields = json.loads(header)
            return cls.model_validate({**fields, "data": data})
        except (ValueError, TypeError, ValidationError) as error:
            raise InvalidMessage(f"an entry of the channel is not a frame of a session: {error}") from error


@dataclass(frozen=True)
class Terminal:
    """The terminal that a command is to have; `kind` is what TERM says."""

    columns: int
    rows: int
    kind: str = "xterm"


@dataclass(frozen=True)
class Command:
    """What a session runs, in a terminal of its own or with three streams, in the copy of this `rank`."""

    argv: tuple[str, ...]
    terminal: Terminal | None = None
    rank: int = 0

    def opening(self, session: str) -> Frame:
        """The frame that asks for it; raises InvalidMessage for a command that no session can run."""
        try:
            return Frame(
                session=session,
                kind=Kind.OPEN,
                argv=self.argv,
                tty=self.terminal is not None,
                term=self.terminal.kind if self.terminal else "",
                columns=self.terminal.columns if self.terminal else 0,
                rows=self.terminal.rows if self.terminal else 0,
                rank=self.rank,
            )
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise InvalidMessage(f"the command cannot be sent: {first['loc'][0]}: {first['msg']}") from None

    @classmethod
    def of(cls, opening: Frame) -> Self:
        """What such a frame asks for."""
        terminal = Terminal(opening.columns or 80, opening.rows or 24, opening.term or "xterm") if opening.tty else None
        return cls(opening.argv, terminal, opening.rank)
