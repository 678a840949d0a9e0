"""One specification that is being written, seen as JSON text and as form fields.

1. The specification is a plain JSON object; text and fields are two views of it.
2. The view that was edited last wins, and the other one follows. What the form does not know survives in the object.
3. Text that cannot be read changes nothing but its own view: fields keep showing what was readable last.
4. A field that cannot be read is a problem of its own, until it is edited again or the text is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from colonysdk.errors import InvalidSpec, Problem
from colonysdk.objects import FunctionSpec
from colonysdk.specs import build_spec, check_spec, read_spec
from colonytui.processes.entering import CHANNEL
from colonytui.spec.field_text import FieldTextError
from colonytui.spec.fields import CONTAINER_FUNCTION, CONTAINER_KWARGS, FIELDS, SpecField, find_field

Json = dict[str, Any]


class SpecDraft:
    """A specification in the making; begins as `data`, which counts as saved."""

    def __init__(self, data: Json | None = None) -> None:
        self.data: Json = data or {}
        self.text = to_text(self.data)
        self._text_problems: Sequence[Problem] = ()
        self._field_problems: dict[str, Problem] = {}
        self._saved_text = self.text

    @property
    def is_dirty(self) -> bool:
        """Whether anything was changed since the beginning or the last `mark_saved`."""
        return self.text != self._saved_text or bool(self._field_problems)

    @property
    def is_container_job(self) -> bool:
        """Whether it is for the function of the container executors, whose arguments have fields of their own."""
        return bool(_get(self.data, ("funcname",)) == CONTAINER_FUNCTION)

    def mark_saved(self) -> None:
        """Take the present state as the one that may be left without a question."""
        self._saved_text = self.text

    def set_text(self, text: str) -> bool:
        """Take over an edited text, JSON or YAML; True when it could be read and the fields have to follow."""
        self.text = text
        try:
            data = read_spec(text)
        except InvalidSpec as error:
            self._text_problems = error.problems
            return False
        if not isinstance(data, dict):
            self._text_problems = check_spec(data)
            return False
        self.data, self._text_problems, self._field_problems = data, (), {}
        return True

    def set_field(self, field_id: str, text: str) -> bool:
        """Take over an edited field; True when it could be read and the text has to follow."""
        field = find_field(field_id)
        try:
            value = field.read(text)
        except FieldTextError as error:
            self._field_problems[field_id] = Problem(field.json_path, str(error), field.hint)
            return False
        self._field_problems.pop(field_id, None)
        self._text_problems = ()
        if field_id == "kwargs" and self.is_container_job:
            value = {**self._container_kwargs(), **(value or {})} or None
        if field_id == "exec":
            value = [*self._other_channels(), *(value or [])] or None
        self.data = _with(self.data, field.path, value)
        self.text = to_text(self.data)
        return True

    def field_text(self, field_id: str) -> str:
        """What a field shows."""
        field = find_field(field_id)
        value = _get(self.data, field.path)
        if field_id == "kwargs" and self.is_container_job and isinstance(value, dict):
            value = {name: member for name, member in value.items() if name not in CONTAINER_KWARGS}
        return "" if value in (None, {}, []) else field.show(value)

    def shown_fields(self) -> list[SpecField]:
        """The fields that make sense for the function, and those that hold something all the same."""
        return [field for field in FIELDS if field.is_for(self.is_container_job) or self.field_text(field.id)]

    def problems(self) -> list[Problem]:
        """What is wrong with it as it stands, errors first."""
        if self._text_problems:
            return list(self._text_problems)
        unread = list(self._field_problems.values())
        return unread + [problem for problem in check_spec(self.data) if problem.path not in {p.path for p in unread}]

    def build(self, colony_name: str) -> FunctionSpec:
        """The specification to submit; raises InvalidSpec."""
        if blocking := [problem for problem in self.problems() if problem.severity == "error"]:
            raise InvalidSpec(blocking)
        return build_spec(self.data, colony_name=colony_name)

    def _container_kwargs(self) -> Json:
        kwargs = _get(self.data, ("kwargs",))
        return (
            {name: value for name, value in kwargs.items() if name in CONTAINER_KWARGS}
            if isinstance(kwargs, dict)
            else {}
        )

    def _other_channels(self) -> list[Any]:
        channels = _get(self.data, ("channels",))
        return [channel for channel in channels if channel != CHANNEL] if isinstance(channels, list) else []


def to_text(data: object) -> str:
    """A specification as people read it; characters that could drive a terminal are escaped."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    return _UNREADABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


# Lone surrogates are among them, which could not be written to a terminal at all.
_UNREADABLE = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def compact_spec(spec: FunctionSpec) -> Json:
    """A specification as somebody would have written it, without what says nothing."""
    wire = spec.to_wire()
    return {
        name: value
        for name, value in ((name, _compact(name, value)) for name, value in wire.items())
        if value not in _NOTHING
    }


_NOTHING: Sequence[object] = ("", None, [], {}, 0, "0m", "0Mi")
_GIVEN = ("args", "kwargs", "env")
"""What is inside these is the user's, down to the last empty text."""


def _compact(name: str, value: Any) -> Any:
    if name in _GIVEN or not isinstance(value, dict):
        return value
    members = ((key, _compact(key, member)) for key, member in value.items())
    return {key: member for key, member in members if member not in _NOTHING}


def _get(data: Any, path: Sequence[str]) -> Any:
    for name in path:
        if not isinstance(data, dict):
            return None
        data = data.get(_spelling(data, name))
    return data


def _with(data: Any, path: Sequence[str], value: Any) -> Json:
    """A copy of an object in which the value at a path is another one, or gone when that is None."""
    members = dict(data) if isinstance(data, dict) else {}
    name = _spelling(members, path[0])
    inner = value if len(path) == 1 else _with(members.get(name), path[1:], value)
    if inner is None or (len(path) > 1 and not inner and name not in members):
        members.pop(name, None)
        return members
    return members | {name: inner} if name in members else _inserted(members, name, inner)


def _inserted(members: Mapping[str, Any], name: str, value: Any) -> Json:
    """An object with a further member, put where a reader would look for it."""
    later = next((known for known in members if _rank(known) > _rank(name)), None)
    result: Json = {}
    for known, member in members.items():
        if known == later:
            result[name] = value
        result[known] = member
    return result if later is not None else {**result, name: value}


def _rank(name: str) -> int:
    return _ORDER.index(name.lower()) if name.lower() in _ORDER else -1


_ORDER = (
    *("nodename", "funcname", "args", "kwargs", "env", "priority", "maxwaittime", "maxexectime"),
    *("maxleasetime", "maxretries", "label", "fs", "channels"),
    *("conditions", "colonyname", "executortype", "executornames", "locationname"),
    *("dependencies", "nodes", "processes", "processespernode", "cpu", "mem", "storage", "gpu", "walltime"),
)
"""Where members stand in a specification, and in its conditions; others stay where they are."""


def _spelling(members: Mapping[str, Any], name: str) -> str:
    """A field's name as it is spelled here; names match in any case, as everywhere on the wire."""
    if name in members:
        return name
    return next((known for known in members if isinstance(known, str) and known.lower() == name), name)
