"""Paths below the mount for programs without mounts."""

from pathlib import Path

import pytest

from colonyexecutors.staging.paths import Relocation

HERE = Relocation("/cfs", Path("/run/p1"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/cfs", "/run/p1"),
        ("/cfs/a b", "/run/p1/a b"),
        ("--input=/cfs/x", "--input=/run/p1/x"),
        ("tr a-z A-Z </cfs/a >/cfs/b; ls /cfs", "tr a-z A-Z </run/p1/a >/run/p1/b; ls /run/p1"),
        ("'/cfs/a':\"/cfs\"", "'/run/p1/a':\"/run/p1\""),
        ("/cfsx /x/cfs/a ./cfs my-/cfs/a /cfs.old", "/cfsx /x/cfs/a ./cfs my-/cfs/a /cfs.old"),
    ],
)
def test_only_the_mount_itself_is_meant(text: str, expected: str) -> None:
    assert HERE.text(text) == expected


def test_what_is_put_in_is_taken_as_it_is() -> None:
    assert Relocation("/cfs/", Path(r"/run/\1")).text("/cfs/a") == r"/run/\1/a"
