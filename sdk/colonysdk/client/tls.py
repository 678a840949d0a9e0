"""Whom a client trusts when it speaks https."""

import ssl
from pathlib import Path

import httpx

from colonysdk.errors import InvalidSettings


def trust(*, ca_file: Path | None = None, skip_verify: bool = False) -> ssl.SSLContext | bool:
    """What `verify` of a client shall be: the usual authorities, those of a file too, or nobody is asked.

    Raises InvalidSettings for a file that cannot be used.
    """
    if skip_verify or ca_file is None:
        return not skip_verify
    context = httpx.create_ssl_context()
    try:
        context.load_verify_locations(ca_file.expanduser())
    except ssl.SSLError:
        raise InvalidSettings(f"{ca_file} holds no certificates in PEM") from None
    except OSError as error:
        raise InvalidSettings(f"cannot read the certificates in {ca_file}: {error.strerror}") from None
    return context


def context_of(verify: ssl.SSLContext | bool) -> ssl.SSLContext:
    """The same trust for connections that are not httpx's."""
    return httpx.create_ssl_context(verify=verify)
