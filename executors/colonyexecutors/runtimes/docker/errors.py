"""What the Docker Engine's error texts mean to a user: it tells most causes apart by wording only."""

import re

from colonyexecutors.errors import ImageFailed, StartFailed

_TINI_FAILURE = re.compile(r"\[FATAL tini \(\d+\)\] exec (?P<program>.*) failed: (?P<reason>.*)\n?")
"""What the container's init process prints, on the program's stderr, when the program cannot be executed."""

_REFERENCE = re.compile(
    r"((?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+(?=:)|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?/)?"
    r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)
_IMAGE_ID = re.compile(r"sha256:[0-9a-f]{64}")

_NOT_FOUND = "manifest unknown|not found|does not exist|no such image"
_LOGIN = "no basic auth credentials|unauthorized|authentication required|access forbidden|incorrect username"
_ARCHITECTURE = "no matching manifest|does not match the specified platform|image operating system"
_RATE = "toomanyrequests|rate limit"
_GPU = r"device driver.*\[gpu\]|nvidia-container|unknown or invalid runtime name: nvidia"
_FULL = "no space left on device"
_UNSEEN = "bind source path does not exist"
_MOUNT = "error mounting|trying to mount"
_DIRECTORY = "cannot mkdir|: mkdir |working directory|chdir to cwd"
_NAME = "invalid reference format|invalid tag format|repository name must be"


def check_reference(text: str) -> None:
    """Raise ImageFailed unless the text can name an image: it becomes a part of the paths that the engine is asked."""
    if not _REFERENCE.fullmatch(text) and not _IMAGE_ID.fullmatch(text):
        raise _invalid_name(text)


def image_failure(reference: str, status: int, text: str) -> ImageFailed:
    """Why a registry or the engine did not give the image."""
    if re.search(_NAME, text, re.IGNORECASE):
        return _invalid_name(reference)
    if re.search(_ARCHITECTURE, text, re.IGNORECASE):
        return wrong_architecture(reference)
    if re.search(_RATE, text, re.IGNORECASE):
        return ImageFailed(
            "registry_limit",
            f"the registry of {reference} refuses more downloads for now: {_short(text)}",
            hint="submit again later, or log in to the registry on the executor's machine",
            retry=True,
        )
    if re.search(_FULL, text, re.IGNORECASE):
        return ImageFailed(
            "machine_full",
            f"the executor's machine has no room for the image {reference}: {_short(text)}",
            hint="ask who operates the executor to free disk space (docker system df), or use a smaller image",
            retry=True,
        )
    # A registry that hides private images says "denied" and "does not exist" in one sentence, with status 404.
    if status != 404 and re.search(_LOGIN + "|denied", text, re.IGNORECASE):
        return ImageFailed(
            "registry_login",
            f"the registry of {reference} wants a login that the executor does not have, or refuses it",
            hint="run docker login on the executor's machine, as the user that runs the executor",
        )
    if status == 404 or re.search(_NOT_FOUND, text, re.IGNORECASE):
        return ImageFailed(
            "image_not_found",
            f"there is no image {reference}, on this machine or in its registry",
            hint="check the name and the tag; a private image looks the same without a docker login",
        )
    return ImageFailed(
        "registry_unreachable",
        f"the registry of {reference} cannot be reached: {_short(text)}",
        hint="check the registry's host name and the network of the executor's machine",
        retry=True,
    )


def wrong_architecture(reference: str) -> ImageFailed:
    """What to say about an image that is made for other processors."""
    return ImageFailed(
        "image_architecture",
        f"the image {reference} does not exist for this machine's kind of processor",
        hint="build the image for this architecture, or name an executor of another one",
    )


def start_failure(program: str, text: str) -> StartFailed:
    """Why the engine did not create or start a container."""
    if re.search(_GPU, text, re.IGNORECASE):
        return StartFailed(
            "gpu_unavailable",
            f"the engine cannot give GPUs to containers: {_short(text)}",
            hint="install the NVIDIA container toolkit on the executor's machine, or set EXECUTOR_HW_GPU_COUNT=0",
        )
    if re.search(_UNSEEN, text, re.IGNORECASE):
        return StartFailed(
            "mount_unseen",
            f"the Docker daemon does not see the executor's files: {_short(text)}",
            hint="ask who operates the executor to give both the same EXECUTOR_FS_DIR under the same path",
        )
    if re.search(_MOUNT, text, re.IGNORECASE):
        return StartFailed(
            "mount_refused",
            f"the files of the process cannot be mounted: {_short(text)}",
            hint="choose another fs.mount, such as /cfs: the image has something else there",
        )
    # These hold "no such file" and "permission denied", too.
    if re.search(_DIRECTORY, text, re.IGNORECASE):
        return StartFailed(
            "no_such_directory",
            f"the program cannot have its working directory: {_short(text)}",
            hint="set kwargs.workdir to a directory of the image, or to one that can be made in it",
        )
    if re.search("executable file not found|no such file or directory", text, re.IGNORECASE):
        return _no_such_program(program)
    if "permission denied" in text.lower():
        return _not_executable(program)
    if re.search("unable to find user|no matching entries in passwd|linux spec user", text, re.IGNORECASE):
        return StartFailed(
            "no_such_user",
            f"the image does not know the user of the specification: {_short(text)}",
            hint="set kwargs.user to a user of the image, or to numbers such as 1000:1000",
        )
    return StartFailed("start_refused", f"the container could not be started: {_short(text)}", retry=True)


def init_failure(line: str) -> StartFailed | None:
    """What a line of the container's init process says about the program, None when it is another line."""
    match = _TINI_FAILURE.fullmatch(line)
    if match is None:
        return None
    match match["reason"]:
        case "No such file or directory":
            return _no_such_program(match["program"])
        case "Permission denied":
            return _not_executable(match["program"])
        case "Exec format error":
            return StartFailed(
                "command_not_executable",
                f'"{match["program"]}" is in no form that this machine can execute',
                hint="give a script a first line such as #!/bin/sh; a program may be built for another processor",
            )
        case reason:
            return StartFailed("start_refused", f'"{match["program"]}" cannot be executed: {reason}')


def _invalid_name(reference: str) -> ImageFailed:
    return ImageFailed(
        "image_name",
        f'"{_short(reference)}" cannot be the name of an image',
        hint='a name looks like "busybox:latest" or "registry.example.org/team/tool:1.2", in lower case',
    )


def _no_such_program(program: str) -> StartFailed:
    return StartFailed(
        "command_not_found",
        f'the image has no program "{_short(program)}"',
        hint="check the spelling of cmd, that the image contains it, and the first line (#!) if it is a script",
    )


def _not_executable(program: str) -> StartFailed:
    return StartFailed(
        "command_not_executable",
        f'"{_short(program)}" is not a program that may be executed in the image',
        hint="make the file executable in the image, or name the interpreter that runs it",
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else line[:297] + "..."
