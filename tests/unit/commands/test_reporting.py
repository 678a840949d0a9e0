import pytest

from colonysdk.errors import (
    ColonyError,
    InvalidKey,
    InvalidSettings,
    InvalidSpec,
    Problem,
    Refused,
    Unreachable,
)
from colonysdk.files.errors import Failure, InvalidPlace, StoreUnreachable, TransferFailed
from colonytui.commands.errors import Misuse
from colonytui.commands.exit_code import ExitCode
from colonytui.commands.reporting import report


def run_raising(error: BaseException) -> int:
    def command() -> None:
        raise error

    return report(command)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidSpec([Problem("$.funcname", "is missing")]), ExitCode.INVALID),
        (InvalidSettings("no"), ExitCode.INVALID),
        (InvalidKey("no"), ExitCode.INVALID),
        (Misuse("no"), ExitCode.INVALID),
        (Unreachable("no"), ExitCode.UNREACHABLE),
        (Refused(403, "no"), ExitCode.REFUSED),
        (Refused(404, "no"), ExitCode.REFUSED),
        (InvalidPlace("no"), ExitCode.INVALID),
        (StoreUnreachable("no"), ExitCode.UNREACHABLE),
        (TransferFailed([Failure("x", "no")]), ExitCode.NOT_ALL_FILES),
        (ColonyError("no"), ExitCode.INTERNAL_ERROR),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (RuntimeError("defect"), ExitCode.INTERNAL_ERROR),
    ],
)
def test_every_error_has_its_exit_code(error: BaseException, code: ExitCode) -> None:
    assert run_raising(error) == code


def test_a_command_that_returns_nothing_is_successful() -> None:
    assert report(lambda: None) == ExitCode.OK
    assert report(lambda: ExitCode.CANCELLED) == ExitCode.CANCELLED


def test_every_problem_of_a_specification_is_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    run_raising(InvalidSpec([Problem("$.a", "is bad", "good"), Problem("$.b", "is worse")]))
    assert capsys.readouterr() == ("", "error: $.a: is bad (accepted: good)\nerror: $.b: is worse\n")


def test_a_defect_is_a_sentence_and_a_traceback_only_on_request(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_raising(RuntimeError("defect"))
    assert "Traceback" not in capsys.readouterr().err
    monkeypatch.setenv("COLONIES_VERBOSE", "true")
    run_raising(RuntimeError("defect"))
    assert "Traceback" in capsys.readouterr().err


def test_messages_from_a_server_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    run_raising(Refused(400, "\x1b[2J"))
    assert "\x1b" not in capsys.readouterr().err


def test_every_file_that_failed_is_told_up_to_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    run_raising(TransferFailed([Failure(f"f{index}", "no") for index in range(25)]))
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["error: f0: no", "error: f1: no"]
    assert (len(lines), lines[-1]) == (21, "error: 5 more files")
