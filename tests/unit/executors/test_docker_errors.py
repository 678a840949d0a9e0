"""What the engine's words mean."""

import pytest

from colonyexecutors.errors import ImageFailed
from colonyexecutors.runtimes.docker.errors import check_reference, image_failure, init_failure, start_failure

DENIED = "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access"


@pytest.mark.parametrize(
    ("status", "text", "code", "retry"),
    [
        (404, "manifest for x:1 not found: manifest unknown: manifest unknown", "image_not_found", False),
        (404, DENIED, "image_not_found", False),
        (500, 'Get "https://x/v2/y/manifests/1": no basic auth credentials', "registry_login", False),
        (500, "unauthorized: authentication required", "registry_login", False),
        (500, "denied: requested access to the resource is denied", "registry_login", False),
        (500, 'Get "https://x/v2/": dial tcp: lookup x on 1.1.1.1:53: no such host', "registry_unreachable", True),
        (
            500,
            'Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
            "registry_unreachable",
            True,
        ),
        (
            500,
            "net/http: request canceled while waiting for connection (Client.Timeout exceeded)",
            "registry_unreachable",
            True,
        ),
        (500, "http: server gave HTTP response to HTTPS client", "registry_unreachable", True),
        (500, "no matching manifest for linux/amd64 in the manifest list entries", "image_architecture", False),
        (500, "toomanyrequests: You have reached your pull rate limit.", "registry_limit", True),
        (500, "write /var/lib/docker/tmp/x: no space left on device", "machine_full", True),
        (400, "invalid reference format: repository name must be lowercase", "image_name", False),
    ],
)
def test_why_there_is_no_image(status: int, text: str, code: str, retry: bool) -> None:
    failure = image_failure("reg.example/x:1", status, text)
    assert (failure.stage, failure.code, failure.retry) == ("image", code, retry)
    assert "reg.example/x:1" in failure.sentence
    assert failure.hint


@pytest.mark.parametrize(
    "reference",
    [
        "busybox",
        "busybox:latest",
        "library/busybox:1.36-musl",
        "localhost:5000/busybox",
        "registry.example.org/team/tool_x:v1.2",
        "registry.example.org:443/a/b/c__d-e.f:T",
        "[::1]:5000/x",
        "host:5000/x@sha256:" + "0" * 64,
        "busybox:1@sha256:" + "a" * 64,
        "sha256:" + "b" * 64,
    ],
)
def test_names_that_images_have(reference: str) -> None:
    check_reference(reference)


@pytest.mark.parametrize(
    "reference", ["", " ", "a b", "../x", "/x", "x/", "a//b", "UP", "UP/x", "x:", "x@y", "a\nb", "x?y"]
)
def test_names_that_none_can_have(reference: str) -> None:
    with pytest.raises(ImageFailed) as failure:
        check_reference(reference)
    assert failure.value.code == "image_name"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('exec: "nope": executable file not found in $PATH: unknown', "command_not_found"),
        ("OCI runtime create failed: no such file or directory", "command_not_found"),
        ('could not select device driver "" with capabilities: [[gpu]]', "gpu_unavailable"),
        ("nvidia-container-cli: device error: 7: unknown device: unknown", "gpu_unavailable"),
        ('exec: "/etc": permission denied: unknown', "command_not_executable"),
        ("Range of CPUs is from 0.01 to 2.00", "start_refused"),
        ('invalid mount config for type "bind": bind source path does not exist: /none', "mount_unseen"),
        ('error mounting "/x" to rootfs at "/etc/passwd": not a directory', "mount_refused"),
        ("Cannot mkdir: /etc/passwd is not a directory", "no_such_directory"),
        ("error during container init: mkdir /proc/x: no such file or directory: unknown", "no_such_directory"),
        ('chdir to cwd ("/root") set in config.json failed: permission denied', "no_such_directory"),
    ],
)
def test_why_a_container_does_not_start(text: str, code: str) -> None:
    assert start_failure("prog", text).code == code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("[FATAL tini (7)] exec nope failed: No such file or directory\n", "command_not_found"),
        ("[FATAL tini (12)] exec /etc failed: Permission denied", "command_not_executable"),
        ("[FATAL tini (7)] exec ./x.sh failed: Exec format error\n", "command_not_executable"),
        ("[FATAL tini (7)] exec x failed: Argument list too long\n", "start_refused"),
    ],
)
def test_what_the_init_process_says(line: str, code: str) -> None:
    failure = init_failure(line)
    assert failure is not None
    assert failure.code == code


@pytest.mark.parametrize("line", ["", "nope: not found\n", "x [FATAL tini (7)] exec a failed: b\n", "[FATAL tini (7)]"])
def test_what_a_program_says_is_its_own(line: str) -> None:
    assert init_failure(line) is None
