"""The fields of the submit form: where each stands in a specification, and how it is written on one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from colonysdk.units import parse_duration
from colonytui.processes.entering import CHANNEL
from colonytui.spec.field_text import FieldTextError, pairs_text, read_pairs, read_words, words_text

CONTAINER_FUNCTION = "execute"
CONTAINER_KWARGS = ("docker-image", "cmd", "args")


@dataclass(frozen=True)
class SpecField:
    """One field. `path` are the wire names that lead to its value."""

    id: str
    label: str
    path: tuple[str, ...]
    show: Callable[[Any], str]
    """Writes the value; also one of a type that the field would never give."""
    read: Callable[[str], Any]
    """Reads what was typed; raises FieldTextError. None removes the value."""
    hint: str = ""
    """What an empty field shows."""
    narrow: bool = False
    """Whether it shares a line with its neighbour."""
    container: bool | None = None
    """Whether it is only for the function of container executors, or only for others; None is for all."""

    def is_for(self, container_job: bool) -> bool:
        """Whether it makes sense for a container job, or for another one."""
        return self.container is None or self.container is container_job

    @property
    def json_path(self) -> str:
        """The JSON path of its value, as problems name it."""
        from colonysdk.specs.shapes import child_path

        path = "$"
        for name in self.path:
            path = child_path(path, name)
        return path


def _show_text(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() else words_text([value])


def _read_text(text: str) -> Any:
    return text or None


def _show_list(value: Any) -> str:
    return words_text(value) if isinstance(value, list) else words_text([value])


def _read_list(text: str) -> Any:
    return read_words(text) or None


def _show_names(value: Any) -> str:
    return words_text(value, texts_only=True) if isinstance(value, list) else words_text([value])


def _read_names(text: str) -> Any:
    """Names between spaces or commas."""
    words = read_words(text, texts_only=True)
    return [name for word in words for name in str(word).split(",") if name] or None


def _read_number(text: str) -> Any:
    """Numbers as such; anything else stays a text, which validation then names."""
    words = read_words(text)
    return words[0] if len(words) == 1 else text.strip() or None


def _read_seconds(text: str) -> Any:
    value = _read_number(text)
    if not isinstance(value, str):
        return value
    try:
        return round(parse_duration(value).total_seconds())
    except ValueError:
        return value


def _show_members(value: Any) -> str:
    return pairs_text(value) if isinstance(value, dict) else words_text([value])


def _read_members(text: str) -> Any:
    return read_pairs(text) or None


def _show_environment(value: Any) -> str:
    return pairs_text(value, texts_only=True) if isinstance(value, dict) else words_text([value])


def _read_environment(text: str) -> Any:
    return read_pairs(text, texts_only=True) or None


def _show_exec(value: Any) -> str:
    if not isinstance(value, list):
        return words_text([value])
    return "yes" if CHANNEL in value else ""


def _read_exec(text: str) -> Any:
    answer = text.strip().casefold()
    if answer not in ("", "no", "yes"):
        raise FieldTextError("say yes or no")
    return [CHANNEL] if answer == "yes" else None


FIELDS: tuple[SpecField, ...] = (
    SpecField("funcname", "Function", ("funcname",), _show_text, _read_text, "execute"),
    SpecField("executortype", "Executor type", ("conditions", "executortype"), _show_text, _read_text),
    SpecField("executornames", "Executors", ("conditions", "executornames"), _show_names, _read_names, "any"),
    SpecField("image", "Image", ("kwargs", "docker-image"), _show_text, _read_text, "busybox:latest", container=True),
    SpecField("cmd", "Command", ("kwargs", "cmd"), _show_text, _read_text, "echo", container=True),
    SpecField("cmdargs", "Arguments", ("kwargs", "args"), _show_list, _read_list, "hello world", container=True),
    SpecField("args", "Args", ("args",), _show_list, _read_list, 'word 30 "two words"', container=False),
    SpecField("kwargs", "Kwargs", ("kwargs",), _show_members, _read_members, "name=value name=30"),
    SpecField("maxexectime", "Max run time", ("maxexectime",), _show_text, _read_seconds, "no limit", narrow=True),
    SpecField("maxwaittime", "Max wait time", ("maxwaittime",), _show_text, _read_seconds, "no limit", narrow=True),
    SpecField("maxretries", "Retries", ("maxretries",), _show_text, _read_number, "0", narrow=True),
    SpecField("priority", "Priority", ("priority",), _show_text, _read_number, "0", narrow=True),
    SpecField("cpu", "CPU", ("conditions", "cpu"), _show_text, _read_text, "500m", narrow=True),
    SpecField("mem", "Memory", ("conditions", "mem"), _show_text, _read_text, "64Mi", narrow=True),
    SpecField("env", "Env", ("env",), _show_environment, _read_environment, "NAME=value"),
    SpecField("location", "Location", ("conditions", "locationname"), _show_text, _read_text, "any", narrow=True),
    SpecField("label", "Label", ("label",), _show_text, _read_text, "", narrow=True),
    SpecField("exec", "Allow exec", ("channels",), _show_exec, _read_exec, "no", narrow=True),
    SpecField("maxleasetime", "Max lease time", ("maxleasetime",), _show_text, _read_seconds, "none", narrow=True),
)


def find_field(field_id: str) -> SpecField:
    """The field with this id; raises KeyError for an unknown one."""
    return _BY_ID[field_id]


_BY_ID: Mapping[str, SpecField] = {field.id: field for field in FIELDS}
