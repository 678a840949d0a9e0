"""Uploads in parts that were broken off: found again to be continued, or ended when nobody has for long."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from colonysdk.files.checksums import is_checksum

_ABANDONED = timedelta(days=7)


@dataclass(frozen=True)
class Unfinished:
    """An upload in parts: `target` names bucket, key and upload; `tags` are those of the parts that are there."""

    target: dict[str, str]
    tags: dict[int, str] = field(default_factory=dict)

    def tag_if_there(self, number: int, chunk: bytes) -> str | None:
        """The tag of a part if the store has it with just this content."""
        tag = self.tags.get(number)
        # Most servers give parts their MD5 as tags; where one does not, the part is sent again.
        is_there = tag is not None and tag.strip('"') == hashlib.md5(chunk, usedforsecurity=False).hexdigest()
        return tag if is_there else None


def find_unfinished(s3: Any, bucket: str, prefix: str) -> Unfinished | None:
    """The newest unfinished upload to a key that begins so; None too when the server does not tell."""
    with suppress(ClientError):
        listed = s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix).get("Uploads", [])
        if not listed:
            return None
        newest = max(listed, key=lambda upload: upload["Initiated"])
        target = {"Bucket": bucket, "Key": newest["Key"], "UploadId": newest["UploadId"]}
        pages = s3.get_paginator("list_parts").paginate(**target)
        tags = {part["PartNumber"]: part["ETag"] for page in pages for part in page.get("Parts", [])}
        return Unfinished(target, tags)
    return None


def end_abandoned(s3: Any, bucket: str) -> None:
    """End the uploads of a bucket that nobody has finished for a week, so that their parts cost no more."""
    oldest = datetime.now(UTC) - _ABANDONED
    with suppress(ClientError):
        for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
            for upload in page.get("Uploads", []):
                if is_checksum(upload["Key"]) and upload["Initiated"] < oldest:
                    s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
