"""Files, labels and snapshots. Their content never comes to the server, so that its store is in memory here."""

import io
from typing import Any

import boto3
import pytest

from tests.support.pycolonies_site import Site

_STORE = {
    "ENDPOINT": "127.0.0.1:9000",
    "ACCESSKEY": "key",
    "SECRETKEY": "secret",
    "REGION": "",
    "TLS": "false",
    "SKIPVERIFY": "false",
    "BUCKET": "bucket",
}


class Objects:
    """A bucket in memory, as far as pycolonies uses one."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def head_bucket(self, **_: str) -> None:
        """The bucket is there."""

    def put_object(self, **given: Any) -> None:
        self._contents[given["Key"]] = given["Body"]

    def get_object(self, **asked: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(self._contents[asked["Key"]])}


@pytest.fixture(autouse=True)
def _store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pycolonies find the bucket in memory."""
    objects = Objects()
    monkeypatch.setattr(boto3, "client", lambda *_, **__: objects)
    for name, value in _STORE.items():
        monkeypatch.setenv(f"AWS_S3_{name}", value)


def test_a_name_that_is_uploaded_again_gets_a_new_revision(site: Site) -> None:
    first, second = _upload(site, "/work", b"one"), _upload(site, "/work", b"three")
    assert second["fileid"] != first["fileid"]
    assert _revisions(site, latest=True) == [second]
    assert _revisions(site, latest=False) == [second, first]
    (listed,) = site.client.get_files("/work", site.colony, site.user_key)
    assert (listed["name"], listed["size"], listed["checksum"]) == ("name", 5, second["checksum"])
    assert site.client.download_data(site.colony, site.user_key, label="/work", filename="name") == b"three"


def test_labels_below_a_label_and_labels_with_the_same_beginning(site: Site) -> None:
    for label in ("/a", "/a/b", "/ab"):
        _upload(site, label)
    assert _labels(site, "/a", exact=True) == {"/a": 1, "/a/b": 1}
    assert _labels(site, "/a", exact=False) == {"/a": 1, "/a/b": 1, "/ab": 1}


def test_a_snapshot_keeps_the_revisions_of_its_time(site: Site) -> None:
    stored = _upload(site, "/a", b"one")
    made = site.client.create_snapshot(site.colony, "/a", "before", site.user_key)
    before = site.client.get_snapshot_by_name(site.colony, "before", site.user_key)
    assert before["fileids"] == [stored["fileid"]]
    _upload(site, "/a", b"two")
    after = site.client.get_snapshot_by_id(site.colony, made["snapshotid"], site.user_key)
    assert after["fileids"] == [stored["fileid"]]
    assert site.client.get_snapshots(site.colony, site.user_key) == [after]


def _upload(site: Site, label: str, content: bytes = b"content") -> dict[str, Any]:
    stored: dict[str, Any] = site.client.upload_data(site.colony, site.user_key, "name", content, label)
    return stored


def _revisions(site: Site, *, latest: bool) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.client.get_file(
        site.colony, site.user_key, label="/work", filename="name", latest=latest
    )
    return found


def _labels(site: Site, name: str, *, exact: bool) -> dict[str, int]:
    """The number of files by label."""
    found = site.client.get_file_labels(site.colony, site.user_key, name, exact)
    return {label["name"]: label["files"] for label in found}
