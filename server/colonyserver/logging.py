"""Structured logs on stderr: one event a line, never a payload or a key."""

import asyncio
import logging
import sys
from typing import Literal

import structlog

_UVICORN_LOGGER = "uvicorn.error"
_CLIENT_FAULTS = ("Invalid HTTP request received.", "Unsupported upgrade request.")


def configure_logging(level: str, log_format: Literal["text", "json"]) -> None:
    """Send this program's events, and those of the libraries it uses, to stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering(log_format))
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _quieten_libraries()


def _rendering(log_format: Literal["text", "json"]) -> list[structlog.typing.Processor]:
    processors: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
    ]
    if log_format == "json":
        return [*processors, structlog.processors.JSONRenderer()]
    key_order = ["timestamp", "level", "event"]
    return [*processors, structlog.processors.LogfmtRenderer(key_order=key_order, drop_missing=True)]


def _quieten_libraries() -> None:
    """Keep what needs an operator: uvicorn tells every start, stop and broken request at levels that do not fit."""
    uvicorn = logging.getLogger(_UVICORN_LOGGER)
    uvicorn.setLevel(logging.WARNING)
    uvicorn.addFilter(_without_client_faults)
    logging.getLogger("websockets").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _without_client_faults(record: logging.LogRecord) -> bool:
    """Drop what a client sent wrongly, or did not send before the server stopped: that is no news to the operator."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, UnicodeDecodeError | asyncio.CancelledError):
        return False
    return record.getMessage() not in _CLIENT_FAULTS
