"""What S3 servers and boto3 report, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from colonysdk.files.errors import StoreUnreachable

_REFUSED_KEYS = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403", "Forbidden")


@contextmanager
def reporting(store_name: str) -> Iterator[None]:
    """Turn what boto3 raises into StoreUnreachable."""
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        advice = "; are AWS_S3_ACCESSKEY and AWS_S3_SECRETKEY right?" if code in _REFUSED_KEYS else ""
        raise StoreUnreachable(f"{store_name} refuses: {code}{advice}") from error
    except (BotoCoreError, HTTPError) as error:
        raise StoreUnreachable(f"{store_name} cannot be reached: {error}") from error


def code_of(error: ClientError) -> str:
    """The server's code of an error."""
    return str(error.response.get("Error", {}).get("Code", "unknown error"))
