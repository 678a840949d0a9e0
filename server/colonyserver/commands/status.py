"""`colony-server status`: whether the server answers, and what is in its database."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import httpx

from colonysdk.envelope import decode_reply, encode_request
from colonysdk.errors import ColonyError
from colonysdk.messages import GetServerInfo
from colonysdk.objects import ExecutorState, ProcessState
from colonyserver.commands.opening import reading, require_newest
from colonyserver.errors import ServerError
from colonyserver.settings import ServerSettings
from colonyserver.storage import migrations
from colonyserver.storage.statistics import count_colonies, count_executors, count_processes
from colonyserver.tls import own_trust

_PATIENCE_SECONDS = 5.0


class Status(NamedTuple):
    """The lines to show, and whether everything works."""

    lines: list[str]
    is_well: bool


def status(server_url: str, settings: ServerSettings) -> Status:
    """Ask the server whether it is ready, and count what is in the database; no URL means that of the settings."""
    parts = [
        _told("Server", partial(_server, server_url, settings)),
        _told("Database", partial(_database, settings.database_url)),
    ]
    return Status([line for part in parts for line in part.lines], all(part.is_well for part in parts))


def _told(name: str, ask: Callable[[], list[str]]) -> Status:
    try:
        facts, is_well = ask(), True
    except (ServerError, ColonyError) as error:
        facts, is_well = [str(error)], False
    return Status([f"{name + ':':10}{facts[0]}", *(f"{'':10}{fact}" for fact in facts[1:])], is_well)


def _server(given_url: str, settings: ServerSettings) -> list[str]:
    url = given_url or _local_url(settings)
    try:
        verify = own_trust(Path(settings.tls_cert)) if settings.serves_tls and not given_url else True
        with httpx.Client(base_url=url, timeout=_PATIENCE_SECONDS, verify=verify) as client:
            ready = client.get("/ready")
            message = encode_request(GetServerInfo.payload_type, GetServerInfo().encode(), None)
            reply = decode_reply(client.post("/api", content=message).content)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise _NotAnswering(f"does not answer at {url} ({error}); start it with `colony-server start`") from error
    if ready.status_code != httpx.codes.OK:
        raise _NotAnswering(f"not ready at {url}: {ready.text}")
    return [f"ready at {url}, version {GetServerInfo.decode_reply(reply.payload_json).build_version}"]


def _local_url(settings: ServerSettings) -> str:
    """Where a server with these settings is reached from its own machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    scheme = "https" if settings.serves_tls else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _database(url: str) -> list[str]:
    with reading(url) as connection:
        require_newest(connection)
        executors = count_executors(connection)
        processes = count_processes(connection)
        registered = sum(count for state, count in executors.items() if state != ExecutorState.UNREGISTERED)
        return [
            f"revision {migrations.NEWEST_REVISION}",
            f"{count_colonies(connection)} colonies, {registered} executors",
            ", ".join(f"{processes.get(state, 0)} {state.name.lower()}" for state in ProcessState) + " processes",
        ]


class _NotAnswering(ServerError):  # noqa: N818 - named for what happened
    """The server cannot be used."""
