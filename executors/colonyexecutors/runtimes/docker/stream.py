"""Answers of the engine that go on: read by one thread, interrupted by another."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from docker import APIClient
from docker.errors import APIError
from docker.types import CancellableStream
from requests import RequestException, Response

from colonyexecutors.errors import RuntimeUnavailable

_OK = 200


class EngineStream:
    """The body of an answer, in the chunks in which it arrives; to be read to its end or interrupted."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self._interrupted = False

    def __iter__(self) -> Iterator[bytes]:
        """Yield what arrives until the engine ends it, or `interrupt`; raises RuntimeUnavailable when it breaks off."""
        try:
            yield from self._response.iter_content(chunk_size=None)
        except (RequestException, ValueError) as error:
            if not self._interrupted:
                raise RuntimeUnavailable(f"an answer of the Docker daemon broke off: {error}") from error
        finally:
            self._response.close()

    def interrupt(self) -> None:
        """End a read that waits in another thread."""
        self._interrupted = True
        with suppress(OSError, AttributeError):  # the SDK stumbles over a stream that has just ended
            CancellableStream(iter(()), self._response).close()


def open_stream(api: APIClient, path: str, params: Mapping[str, str]) -> EngineStream:
    """Ask for something that has no end of its own; raises APIError.

    The SDK's own methods do not tell the streams of a log apart.
    """
    url = f"{api.base_url}/v{api.api_version}/{path}"
    response = api.get(url, params=dict(params), stream=True, timeout=None)
    if response.status_code != _OK:
        with response:
            raise APIError("the engine refuses", response=response, explanation=response.text.strip())
    return EngineStream(response)


def json_lines(stream: EngineStream) -> Iterator[dict[str, Any]]:
    """The JSON objects of a stream that holds one on each line."""
    rest = b""
    for chunk in stream:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (json.loads(line) for line in lines if line.strip())
