"""The language of the command line."""

import pytest

from colonytui.actions.command_line import COMMANDS, Command, completions, parse_command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("proc a91f", Command("proc", "a91f")),
        (":proc a91f", Command("proc", "a91f")),
        ("failed /train", Command("failed", "train")),
        ("failed", Command("failed", "")),
        ("fail", Command("failed", "")),
        ("  exec   gpu-1 ", Command("executor", "gpu-1")),
        ("q", Command("q", "")),
    ],
)
def test_understands(text: str, command: Command) -> None:
    assert parse_command(text) == command


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "type a command"), ("explode", "no command 'explode'"), ("s", "'s' may be submit, successful")],
)
def test_explains_what_it_does_not_understand(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_command(text)


def test_completes_words_and_what_they_are_about() -> None:
    assert completions("fa", [], [], []) == ["failed"]
    assert completions("exec g", ["a1"], ["gpu-1", "docker-1"], []) == ["exec gpu-1"]
    assert completions("executor d", ["a1"], ["gpu-1", "docker-1"], []) == ["executor docker-1"]
    assert completions("ex d", ["a1"], ["gpu-1", "docker-1"], []) == []
    assert completions("proc ", ["a1", "b2"], [], []) == ["proc a1", "proc b2"]
    assert completions("theme colony-l", [], [], ["colony-dark", "colony-light"]) == ["theme colony-light"]
    assert completions("q x", ["x"], [], []) == []


def test_every_command_says_what_it_does() -> None:
    assert all(COMMANDS.values())
