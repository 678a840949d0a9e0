"""The settings of an executor, and the files it is known by."""

import json
import os
import stat
from pathlib import Path

import pytest

from colonyexecutors.errors import SetupFailed
from colonyexecutors.settings import ExecutorSettings
from colonyexecutors.state import locked_directory, ready_file
from colonysdk.errors import InvalidKey, InvalidSettings
from colonysdk.identity import Identity


@pytest.fixture
def settings(tmp_path: Path) -> ExecutorSettings:
    return ExecutorSettings.load(colony_name="dev", executor_name="runner", state_directory=tmp_path)


class TestSettings:
    def test_the_names_that_colonyos_executors_know(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in {
            "COLONIES_SERVER_HOST": "broker.example",
            "COLONIES_SERVER_PORT": "1234",
            "COLONIES_SERVER_TLS": "true",
            "COLONIES_COLONY_NAME": "dev",
            "COLONIES_EXECUTOR_NAME": "runner",
            "EXECUTOR_TYPE": "special",
            "EXECUTOR_HW_CPU": "1500m",
            "EXECUTOR_HW_MEM": "2Gi",
            "EXECUTOR_HW_GPU_COUNT": "",
            "EXECUTOR_PARALLEL_CONTAINERS": "false",
        }.items():
            monkeypatch.setenv(name, value)
        settings = ExecutorSettings.load()
        settings.check()
        assert settings.url == "https://broker.example:1234"
        assert (settings.name, settings.executor_type, settings.parallel) == ("runner", "special", False)
        assert (settings.cpu, settings.memory, settings.gpu_count) == ("1500m", "2Gi", None)

    def test_flags_win(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EXECUTOR_TYPE", "from the environment")
        assert ExecutorSettings.load(executor_type="from a flag").executor_type == "from a flag"

    def test_each_executor_has_a_state_directory_of_its_own(self) -> None:
        paths = {
            ExecutorSettings.load(colony_name=colony, executor_name=name).state_path
            for colony in ("a", "b")
            for name in ("x", "y", "../z")
        }
        assert len(paths) == 6
        assert all(".." not in path.parts for path in paths)

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"colony_name": ""}, "no colony is named"),
            ({"executor_name": "a:b"}, "use another with --name"),
            ({"executor_name": "a/b"}, "use another with --name"),
            ({"cpu": "lots"}, "cpu: "),
            ({"memory": "-1"}, "memory: "),
            ({"log_limit": "much"}, "EXECUTOR_LOG_LIMIT: "),
            ({"log_limit": "1Ki"}, "EXECUTOR_LOG_LIMIT: 1Ki is too little"),
        ],
    )
    def test_what_cannot_work_is_told(self, values: dict[str, str], message: str) -> None:
        with pytest.raises(InvalidSettings, match=message):
            ExecutorSettings.load(**({"colony_name": "dev"} | values)).check()

    def test_no_secret_is_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLONIES_COLONY_PRVKEY", Identity.generate().private_hex())
        settings = ExecutorSettings.load()
        owner = settings.owner()
        assert owner is not None
        assert owner.private_hex() not in repr(settings) + str(settings.model_dump())


class TestKeys:
    def test_makes_a_key_at_the_first_start_and_keeps_it(self, settings: ExecutorSettings, tmp_path: Path) -> None:
        identity = settings.own_identity()
        assert settings.own_identity().id == identity.id
        assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600

    def test_uses_and_makes_the_file_it_is_told(self, settings: ExecutorSettings, tmp_path: Path) -> None:
        told = settings.model_copy(update={"key_file": tmp_path / "other"})
        identity = told.own_identity()
        assert Identity.read(tmp_path / "other").id == identity.id == told.own_identity().id

    def test_a_key_that_others_can_read_is_refused(self, settings: ExecutorSettings, tmp_path: Path) -> None:
        settings.own_identity()
        (tmp_path / "key").chmod(0o644)
        with pytest.raises(InvalidKey, match="chmod 600"):
            settings.own_identity()

    def test_a_given_key_counts_only_without_the_colony_key(
        self, settings: ExecutorSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        given, owner = Identity.generate(), Identity.generate()
        monkeypatch.setenv("COLONIES_PRVKEY", given.private_hex())
        values = {"colony_name": "dev", "state_directory": tmp_path}
        assert ExecutorSettings.load(**values).own_identity().id == given.id
        monkeypatch.setenv("COLONIES_COLONY_PRVKEY", owner.private_hex())
        assert ExecutorSettings.load(**values).own_identity().id not in (given.id, owner.id)

    def test_the_colony_key_may_be_a_file(self, tmp_path: Path) -> None:
        owner = Identity.generate()
        owner.write(tmp_path / "owner")
        found = ExecutorSettings.load(colony_key_file=tmp_path / "owner").owner()
        assert found is not None
        assert found.id == owner.id


class TestFiles:
    def test_a_state_directory_has_one_executor(self, tmp_path: Path) -> None:
        with locked_directory(tmp_path / "state") as directory:
            assert stat.S_IMODE(directory.stat().st_mode) == 0o700
            with pytest.raises(SetupFailed, match="another executor runs"), locked_directory(directory):
                pass
        with locked_directory(tmp_path / "state"):
            pass

    def test_a_state_directory_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(SetupFailed, match="choose another with --state-dir"), locked_directory(tmp_path / "file/x"):
            pass

    def test_a_ready_file_is_there_as_long_as_the_executor(self, tmp_path: Path) -> None:
        path = tmp_path / "ready.json"
        with ready_file(path, {"pid": os.getpid(), "name": "runner"}):
            assert json.loads(path.read_text()) == {"pid": os.getpid(), "name": "runner"}
            assert list(tmp_path.iterdir()) == [path]
        assert not path.exists()

    def test_none_is_needed(self) -> None:
        with ready_file(None, {}):
            pass
