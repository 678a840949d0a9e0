"""Reading files that programs append to."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonyexecutors.runtimes.characters import to_text, whole_characters
from colonyexecutors.runtimes.tail import FileTail


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "output"


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


class TestFileTail:
    def test_gives_out_whole_lines(self, path: Path) -> None:
        with FileTail(path) as tail:
            assert tail.read() == b""
            append(path, b"one\ntw")
            assert tail.read() == b"one\n"
            assert tail.read() == b""
            append(path, b"o\n")
            assert tail.read() == b"two\n"
            assert tail.offset == 8

    def test_a_last_line_without_an_end(self, path: Path) -> None:
        append(path, b"one\ntwo")
        with FileTail(path) as tail:
            assert tail.read(to_the_end=True) == b"one\n"
            assert tail.read(to_the_end=True) == b"two"
            assert tail.read(to_the_end=True) == b""

    def test_goes_on_from_an_offset(self, path: Path) -> None:
        append(path, b"one\ntwo\n")
        with FileTail(path, 4) as tail:
            assert tail.read() == b"two\n"

    def test_long_lines_come_in_pieces_of_whole_characters(self, path: Path) -> None:
        append(path, "世".encode() * 30_000 + b"\n")
        pieces = []
        with FileTail(path) as tail:
            while piece := tail.read():
                pieces.append(piece.decode())
        assert "".join(pieces) == "世" * 30_000 + "\n"
        assert len(pieces) > 1

    def test_a_file_that_was_truncated_is_read_from_its_start(self, path: Path) -> None:
        append(path, b"one\ntwo\n")
        with FileTail(path) as tail:
            tail.read()
            path.write_bytes(b"new\n")
            assert tail.read() == b"new\n"

    def test_what_is_no_text_does_not_stop_it(self, path: Path) -> None:
        append(path, b"\x80" * 40_000)
        with FileTail(path) as tail:
            data = b""
            while piece := tail.read(to_the_end=True):
                data += piece
        assert data == b"\x80" * 40_000


class TestCharacters:
    @given(st.text(max_size=30), st.integers(0, 200))
    def test_text_is_never_cut_within_a_character(self, text: str, length: int) -> None:
        data = text.encode("utf-8", "surrogatepass")[:length]
        data[: whole_characters(data)].decode("utf-8", "surrogatepass")

    @given(st.binary(max_size=100))
    def test_any_bytes_lose_at_most_a_characters_beginning(self, data: bytes) -> None:
        assert len(data) - 3 <= whole_characters(data) <= len(data)

    def test_what_cannot_be_stored_is_replaced(self) -> None:
        assert to_text(b"a\0b\xffc") == "a\ufffdb\ufffdc"
