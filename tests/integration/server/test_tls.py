"""https and wss: served with an operator's certificate, checked by clients, renewed without a restart."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from colonysdk import messages
from colonysdk.client import ColonyClient
from colonysdk.client.tls import trust
from colonysdk.errors import InvalidSettings, Unreachable
from colonysdk.objects import ProcessState
from colonysdk.settings import ClientSettings
from tests.support.certificates import Authority
from tests.support.command_line import CommandLine
from tests.support.server import ColonyKeys, RunningServer, running_server
from tests.support.specifications import specification

_PROGRAM = str(Path(sys.executable).with_name("colony-server"))
_SOON_SECONDS = 20
_START_SECONDS = 60


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authorities") / "first")


@pytest.fixture(scope="module")
def server(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    settings = {"COLONIES_TLSCERT": str(authority.certificate), "COLONIES_TLSKEY": str(authority.key)}
    with running_server(tmp_path_factory.mktemp("server"), **settings) as running:
        yield running


def _client(colony: ColonyKeys, ca_file: Path | None = None, *, skip_verify: bool = False) -> ColonyClient:
    verify = trust(ca_file=ca_file, skip_verify=skip_verify)
    return ColonyClient(colony.url, colony.user, colony.name, owner=colony.owner, verify=verify)


class TestServing:
    def test_the_server_tells_that_it_speaks_https(self, server: RunningServer) -> None:
        assert server.url.startswith("https://")
        (backend,) = server.send(messages.GetServerInfo(), None).backends
        assert backend.tls

    async def test_calls_and_subscriptions(self, colony: ColonyKeys, authority: Authority) -> None:
        async with _client(colony, authority.ca) as client:
            process = await client.submit(specification(colony))
            events = client.subscribe_process(process.process_id, ProcessState.WAITING, 30)
            assert (await anext(events)).process_id == process.process_id
            await events.aclose()

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    async def test_clients_check_the_certificate(self, colony: ColonyKeys, authority: Authority, host: str) -> None:
        """Nobody vouches for it without the authority, and it is for the address only, not for the name."""
        url = colony.url.replace("127.0.0.1", host)
        verify = trust(ca_file=authority.ca if host == "localhost" else None)
        async with ColonyClient(url, colony.user, colony.name, verify=verify) as client:
            with pytest.raises(Unreachable, match="certificate verify failed"):
                await client.statistics()
            with pytest.raises(Unreachable, match="certificate verify failed"):
                await anext(client.subscribe_process("0" * 64, ProcessState.WAITING, 30))

    async def test_clients_may_skip_the_check(self, colony: ColonyKeys) -> None:
        async with _client(colony, skip_verify=True) as client:
            process = await client.submit(specification(colony))
            events = client.subscribe_process(process.process_id, ProcessState.WAITING, 30)
            assert (await anext(events)).process_id == process.process_id
            await events.aclose()

    def test_plain_http_is_not_answered(self, server: RunningServer) -> None:
        with socket.create_connection(("127.0.0.1", server.port), timeout=_SOON_SECONDS) as plain:
            plain.sendall(b"GET /health HTTP/1.1\r\nHost: colony\r\n\r\n")
            try:
                answer = plain.recv(1000)
            except ConnectionError:
                answer = b""
        assert not answer.startswith(b"HTTP")

    def test_files_are_left_alone_when_https_is_switched_off(self, authority: Authority, tmp_path: Path) -> None:
        settings = {"COLONIES_TLSCERT": str(authority.certificate), "COLONIES_TLSKEY": str(authority.key)}
        with running_server(tmp_path, COLONIES_TLS="false", **settings) as plain:
            assert plain.url.startswith("http://")
            assert not plain.send(messages.GetServerInfo(), None).backends[0].tls

    def test_a_server_behind_a_proxy_tells_what_the_proxy_speaks(self, tmp_path: Path) -> None:
        with running_server(tmp_path, COLONIES_SERVER_HTTP_TLS="true") as proxied:
            assert proxied.url.startswith("http://")
            assert proxied.send(messages.GetServerInfo(), None).backends[0].tls


class TestRenewal:
    async def test_a_new_certificate_is_used_after_sighup(self, authority: Authority, tmp_path: Path) -> None:
        second = Authority.make(tmp_path / "second")
        certificate, key = tmp_path / "server.pem", tmp_path / "server.key"
        _install(authority, certificate, key)
        settings = {"COLONIES_TLSCERT": str(certificate), "COLONIES_TLSKEY": str(key)}
        with running_server(tmp_path, **settings) as server:
            await _check_trusted(server, authority)
            shutil.copy(second.certificate, certificate)
            os.kill(server.pid, signal.SIGHUP)
            await _until_logged(server, "certificate not renewed")
            await _check_trusted(server, authority)
            _install(second, certificate, key)
            os.kill(server.pid, signal.SIGHUP)
            await _until_logged(server, "certificate renewed")
            await _check_trusted(server, second)
            assert server.stop() == 0


class TestStarting:
    async def test_flags(self, authority: Authority, tmp_path: Path) -> None:
        ready_file = tmp_path / "ready.json"
        command = [_PROGRAM, "start", "--port", "0", "--database", str(tmp_path / "colony.db")]
        command += ["--tls-cert", str(authority.certificate), "--tls-key", str(authority.key)]
        async with _running([*command, "--ready-file", str(ready_file)], ready_file):
            assert json.loads(ready_file.read_text())["url"].startswith("https://127.0.0.1:")

    def test_what_is_wrong_is_said(self, authority: Authority, tmp_path: Path) -> None:
        other = Authority.make(tmp_path / "other")
        open_key = tmp_path / "open.key"
        shutil.copy(authority.key, open_key)
        open_key.chmod(0o644)
        garbage = tmp_path / "garbage"
        garbage.write_text("hello")
        garbage.chmod(0o600)
        missing = tmp_path / "missing"
        certificate, key = authority.certificate, authority.key
        for files, problem in (
            ((missing, key), f"cannot read the TLS certificate {missing}: No such file or directory"),
            ((certificate, missing), f"cannot read the TLS key {missing}: No such file or directory"),
            ((certificate, other.key), f"the TLS key {other.key} does not belong to the certificate {certificate}"),
            ((certificate, open_key), f"everybody on this machine can read the TLS key {open_key}; run: chmod o="),
            ((garbage, key), f"{garbage} holds no TLS certificate in PEM"),
            ((certificate, garbage), f"{garbage} holds no private key in PEM that can be read without a password"),
            ((certificate, ""), "https needs both files: --tls-cert and --tls-key"),
            (("", ""), "COLONIES_TLS asks for https, which needs a certificate and its key"),
        ):
            settings = {"COLONIES_TLSCERT": str(files[0]), "COLONIES_TLSKEY": str(files[1])}
            if files == ("", ""):
                settings["COLONIES_TLS"] = "true"
            assert problem in _refused_start(tmp_path, settings)


class TestPrograms:
    def test_the_status(self, server: RunningServer, authority: Authority) -> None:
        settings = {"COLONIES_TLSCERT": str(authority.certificate), "COLONIES_TLSKEY": str(authority.key)}
        settings |= {"COLONIES_SERVER_HTTP_PORT": str(server.port)}
        done = subprocess.run(
            [_PROGRAM, "status", "--database", str(server.database)],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert f"ready at {server.url}" in done.stdout

    def test_the_command_line(self, colony: ColonyKeys, authority: Authority) -> None:
        port = colony.url.rpartition(":")[2]
        address = ("--host", "127.0.0.1", "--port", port, "--tls")
        command_line = CommandLine({"COLONIES_COLONY_NAME": colony.name, "COLONIES_PRVKEY": colony.user.private_hex()})
        listing = ("executor", "ls", *address)
        assert command_line.run(*listing, "--tls-ca", authority.ca).returncode == 0
        assert command_line.run(*listing, "--skip-tls-verify").returncode == 0
        refused = command_line.run(*listing)
        assert refused.returncode != 0
        assert "certificate verify failed" in refused.stderr
        unusable = command_line.run(*listing, "--tls-ca", authority.key)
        assert unusable.returncode != 0
        assert "holds no certificates in PEM" in unusable.stderr

    async def test_the_executor(self, colony: ColonyKeys, authority: Authority, tmp_path: Path) -> None:
        ready_file = tmp_path / "ready.json"
        port = colony.url.rpartition(":")[2]
        (tmp_path / "owner.key").write_text(colony.owner.private_hex())
        (tmp_path / "owner.key").chmod(0o600)
        command = [str(Path(_PROGRAM).with_name("colony-executor")), "process", "--name", "secure"]
        command += ["--host", "127.0.0.1", "--port", port, "--tls", "--tls-ca", str(authority.ca)]
        command += ["--colony", colony.name, "--colony-key-file", str(tmp_path / "owner.key")]
        command += ["--state-dir", str(tmp_path / "state"), "--ready-file", str(ready_file)]
        async with _running(command, ready_file):
            assert json.loads(ready_file.read_text())["name"] == "secure"

    def test_settings_of_clients(self, authority: Authority, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        assert ClientSettings.load(tls=True).trust() is True
        assert ClientSettings.load(tls=True, skip_tls_verify=True).trust() is False
        monkeypatch.setenv("COLONIES_TLSCA", str(authority.ca))
        assert not isinstance(ClientSettings.load(tls=True).trust(), bool)
        assert ClientSettings.load(tls=False).trust() is True
        monkeypatch.setenv("COLONIES_TLSCA", str(tmp_path / "missing"))
        with pytest.raises(InvalidSettings, match="cannot read the certificates"):
            ClientSettings.load(tls=True).trust()


@asynccontextmanager
async def _running(command: list[str], ready_file: Path) -> AsyncIterator[None]:
    """Run a program for the length of the block, which begins when it is ready."""
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not ready_file.exists() and process.returncode is None:
                await asyncio.sleep(0.02)
        assert process.returncode is None
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _install(authority: Authority, certificate: Path, key: Path) -> None:
    shutil.copy(authority.certificate, certificate)
    shutil.copy(authority.key, key)
    key.chmod(0o600)


async def _check_trusted(server: RunningServer, authority: Authority) -> None:
    async with asyncio.timeout(_SOON_SECONDS):
        async with ColonyClient(server.url, None, "", verify=trust(ca_file=authority.ca)) as client:
            await client.version()


async def _until_logged(server: RunningServer, event: str) -> None:
    async with asyncio.timeout(_SOON_SECONDS):
        while event not in server.log:
            await asyncio.sleep(0.02)


def _refused_start(directory: Path, settings: dict[str, str]) -> str:
    done = subprocess.run(
        [_PROGRAM, "start", "--port", "0", "--database", str(directory / "colony.db")],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    return done.stderr
