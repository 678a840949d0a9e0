"""Write the pictures in screenshots/ from the running program: a real local colony, driven by keys in a real terminal.

Run with `make screenshots`. Each picture is an SVG; the README's also become PNG where chromium is installed.
"""

import io
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from tests.support.home import EXAMPLES, Home
from tests.support.terminal import Terminal

_TARGET = Path(__file__).parents[1] / "screenshots"
_CHROMIUM = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")
_CHROMIUM_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")
_START_SECONDS = 60


@dataclass(frozen=True)
class Picture:
    """One picture: how to get there from the first screen, and how large the terminal is."""

    name: str
    title: str
    drive: Callable[[Terminal], None]
    width: int = 120
    height: int = 32


def main() -> None:
    """Fill a colony, take every picture, and stop the colony."""
    _TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, Home(Path(directory)) as home:
        _fill(home)
        for picture in _PICTURES:
            _take(home, picture)


def _fill(home: Home) -> None:
    """Submit what the pictures show, and wait until each kind has got where it should be."""
    home.run("up")
    for name in ("echo", "echo", "fails", "echo"):
        # A failed process is an answer here, not an error of this script.
        home.try_run("--submit", str(EXAMPLES / f"{name}.json"), "--wait")
    for model in ("resnet", "vit"):
        _submit(home, _training(model))
    home.run("--submit", str(EXAMPLES / "impossible.json"))
    _submit(home, _job("sleep", "20", cpu="1000m"))
    _submit(home, _job("evaluate", "--model", "resnet", cpu="1500m"))
    _submit(home, _job("evaluate", "--model", "vit", cpu="1500m"))
    _submit(home, _job("export", "--format", "onnx", cpu="1500m"))
    _submit(home, _job("sweep", "--rate", "0.1", executortype="slurm-executor") | {"maxwaittime": 3600})


def _training(model: str) -> dict[str, Any]:
    loss = "$((900 - 2 * epoch))"
    work = "dd if=/dev/zero of=/dev/null bs=1M count=$((epoch % 7 * 300)) 2>/dev/null"
    epoch = f'echo "epoch $epoch/300 loss 0.{loss}"; {work}; sleep 1'
    script = f": train {model}; for epoch in $(seq 300); do {epoch}; done"
    return _job("sh", "-c", script, cpu="500m", mem="512Mi") | {"maxexectime": 600, "maxretries": 2, "label": model}


def _job(command: str, *arguments: str, **conditions: str) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads((EXAMPLES / "echo.json").read_text())
    spec["kwargs"] |= {"cmd": command, "args": arguments}
    spec["conditions"] |= {"walltime": 600} | conditions
    return spec | {"label": command}


def _submit(home: Home, spec: dict[str, Any]) -> None:
    file = home.directory / "spec.json"
    file.write_text(json.dumps(spec))
    home.run("--submit", str(file))


def _waiting(terminal: Terminal) -> None:
    terminal.wait_for("no executor of type")


def _queue_of_all(terminal: Terminal) -> None:
    terminal.press("[")
    terminal.wait_for("Processes › All")
    terminal.wait_for("✖ .* failed")


def _detail(terminal: Terminal) -> None:
    terminal.press("]")
    terminal.wait_for("Processes › Running")
    terminal.press("Enter")
    terminal.wait_for(r":\d\d epoch \d+/300")
    terminal.wait_for("memory .* of 512 MiB")


def _explanation(terminal: Terminal) -> None:
    _waiting(terminal)
    terminal.press("i")
    terminal.wait_for("checked by the server")


def _submit_form(terminal: Terminal) -> None:
    terminal.press("s")
    terminal.wait_for("Submit ─")
    terminal.press("F3")
    terminal.wait_for("Load a specification")
    terminal.type(str(EXAMPLES / "deadline.json"))
    terminal.press("Enter")
    terminal.wait_until_gone("Load a specification")
    terminal.wait_for("Label +deadline")
    terminal.wait_until_gone("Loaded")


_PICTURES = (
    Picture("queues", "colony-tui: what waits, and why", _waiting, width=140, height=22),
    Picture("all", "colony-tui: every process", _queue_of_all, width=140, height=22),
    Picture("detail", "colony-tui: a process and its log", _detail),
    Picture("explain", "colony-tui: why does it wait?", _explanation),
    Picture("submit", "colony-tui: the submit form", _submit_form),
    Picture("narrow", "colony-tui on 80 columns", _queue_of_all, width=80, height=24),
)


def _take(home: Home, picture: Picture) -> None:
    environment = {"COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
    with home.open(width=picture.width, height=picture.height, **environment) as terminal:
        terminal.wait_for("● live", _START_SECONDS)
        terminal.wait_until_gone("local colony:")
        picture.drive(terminal)
        console = Console(
            width=picture.width, record=True, file=io.StringIO(), force_terminal=True, color_system="truecolor"
        )
        console.print(Text.from_ansi(terminal.coloured_screen()), end="")
    svg = console.export_svg(title=picture.title, theme=DIMMED_MONOKAI, unique_id=picture.name)
    file = _TARGET / f"{picture.name}.svg"
    # Pictures in a README load nothing from elsewhere; the family's name is enough where the font is installed.
    file.write_text(re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL))
    print(file)
    if shutil.which("chromium"):
        _rasterise(file)


def _rasterise(svg: Path) -> None:
    view = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text())
    assert view is not None, f"{svg} has no size"
    width, height = (round(float(size)) for size in view.groups())
    png = svg.with_suffix(".png")
    with tempfile.TemporaryDirectory() as profile:
        size = (f"--window-size={width},{height}", f"--user-data-dir={profile}", f"--screenshot={png}")
        command = [*_CHROMIUM, *_CHROMIUM_QUIET, *size, svg.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    print(png)


if __name__ == "__main__":
    main()
