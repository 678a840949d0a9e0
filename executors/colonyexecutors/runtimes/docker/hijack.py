"""A connection to the engine that, after one request, carries a program's streams.

Made here because the SDK's way may lose what arrives together with the answer's headers, and blocks a thread.
"""

import asyncio
import json
import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit

from docker.utils import kwargs_from_env, parse_host

from colonyexecutors.errors import RuntimeUnavailable, StartFailed

_DEFAULT_ADDRESS = "unix:///var/run/docker.sock"
_UNIX = "http+unix://"
_STREAMING = (101, 200)
_ANSWER_SECONDS = 60
_MOST_REASON_BYTES = 4096

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def open_streams(path: str, body: Mapping[str, object]) -> Streams:
    """Ask the engine for streams; raises StartFailed when it refuses, RuntimeUnavailable when it does not answer."""
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            reader, writer = await _connect()
            try:
                writer.write(_request(path, json.dumps(body).encode()))
                await _check_answer(reader)
            except BaseException:
                writer.close()
                raise
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise RuntimeUnavailable(f"the Docker daemon does not answer: {error}") from error
    return reader, writer


async def _connect() -> Streams:
    settings = kwargs_from_env()
    tls = settings.get("tls")
    address = str(parse_host(settings.get("base_url", _DEFAULT_ADDRESS), tls=bool(tls)))
    if address.startswith(_UNIX):
        return await asyncio.open_unix_connection(address.removeprefix(_UNIX))
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https"):
        raise StartFailed("not_supported", f"there are no sessions over {parts.scheme} to the Docker daemon")
    context = None
    if tls:
        context = ssl.create_default_context(cafile=tls.ca_cert or None)
        context.check_hostname = bool(tls.verify)
        context.verify_mode = ssl.CERT_REQUIRED if tls.verify else ssl.CERT_NONE
        if tls.cert:
            context.load_cert_chain(*tls.cert)
    return await asyncio.open_connection(parts.hostname, parts.port, ssl=context)


def _request(path: str, body: bytes) -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: docker",
        "Connection: Upgrade",
        "Upgrade: tcp",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "",
        "",
    )
    return "\r\n".join(lines).encode() + body


async def _check_answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status = int(head.split(maxsplit=2)[1])
    if status in _STREAMING:
        return
    reason = (await reader.read(_MOST_REASON_BYTES)).decode(errors="replace").strip()
    try:
        reason = json.loads(reason)["message"]
    except (ValueError, KeyError, TypeError):
        reason = reason or f"status {status}"
    raise StartFailed("not_running", f"the Docker daemon does not start the command: {reason}")
