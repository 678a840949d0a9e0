"""The nouns and verbs that ColonyOS users know, against a real server."""

import json
from pathlib import Path

import pytest

from colonysdk.client import ColonyClient
from colonysdk.identity import Identity
from colonysdk.objects import ExecutorState, FunctionSpec, Process, ProcessState
from tests.integration.headless.conftest import run, working
from tests.support.command_line import CommandLine
from tests.support.server import ColonyKeys, RunningServer
from tests.support.specifications import specification


async def do_nothing(client: ColonyClient, process: Process) -> None:
    await client.close(process.process_id, ["value", 2])


@pytest.fixture
async def processes(colony: ColonyKeys) -> dict[ProcessState, Process]:
    """A process in every state."""
    async with colony.client() as user, colony.client(colony.executor) as worker:

        async def begin() -> Process:
            await user.submit(spec("f"))
            process = await worker.assign(10)
            assert process is not None
            return process

        successful, failed, cancelled, running = [await begin() for _ in range(4)]
        await worker.add_log(successful.process_id, "needle in a log\n")
        await worker.add_attribute(successful.process_id, "key", "value")
        await worker.close(successful.process_id, ["value", 2])
        await worker.fail(failed.process_id, ["the program exited with code 3"])
        await user.cancel(cancelled.process_id)
        waiting = await user.submit(spec("waits"))
        made = [waiting, running, successful, failed, cancelled]
        return dict(zip(ProcessState, [await user.process(process.process_id) for process in made], strict=True))


def spec(name: str) -> FunctionSpec:
    from colonysdk.specs import build_spec

    data = {"funcname": name, "label": "one", "conditions": {"executortype": "container-executor"}}
    return build_spec(data, colony_name="")


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("psw", ProcessState.WAITING),
        ("ps", ProcessState.RUNNING),
        ("pss", ProcessState.SUCCESS),
        ("psf", ProcessState.FAILED),
        ("psc", ProcessState.CANCELLED),
    ],
)
async def test_lists_show_the_processes_of_their_state(
    command_line: CommandLine, processes: dict[ProcessState, Process], command: str, state: ProcessState
) -> None:
    plain = await run(command_line, "process", command)
    assert plain.returncode == 0
    heading, *rows = plain.stdout.splitlines()
    assert heading.startswith("ID ")
    assert [row.split()[0] for row in rows] == [processes[state].process_id]
    listed = json.loads((await run(command_line, "process", command, "--json")).stdout)
    assert [entry["processid"] for entry in listed] == [processes[state].process_id]
    assert json.loads((await run(command_line, "process", command, "--json", "--label", "other")).stdout) == []


async def test_once_prints_one_state_or_all(command_line: CommandLine, processes: dict[ProcessState, Process]) -> None:
    failed = await run(command_line, "--once", "processes", "--state", "failed")
    assert processes[ProcessState.FAILED].process_id in failed.stdout
    assert len(failed.stdout.splitlines()) == 2
    everything = await run(command_line, "--once", "processes")
    assert {process.process_id for process in processes.values()} == {
        line.split()[0] for line in everything.stdout.splitlines()[1:]
    }
    assert "cancelled" in everything.stdout
    assert "worker" in (await run(command_line, "--once", "executors")).stdout
    assert (await run(command_line, "--once", "processes", "--state", "odd")).returncode == 2
    assert (await run(command_line, "--once", "odd")).returncode == 2


async def test_a_process_is_shown_by_some_of_its_digits(
    command_line: CommandLine, processes: dict[ProcessState, Process]
) -> None:
    process = processes[ProcessState.SUCCESS]
    shown = await run(command_line, "process", "get", "-p", process.process_id[:40])
    assert all(text in shown.stdout for text in (process.process_id, "successful", "EndTime", "key"))
    shown = await run(command_line, "process", "get", "-p", process.process_id[-8:], "--json")
    as_json = json.loads(shown.stdout)
    assert as_json["out"] == ["value", 2]
    assert (await run(command_line, "process", "get", "-p", process.process_id, "--out")).stdout == "value 2\n"


@pytest.mark.parametrize("process_id", ["", "xyz", "abc", "0" * 63, "../../etc"])
async def test_what_names_no_process_is_wrong_usage(command_line: CommandLine, process_id: str) -> None:
    done = await run(command_line, "process", "get", "-p", process_id)
    assert (done.returncode, done.stdout) == (2, "")


async def test_a_process_that_is_not_there_is_refused(command_line: CommandLine) -> None:
    done = await run(command_line, "process", "get", "-p", "0" * 64)
    assert (done.returncode, done.stdout) == (4, "")


async def test_processes_are_explained(command_line: CommandLine, processes: dict[ProcessState, Process]) -> None:
    for state, word in ((ProcessState.WAITING, "waiting"), (ProcessState.FAILED, "fail")):
        done = await run(command_line, "process", "explain", "-p", processes[state].process_id)
        assert done.returncode == 0
        assert word in done.stdout.splitlines()[0]
    as_json = await run(command_line, "process", "explain", "-p", processes[ProcessState.WAITING].process_id, "--json")
    assert all(finding["sentence"] for finding in json.loads(as_json.stdout))


async def test_what_executors_have_offered_is_part_of_it(colony: ColonyKeys, command_line: CommandLine) -> None:
    async with colony.client() as alice, colony.client(colony.executor) as worker:
        process = await alice.submit(specification(colony, cpu="8000m"))
        assert await worker.assign(-1, available_cpu="500m", available_mem="1Gi") is None
    done = await run(command_line, "process", "explain", "-p", process.process_id)
    assert "the most is 500m of worker" in done.stdout


async def test_cancelling_several_reports_each(
    colony: ColonyKeys, command_line: CommandLine, processes: dict[ProcessState, Process]
) -> None:
    waiting, ended = processes[ProcessState.WAITING].process_id, processes[ProcessState.SUCCESS].process_id
    done = await run(command_line, "process", "cancel", "-p", ended, "-p", waiting)
    assert (done.returncode, done.stdout) == (4, waiting + "\n")
    assert ended in done.stderr
    async with colony.client() as client:
        assert (await client.process(waiting)).state is ProcessState.CANCELLED


async def test_retrying_submits_the_same_again(
    colony: ColonyKeys, command_line: CommandLine, processes: dict[ProcessState, Process]
) -> None:
    done = await run(command_line, "process", "retry", "-p", processes[ProcessState.FAILED].process_id)
    assert done.returncode == 0
    async with colony.client() as client:
        again = await client.process(done.stdout.strip())
    assert (again.state, again.spec) == (ProcessState.WAITING, processes[ProcessState.FAILED].spec)
    running = processes[ProcessState.RUNNING].process_id
    assert (await run(command_line, "process", "retry", "-p", running)).returncode == 2


async def test_logs_are_read_and_searched(command_line: CommandLine, processes: dict[ProcessState, Process]) -> None:
    process_id = processes[ProcessState.SUCCESS].process_id
    assert (await run(command_line, "log", "get", "-p", process_id)).stdout == "needle in a log\n"
    followed = await run(command_line, "log", "get", "-p", process_id, "--follow")
    assert (followed.returncode, followed.stdout) == (0, "needle in a log\n")
    as_json = json.loads((await run(command_line, "log", "get", "-p", process_id, "--json")).stdout)
    assert as_json[0]["executorname"] == "worker"
    assert process_id in (await run(command_line, "log", "search", "-t", "needle")).stdout
    assert json.loads((await run(command_line, "log", "search", "-t", "straw", "--json")).stdout) == []
    assert (await run(command_line, "log", "get", "-p", process_id, "--since", "1h")).stdout == "needle in a log\n"
    assert (await run(command_line, "log", "get", "-p", process_id, "--since", "0s")).stdout == ""
    assert (await run(command_line, "log", "get")).returncode == 2
    assert (await run(command_line, "log", "get", "-e", "worker")).returncode == 0


async def test_functions_are_submitted_from_options(colony: ColonyKeys, command_line: CommandLine) -> None:
    options = ("--kwargs", "cmd:echo,docker-image:busybox:latest,args:hello,big,world", "--env", "A=1,B=x=y")
    async with working(colony, do_nothing):
        done = await run(command_line, "function", "exec", "--func", "execute", *options, "--out")
    assert (done.returncode, done.stdout) == (0, "value 2\n")
    async with colony.client() as client:
        (process,) = await client.processes(ProcessState.SUCCESS)
    assert process.spec.kwargs["args"] == ["hello", "big", "world"]
    assert process.spec.kwargs["docker-image"] == "busybox:latest"
    assert process.spec.env == {"A": "1", "B": "x=y"}
    assert (await run(command_line, "function", "exec", "--func", "f", "--env", "nothing")).returncode == 2


async def test_executors_are_listed_shown_and_approved(
    server: RunningServer, colony: ColonyKeys, command_line: CommandLine
) -> None:
    server.add_executor(colony, Identity.generate(), "newcomer", executor_type="gpu", approve=False)
    assert "pending" in (await run(command_line, "executor", "ls")).stdout
    assert "newcomer" not in (await run(command_line, "executor", "ls", "--type", "container-executor")).stdout
    assert (await run(command_line, "executor", "approve", "--name", "newcomer")).returncode == 0
    listed = json.loads((await run(command_line, "executor", "ls", "--json", "--filter", "GPU")).stdout)
    assert [(entry["executorname"], entry["state"]) for entry in listed] == [("newcomer", ExecutorState.APPROVED)]
    assert (await run(command_line, "executor", "reject", "--name", "newcomer")).returncode == 0
    assert "rejected" in (await run(command_line, "executor", "get", "--name", "newcomer")).stdout
    assert (await run(command_line, "executor", "get", "--name", "nobody")).returncode == 4


async def test_the_owners_key_is_needed_to_approve(colony: ColonyKeys, command_line: CommandLine) -> None:
    without_owner = CommandLine({k: v for k, v in command_line.environment.items() if k != "COLONIES_COLONY_PRVKEY"})
    done = await run(without_owner, "executor", "approve", "--name", "worker")
    assert done.returncode == 2
    assert "COLONIES_COLONY_PRVKEY" in done.stderr


async def test_flags_stand_before_or_after_the_command(colony: ColonyKeys, tmp_path: Path) -> None:
    colony.user.write(tmp_path / "key")
    host, _, port = colony.url.removeprefix("http://").rpartition(":")
    flags = ("--host", host, "--port", port, "--insecure", "--colony", colony.name, "--key-file", tmp_path / "key")
    plain = CommandLine()
    assert json.loads((await run(plain, *flags, "--json", "process", "ps")).stdout) == []
    assert json.loads((await run(plain, "process", "ps", *flags, "--json")).stdout) == []


async def test_the_configuration_is_shown_without_its_keys(colony: ColonyKeys, command_line: CommandLine) -> None:
    done = await run(command_line, "config", "show")
    assert colony.user.id in done.stdout
    assert "COLONIES_PRVKEY" in done.stdout
    assert colony.user.private_hex() not in done.stdout + done.stderr
    incomplete = await run(CommandLine({"COLONIES_SERVER_HOST": "x"}), "process", "ps")
    assert (incomplete.returncode, incomplete.stdout) == (2, "")


@pytest.mark.parametrize("arguments", [("process",), ("nonsense",), ("--nonsense",), ("process", "get"), ()])
async def test_wrong_usage_is_exit_code_2(command_line: CommandLine, arguments: tuple[str, ...]) -> None:
    done = await run(command_line, *arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
