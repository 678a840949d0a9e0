"""Text from elsewhere made harmless for a terminal: control characters could move the cursor or set its title."""

import unicodedata


def printable(text: str) -> str:
    """Return the text with control characters written out, but for line ends and tabs."""
    if text.isprintable():
        return text
    return "".join(_written_out(character) for character in text)


def one_line(text: str) -> str:
    """Return the text as one line: line ends and tabs written out too."""
    return printable(text.replace("\n", "\\n").replace("\t", "\\t"))


def _written_out(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"
