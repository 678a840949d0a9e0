"""What this machine can do right now: signature recoveries per second and the cost of a bare HTTP call.

Rates on shared machines vary by a factor of four from one moment to the next, so every table is read against these.
"""

import asyncio
import multiprocessing
import socket
import time
from dataclasses import dataclass
from hashlib import sha3_256
from typing import Any

from bench.load import LoadClient
from bench.measure import cpu_seconds
from colonysdk.identity import Identity, recover_id

_RECOVERIES = 4_000
_CALLS = 4_000
_CONNECTIONS = 16
_BODY = b"x" * 1024


@dataclass(frozen=True)
class Calibration:
    """CPU microseconds of the two costs no signed call can avoid."""

    recovery_us: float
    http_us: float

    @property
    def recoveries_per_second(self) -> float:
        """Signature recoveries one core does per second."""
        return 1e6 / self.recovery_us

    @property
    def ceiling_us(self) -> float:
        """CPU of the cheapest possible signed call."""
        return self.recovery_us + self.http_us

    def __str__(self) -> str:
        return (
            f"calibration: recover+id {self.recovery_us:.0f} us ({self.recoveries_per_second:,.0f}/s), "
            f"bare HTTP call {self.http_us:.0f} us, ceiling of a signed call {self.ceiling_us:.0f} us"
        )


async def calibrate() -> Calibration:
    """Measure both costs now."""
    return Calibration(_recovery_us(), await _http_us())


def _recovery_us() -> float:
    identity = Identity.generate()
    text = sha3_256(b"bench").hexdigest() * 8
    signature = identity.sign(text)
    begin = time.process_time()
    for _ in range(_RECOVERIES):
        recover_id(text, signature)
    return (time.process_time() - begin) / _RECOVERIES * 1e6


async def _http_us() -> float:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
    server.start()
    try:
        return await _measure_calls(port, server.pid or 0)
    finally:
        server.terminate()
        server.join()


async def _measure_calls(port: int, pid: int) -> float:
    url = f"http://127.0.0.1:{port}"
    async with LoadClient([url], _CONNECTIONS) as client:
        await client.wait_until_up()
        await client.post_all([_BODY] * 500)
        begin = cpu_seconds(pid)
        await client.post_all([_BODY] * _CALLS)
        return (cpu_seconds(pid) - begin) / _CALLS * 1e6


def _serve(port: int) -> None:
    import uvicorn

    uvicorn.run(_answer, host="127.0.0.1", port=port, log_level="critical", lifespan="off", loop="uvloop")


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


if __name__ == "__main__":
    print(asyncio.run(calibrate()))
