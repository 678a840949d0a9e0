"""The signals that a session in a terminal has to hear, whatever thread its event loop runs in."""

from __future__ import annotations

import asyncio
import signal
from types import FrameType, TracebackType
from typing import Any, Self

_ENDING = (signal.SIGTERM, signal.SIGHUP)


class ExecSignals:
    """Hears of another size of the terminal, and of the end; to be entered on the main thread.

    A signal that would end the program ends the session first, so that the terminal is left as it was. With
    `hears_interrupts`, so does Ctrl-C before the session is open, and the program goes on.
    """

    def __init__(self, *, hears_interrupts: bool = False) -> None:
        self._numbers = (signal.SIGWINCH, *_ENDING, *((signal.SIGINT,) if hears_interrupts else ()))
        self._before: dict[signal.Signals, Any] = {}
        self._received: signal.Signals | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None
        self._resized: asyncio.Event | None = None

    def __enter__(self) -> Self:
        heard = [number for number in self._numbers if signal.getsignal(number) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._hear) for number in heard}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hear no more; a signal that was to end the program now does."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._received in _ENDING:
            signal.raise_signal(self._received)

    def listen(self) -> asyncio.Event:
        """Let the running task be cancelled by what ends the session; the event is set at every change of the size."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.current_task()
        self._resized = asyncio.Event()
        return self._resized

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGWINCH:
            self._received = signal.Signals(number)
        if self._loop is None or self._task is None or self._resized is None:
            if number != signal.SIGWINCH:
                raise KeyboardInterrupt
        elif number == signal.SIGWINCH:
            self._loop.call_soon_threadsafe(self._resized.set)
        else:
            self._loop.call_soon_threadsafe(self._task.cancel)
