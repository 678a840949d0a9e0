"""The plan of a sync, as pure logic."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.files.local_tree import LocalFile
from colonysdk.files.plan import Change, Keep, SyncPlan, make_plan
from colonysdk.files.remote_tree import RemoteFile

Contents = dict[str, str]


def plan_of(
    local: Contents, remote: Contents, keep: Keep = Keep.LOCAL, *, mirror: bool = False, blocked: tuple[str, ...] = ()
) -> SyncPlan:
    """The plan for files given by their paths and contents."""
    return make_plan(
        {path: LocalFile(path, len(content), 1, 1) for path, content in local.items()},
        {path: RemoteFile(path, "/l", path, len(content), content, "object") for path, content in remote.items()},
        is_same=lambda here, there: local[here.path] == there.checksum,
        keep=keep,
        mirror=mirror,
        blocked=blocked,
    )


def carry_out(plan: SyncPlan, local: Contents, remote: Contents) -> tuple[Contents, Contents]:
    """Both sides after a plan."""
    local, remote = dict(local), dict(remote)
    for step in plan.steps:
        if step.change.is_upload:
            remote[step.path] = local[step.path]
        elif step.change.is_download:
            local[step.path] = remote[step.path]
        elif step.change is Change.REMOVE_LOCAL:
            del local[step.path]
        else:
            del remote[step.path]
    return local, remote


class TestChanges:
    @pytest.mark.parametrize(
        ("local", "remote", "keep", "change"),
        [
            ({"x": "1"}, {}, Keep.LOCAL, Change.UPLOAD),
            ({"x": "1"}, {}, Keep.REMOTE, Change.UPLOAD),
            ({}, {"x": "1"}, Keep.LOCAL, Change.DOWNLOAD),
            ({}, {"x": "1"}, Keep.REMOTE, Change.DOWNLOAD),
            ({"x": "1"}, {"x": "2"}, Keep.LOCAL, Change.REPLACE_REMOTE),
            ({"x": "1"}, {"x": "2"}, Keep.REMOTE, Change.REPLACE_LOCAL),
        ],
    )
    def test_without_mirroring(self, local: Contents, remote: Contents, keep: Keep, change: Change) -> None:
        assert [step.change for step in plan_of(local, remote, keep).steps] == [change]

    @pytest.mark.parametrize(
        ("local", "remote", "keep", "change"),
        [
            ({"x": "1"}, {}, Keep.LOCAL, Change.UPLOAD),
            ({"x": "1"}, {}, Keep.REMOTE, Change.REMOVE_LOCAL),
            ({}, {"x": "1"}, Keep.LOCAL, Change.REMOVE_REMOTE),
            ({}, {"x": "1"}, Keep.REMOTE, Change.DOWNLOAD),
        ],
    )
    def test_mirroring(self, local: Contents, remote: Contents, keep: Keep, change: Change) -> None:
        assert [step.change for step in plan_of(local, remote, keep, mirror=True).steps] == [change]

    def test_nothing_to_do(self) -> None:
        plan = plan_of({"x": "1", "a/y": ""}, {"x": "1", "a/y": ""})
        assert (plan.steps, plan.unchanged) == ([], 2)

    def test_sizes_are_those_that_are_moved(self) -> None:
        plan = plan_of({"up": "12345", "both": "123"}, {"down": "1", "both": "12"})
        assert {step.path: step.size for step in plan.steps} == {"up": 5, "down": 1, "both": 3}


class TestObstacles:
    @pytest.mark.parametrize(
        ("local", "remote", "skipped"),
        [
            ({"a": "file"}, {"a/x": "1"}, "a/x"),
            ({"a/x": "1"}, {"a": "file"}, "a"),
            ({}, {"a": "file", "a/x": "1"}, "a"),
            ({"a": "file"}, {"a/b/c/x": "1"}, "a/b/c/x"),
        ],
    )
    def test_a_file_where_the_other_side_has_a_directory(self, local: Contents, remote: Contents, skipped: str) -> None:
        plan = plan_of(local, remote)
        assert [entry.path for entry in plan.skipped] == [skipped]
        assert skipped not in [step.path for step in plan.steps]

    @pytest.mark.parametrize("keep", Keep)
    @pytest.mark.parametrize("mirror", [False, True])
    def test_nothing_is_put_through_or_over_a_link(self, keep: Keep, mirror: bool) -> None:
        plan = plan_of({}, {"link": "1", "link/x": "2", "other": "3"}, keep, mirror=mirror, blocked=("link",))
        assert {entry.path for entry in plan.skipped} == {"link", "link/x"}
        assert [step.path for step in plan.steps] == ["other"]


_paths = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)
_contents = st.dictionaries(_paths, st.sampled_from("12"), max_size=6)
_keeps = st.sampled_from(Keep)


@given(_contents, _contents, _keeps, st.booleans())
def test_a_plan_brings_both_sides_together(local: Contents, remote: Contents, keep: Keep, mirror: bool) -> None:
    local = {path: text for path, text in local.items() if not _directories(path) & set(local)}
    plan = plan_of(local, remote, keep, mirror=mirror)
    after_local, after_remote = carry_out(plan, local, remote)
    skipped = {entry.path for entry in plan.skipped}
    assert {path: text for path, text in after_remote.items() if path not in skipped} == after_local
    # The directory can exist: no path is a file and a directory.
    assert all(not _directories(path) & set(after_local) for path in after_local)
    again = plan_of(after_local, after_remote, keep, mirror=mirror)
    assert [step for step in again.steps if step.path not in skipped] == []
    assert again.unchanged == len(after_local)


@given(_contents, _contents, _keeps)
def test_without_mirroring_nothing_is_lost(local: Contents, remote: Contents, keep: Keep) -> None:
    plan = plan_of(local, remote, keep)
    after_local, after_remote = carry_out(plan, local, remote)
    assert set(local) <= set(after_local)
    assert set(remote) <= set(after_remote)
    kept = local if keep is Keep.LOCAL else remote
    both = set(local) & set(remote)
    assert all(after_local[path] == after_remote[path] == kept[path] for path in both)


def _directories(path: str) -> set[str]:
    return {str(parent) for parent in PurePosixPath(path).parents} - {"."}
