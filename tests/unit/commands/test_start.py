"""What the program loads before it knows what to do."""

import json
import resource
import subprocess
import sys

import pytest

_LIST_MODULES = """
import json, sys
from colonytui.__main__ import main
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def modules_after(*arguments: str) -> set[str]:
    command = [sys.executable, "-c", _LIST_MODULES, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


def test_help_loads_nothing_heavy() -> None:
    assert not modules_after("--help") & {"textual", "httpx", "pydantic", "rich", "yaml", "coincurve", "asyncio"}


def test_the_interface_without_arguments_parses_none() -> None:
    assert not modules_after() & {"typer", "httpx", "yaml"}


@pytest.mark.parametrize("arguments", [("process", "--help"), ("--version",)])
def test_what_needs_no_colony_loads_no_client(arguments: tuple[str, ...]) -> None:
    assert not modules_after(*arguments) & {"textual", "httpx", "rich", "yaml", "coincurve", "asyncio"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "--json"),
        ("config", "show"),
        ("process", "ps", "--host", "127.0.0.1", "--port", "1", "--colony", "c", "--prvkey", "1" * 64),
        ("--submit", "/nowhere.json"),
    ],
)
def test_no_headless_command_loads_textual(arguments: tuple[str, ...]) -> None:
    assert "textual" not in modules_after(*arguments)


def test_help_takes_less_than_a_third_of_a_second_of_work() -> None:
    spent = []
    for _ in range(3):
        before = _cpu_seconds_of_children()
        subprocess.run([sys.executable, "-m", "colonytui", "--help"], capture_output=True, timeout=60, check=True)
        spent.append(_cpu_seconds_of_children() - before)
    assert min(spent) < 0.3


def _cpu_seconds_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
