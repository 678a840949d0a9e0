"""What a name may be."""

from colonyserver.errors import Invalid

MAX_NAME_LENGTH = 255
IDENTITY_LENGTH = 64


def check_name(name: str, noun: str) -> None:
    """Raise Invalid unless a name can be stored, shown and told apart from others.

    wire: the reference joins colony and name by a colon, so no name has one.
    """
    if not name:
        raise Invalid(f"The {noun} is empty")
    check_text(name, noun)
    if ":" in name:
        raise Invalid(f"The {noun} must not contain a colon")


def check_text(value: str, noun: str) -> None:
    """Raise Invalid for a short text that is too long or holds characters that cannot be shown; it may be empty."""
    if len(value) > MAX_NAME_LENGTH:
        raise Invalid(f"The {noun} is longer than {MAX_NAME_LENGTH} characters")
    if not value.isprintable():
        raise Invalid(f"The {noun} contains characters that cannot be shown")


def check_identity(identity: str, noun: str) -> None:
    """Raise Invalid unless this is an identity: 64 hex digits."""
    if len(identity) != IDENTITY_LENGTH or not all(digit in "0123456789abcdef" for digit in identity):
        raise Invalid(f"Invalid {noun} length or characters, it must be {IDENTITY_LENGTH} lower-case hex digits")


def check_member_id(identity: str, noun: str) -> None:
    """Raise Invalid for an unusable id of a user or executor; wire: the length is not checked when one is added."""
    if not identity:
        raise Invalid(f"The {noun} is empty")
    check_text(identity, noun)
