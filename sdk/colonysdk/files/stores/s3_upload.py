"""Uploads to S3: small content in one request, large content in parts, several of them on their way at a time."""

import hashlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from colonysdk.files.errors import FilesError
from colonysdk.files.stores.base import OnBytes, Readable
from colonysdk.files.stores.s3_errors import code_of

PART_BYTES = 8 * 2**20
_MOST_PARTS = 9_000
"""S3 takes 10,000; files may grow while they are read."""
_PARTS_AT_ONCE = 4

Target = dict[str, str]


def upload(
    s3: Any,
    target: Target,
    described: dict[str, Any],
    content: Readable,
    size: int,
    on_bytes: OnBytes,
    *,
    on_missing_bucket: Callable[[], None],
) -> tuple[int, str]:
    """Put all that can be read into one object; returns how many bytes these were and their SHA-256.

    `size` is how many are expected, `target` the bucket and the key. Raises what boto3 raises, and leaves nothing then.
    """
    part_bytes = max(PART_BYTES, -(-size // _MOST_PARTS))
    first = content.read(part_bytes)
    if len(first) < part_bytes:
        _retrying(lambda: s3.put_object(**target, **described, Body=first), on_missing_bucket)
        on_bytes(len(first))
        return len(first), hashlib.sha256(first).hexdigest()
    begun = _retrying(lambda: s3.create_multipart_upload(**target, **described), on_missing_bucket)
    parts = _Parts(s3, {**target, "UploadId": begun["UploadId"]}, on_bytes)
    try:
        return parts.upload(first, content, part_bytes)
    except BaseException:
        # An upload that is neither completed nor aborted keeps its parts, and they cost.
        with suppress(BotoCoreError, ClientError):
            s3.abort_multipart_upload(**parts.target)
        raise


class _Parts:
    def __init__(self, s3: Any, target: Target, on_bytes: OnBytes) -> None:
        self.target = target
        self._s3 = s3
        self._on_bytes = on_bytes
        self._hasher = hashlib.sha256()
        self._count = 0
        self._under_way: deque[Future[dict[str, Any]]] = deque()
        self._done: list[dict[str, Any]] = []

    def upload(self, first: bytes, content: Readable, part_bytes: int) -> tuple[int, str]:
        with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
            try:
                self._send_all(pool, first, content, part_bytes)
            except BaseException:
                for future in self._under_way:
                    future.cancel()
                raise
        self._s3.complete_multipart_upload(**self.target, MultipartUpload={"Parts": self._done})
        stored = self._s3.head_object(Bucket=self.target["Bucket"], Key=self.target["Key"])["ContentLength"]
        if stored != self._count:
            raise FilesError(f"the store kept {stored} of {self._count} bytes")
        return self._count, self._hasher.hexdigest()

    def _send_all(self, pool: ThreadPoolExecutor, first: bytes, content: Readable, part_bytes: int) -> None:
        number, chunk = 1, first
        while chunk:
            self._hasher.update(chunk)
            self._count += len(chunk)
            self._under_way.append(pool.submit(self._send, number, chunk))
            # No more than these are in memory at a time.
            if len(self._under_way) >= _PARTS_AT_ONCE:
                self._done.append(self._under_way.popleft().result())
            number, chunk = number + 1, content.read(part_bytes)
        while self._under_way:
            self._done.append(self._under_way.popleft().result())

    def _send(self, number: int, chunk: bytes) -> dict[str, Any]:
        sent = self._s3.upload_part(**self.target, PartNumber=number, Body=chunk)
        self._on_bytes(len(chunk))
        return {"PartNumber": number, "ETag": sent["ETag"]}


def _retrying(request: Callable[[], Any], on_missing_bucket: Callable[[], None]) -> Any:
    try:
        return request()
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
    on_missing_bucket()
    return request()
