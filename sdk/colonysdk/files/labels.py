"""Labels and file names: how they are written, and which directory entry they stand for.

A label is like an absolute path: "/models/small" lies below "/models". A file is known by its label and its name.
Whatever passes here stays inside the directory it is put into.
"""

import unicodedata

ROOT = "/"

MAX_LABEL_BYTES = 1024
MAX_NAME_BYTES = 255
"""What file systems take for one entry."""

_STEPS = (".", "..")
_UNSHOWABLE = ("Cc", "Cs", "Zl", "Zp")


def normalise_label(text: str) -> str:
    """Return a label with one slash in front, none at the end and no empty steps.

    Raises ValueError, in words for the user, for a text that is no label.
    """
    if not text:
        raise ValueError("the label is empty")
    steps = [step for step in text.split("/") if step]
    for step in steps:
        _check_step(step, "label")
    label = ROOT + "/".join(steps)
    if len(label.encode()) > MAX_LABEL_BYTES:
        raise ValueError(f"the label is longer than {MAX_LABEL_BYTES} bytes")
    return label


def check_file_name(name: str) -> None:
    """Raise ValueError, in words for the user, unless this can be the name of one directory entry."""
    if not name:
        raise ValueError("the file name is empty")
    if "/" in name:
        raise ValueError(f"the file name {_shown(name)} contains a slash")
    _check_step(name, "file name")


def check_characters(text: str, noun: str) -> None:
    """Raise ValueError, in words for the user, for control characters and line ends."""
    if not text.isprintable() and any(unicodedata.category(character) in _UNSHOWABLE for character in text):
        raise ValueError(f"the {noun} {_shown(text)} contains characters that cannot be shown")


def below(label: str) -> str:
    """Return what every label below this one begins with."""
    return label if label == ROOT else f"{label}/"


def is_at_or_below(label: str, ancestor: str) -> bool:
    """Whether a label is another one or lies below it; both normalised."""
    return label == ancestor or label.startswith(below(ancestor))


def child_label(label: str, directory: str) -> str:
    """Return the label of a directory that lies below the one of `label`; "" is that directory itself."""
    return f"{below(label)}{directory}" if directory else label


def relative_directory(label: str, ancestor: str) -> str:
    """Return the directory of a label, relative to that of a label above it: "" for the same one."""
    return label[len(below(ancestor)) :]


def _check_step(step: str, noun: str) -> None:
    if step in _STEPS:
        raise ValueError(f'the {noun} contains "{step}", which would lead out of its directory')
    if len(step.encode(errors="surrogatepass")) > MAX_NAME_BYTES:
        raise ValueError(f"the {noun} {_shown(step)} has more than {MAX_NAME_BYTES} bytes in one step")
    check_characters(step, noun)


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 40 else text[:37] + "...")
