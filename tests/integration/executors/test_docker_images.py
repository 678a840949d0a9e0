"""Images of a Docker Engine: their names, registries and archives."""

import base64
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from colonyexecutors.errors import ImageFailed
from tests.integration.executors.conftest import IMAGE, RuntimeKit

pytestmark = pytest.mark.docker


@pytest.fixture
def kit(docker_kit: RuntimeKit) -> RuntimeKit:
    return docker_kit


class TestImages:
    async def test_pulls_what_is_missing_and_removes_it(self, kit: RuntimeKit, registry: str) -> None:
        reference = f"{registry}/busybox:latest"
        assert await kit.runtime.image_present(reference) is None
        await kit.runtime.pull(reference)
        image = await kit.runtime.image_present(reference)
        assert image is not None
        assert image.digest.startswith(f"{registry}/busybox@sha256:")
        _, stdout, _ = await kit.run("echo", "pulled", image=image.id)
        assert stdout == "pulled\n"
        await kit.runtime.pull(image.digest)
        assert await kit.runtime.image_present(image.digest) is not None
        await kit.runtime.remove_image(reference)
        await kit.runtime.remove_image(reference)
        assert await kit.runtime.image_present(reference) is None

    async def test_a_private_registry_with_and_without_the_login(
        self, kit: RuntimeKit, private_registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reference = f"{private_registry}/busybox:latest"
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
        other = base64.b64encode(b"user:password").decode()
        (tmp_path / "config.json").write_text(json.dumps({"auths": {"registry.example.org": {"auth": other}}}))
        runtime = await kit.restarted()
        await self._fails(kit, reference, "registry_login")
        login = ["docker", "login", "-u", "user", "--password-stdin", private_registry]
        subprocess.run(login, input=b"password", check=True, capture_output=True)
        await runtime.pull(reference)
        await runtime.remove_image(reference)

    @pytest.mark.filterwarnings("ignore:docker-credential-no-such-helper not installed")
    async def test_logins_that_cannot_be_read(
        self, kit: RuntimeKit, registry: str, private_registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
        (tmp_path / "config.json").write_text(json.dumps({"credsStore": "no-such-helper"}))
        reference = f"{registry}/busybox:latest"
        await kit.runtime.pull(reference)
        await kit.runtime.remove_image(reference)
        await self._fails(kit, f"{private_registry}/busybox:latest", "registry_login")

    async def test_a_tag_or_an_image_that_does_not_exist(self, kit: RuntimeKit, registry: str) -> None:
        await self._fails(kit, f"{registry}/busybox:no-such-tag", "image_not_found")
        await self._fails(kit, f"{registry}/no/such/image", "image_not_found")

    async def test_a_registry_that_cannot_be_reached(self, kit: RuntimeKit) -> None:
        failure = await self._fails(kit, "localhost:1/busybox", "registry_unreachable")
        assert failure.retry
        await self._fails(kit, "no-such-host.invalid/busybox", "registry_unreachable")

    async def test_an_image_for_other_machines_only(self, kit: RuntimeKit, registry: str) -> None:
        single = "application/vnd.docker.distribution.manifest.v2+json"
        url = f"http://{registry}/v2/busybox/manifests"
        found = httpx.get(f"{url}/latest", headers={"accept": single})
        listed = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
            "manifests": [
                {
                    "mediaType": single,
                    "size": len(found.content),
                    "digest": found.headers["docker-content-digest"],
                    "platform": {"architecture": "s390x", "os": "linux"},
                }
            ],
        }
        put = httpx.put(f"{url}/foreign", json=listed, headers={"content-type": str(listed["mediaType"])})
        assert put.status_code == 201
        await self._fails(kit, f"{registry}/busybox:foreign", "image_architecture")

    @pytest.mark.parametrize(
        "reference",
        [
            "two words",
            "UPPER/case",
            "",
            "a:b:c",
            "../../containers/json",
            "x/../../info",
            "name@sha256:1",
            "-x",
            "a?b=c",
        ],
    )
    async def test_a_name_that_no_image_can_have(self, kit: RuntimeKit, reference: str) -> None:
        for operation in (kit.runtime.image_present, kit.runtime.pull, kit.runtime.remove_image):
            with pytest.raises(ImageFailed) as failure:
                await operation(reference)
            assert failure.value.code == "image_name"

    async def test_an_archive_of_an_image(
        self, kit: RuntimeKit, build_image: Callable[..., str], tmp_path: Path
    ) -> None:
        name = build_image(f"FROM {IMAGE}", f"LABEL test={uuid4().hex}")
        archive = tmp_path / "image.tar"
        subprocess.run(["docker", "save", "-o", archive, name], check=True, timeout=60)
        await kit.runtime.remove_image(name)
        image = await kit.runtime.load_image(archive)
        assert await kit.runtime.image_present(name) == image

    async def test_an_image_for_another_processor(
        self, kit: RuntimeKit, build_image: Callable[..., str], tmp_path: Path
    ) -> None:
        name = build_image(f"FROM {IMAGE}", f"LABEL test={uuid4().hex}")
        archive, foreign = tmp_path / "image.tar", tmp_path / "foreign.tar"
        subprocess.run(["docker", "save", "-o", archive, name], check=True, timeout=60)
        subprocess.run(["docker", "image", "rm", name], check=True, capture_output=True)
        with tarfile.open(archive) as source, tarfile.open(foreign, "w") as target:
            configuration = json.load(source.extractfile("manifest.json") or io.BytesIO())[0]["Config"]
            for member in source.getmembers():
                content = (source.extractfile(member) or io.BytesIO()).read() if member.isfile() else b""
                if member.name == configuration:
                    content = json.dumps(json.loads(content) | {"architecture": "s390x"}).encode()
                member.size = len(content)
                target.addfile(member, io.BytesIO(content))
        with pytest.raises(ImageFailed) as failure:
            await kit.runtime.load_image(foreign)
        assert failure.value.code == "image_architecture"

    async def test_an_archive_that_is_none(self, kit: RuntimeKit, tmp_path: Path) -> None:
        garbage = tmp_path / "garbage.tar"
        garbage.write_bytes(os.urandom(5000))
        with tarfile.open(tmp_path / "empty.tar", "w"):
            pass
        for path in (garbage, tmp_path / "empty.tar", tmp_path / "missing.tar"):
            with pytest.raises(ImageFailed) as failure:
                await kit.runtime.load_image(path)
            assert failure.value.code == "archive_unreadable"

    async def _fails(self, kit: RuntimeKit, reference: str, code: str) -> ImageFailed:
        with pytest.raises(ImageFailed) as failure:
            await kit.runtime.pull(reference)
        assert failure.value.code == code
        assert reference in failure.value.sentence
        return failure.value
