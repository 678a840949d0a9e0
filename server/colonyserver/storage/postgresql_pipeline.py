"""Statements whose outcomes are not waited for one by one: each of them saves a round trip to PostgreSQL."""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from colonyserver.storage.trouble import DriverTrouble

Check = Callable[[PGresult], object]
"""Raises when an outcome is not the expected one."""


class Pipeline:
    """Sends statements over one connection, and reads their outcomes together.

    Nothing else may be done with the connection while outcomes are missing.
    """

    def __init__(self, libpq: PGconn) -> None:
        self._libpq = libpq
        self._checks: list[Check] = []
        self._readable = select.poll()
        self._readable.register(libpq.socket, select.POLLIN)
        self._usable = select.poll()
        self._usable.register(libpq.socket, select.POLLIN | select.POLLOUT)

    @property
    def is_empty(self) -> bool:
        """Whether no outcome is missing."""
        return not self._checks

    def add(self, send: Callable[[], None], check: Check) -> None:
        """Send a statement by one of libpq's functions; `check` gets its outcome, unless one before it has failed.

        Raises DriverTrouble when the connection is lost.
        """
        with _trouble():
            if not self._checks:
                self._libpq.enter_pipeline_mode()
            # Noted first: what was sent in part has to be cleared away, too.
            self._checks.append(check)
            send()

    def settle(self) -> PGresult:
        """Wait for all outcomes; returns the last. Raises what the first check does that fails, or DriverTrouble."""
        checks, self._checks = self._checks, []
        with _trouble():
            self._libpq.pipeline_sync()
            self._flush()
            outcomes = [self._outcome() for _ in checks]
            self._expect(ExecStatus.PIPELINE_SYNC)
            self._libpq.exit_pipeline_mode()
        for check, outcome in zip(checks, outcomes, strict=True):
            check(outcome)
        return outcomes[-1]

    def _flush(self) -> None:
        # psycopg's connections do not block: what is long is not sent by itself.
        while self._libpq.flush():
            self._usable.poll()
            # PostgreSQL may not read on before it has got rid of what it answers.
            self._libpq.consume_input()

    def _outcome(self) -> PGresult:
        outcome = self._next()
        if outcome is None:
            raise DriverTrouble("the connection was lost before the outcome of a statement had come")
        # After each of them comes a mark.
        self._next()
        return outcome

    def _expect(self, status: ExecStatus) -> None:
        outcome = self._next()
        if outcome is None or outcome.status != status:
            raise DriverTrouble("the connection was lost before all outcomes had come")

    def _next(self) -> PGresult | None:
        # Waiting in libpq would keep the interpreter from all other threads.
        while self._libpq.is_busy():
            self._readable.poll()
            self._libpq.consume_input()
        return self._libpq.get_result()


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except psycopg.OperationalError as error:
        raise DriverTrouble(str(error)) from error
