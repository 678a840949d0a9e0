"""The keyword arguments of `execute`, the function of the container executors."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from colonysdk.errors import Problem
from colonysdk.specs.shapes import Checker, boolean, child_path, filled_text, list_of, nearest, one_of, scalar, text

CONTAINER_EXECUTOR_TYPE = "container-executor"

PULL_POLICIES = ("missing", "always", "never")
"""When an image is fetched from its registry; the first is the default."""

NETWORKS = ("default", "none")
"""Which network a program sees: the one that the executor's operator chose, or none."""


def _directory(value: object, path: str) -> Iterator[Problem]:
    if isinstance(value, str) and not value.startswith("/"):
        yield Problem(path, "is not an absolute path", 'a directory such as "/work"')
    else:
        yield from text(value, path)


_ARGUMENTS: Mapping[str, Checker] = {
    "cmd": filled_text,
    "docker-image": filled_text,
    "args": list_of(scalar),
    "init-cmd": text,
    "rebuild-image": boolean,
    "pull": one_of(*PULL_POLICIES),
    "workdir": _directory,
    "user": filled_text,
    "network": one_of(*NETWORKS),
    "debug": boolean,
}
_REQUIRED = {"cmd": 'a command such as "echo"', "docker-image": 'an image such as "busybox:latest"'}


def check_container_job(spec: Mapping[str, object]) -> list[Problem]:
    """Return what a container executor would refuse in, or ignore of, a specification whose funcname is execute.

    Other executors may offer an `execute` of their own: for another executor type than container-executor the same
    problems are warnings. `spec` has lower-case field names; fields of wrong types are left to the general checks.
    """
    arguments = spec.get("kwargs")
    if spec.get("funcname") != "execute" or not isinstance(arguments, dict | None):
        return []
    problems = [*_missing(spec, arguments or {}), *_wrong(arguments or {}), *_ignored(spec, arguments or {})]
    if _executor_type(spec) in ("", CONTAINER_EXECUTOR_TYPE):
        return problems
    return [replace(problem, severity="warning") for problem in problems]


def _missing(spec: Mapping[str, object], arguments: Mapping[str, object]) -> Iterator[Problem]:
    for name, accepted in _REQUIRED.items():
        if arguments.get(name) is not None:
            continue
        path = child_path("$.kwargs", name)
        if name == "cmd" and spec.get("args"):
            reason = "is missing; then only the executors of colony-tui run $.args, others refuse"
            yield Problem(path, reason, accepted, severity="warning")
        else:
            yield Problem(path, "is missing; execute needs it", accepted)


def _wrong(arguments: Mapping[str, object]) -> Iterator[Problem]:
    for name, check in _ARGUMENTS.items():
        if arguments.get(name) is not None:
            yield from check(arguments[name], child_path("$.kwargs", name))


def _ignored(spec: Mapping[str, object], arguments: Mapping[str, object]) -> Iterator[Problem]:
    for name in arguments:
        meant = "" if name in _ARGUMENTS else nearest(str(name), _ARGUMENTS)
        if meant:
            path = child_path("$.kwargs", str(name))
            yield Problem(path, "is ignored by execute", f"did you mean {meant}?", severity="warning")
    if spec.get("args") and arguments.get("cmd") is not None:
        yield Problem("$.args", "is ignored by execute", "arguments in $.kwargs.args", severity="warning")


def _executor_type(spec: Mapping[str, object]) -> object:
    conditions = spec.get("conditions")
    if not isinstance(conditions, dict):
        return ""
    return next((value for name, value in conditions.items() if str(name).lower() == "executortype"), "") or ""
