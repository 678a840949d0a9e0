"""Labels and file names: one form, and none that leads out of a directory."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.files.labels import (
    check_file_name,
    child_label,
    is_at_or_below,
    normalise_label,
    relative_directory,
)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("a", "/a"),
        ("/a/", "/a"),
        ("//a///b", "/a/b"),
        ("/", "/"),
        ("///", "/"),
        ("/å/日本", "/å/日本"),
        ("/a b", "/a b"),
    ],
)
def test_one_form(text: str, label: str) -> None:
    assert normalise_label(text) == label
    assert normalise_label(label) == label


@pytest.mark.parametrize(
    "text", ["", "/a/..", "../a", "/a/./b", "a\x00", "a\n", "a\u2028b", "/" + "x" * 256, "/y" * 513]
)
def test_no_labels(text: str) -> None:
    with pytest.raises(ValueError, match="label"):
        normalise_label(text)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "\x00", "a\tb", "\udcff", "ö" * 128])
def test_no_names(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        check_file_name(name)


@pytest.mark.parametrize("name", ["a", "...", ".hidden", "a:b", "ö" * 127, "👩‍🔬", "a\u202fb", "-rf", "*"])
def test_names(name: str) -> None:
    check_file_name(name)


def test_below() -> None:
    assert is_at_or_below("/a", "/a")
    assert is_at_or_below("/a/b", "/a")
    assert not is_at_or_below("/ab", "/a")
    assert is_at_or_below("/a", "/")
    assert is_at_or_below("/", "/")
    assert not is_at_or_below("/", "/a")


@given(st.text())
def test_every_label_stays_inside(text: str) -> None:
    try:
        label = normalise_label(text)
    except ValueError:
        return
    assert ".." not in PurePosixPath(label).parts
    assert label == "/" or not label.endswith("/")


_steps = st.lists(st.text(st.characters(exclude_characters="/", categories=["L", "N", "P"]), min_size=1, max_size=5))


@given(_steps, _steps)
def test_directories_and_labels_are_the_same(root: list[str], steps: list[str]) -> None:
    try:
        label, directory = normalise_label("/" + "/".join(root)), "/".join(steps)
        for step in steps:
            check_file_name(step)
    except ValueError:
        return
    child = child_label(label, directory)
    assert relative_directory(child, label) == directory
    assert is_at_or_below(child, label)
