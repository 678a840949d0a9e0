import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonytui.logs.text import LONGEST_LINE, PLAIN_PEN, pieces, plain, split_lines


class TestSplitLines:
    @pytest.mark.parametrize(
        ("message", "lines"),
        [
            ("one\n", ["one"]),
            ("one", ["one"]),
            ("one\ntwo\n", ["one", "two"]),
            ("one\r\ntwo\r\n", ["one", "two"]),
            ("one\n\n", ["one", ""]),
            ("", [""]),
            ("\n", [""]),
        ],
    )
    def test_entry_becomes_its_lines(self, message: str, lines: list[str]) -> None:
        assert split_lines(message) == lines

    def test_endless_line_is_broken_without_loss(self) -> None:
        lines = split_lines("x" * (2 * LONGEST_LINE + 1))
        assert [len(line) for line in lines] == [LONGEST_LINE, LONGEST_LINE, 1]


class TestPlain:
    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            ("hello", "hello"),
            ("\x1b[1;31mred\x1b[0m", "red"),
            ("\x1b]0;own the title\x07text", "text"),
            ("\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
            ("\x1b[2J\x1b[Hcleared", "cleared"),
            ("\x1b[?1049hscreen", "screen"),
            ("10 %\r50 %\r100 %\r", "100 %"),
            ("a\tb", "a       b"),
            ("\x1b[32mab\x1b[0m\tc", "ab      c"),
            ("bell\x07 null\x00 delete\x7f", "bell␇ null␀ delete␡"),
            ("right\u202eleft", "right\ufffdleft"),
            ("half \ud83d pair", "half \ufffd pair"),
            ("\x9b31mold style", "old style"),
            ("alone \x1b", "alone ␛"),
        ],
    )
    def test_only_what_a_reader_sees(self, raw: str, shown: str) -> None:
        assert plain(raw) == shown

    @given(st.text(alphabet=st.characters(), max_size=200))
    def test_nothing_that_drives_a_terminal_is_left(self, raw: str) -> None:
        shown = plain(raw)
        assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in shown)
        shown.encode("utf-8")

    @given(st.lists(st.sampled_from(["\x1b[31m", "\x1b[", "\x1b]", "\x07", "a", "\t", "\r", ";", "38;5;", "m"])))
    def test_broken_sequences_are_survived(self, parts: list[str]) -> None:
        assert "\x1b" not in plain("".join(parts))


class TestPieces:
    def test_colour_and_its_end(self) -> None:
        (first, red), (second, none) = pieces("\x1b[1;31mred\x1b[0m plain")
        assert (first, second) == ("red", " plain")
        assert red.bold
        assert red.color == "color(1)"
        assert none == PLAIN_PEN

    @pytest.mark.parametrize(
        ("sequence", "color"),
        [
            ("38;5;200", "color(200)"),
            ("38;2;1;2;3", "#010203"),
            ("96", "color(14)"),
            ("38;5", "color(0)"),
            ("38", None),
        ],
    )
    def test_extended_colours(self, sequence: str, color: str | None) -> None:
        [(_, pen)] = pieces(f"\x1b[{sequence}mx")
        assert pen.color == color

    def test_hiding_and_blinking_are_ignored(self) -> None:
        [(_, pen)] = pieces("\x1b[5;8mstill here")
        assert pen == PLAIN_PEN

    @given(st.lists(st.integers(0, 300), max_size=8))
    def test_every_pen_has_a_style(self, codes: list[int]) -> None:
        for _, pen in pieces(f"\x1b[{';'.join(map(str, codes))}mx"):
            pen.style()
