"""Doing many things, several at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

from colonysdk.errors import ColonyError, Unreachable
from colonysdk.files.errors import Failure, StoreUnreachable, TransferFailed

T = TypeVar("T")

WORKERS = 16


async def for_all(
    items: Iterable[T],
    work: Callable[[T], Awaitable[None]],
    *,
    path_of: Callable[[T], str],
    workers: int = WORKERS,
) -> None:
    """Work on every item, up to `workers` at a time.

    One that fails does not keep the others from being done; in the end TransferFailed names all that did. When server
    or store cannot be reached, nothing more is begun, and that is raised.
    """
    queue = iter(items)
    failures: list[Failure] = []
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_worker(queue, work, path_of, failures)) for _ in range(workers)]
    lost = next((error for task in tasks if (error := task.result()) is not None), None)
    if lost is not None:
        raise lost
    if failures:
        raise TransferFailed(sorted(failures, key=lambda failure: failure.path))


async def _worker(
    queue: Iterator[T],
    work: Callable[[T], Awaitable[None]],
    path_of: Callable[[T], str],
    failures: list[Failure],
) -> ColonyError | None:
    for item in queue:
        try:
            await work(item)
        except (Unreachable, StoreUnreachable) as error:
            # What is left would fail the same way, each after its own wait.
            for _ in queue:
                pass
            return error
        except ColonyError as error:
            failures.append(Failure(path_of(item), str(error)))
    return None
