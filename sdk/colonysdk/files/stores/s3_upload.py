"""Uploads to S3: small content in one request, large content in parts, several of them on their way at a time."""

import hashlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from colonysdk.files.errors import ChangedMeanwhile, FilesError
from colonysdk.files.stores.base import OnBytes, Readable
from colonysdk.files.stores.s3_errors import code_of
from colonysdk.files.stores.s3_unfinished import Unfinished

PART_BYTES = 8 * 2**20
_MOST_PARTS = 9_000
"""S3 takes 10,000; files may grow while they are read."""
_PARTS_AT_ONCE = 4


@dataclass(frozen=True)
class Upload:
    """What is uploaded: `place` holds the bucket and the key, `size` is how many bytes are expected.

    `described` goes with the object. `find_unfinished` looks for what an earlier upload of the same content has left;
    None when this one shall leave nothing if it fails.
    """

    s3: Any
    place: dict[str, str]
    described: dict[str, Any]
    size: int
    on_bytes: OnBytes
    make_bucket: Callable[[], None]
    find_unfinished: Callable[[], Unfinished | None] | None = None


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The key of an object, how many bytes it has, and their SHA-256."""

    key: str
    size: int
    checksum: str


def upload(wanted: Upload, content: Readable) -> Uploaded:
    """Put all that can be read into one object; raises what boto3 raises, and FilesError."""
    part_bytes = max(PART_BYTES, -(-wanted.size // _MOST_PARTS))
    first = content.read(part_bytes)
    if len(first) == part_bytes:
        return _upload_parts(wanted, first, content, part_bytes)
    _with_bucket(wanted, lambda: wanted.s3.put_object(**wanted.place, **wanted.described, Body=first))
    wanted.on_bytes(len(first))
    return Uploaded(wanted.place["Key"], len(first), hashlib.sha256(first).hexdigest())


def _upload_parts(wanted: Upload, first: bytes, content: Readable, part_bytes: int) -> Uploaded:
    found = wanted.find_unfinished() if wanted.find_unfinished else None
    begun = found or _begin(wanted)
    parts = _Parts(wanted, begun)
    try:
        return parts.upload(first, content, part_bytes)
    except BaseException as error:
        # What is neither completed nor aborted keeps its parts, and they cost.
        if wanted.find_unfinished is None or isinstance(error, ChangedMeanwhile):
            with suppress(BotoCoreError, ClientError):
                wanted.s3.abort_multipart_upload(**begun.target)
        raise


def _begin(wanted: Upload) -> Unfinished:
    made = _with_bucket(wanted, lambda: wanted.s3.create_multipart_upload(**wanted.place, **wanted.described))
    return Unfinished({**wanted.place, "UploadId": made["UploadId"]})


@dataclass
class _Parts:
    wanted: Upload
    begun: Unfinished
    under_way: "deque[Future[dict[str, Any]]]" = field(default_factory=deque)
    done: list[dict[str, Any]] = field(default_factory=list)

    def upload(self, first: bytes, content: Readable, part_bytes: int) -> Uploaded:
        hasher, count = hashlib.sha256(), 0
        with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
            try:
                number, chunk = 1, first
                while chunk:
                    hasher.update(chunk)
                    count += len(chunk)
                    self.under_way.append(pool.submit(self._send, number, chunk))
                    # No more than these are in memory at a time.
                    self._collect(_PARTS_AT_ONCE - 1)
                    number, chunk = number + 1, content.read(part_bytes)
                self._collect(0)
            finally:
                for future in self.under_way:
                    future.cancel()
        self._complete(count)
        return Uploaded(self.begun.target["Key"], count, hasher.hexdigest())

    def _collect(self, remaining: int) -> None:
        while len(self.under_way) > remaining:
            self.done.append(self.under_way.popleft().result())

    def _send(self, number: int, chunk: bytes) -> dict[str, Any]:
        tag = self.begun.tag_if_there(number, chunk)
        if tag is None:
            tag = self.wanted.s3.upload_part(**self.begun.target, PartNumber=number, Body=chunk)["ETag"]
        self.wanted.on_bytes(len(chunk))
        return {"PartNumber": number, "ETag": tag}

    def _complete(self, count: int) -> None:
        s3, target = self.wanted.s3, self.begun.target
        s3.complete_multipart_upload(**target, MultipartUpload={"Parts": self.done})
        stored = s3.head_object(Bucket=target["Bucket"], Key=target["Key"])["ContentLength"]
        if stored != count:
            raise FilesError(f"the store kept {stored} of {count} bytes")


def _with_bucket(wanted: Upload, request: Callable[[], Any]) -> Any:
    """Make a request, and again with a bucket when there was none."""
    try:
        return request()
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
    wanted.make_bucket()
    return request()
