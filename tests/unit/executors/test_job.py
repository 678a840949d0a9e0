"""A process read as a job."""

from datetime import UTC, datetime
from typing import Any

import pytest

from colonyexecutors.errors import ValidateFailed
from colonyexecutors.fitting import check_fits, demand_of
from colonyexecutors.job import Job, Pull, attempt_of, read_job
from colonyexecutors.job_files import JobFiles, StagedLabel, StagedSnapshot
from colonyexecutors.ledger import Resources
from colonysdk.files.plan import Keep
from colonysdk.objects import (
    Conditions,
    ConflictRule,
    ConflictRules,
    Filesystem,
    FunctionSpec,
    Gpu,
    Process,
    SnapshotMount,
    SyncDirMount,
)

MOMENT = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


def process(
    *, kwargs: dict[str, Any] | None = None, conditions: dict[str, Any] | None = None, **fields: Any
) -> Process:
    spec: dict[str, Any] = {
        "func_name": "execute",
        "kwargs": {"cmd": "echo", "docker-image": "busybox:latest"} | (kwargs or {}),
        "conditions": Conditions(colony_name="dev", executor_type="container-executor", **(conditions or {})),
    }
    return Process(process_id="p" * 64, start_time=MOMENT, spec=FunctionSpec(**(spec | fields)))


def read(given: Process, *, image_required: bool = True) -> Job:
    return read_job(given, image_required=image_required)


def refusal(given: Process) -> ValidateFailed:
    with pytest.raises(ValidateFailed) as failure:
        read(given)
    return failure.value


class TestReading:
    def test_the_whole_of_it(self) -> None:
        job = read(
            process(
                kwargs={"args": ["a", 2, 1.5, True, "{processid}"], "rebuild-image": True},
                conditions={"cpu": "500m", "mem": "64Mi", "wall_time": 60, "gpu": Gpu(count=1)},
                env={"GREETING": "hi"},
            )
        )
        assert job.command.argv == ("echo", "a", "2", "1.5", "true", "p" * 64)
        assert (job.image, job.pull) == ("busybox:latest", Pull.ALWAYS)
        assert (job.cpu_milli, job.memory_bytes, job.walltime_seconds, job.gpus) == (500, 64 * 2**20, 60, 1)
        assert job.environment == {
            "GREETING": "hi",
            "COLONIES_PROCESS_ID": "p" * 64,
            "COLONIES_COLONY_NAME": "dev",
        }

    def test_options_of_the_container(self) -> None:
        job = read(process(kwargs={"pull": "never", "workdir": "/work", "user": "1000:1000", "network": "none"}))
        assert (job.pull, job.working_directory, job.user, job.has_network) == (
            Pull.NEVER,
            "/work",
            "1000:1000",
            False,
        )

    def test_the_process_id_stands_wherever_it_is_named(self) -> None:
        job = read(process(kwargs={"cmd": "echo {processid} {processid}", "args": ["x{processid}y"]}))
        assert job.command.argv == ("echo", "p" * 64, "p" * 64, f"x{'p' * 64}y")

    def test_a_specification_cannot_replace_the_process_id_variable(self) -> None:
        assert read(process(env={"COLONIES_PROCESS_ID": "x"})).environment["COLONIES_PROCESS_ID"] == "p" * 64

    @pytest.mark.parametrize(
        ("conditions", "fields"),
        [
            ({"nodes": 0, "processes_per_node": 0}, {}),
            ({"nodes": 1, "processes_per_node": 1}, {}),
            ({"wall_time": 0}, {"max_exec_time": -1}),
            ({"wall_time": -1}, {"max_exec_time": 0, "max_retries": 0}),
            ({"cpu": "", "mem": ""}, {}),
        ],
    )
    def test_what_the_reference_refuses_without_need_is_fine(
        self, conditions: dict[str, Any], fields: dict[str, Any]
    ) -> None:
        assert read(process(conditions=conditions, **fields)).walltime_seconds == 0

    def test_positional_arguments_are_the_command_when_there_is_no_other(self) -> None:
        job = read(process(kwargs={"cmd": None}, args=["echo", "$HOME", 3]))
        assert job.command.argv == ("echo", "$HOME", "3")

    def test_a_command_wins_over_positional_arguments(self) -> None:
        assert read(process(args=["ignored"])).command.argv == ("echo",)

    def test_no_image_is_needed_where_none_is_used(self) -> None:
        assert read(process(kwargs={"docker-image": None}), image_required=False).image == ""

    def test_attempts_are_told_apart_by_their_start(self) -> None:
        first, second = process(), process()
        second.start_time = MOMENT.replace(microsecond=890124)
        assert attempt_of(first) != attempt_of(second)
        assert attempt_of(first) == attempt_of(Process.from_json(first.to_json()))


class TestFiles:
    def test_none(self) -> None:
        assert read(process(fs=Filesystem(mount="", snapshots=[], dirs=[]))).files is None

    def test_what_is_staged_where(self) -> None:
        rules = ConflictRules(on_start=ConflictRule(keep_local=False), on_close=ConflictRule(keep_local=True))
        fs = Filesystem(
            mount="/data",
            dirs=[SyncDirMount(label="results/{processid}", dir="/out/{processid}/", on_conflicts=rules)],
            snapshots=[SnapshotMount(snapshot_id="s1", dir="src", keep_files=True)],
        )
        files = read(process(fs=fs)).files
        assert files == JobFiles(
            "/data",
            (StagedLabel(f"/results/{'p' * 64}", f"out/{'p' * 64}", False, Keep.REMOTE, Keep.LOCAL),),
            (StagedSnapshot("s1", "src", True, False),),
        )

    def test_the_mount_of_the_reference(self) -> None:
        files = read(process(fs=Filesystem(dirs=[SyncDirMount(label="/a", dir="/")]))).files
        assert files is not None
        assert (files.mount, files.labels[0].directory) == ("/cfs", ".")


class TestRefusing:
    def test_lists_every_problem_with_its_path(self) -> None:
        failure = refusal(
            process(
                kwargs={"cmd": 5, "docker-image": "", "args": ["ok", {"a": 1}], "init-cmd": [], "rebuild-image": "yes"},
                conditions={"cpu": "many", "mem": "-1Gi"},
                env={"A=B": "x", "NUL": "a\0b"},
            )
        )
        assert (failure.stage, failure.code, failure.retry) == ("validate", "invalid_specification", False)
        text = "\n".join(failure.as_errors())
        for path in (
            "$.kwargs.cmd",
            '$.kwargs["docker-image"]',
            "$.kwargs.args[1]",
            '$.kwargs["init-cmd"]',
            '$.kwargs["rebuild-image"]',
            "$.conditions.cpu",
            "$.conditions.mem",
            "$.env",
            "$.env.NUL",
        ):
            assert path in text
        assert failure.as_errors()[0] == failure.sentence

    @pytest.mark.parametrize("cmd", [None, "", "   ", 7, ["echo"], "echo 'open", "a\0b"])
    def test_a_command_that_is_none(self, cmd: object) -> None:
        assert "$.kwargs.cmd" in "\n".join(refusal(process(kwargs={"cmd": cmd})).as_errors())

    @pytest.mark.parametrize("image", [None, "", 3])
    def test_an_image_that_is_none(self, image: object) -> None:
        assert "docker-image" in refusal(process(kwargs={"docker-image": image})).sentence

    @pytest.mark.parametrize("args", ["echo", {"a": 1}, [None], [["x"]], ["a\0"]])
    def test_arguments_that_are_none(self, args: object) -> None:
        assert "$.kwargs.args" in refusal(process(kwargs={"args": args})).sentence

    @pytest.mark.parametrize(
        ("fs", "path"),
        [
            (Filesystem(mount="cfs"), "$.fs.mount"),
            (Filesystem(mount="/a/../.."), "$.fs.mount"),
            (Filesystem(dirs=[SyncDirMount(label="/a", dir="/../b")]), "$.fs.dirs[0].dir"),
            (Filesystem(dirs=[SyncDirMount(label="", dir="/b")]), "$.fs.dirs[0].label"),
            (Filesystem(dirs=[SyncDirMount(label="/a/../b", dir="/b")]), "$.fs.dirs[0].label"),
            (Filesystem(snapshots=[SnapshotMount(snapshot_id="s", dir="a/../..")]), "$.fs.snapshots[0].dir"),
        ],
    )
    def test_files_that_would_leave_their_place(self, fs: Filesystem, path: str) -> None:
        assert path in refusal(process(fs=fs)).sentence

    def test_a_sync_needs_no_command(self) -> None:
        fs = Filesystem(mount="/cfs", dirs=[SyncDirMount(label="/a", dir="/a")])
        job = read(Process(process_id="p" * 64, start_time=MOMENT, spec=FunctionSpec(func_name="sync", fs=fs)))
        assert (job.runs_program, job.command.argv, job.image) == (False, (), "")
        assert job.files is not None

    def test_a_sync_of_nothing(self) -> None:
        assert "$.fs names nothing to bring" in refusal(process(func_name="sync")).sentence

    def test_another_function(self) -> None:
        assert refusal(process(func_name="train")).code == "unsupported_function"

    @pytest.mark.parametrize(
        ("name", "value"),
        [("pull", "sometimes"), ("workdir", "relative/path"), ("network", "host"), ("user", ""), ("user", 7)],
    )
    def test_options_that_are_none(self, name: str, value: object) -> None:
        assert f"$.kwargs.{name}" in refusal(process(kwargs={name: value})).sentence

    def test_a_million_copies(self) -> None:
        failure = refusal(process(conditions={"nodes": 1000, "processes_per_node": 1000}))
        assert "$.conditions.nodes asks for 1000000 copies" in failure.sentence


class TestFitting:
    TOTAL = Resources(cpu_milli=4000, memory_bytes=2**30, slots=4, gpus=1)

    def test_copies_count_together(self) -> None:
        job = read(process(conditions={"nodes": 2, "processes_per_node": 2, "cpu": "500m", "mem": "64Mi"}))
        assert demand_of(job) == Resources(2000, 256 * 2**20, 1)
        check_fits(job, self.TOTAL)

    def test_copies_that_no_empty_machine_could_run(self) -> None:
        job = read(process(conditions={"nodes": 9, "cpu": "500m"}))
        with pytest.raises(ValidateFailed) as failure:
            check_fits(job, self.TOTAL)
        assert failure.value.code == "too_large"
        assert "9 copies ask for 4500m cpu" in failure.value.sentence

    def test_one_program_runs_with_what_there_is(self) -> None:
        check_fits(read(process(conditions={"cpu": "64000m", "mem": "999Gi"})), self.TOTAL)

    def test_more_gpus_than_there_are(self) -> None:
        with pytest.raises(ValidateFailed) as failure:
            check_fits(read(process(conditions={"gpu": Gpu(count=3)})), self.TOTAL)
        assert failure.value.code == "too_few_gpus"
        assert "asks for 3 GPUs, and this executor has 1" in failure.value.sentence
