"""Several outputs as one: lines as they come, each behind the rank of its program."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from colonyexecutors.runtimes.base import Output

_MOST_WAITING = 16
"""Pieces of output that are read ahead; more stay where the runtime keeps them."""


async def merge(
    outputs: Sequence[AsyncGenerator[Output, None]], positions: Sequence[str], separator: str
) -> AsyncGenerator[Output, None]:
    """Yield what all outputs yield, until the last ends; a position is those of all, joined by the separator."""
    pieces: asyncio.Queue[tuple[int, Output | None]] = asyncio.Queue(_MOST_WAITING)
    current = [*positions]
    readers = [asyncio.create_task(_read(rank, output, pieces)) for rank, output in enumerate(outputs)]
    unread = len(readers)
    try:
        while unread:
            rank, piece = await pieces.get()
            if piece is None:
                unread -= 1
                continue
            current[rank] = piece.position
            yield Output(piece.stream, _marked(piece.text, rank), separator.join(current))
        for reader in readers:
            await reader
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


async def _read(
    rank: int, output: AsyncGenerator[Output, None], pieces: "asyncio.Queue[tuple[int, Output | None]]"
) -> None:
    try:
        async with aclosing(output):
            async for piece in output:
                await pieces.put((rank, piece))
    finally:
        await pieces.put((rank, None))


def _marked(text: str, rank: int) -> str:
    """Whole lines, each behind its rank; a piece without an end gets one, so that no two programs share a line."""
    lines = text.removesuffix("\n").split("\n")
    return "".join(f"[{rank}] {line}\n" for line in lines)
