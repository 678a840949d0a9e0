"""How `cmd`, `args` and `init-cmd` become an argument list."""

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonyexecutors.command import Command, build_command

PLAIN = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


class TestWithoutShell:
    @pytest.mark.parametrize(
        ("cmd", "argv"),
        [
            ("echo", ["echo"]),
            ("  echo   hello  ", ["echo", "hello"]),
            ("python3 -u", ["python3", "-u"]),
            ("echo 'two words' \"and more\"", ["echo", "two words", "and more"]),
            ("echo grüße '世界'", ["echo", "grüße", "世界"]),
            ("sh -c 'echo hi && exit 3'", ["sh", "-c", "echo hi && exit 3"]),
            ("echo '$HOME' '`id`' '*'", ["echo", "$HOME", "`id`", "*"]),
            ('echo "it\'s" "a \\" b"', ["echo", "it's", 'a " b']),
            ("echo a\\ b a\\;b \\'", ["echo", "a b", "a;b", "'"]),
            ("echo a#b x~y '#' '~'", ["echo", "a#b", "x~y", "#", "~"]),
            ("echo --name=value a=b", ["echo", "--name=value", "a=b"]),
            ("echo if exit", ["echo", "if", "exit"]),
            ("echo '' \"\"", ["echo", "", ""]),
        ],
    )
    def test_is_split_as_a_shell_would(self, cmd: str, argv: list[str]) -> None:
        assert build_command(cmd) == Command(tuple(argv))

    def test_arguments_are_what_they_are(self) -> None:
        args = ["two words", "$HOME", "`id`", "'", '"', "*", "", "a;b", "--", "\\", "grüße\n"]
        assert build_command("prog -x", args) == Command(("prog", "-x", *args))

    @given(st.lists(PLAIN, min_size=1, max_size=5))
    def test_any_words_survive_quoting(self, words: list[str]) -> None:
        assert build_command(shlex.join(["prog", *words])) == Command(("prog", *words))


class TestWithShell:
    @pytest.mark.parametrize(
        "cmd",
        [
            "echo hello > /cfs/x && cat /cfs/x",
            "echo $HOME",
            'echo "$HOME"',
            "echo `date`",
            'echo "`date`"',
            "ls *.txt",
            "ls file?",
            "ls [ab]",
            "a | b",
            "a & b",
            "a; b",
            "(a)",
            "cat < file",
            "echo ~",
            "echo a # comment",
            "A=1 prog",
            "exit 3",
            "cd /tmp",
            "if true\nthen echo x\nfi",
            "echo \\$HOME",
        ],
    )
    def test_where_only_a_shell_gives_it_a_meaning(self, cmd: str) -> None:
        assert build_command(cmd) == Command(("sh", "-c", cmd), by_shell=True)

    def test_arguments_are_parameters_and_never_evaluated(self) -> None:
        command = build_command("cd / && printf '%s|'", ["a b", "$HOME", "`id`", "*", "'"])
        assert command.argv[2:4] == ("cd / && printf '%s|' \"$@\"", "sh")
        assert subprocess.run(command.argv, capture_output=True, text=True, check=True).stdout == "a b|$HOME|`id`|*|'|"

    def test_an_init_command_runs_before_and_may_fail(self) -> None:
        command = build_command("echo", ["main", "$x"], "false; echo init")
        assert command.by_shell
        assert subprocess.run(command.argv, capture_output=True, text=True, check=True).stdout == "init\nmain $x\n"

    def test_a_blank_init_command_is_none(self) -> None:
        assert build_command("echo", ["x"], "  ") == Command(("echo", "x"))


@pytest.mark.parametrize("cmd", ["echo 'open", 'echo "open', "echo it's", 'echo "a', "echo \\"])
def test_what_is_never_closed_is_refused(cmd: str) -> None:
    with pytest.raises(ValueError, match=r"never closed|backslash"):
        build_command(cmd)


@given(PLAIN)
def test_every_text_is_a_command_or_refused(cmd: str) -> None:
    try:
        command = build_command(cmd)
    except ValueError:
        return
    assert command.by_shell == (command.argv[:2] == ("sh", "-c") and command.argv[2] == cmd) or not command.by_shell
