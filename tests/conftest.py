"""What all tests share: an environment of their own, real parts or a reason, and nothing left behind."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.support import real_parts
from tests.support.effort import NIGHTLY
from tests.support.leftovers import Leftovers

_FOREIGN_SETTINGS = ("COLONIES_", "COLONY_", "EXECUTOR_", "AWS_S3_", "NO_COLOR", "FORCE_COLOR", "TMUX")
_FIXED_SETTINGS = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}


_RUN = pytest.StashKey[Leftovers]()


def pytest_configure(config: pytest.Config) -> None:
    """Mark the run, in the process that starts the others."""
    if not hasattr(config, "workerinput"):
        config.stash[_RUN] = Leftovers.of_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what an interrupted run has left behind, whose fixtures had no chance."""
    leftovers = config.stash.get(_RUN, None)
    if leftovers is not None:
        leftovers.end()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start three test processes for two CPUs (`-n auto`): nearly half of the time a test waits for other programs."""
    return max(1, len(os.sched_getaffinity(0)) * 3 // 2)


@pytest.fixture(scope="session", autouse=True)
def _no_process_left() -> Iterator[None]:
    leftovers = Leftovers.of_this_process()
    yield
    running = leftovers.end()
    if running:
        pytest.fail("these processes were left running:\n" + "\n".join(running), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def _own_environment(_no_process_left: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(_FOREIGN_SETTINGS) and name != "COLONY_TEST_RUN"]:
            patch.delenv(name)
        for name, value in (_FIXED_SETTINGS | _directories(home)).items():
            patch.setenv(name, value)
        yield


def _directories(home: Path) -> dict[str, str]:
    names = ("DATA", "CONFIG", "STATE", "CACHE")
    return {f"XDG_{name}_HOME": str(home / name.lower()) for name in names}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests to the nightly run: they are not asked for, so they are not skipped either."""
    long_ones = [item for item in items if item.get_closest_marker("nightly") and not NIGHTLY]
    config.hook.pytest_deselected(items=long_ones)
    items[:] = [item for item in items if item not in long_ones]


def pytest_runtest_setup(item: pytest.Item) -> None:
    real_parts.require(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skip in CI when the test needs a real part: there, nothing real may go untested."""
    report = yield
    needs_real_part = any(item.get_closest_marker(marker) for marker in real_parts.PROBLEMS)
    if report.skipped and needs_real_part and real_parts.MISSING_IS_FAILURE and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
