"""Who may take a process: the table of assignprocessmsg."""

from typing import Any

import pytest

from colonyserver.requirements import Asker, Requirement, targets_of

ASKER = Asker("dev", "cli", "worker", "id", "cern", cpu=2000, mem=1024)
REQUIREMENT = Requirement("dev", "cli", (), "", 0, 0)


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"colony_name": "other"}, False),
        ({"executor_type": "CLI"}, False),
        ({"executor_type": ""}, False),
        ({"targets": ("worker",)}, True),
        ({"targets": ("other", "worker")}, True),
        ({"targets": ("other",)}, False),
        ({"targets": ("worker",), "executor_type": "other"}, False),
        ({"location_name": "cern"}, True),
        ({"location_name": "desy"}, False),
        ({"cpu": 2000, "mem": 1024}, True),
        ({"cpu": 2001}, False),
        ({"mem": 1025}, False),
    ],
)
def test_fits(change: dict[str, Any], fits: bool) -> None:
    assert REQUIREMENT._replace(**change).fits(ASKER) is fits


def test_a_process_for_a_place_is_not_for_who_is_nowhere() -> None:
    assert not REQUIREMENT._replace(location_name="cern").fits(ASKER._replace(location_name=""))


@pytest.mark.parametrize(
    ("names", "targets"),
    [
        (None, ()),
        ([], ()),
        (["*"], ()),
        (["a"], ("a",)),
        (["b", "a", "b"], ("b", "a")),
        (["*", "a"], ("*", "a")),
    ],
)
def test_targets(names: list[str] | None, targets: tuple[str, ...]) -> None:
    assert targets_of(names) == targets
