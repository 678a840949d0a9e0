"""Identities: secp256k1 keys, the ids derived from them, signatures, and key files.

wire: an id is SHA3-256 over the hex text of the uncompressed public key; a signature is r ‖ s ‖ v over SHA3-256 of
the text.
"""

import os
import secrets
from hashlib import sha3_256
from pathlib import Path
from typing import Self

from coincurve import PrivateKey, PublicKey

from colonysdk.errors import InvalidKey, InvalidSignature

_CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HALF_ORDER = (_CURVE_ORDER // 2).to_bytes(32, "big")
_SIGNATURE_LENGTH = 65
_KEY_HEX_LENGTH = 64


class Identity:
    """A private key and the id that the colony knows it by."""

    __slots__ = ("_key", "id")

    def __init__(self, key: PrivateKey) -> None:
        self._key = key
        self.id = _id_of(key.public_key)

    def __repr__(self) -> str:
        return f"Identity(id={self.id!r})"

    @classmethod
    def generate(cls) -> Self:
        """Make a new identity from the operating system's randomness."""
        return cls.from_hex((1 + secrets.randbelow(_CURVE_ORDER - 1)).to_bytes(32, "big").hex())

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """Read a private key of 64 hex digits; raises InvalidKey without ever showing the text."""
        text = text.strip()
        if len(text) != _KEY_HEX_LENGTH:
            raise InvalidKey(f"a private key has 64 hex digits, this one has {len(text)} characters")
        try:
            secret = bytes.fromhex(text)
        except ValueError:
            raise InvalidKey("a private key has 64 hex digits, this one has other characters") from None
        if not 0 < int.from_bytes(secret, "big") < _CURVE_ORDER:
            raise InvalidKey("this private key is outside the range of the curve")
        return cls(PrivateKey(secret))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a key file; raises InvalidKey when it is missing, malformed, or open to other users."""
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                content = file.read(1024)
        except OSError as error:
            raise InvalidKey(f"cannot read the key file {path}: {error.strerror}") from error
        if mode & 0o077:
            raise InvalidKey(f"the key file {path} is open to other users; run: chmod 600 {path}")
        try:
            return cls.from_hex(content.decode("ascii"))
        except UnicodeDecodeError:
            raise InvalidKey(f"the key file {path} does not hold a private key of 64 hex digits") from None
        except InvalidKey as error:
            raise InvalidKey(f"the key file {path}: {error}") from None

    def write(self, path: Path) -> None:
        """Write a new file that only its owner may read; raises InvalidKey when it exists or cannot be made."""
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "w") as file:
                    file.write(self.private_hex() + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                # A hard link, unlike a rename, fails when the target exists: an existing key is never replaced.
                path.hardlink_to(temporary)
            finally:
                temporary.unlink()
        except FileExistsError:
            raise InvalidKey(f"the key file {path} exists already; it was left as it is") from None
        except OSError as error:
            raise InvalidKey(f"cannot write the key file {path}: {error.strerror}") from error

    def private_hex(self) -> str:
        """The private key as 64 hex digits; for key files and child processes only."""
        return self._key.secret.hex()

    def sign(self, text: str) -> str:
        """Sign a text: 130 hex digits, deterministic (RFC 6979), low S."""
        return self._key.sign_recoverable(_digest(text), hasher=None).hex()


def recover_id(text: str, signature: str) -> str:
    """The id whose key signed the text; raises InvalidSignature, also for the high-S twin of a valid signature."""
    if len(signature) != 2 * _SIGNATURE_LENGTH:
        raise InvalidSignature("Invalid signature length")
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        raise InvalidSignature("Invalid signature, expected hex digits") from None
    if len(raw) != _SIGNATURE_LENGTH:
        raise InvalidSignature("Invalid signature length")
    if raw[32:64] > _HALF_ORDER:
        raise InvalidSignature("Failed verify signature: Signature s value is over half the order")
    # wire: bit 2 of v is the "compressed" flag of the reference's recovery routine and changes nothing.
    recoverable = raw[:64] + bytes([raw[64] & 3 if raw[64] < 8 else raw[64]])
    try:
        public_key = PublicKey.from_signature_and_message(recoverable, _digest(text), hasher=None)
    except ValueError as error:
        raise InvalidSignature("Failed to recover public key: the signature does not fit any key") from error
    return _id_of(public_key)


def _digest(text: str) -> bytes:
    return sha3_256(text.encode()).digest()


def _id_of(public_key: PublicKey) -> str:
    return sha3_256(public_key.format(compressed=False).hex().encode("ascii")).hexdigest()
