"""The plain S3 clients that our transfers are compared with."""

import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

CONNECTIONS = 16
AWS_COPY = "aws-copy"
"""The prefix in the bucket under which `aws_sync` keeps its copy."""


def boto3_up(variables: Mapping[str, str], directory: Path) -> None:
    """Upload every file of a directory."""
    client, bucket = _client(variables), variables["AWS_S3_BUCKET"]
    paths = [path for path in directory.rglob("*") if path.is_file()]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda path: client.upload_file(str(path), bucket, str(path.relative_to(directory))), paths))


def boto3_down(variables: Mapping[str, str], directory: Path, names: list[str]) -> None:
    """Download objects into a directory."""
    client, bucket = _client(variables), variables["AWS_S3_BUCKET"]

    def download(name: str) -> None:
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        client.download_file(bucket, name, str(target))

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(download, names))


def aws_sync(variables: Mapping[str, str], source: str, target: str) -> None:
    """Run `aws s3 sync`; source and target are directories, but for AWS_COPY."""
    ends = [f"s3://{variables['AWS_S3_BUCKET']}/{end}" if end == AWS_COPY else end for end in (source, target)]
    access = {
        "AWS_ACCESS_KEY_ID": variables["AWS_S3_ACCESSKEY"],
        "AWS_SECRET_ACCESS_KEY": variables["AWS_S3_SECRETKEY"],
        "AWS_DEFAULT_REGION": _region(variables),
    }
    command = ["aws", "s3", "sync", "--only-show-errors", "--endpoint-url", f"http://{variables['AWS_S3_ENDPOINT']}"]
    subprocess.run([*command, *ends], env={**os.environ, **access}, check=True)


def _client(variables: Mapping[str, str]) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=f"http://{variables['AWS_S3_ENDPOINT']}",
        aws_access_key_id=variables["AWS_S3_ACCESSKEY"],
        aws_secret_access_key=variables["AWS_S3_SECRETKEY"],
        region_name=_region(variables),
        config=Config(s3={"addressing_style": "path"}, signature_version="s3v4", max_pool_connections=CONNECTIONS),
    )


def _region(variables: Mapping[str, str]) -> str:
    return variables["AWS_S3_REGION"] or "us-east-1"
