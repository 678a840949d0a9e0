"""What a function specification may hold, field by field, and the rules that span fields."""

from collections.abc import Iterator, Mapping

from colonysdk.errors import Problem
from colonysdk.objects.specification import MAX_PRIORITY
from colonysdk.specs.amounts import cpu, memory
from colonysdk.specs.container import check_container_job
from colonysdk.specs.shapes import (
    Checker,
    boolean,
    child_path,
    filled_text,
    integer,
    json_value,
    list_of,
    map_of,
    object_of,
    text,
)

MAX_CHANNELS = 100
_MAX_INTEGER = 2**31 - 1


def check_spec(data: object) -> list[Problem]:
    """Return everything that is wrong (severity error) or suspicious (warning) with a specification; errors first.

    `data` is what `read_spec` returns. An empty list, or one with warnings only, means that it can be submitted.
    """
    if isinstance(data, list):
        return [Problem("$", "a list of specifications is a workflow, not a function", "one object with funcname")]
    if not isinstance(data, dict):
        return [Problem("$", "the specification is not an object", 'an object such as {"funcname": "execute", …}')]
    spec = {str(name).lower(): value for name, value in data.items()}
    problems = [*_SPEC(data, "$"), *_funcname(spec), *_traps(spec), *check_container_job(spec)]
    return sorted(dict.fromkeys(problems), key=lambda problem: problem.severity)


def _count(accepted: str = f"a whole number from 0 to {_MAX_INTEGER}") -> Checker:
    return integer(0, _MAX_INTEGER, accepted)


def _limit(what: str) -> Checker:
    return integer(-1, _MAX_INTEGER, f"{what} from 1 to {_MAX_INTEGER}, or -1 for no limit")


def _environment_name(value: object, path: str) -> Iterator[Problem]:
    if isinstance(value, str) and (not value or "=" in value):
        yield Problem(path, f'"{value}" cannot name an environment variable', 'a name without "="')
    else:
        yield from text(value, path)


def _directory(value: object, path: str) -> Iterator[Problem]:
    if isinstance(value, str) and ".." in value.split("/"):
        yield Problem(path, f'"{value}" leads out of the shared directory', "a path without ..")
    else:
        yield from text(value, path)


_CONDITIONS = object_of(
    {
        "colonyname": text,
        "executornames": list_of(filled_text, unique=True),
        "executortype": text,
        "locationname": text,
        "dependencies": list_of(filled_text, unique=True),
        "nodes": _count(),
        "cpu": cpu,
        "processes": _count(),
        "processespernode": _count(),
        "mem": memory,
        "storage": memory,
        "gpu": object_of({"name": text, "mem": memory, "count": _count(), "nodecount": _count()}),
        "walltime": _count(f"whole seconds from 0 to {_MAX_INTEGER}"),
    }
)
_ON_CONFLICT = object_of({"keeplocal": boolean})
_FILESYSTEM = object_of(
    {
        "mount": text,
        "snapshots": list_of(
            object_of(
                {"snapshotid": text, "label": text, "dir": _directory, "keepfiles": boolean, "keepsnapshot": boolean}
            )
        ),
        "dirs": list_of(
            object_of(
                {
                    "label": text,
                    "dir": _directory,
                    "keepfiles": boolean,
                    "onconflicts": object_of({"onstart": _ON_CONFLICT, "onclose": _ON_CONFLICT}),
                }
            )
        ),
    }
)
_SPEC = object_of(
    {
        "nodename": text,
        "funcname": text,
        "args": list_of(json_value),
        "kwargs": map_of(json_value),
        "priority": integer(-MAX_PRIORITY, MAX_PRIORITY, f"a whole number from -{MAX_PRIORITY} to {MAX_PRIORITY}"),
        "maxwaittime": _limit("whole seconds"),
        "maxexectime": _limit("whole seconds"),
        "maxleasetime": integer(0, _MAX_INTEGER, "whole seconds, or 0 to have maxexectime as the limit"),
        "maxretries": integer(-1, _MAX_INTEGER, "the number of retries, 0 for none, or -1 for no limit"),
        "conditions": _CONDITIONS,
        "label": text,
        "fs": _FILESYSTEM,
        "env": map_of(text, key=_environment_name),
        "channels": list_of(filled_text, unique=True, at_most=MAX_CHANNELS),
    }
)


def _funcname(spec: Mapping[str, object]) -> Iterator[Problem]:
    funcname = spec.get("funcname")
    if funcname is None or (isinstance(funcname, str) and not funcname.strip()):
        yield Problem("$.funcname", "is missing", 'the name of a function, such as "execute"')


def _traps(spec: Mapping[str, object]) -> Iterator[Problem]:
    """Yield warnings for what is valid and probably not meant."""
    conditions = _dictionary(spec, "conditions")
    if conditions.get("executortype") in (None, ""):
        yield _warning(
            "$.conditions.executortype",
            "is missing; no executor takes such a process",
            'a type such as "container-executor"',
        )
    if conditions.get("dependencies"):
        yield _warning("$.conditions.dependencies", "only has a meaning inside a workflow", "")
    retries, seconds = spec.get("maxretries"), spec.get("maxexectime")
    if isinstance(retries, int) and retries != 0 and seconds in (None, 0, -1):
        yield _warning("$.maxretries", "has no effect without maxexectime: only an expired run is retried", "")
    lease, seconds = spec.get("maxleasetime"), spec.get("maxexectime")
    if isinstance(lease, int) and lease and not (isinstance(seconds, int) and 0 < seconds < lease):
        yield _warning("$.maxleasetime", "has no effect unless it is longer than a maxexectime", "")
    filesystem = _dictionary(spec, "fs")
    if (filesystem.get("dirs") or filesystem.get("snapshots")) and filesystem.get("mount") in (None, ""):
        yield _warning(
            child_path("$.fs", "mount"), "is missing; executors then skip the files", 'a path such as "/cfs"'
        )


def _dictionary(spec: Mapping[str, object], name: str) -> dict[str, object]:
    value = spec.get(name)
    return {str(key).lower(): entry for key, entry in value.items()} if isinstance(value, dict) else {}


def _warning(path: str, message: str, accepted: str) -> Problem:
    return Problem(path, message, accepted, severity="warning")
