"""Bytes that a program wrote, as text that every server can store."""


def to_text(data: bytes) -> str:
    """Decode UTF-8; what is not, and NUL (which PostgreSQL refuses), become replacement characters."""
    return data.decode("utf-8", "replace").replace("\0", "\ufffd")


def whole_characters(data: bytes) -> int:
    """How many bytes from the start end with a whole UTF-8 character."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            return len(data) - back if _length(byte) > back else len(data)
    return len(data)


def _length(first_byte: int) -> int:
    if first_byte < 0xC0:
        return 1
    if first_byte < 0xE0:
        return 2
    return 3 if first_byte < 0xF0 else 4
