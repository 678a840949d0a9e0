"""Certificates of a small authority of our own, made by openssl."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_EXTENSIONS = "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"
_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")


@dataclass(frozen=True)
class Authority:
    """An authority, and a certificate for 127.0.0.1 that it has signed."""

    directory: Path

    @classmethod
    def make(cls, directory: Path) -> Self:
        """Make an authority in a new directory."""
        directory.mkdir()
        authority = cls(directory)
        key, request, extensions = directory / "ca.key", directory / "server.csr", directory / "server.ext"
        _openssl("req", "-x509", *_NEW_KEY, "-keyout", key, "-out", authority.ca, "-subj", f"/CN={directory.name}")
        _openssl("req", *_NEW_KEY, "-keyout", authority.key, "-out", request, "-subj", "/CN=colony")
        extensions.write_text(_EXTENSIONS)
        _openssl(
            *("x509", "-req", "-in", request, "-out", authority.certificate, "-days", "2", "-extfile", extensions),
            *("-CA", authority.ca, "-CAkey", key, "-set_serial", "1"),
        )
        authority.key.chmod(0o600)
        return authority

    @property
    def ca(self) -> Path:
        """The authority's own certificate, which clients trust."""
        return self.directory / "ca.pem"

    @property
    def certificate(self) -> Path:
        """The server's certificate."""
        return self.directory / "server.pem"

    @property
    def key(self) -> Path:
        """The server's private key."""
        return self.directory / "server.key"


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)
