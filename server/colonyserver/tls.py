"""Serving https: which files to use, and reading them with words for whatever is wrong."""

import ssl
from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings

from colonyserver.errors import StartError

_READABLE_BY_ALL = 0o004


class TlsSettings(BaseSettings):
    """Whether to serve https, with which files, and what to tell clients about it."""

    tls: bool | None = Field(
        default=None,
        validation_alias="COLONIES_TLS",
        description="Whether to serve https; by default when there are a certificate and a key.",
    )
    tls_cert: str = Field(
        default="",
        validation_alias=AliasChoices("COLONIES_TLSCERT", "COLONIES_SERVER_HTTP_TLS_CERT"),
        description="File with the server's certificate and those of its issuers, in PEM.",
    )
    tls_key: str = Field(
        default="",
        validation_alias=AliasChoices("COLONIES_TLSKEY", "COLONIES_SERVER_HTTP_TLS_KEY"),
        description="File with the certificate's private key, in PEM and without a password.",
    )
    announced_tls: bool | None = Field(
        default=None,
        validation_alias="COLONIES_SERVER_HTTP_TLS",
        description="Whether to tell clients that the server speaks https, as behind a proxy; by default the truth.",
    )

    @property
    def serves_tls(self) -> bool:
        """Whether https is wanted."""
        return bool(self.tls_cert and self.tls_key) if self.tls is None else self.tls

    @property
    def announces_tls(self) -> bool:
        """Whether clients are told that the server speaks https."""
        return self.serves_tls if self.announced_tls is None else self.announced_tls

    def certificate(self) -> "Certificate | None":
        """The certificate to serve https with, None to serve http; raises StartError when it cannot be used."""
        if not self.serves_tls:
            if self.tls is None and (self.tls_cert or self.tls_key):
                raise StartError("https needs both files: --tls-cert and --tls-key (COLONIES_TLSCERT, COLONIES_TLSKEY)")
            return None
        if not (self.tls_cert and self.tls_key):
            raise StartError(
                "COLONIES_TLS asks for https, which needs a certificate and its key: give --tls-cert and --tls-key "
                "(COLONIES_TLSCERT, COLONIES_TLSKEY), or unset COLONIES_TLS to serve http"
            )
        return Certificate(Path(self.tls_cert).expanduser(), Path(self.tls_key).expanduser())


class Certificate:
    """A certificate with its key, as the context of every connection; raises StartError when it cannot be used."""

    def __init__(self, certificate_file: Path, key_file: Path) -> None:
        self._certificate_file = certificate_file
        self._key_file = key_file
        self.context = self._load(ssl.create_default_context(ssl.Purpose.CLIENT_AUTH))

    def reload(self) -> None:
        """Read the files again, for connections from now on; raises StartError and keeps what there was."""
        # A context that was given half of a new pair would serve nobody: try the files on another one first.
        self._load(ssl.create_default_context(ssl.Purpose.CLIENT_AUTH))
        self._load(self.context)

    def _load(self, context: ssl.SSLContext) -> ssl.SSLContext:
        _check_readable(self._certificate_file, "certificate")
        _check_readable(self._key_file, "key")
        if self._key_file.stat().st_mode & _READABLE_BY_ALL:
            raise StartError(
                f"everybody on this machine can read the TLS key {self._key_file}; run: chmod o= {self._key_file}"
            )
        try:
            context.load_cert_chain(self._certificate_file, self._key_file, password="")
        except ssl.SSLError as error:
            raise StartError(self._fault(error)) from error
        return context

    def _fault(self, error: ssl.SSLError) -> str:
        if error.reason == "KEY_VALUES_MISMATCH":
            return f"the TLS key {self._key_file} does not belong to the certificate {self._certificate_file}"
        if not _has_certificate(self._certificate_file):
            return f"{self._certificate_file} holds no TLS certificate in PEM"
        return f"{self._key_file} holds no private key in PEM that can be read without a password"


def own_trust(certificate_file: Path) -> ssl.SSLContext:
    """What a client on the server's own machine trusts: this very certificate, whatever name it is for."""
    context = ssl.create_default_context(cafile=certificate_file)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False
    return context


def _check_readable(path: Path, noun: str) -> None:
    try:
        with path.open("rb"):
            return
    except OSError as error:
        raise StartError(f"cannot read the TLS {noun} {path}: {error.strerror}") from error


def _has_certificate(path: Path) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return False
    return True
