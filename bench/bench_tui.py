"""Speed of the terminal interface: start, first paint, and keys with 10,000 processes listed."""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import requests
from bench.load import LoadClient
from bench.measure import cpu_seconds, percentile, resident_mib
from bench.terminal import Terminal
from tests.support.server import ColonyKeys, RunningServer

PROGRAM = str(Path(sys.executable).with_name("colony-tui"))
KEYS = 100
RUNS = 7
IDLE_SECONDS = 5


def main(listed: int) -> None:
    """Print the table."""
    # Users start compiled modules: the first run compiles what the installation has not.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    _row("colony-tui --help, median of 7", sorted(_seconds([PROGRAM, "--help"]) for _ in range(RUNS))[RUNS // 2])
    with tempfile.TemporaryDirectory(prefix="colony-bench-") as directory, RunningServer(Path(directory)) as server:
        colony = server.new_colony()
        asyncio.run(_submit(server.url, colony, listed))
        environment = _environment(server, colony, directory)
        paints = []
        for _ in range(RUNS):
            terminal = Terminal([PROGRAM], environment)
            paints.append((terminal.wait_for("Processes"), terminal.wait_for("fits-")))
            terminal.close()
        _row("first paint, median of 7", sorted(paint[0] for paint in paints)[RUNS // 2])
        _row("first rows, median of 7", sorted(paint[1] for paint in paints)[RUNS // 2])
        _keys(environment, listed)


def _keys(environment: dict[str, str], listed: int) -> None:
    terminal = Terminal([PROGRAM], environment)
    terminal.wait_for("fits-")
    terminal.press(b"H")
    _row(f"history of {listed:,} loaded after", _since(terminal, f"{listed:,} of {listed:,}"))
    for name, key in (("down", b"\x1b[B"), ("page down", b"\x04"), ("end and home", b"G"), ("next tab", b"]")):
        latencies = [terminal.latency(key if number % 2 == 0 or key != b"G" else b"g") for number in range(KEYS)]
        _row(f"key to paint, {name}: p50", percentile(latencies, 0.5))
        _row(f"key to paint, {name}: p95", percentile(latencies, 0.95))
    before = cpu_seconds(terminal.pid)
    time.sleep(IDLE_SECONDS)
    print(f"{'idle, live, of a core':50}{(cpu_seconds(terminal.pid) - before) / IDLE_SECONDS:>10.1%}")
    print(f"{'resident memory':50}{resident_mib(terminal.pid):>7.0f} MiB")
    terminal.close()


def _since(terminal: Terminal, text: str) -> float:
    begin = time.perf_counter() - terminal.started
    return terminal.wait_for(text) - begin


def _seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


async def _submit(url: str, colony: ColonyKeys, count: int) -> None:
    async with LoadClient([url], 16) as client:
        await client.wait_until_up()
        await client.post_all(requests.submits(colony, count))


def _environment(server: RunningServer, colony: ColonyKeys, directory: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COLONIES_")}
    return inherited | {
        "COLONIES_SERVER_HOST": "127.0.0.1",
        "COLONIES_SERVER_PORT": str(server.port),
        "COLONIES_TLS": "false",
        "COLONIES_COLONY_NAME": colony.name,
        "COLONIES_PRVKEY": colony.user.private_hex(),
        "XDG_DATA_HOME": directory,
        "TEXTUAL_ANIMATIONS": "none",
    }


def _row(name: str, seconds: float) -> None:
    print(f"{name:50}{seconds * 1e3:>7.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listed", type=int, default=10_000, help="processes in the list (default 10,000)")
    main(parser.parse_args().listed)
