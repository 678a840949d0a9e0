"""What the colony says about files is checked before it becomes a path, and the reference server is understood."""

from typing import Any

import pytest

from colonysdk.errors import Refused
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.remote_tree import RemoteTree, read_remote_tree
from colonysdk.messages import GetFile, GetFileLabels, GetFiles
from colonysdk.objects import FileData, Label


def tree_of(label: str, name: str, root: str = "/a") -> RemoteTree:
    tree = RemoteTree()
    tree.add(root, label, name, size=1, checksum="AB", object_name="o")
    return tree


@pytest.mark.parametrize(
    ("root", "label", "name", "path"),
    [("/a", "/a", "x", "x"), ("/a", "/a/b/c", "x", "b/c/x"), ("/", "/", "x", "x"), ("/", "/a", "x", "a/x")],
)
def test_paths_are_relative_to_the_root(root: str, label: str, name: str, path: str) -> None:
    (file,) = tree_of(label, name, root).files.values()
    assert (file.path, file.label, file.name, file.checksum) == (path, label, name, "ab")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("/a/../../etc", "passwd"),
        ("/a/..", "x"),
        ("/a", "../x"),
        ("/a", ".."),
        ("/a", "b/x"),
        ("/a", ""),
        ("/a", "x\x1b[2J"),
        ("/ab", "x"),
        ("/a//b", "x"),
        ("a", "x"),
        ("", "x"),
        ("/a", ".cfs"),
        ("/a", "x.colony-part"),
    ],
)
def test_what_would_leave_the_directory_is_left_out(label: str, name: str) -> None:
    tree = tree_of(label, name)
    assert tree.files == {}
    assert len(tree.skipped) == 1


class ReferenceServer:
    """Answers about labels as the reference does: nothing with `exact` when the label itself holds no file."""

    colony_name = "dev"

    def __init__(self, *files: tuple[str, str]) -> None:
        self._files = files

    async def send(self, message: Any) -> Any:
        labels = sorted({label for label, _ in self._files})
        match message:
            case GetFileLabels(exact=True) if message.name not in labels:
                return []
            case GetFileLabels(exact=True):
                found = [label for label in labels if label == message.name or label.startswith(f"{message.name}/")]
            case GetFileLabels():
                found = [label for label in labels if label.startswith(message.name)]
            case GetFiles():
                return [FileData(name=name, size=1) for label, name in self._files if label == message.label]
            case GetFile():
                raise Refused(404, "Failed to get file")
        return [Label(name=label, files=1) for label in found]


async def test_labels_below_one_that_holds_no_file() -> None:
    catalogue = FileCatalogue(ReferenceServer(("/a/b", "x"), ("/a/c/d", "y"), ("/ab", "z")))  # type: ignore[arg-type]  # the one call it needs
    assert set((await read_remote_tree(catalogue, "/a")).files) == {"b/x", "c/d/y"}


async def test_labels_that_only_begin_the_same() -> None:
    catalogue = FileCatalogue(ReferenceServer(("/a", "x"), ("/ab", "y")))  # type: ignore[arg-type]  # as above
    assert [label.name for label in await catalogue.labels_at("/a")] == ["/a"]
    assert await catalogue.revisions("/a", "no") == []
