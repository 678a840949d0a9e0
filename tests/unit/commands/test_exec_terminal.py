"""What programs beside a process leave the user's terminal in."""

import pytest

from colonytui.commands.exec_terminal import SecondScreen


@pytest.mark.parametrize(
    ("pieces", "is_shown"),
    [
        ([b"/ # ls\r\n"], False),
        ([b"\x1b[?1049h~\r\n"], True),
        ([b"\x1b[?1049h~", b"~\x1b[?1049l/ # "], False),
        ([b"\x1b[?10", b"49", b"h~"], True),
        ([b"\x1b[?47h", b"\x1b[?1047l"], False),
        ([b"\x1b[?1049h", b"x" * 5, b"y" * 5, b"\x1b[?25l"], True),
        ([b"\x1b[?1049l\x1b[?1049h"], True),
    ],
)
def test_the_second_screen_is_known(pieces: list[bytes], is_shown: bool) -> None:
    screen = SecondScreen()
    for piece in pieces:
        screen.note(piece)
    assert screen.is_shown is is_shown
