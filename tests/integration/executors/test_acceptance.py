"""What a container runtime has to do for a program, beside what test_runtime_contract asks of every runtime."""

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from colonyexecutors.errors import StartFailed
from colonyexecutors.runtimes.base import Bind, Stream
from tests.integration.executors.conftest import IMAGE, RuntimeKit


class TestStreams:
    async def test_are_exact_to_the_byte(self, kit: RuntimeKit, tmp_path: Path) -> None:
        out = (
            "\ttab\r\nprogress 1%\rprogress 2%\r\x1b[31mred\x1b[0m  \x07 "
            + "".join(map(chr, range(0x20, 0x7F)))
            + "\n\n"
        )
        err = "äöü 世界 \U0001f40b\n  spaces  \n\x0b\x0c no line break at the end"
        ended, stdout, stderr = await kit.run("sh", "-c", 'printf %s "$0"; printf %s "$1" >&2', out, err)
        assert (ended.code, stdout, stderr) == (0, out, err)

    async def test_nothing_comes_after_a_program_was_stopped(self, kit: RuntimeKit) -> None:
        handle = await kit.begin("sh", "-c", "while true; do echo out; echo err >&2; done")
        async for _ in kit.runtime.output(handle):
            break
        await kit.runtime.kill(handle, 0.2)
        async with asyncio.timeout(10):
            ended = await kit.runtime.wait(handle)
        at_the_end = await kit.written(handle)
        await asyncio.sleep(0.3)
        assert ended.code in (137, 143)
        assert set(at_the_end[Stream.STDOUT].splitlines()) <= {"out", "o", "ou", ""}
        assert await kit.written(handle) == at_the_end


class TestPlace:
    async def test_working_directory(self, kit: RuntimeKit, tmp_path: Path) -> None:
        directory = "/made/for/this" if kit.isolates else str(tmp_path)
        ended, stdout, stderr = await kit.run("pwd", working_directory=directory)
        assert (ended.code, stdout, stderr) == (0, f"{directory}\n", "")

    async def test_a_working_directory_that_cannot_be(self, kit: RuntimeKit) -> None:
        for directory in ("/etc/passwd", "/proc/no/such"):
            with pytest.raises(StartFailed) as failure:
                await kit.run("pwd", working_directory=directory)
            assert failure.value.code == "no_such_directory"
            assert directory in failure.value.sentence or "/proc/no" in failure.value.sentence

    async def test_plain_processes_say_what_they_ignore(self, kit: RuntimeKit, tmp_path: Path) -> None:
        handle = await kit.begin("true", has_network=False, user="0", binds=(Bind(tmp_path, "/mnt"),))
        ignored = [] if kit.isolates else ["user", "network", "mounts"]
        assert [note.partition(" ")[0] for note in handle.notes] == ignored


@pytest.mark.docker
class TestEnvironment:
    async def test_holds_what_was_asked_and_what_the_engine_sets(self, docker_kit: RuntimeKit) -> None:
        _, stdout, _ = await docker_kit.run("env", environment={"GREETING": "a b=c $x", "EMPTY": "", "LINES": "a\nb"})
        names = {line.partition("=")[0] for line in stdout.splitlines() if "=" in line}
        assert names == {"GREETING", "EMPTY", "LINES", "PATH", "HOME", "HOSTNAME"}
        assert {"GREETING=a b=c $x", "EMPTY=", "LINES=a", "b"} <= {*stdout.splitlines()}

    async def test_user(self, docker_kit: RuntimeKit) -> None:
        _, stdout, _ = await docker_kit.run("sh", "-c", "id -u; id -g", user="1000:1001")
        assert stdout == "1000\n1001\n"
        with pytest.raises(StartFailed) as failure:
            await docker_kit.run("true", user="nobody-knows")
        assert failure.value.code == "no_such_user"


@pytest.mark.docker
class TestNetwork:
    async def test_off_there_is_no_way_out(self, docker_kit: RuntimeKit) -> None:
        ended, stdout, stderr = await docker_kit.run("ip", "route", has_network=False)
        assert (ended.code, stdout, stderr) == (0, "", "")

    async def test_on_there_is_a_default_route_and_an_address_of_its_own(self, docker_kit: RuntimeKit) -> None:
        _, stdout, _ = await docker_kit.run("sh", "-c", "ip route; hostname -i")
        *routes, address = stdout.splitlines()
        assert routes[0].startswith("default via ")
        assert not address.startswith("127.")
        socket.inet_aton(address)

    async def test_a_port_that_the_machine_uses_is_free_in_a_container(self, docker_kit: RuntimeKit) -> None:
        with socket.create_server(("0.0.0.0", 0)) as server:
            port = server.getsockname()[1]
            script = f"nc -l -p {port} -e echo from inside & sleep 0.3; nc 127.0.0.1 {port} </dev/null"
            ended, stdout, stderr = await docker_kit.run("sh", "-c", script)
        assert (ended.code, stdout, stderr) == (0, "from inside\n", "")


@pytest.mark.docker
class TestMounts:
    @pytest.fixture
    def directory(self, tmp_path: Path) -> Iterator[Path]:
        (tmp_path / "note").write_text("from the machine\n")
        yield tmp_path
        # What a container wrote belongs to its user.
        subprocess.run(["rm", "-rf", str(tmp_path / "made")], check=True)

    async def test_read_and_write(self, docker_kit: RuntimeKit, directory: Path) -> None:
        bind = Bind(directory, "/mnt/data")
        ended, stdout, _ = await docker_kit.run("sh", "-c", "cat /mnt/data/note; echo x >/mnt/data/made", binds=(bind,))
        assert (ended.code, stdout) == (0, "from the machine\n")
        assert (directory / "made").read_text() == "x\n"

    async def test_read_only(self, docker_kit: RuntimeKit, directory: Path) -> None:
        bind = Bind(directory, "/mnt", read_only=True)
        ended, stdout, stderr = await docker_kit.run("sh", "-c", "cat /mnt/note; echo x >/mnt/made", binds=(bind,))
        assert (ended.code, stdout) == (1, "from the machine\n")
        assert "Read-only file system" in stderr
        assert not (directory / "made").exists()

    async def test_one_file(self, docker_kit: RuntimeKit, directory: Path) -> None:
        _, stdout, _ = await docker_kit.run("cat", "/etc/note", binds=(Bind(directory / "note", "/etc/note"),))
        assert stdout == "from the machine\n"

    async def test_a_command_beside_the_program_reads_them(self, docker_kit: RuntimeKit, directory: Path) -> None:
        handle = await docker_kit.begin("sleep", "60", binds=(Bind(directory, "/mnt"),))
        result = await docker_kit.runtime.exec(handle, ["cat", "/mnt/note"])
        assert (result.code, result.stdout, result.stderr) == (0, b"from the machine\n", b"")

    async def test_what_is_missing_is_refused_and_not_made(self, docker_kit: RuntimeKit, directory: Path) -> None:
        missing = directory / "missing"
        with pytest.raises(StartFailed) as failure:
            await docker_kit.run("true", binds=(Bind(missing, "/mnt"),))
        assert failure.value.code == "mount_unseen"
        assert str(missing) in failure.value.sentence
        assert not missing.exists()
        assert await docker_kit.runtime.find() == []

    async def test_what_another_user_closed_is_opened(self, docker_kit: RuntimeKit, directory: Path) -> None:
        directory.chmod(0o777)
        script = "mkdir -p /mnt/made/deep; echo x >/mnt/made/deep/file; ln -s / /mnt/made/link; chmod -R go= /mnt/made"
        for user in ("0", "1234"):
            handle = await docker_kit.begin("sh", "-c", script, user=user, binds=(Bind(directory, "/mnt"),))
            await docker_kit.runtime.wait(handle)
            assert (directory / "made" / "deep").stat().st_mode & 0o077 == 0
            await docker_kit.runtime.open_files(handle, directory)
            assert (directory / "made" / "deep").stat().st_mode & 0o777 == 0o777
            assert (directory / "made" / "deep" / "file").stat().st_mode & 0o777 == 0o666
            shutil.rmtree(directory / "made")
        assert len(await docker_kit.runtime.find()) == 2

    async def test_an_image_that_cannot_open_files(
        self, docker_kit: RuntimeKit, directory: Path, build_image: Callable[..., str]
    ) -> None:
        image = build_image("FROM scratch", f"COPY --from={IMAGE} /bin/true /true")
        handle = await docker_kit.begin("/true", image=image)
        with pytest.raises(StartFailed, match="no chmod"):
            await docker_kit.runtime.open_files(handle, directory)
        assert len(await docker_kit.runtime.find()) == 1

    async def test_a_directory_on_a_file_of_the_image_is_refused(self, docker_kit: RuntimeKit, directory: Path) -> None:
        with pytest.raises(StartFailed) as failure:
            await docker_kit.run("true", binds=(Bind(directory, "/etc/passwd"),))
        assert failure.value.code == "mount_refused"
