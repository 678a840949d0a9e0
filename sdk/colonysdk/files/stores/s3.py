"""A store in an S3 bucket; the only module that speaks S3.

Every request is signed by signature version 4 over the content too, so that a server refuses bytes that changed on the
way. Objects have random names, as ColonyOS clients make them: each belongs to one revision of one file.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from colonysdk.errors import InvalidSettings
from colonysdk.files.checksums import is_checksum
from colonysdk.files.errors import ObjectMissing
from colonysdk.files.stores.base import CHUNK_BYTES, OnBytes, Readable, Stored, StoredObject
from colonysdk.files.stores.s3_errors import code_of, reporting
from colonysdk.files.stores.s3_unfinished import end_abandoned, find_unfinished
from colonysdk.files.stores.s3_upload import Upload, upload
from colonysdk.objects import Reference, S3Object
from colonysdk.settings import StoreSettings

PROTOCOL = "s3"
_COLONY_KEY = "colony"
_DEFAULT_REGION = "us-east-1"
_CONNECT_SECONDS = 5
_READ_SECONDS = 60
_CONNECTIONS = 64
_ATTEMPTS = 5
_MISSING = ("NoSuchKey", "NoSuchBucket", "404", "NotFound")


class S3Store:
    """The objects of one colony in the bucket that the settings name.

    What it puts there is marked with `colony_mark`, so that nobody else's objects are ever cleared away.
    """

    def __init__(self, settings: StoreSettings, colony_mark: str) -> None:
        self._server, self._port, self._tls = _endpoint(settings)
        self._bucket = settings.bucket
        self._region = settings.region
        self._mark = colony_mark
        self._s3 = _client(settings, self._url)

    @property
    def name(self) -> str:
        """What to call it when talking to people."""
        return f"S3 bucket {self._bucket} at {self._url}"

    def put(self, content: Readable, size: int, on_bytes: OnBytes, *, identity: str = "") -> Stored:
        """Store all that can be read under a new name; the bucket is made when there is none."""
        # By the first half of its name an unfinished upload of the same content is found again.
        known = hashlib.sha256(f"{self._mark} {identity}".encode()).hexdigest()[:32] if identity else ""
        wanted = Upload(
            self._s3,
            place={"Bucket": self._bucket, "Key": known + secrets.token_hex(32 - len(known) // 2)},
            described={"ContentType": "application/octet-stream", "Metadata": {_COLONY_KEY: self._mark}},
            size=size,
            on_bytes=on_bytes,
            make_bucket=self._create_bucket,
            find_unfinished=(lambda: find_unfinished(self._s3, self._bucket, known)) if known else None,
        )
        with reporting(self.name):
            uploaded = upload(wanted, content)
        return Stored(self._reference(uploaded.key), uploaded.size, uploaded.checksum)

    def read(self, object_name: str, start: int = 0) -> Iterator[bytes]:
        """The bytes of an object from a position on; raises ObjectMissing."""
        wanted = {"Range": f"bytes={start}-"} if start else {}
        with reporting(self.name):
            body = self._get(object_name, wanted)
            try:
                yield from body.iter_chunks(CHUNK_BYTES)
            finally:
                body.close()

    def forget(self, object_name: str) -> None:
        """Remove an object, if it is there."""
        if object_name:
            with reporting(self.name):
                self._s3.delete_object(Bucket=self._bucket, Key=object_name)

    def objects(self) -> Iterator[StoredObject]:
        """Every object of the bucket whose name is one that ColonyOS clients make."""
        with reporting(self.name):
            end_abandoned(self._s3, self._bucket)
            try:
                for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
                    for found in page.get("Contents", []):
                        if is_checksum(found["Key"]):
                            yield StoredObject(found["Key"], found["Size"], found["LastModified"])
            except ClientError as error:
                if code_of(error) not in _MISSING:
                    raise

    def discard(self, stored: StoredObject) -> bool:
        """Remove an object that this program put there for this colony; anything else stays."""
        with reporting(self.name), suppress(ClientError):
            found = self._s3.head_object(Bucket=self._bucket, Key=stored.name)
            if found.get("Metadata", {}).get(_COLONY_KEY) == self._mark:
                self._s3.delete_object(Bucket=self._bucket, Key=stored.name)
                return True
        return False

    @property
    def _url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self._server}:{self._port}"

    def _reference(self, object_name: str) -> Reference:
        place = S3Object(
            server=self._server,
            port=self._port,
            tls=self._tls,
            region=self._region,
            object=object_name,
            bucket=self._bucket,
        )
        return Reference(protocol=PROTOCOL, s3_object=place)

    def _create_bucket(self) -> None:
        try:
            self._s3.create_bucket(Bucket=self._bucket)
        except ClientError as error:
            # Somebody else was quicker.
            if code_of(error) not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise

    def _get(self, object_name: str, wanted: dict[str, str]) -> Any:
        missing = f"{self.name} does not hold the object {object_name[:80]!a}; was it uploaded to another store?"
        if not object_name:
            raise ObjectMissing(missing)
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=object_name, **wanted)["Body"]
        except ClientError as error:
            if code_of(error) in _MISSING:
                raise ObjectMissing(missing) from error
            raise


def _endpoint(settings: StoreSettings) -> tuple[str, int, bool]:
    """Host, port and whether it is https; wire: the variable has no scheme, but one does no harm."""
    scheme, separator, rest = settings.endpoint.rpartition("://")
    tls = scheme == "https" if separator else settings.tls
    host, _, port = rest.rstrip("/").rpartition(":")
    if not host:
        host, port = port, "443" if tls else "80"
    if not host or not port.isdecimal():
        raise InvalidSettings(f'AWS_S3_ENDPOINT: "{settings.endpoint}" is not a host and a port such as localhost:9000')
    return host, int(port), tls


def _client(settings: StoreSettings, url: str) -> Any:
    missing = [
        name
        for name, value in (
            ("AWS_S3_BUCKET", settings.bucket),
            ("AWS_S3_ACCESSKEY", settings.access_key),
            ("AWS_S3_SECRETKEY", settings.secret_key),
        )
        if not value
    ]
    if missing or settings.access_key is None or settings.secret_key is None:
        raise InvalidSettings("an S3 server is configured, but not all of it; missing: " + ", ".join(missing))
    return boto3.session.Session().client(
        "s3",
        endpoint_url=url,
        aws_access_key_id=settings.access_key.get_secret_value(),
        aws_secret_access_key=settings.secret_key.get_secret_value(),
        region_name=settings.region or _DEFAULT_REGION,
        verify=not settings.skip_verify,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path", "payload_signing_enabled": True},
            # Not every server knows the newer checksums; the signature covers the content anyway.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            max_pool_connections=_CONNECTIONS,
            retries={"mode": "standard", "max_attempts": _ATTEMPTS},
        ),
    )
