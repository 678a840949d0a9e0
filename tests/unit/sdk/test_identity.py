"""Keys, ids and signatures, against vectors that the reference and two of its clients agree on."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colonysdk.errors import InvalidKey, InvalidSignature
from colonysdk.identity import Identity, recover_id

VECTORS = [
    (
        "dfd2c34982bfdd19627a1db8fb87124bd01767e713bed18e9e4d147babd9c9a3",
        "9fe7c3c438b5987475bc53c5a7f9a5224faf8ef1ed598c08f0bb37f116a0772c",
        "eyJtc2d0eXBlIjoiZ2V0Y29sb25pZXNtc2cifQ==",
        "f584119da168cbccefa7a9385a4d704643afba763d6948c143fb54e5f9adbb051c0e8adafd4c0a63069c466b465067bc31b0402cbb829e24c22d0383578e73f901",
    ),
    (
        "c51f37a2499400ec6ddfc790664ab4b86eff0212d2317914c82b0e1d49dc3c88",
        "8050c5b4fad489aaae9a0f540065543883049f783b77f9e9e7482c446aaa4e8e",
        "eyJjb2xvbnluYW1lIjoiZGV2IiwidGltZW91dCI6MTAsImF2YWlsYWJsZWNwdSI6IiIsImF2YWlsYWJsZW1lbSI6IiIsIm1zZ3R5cGUiOiJhc3NpZ25wcm9jZXNzbXNnIn0=",
        "7cdc03ab2a7ef25fa842b79f8e4640f4cec82155db7caf4f78b56138a447c45f4485635532cc3b0c1ef5ef1cef00b0d00499416399245a4490d0ac076e30bab500",
    ),
    (
        "c613c1259548a6c950a5f228b6d4bba1d353e727601c0eb9b4ae5afdfc6df12f",
        "86fc6a47cd6aa08ba49840619019af42914195549c3ccf87743fc59c68776945",
        "eyJtc2d0eXBlIjoiZ2V0cHJvY2Vzc21zZyIsInByb2Nlc3NpZCI6IsOlLcO2In0=",
        "88d31ac89cac66a58e4c6f050ced1489f6a9d9f9e9061083323ce411a98fdeb661e1b207986acdba0e9a8aa3f2ac460b92072014d83ecf0573a9fd825ffaef7e00",
    ),
    (
        "d6eb959e9aec2e6fdc44b5862b269e987b8a4d6f2baca542d8acaa97ee5e74f6",
        "5d6568f883451ae2e407d1a0a7992e414f2a67b69d0e6e9176d353b98f06f696",
        "hello",
        "e713a1bb015fecabb5a084b0fe6d6e7271fca6f79525a634183cfdb175fe69241f4da161779d8e6b761200e1cf93766010a19072fa778f9643363e2cfadd640900",
    ),
    (
        "6d2fb6f546bacfd98c68769e61e0b44a697a30596c018a50e28200aa59b01c0a",
        "4fef2b5a82d134d058c1883c72d6d9caf77cd59ca82d73105017590dea3dcb87",
        "test",
        "fd9735ad1476ad2e10fbe535a5249a9703b8294918c3360122aa09c070cd425a6a82de09753b469de2de7970fbfc06b56a16c6efc2d588bf1e26c856ff368aac01",
    ),
]
HIGH_S_TWIN = (
    "fd9735ad1476ad2e10fbe535a5249a9703b8294918c3360122aa09c070cd425a"
    "957d21f68ac4b9621d21868f0403f949509815f6ec73177ca1ab9635d0ffb69500"
)
RANDOM_NONCE = (
    "997eca36736d465e0e8d64e6d657ff4c939c8f5cad4272797ea0fe372bfd8d09"
    "53d21b3d06ded5dd80aee8cfa3a9be7ce615ce690eb64184fe15962943fe541300"
)


@pytest.mark.parametrize(("key", "identity_id", "text", "signature"), VECTORS)
def test_vectors(key: str, identity_id: str, text: str, signature: str) -> None:
    identity = Identity.from_hex(key)

    assert identity.id == identity_id
    assert identity.sign(text) == signature
    assert recover_id(text, signature) == identity_id


def test_a_signature_with_a_random_nonce_leads_to_the_same_id() -> None:
    assert recover_id("hello", RANDOM_NONCE) == VECTORS[3][1]


def test_the_compressed_flag_and_upper_case_change_nothing() -> None:
    signature = VECTORS[4][3]

    assert recover_id("test", (signature[:-2] + "05").upper()) == VECTORS[4][1]


def test_the_high_s_twin_is_refused() -> None:
    with pytest.raises(InvalidSignature, match="half the order"):
        recover_id("test", HIGH_S_TWIN)


@pytest.mark.parametrize(
    "signature",
    ["", "00", "zz" * 65, "00" * 65, "ff" * 65, VECTORS[0][3] + "00", VECTORS[0][3][:-2] + "08", " " * 130],
)
def test_garbage_is_refused(signature: str) -> None:
    with pytest.raises(InvalidSignature):
        recover_id("test", signature)


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_signature_holds_for_its_text_alone(text: str, other: str) -> None:
    identity = Identity.generate()
    signature = identity.sign(text)

    assert recover_id(text, signature) == identity.id
    if other != text:
        assert recover_id(other, signature) != identity.id


@pytest.mark.parametrize("key", ["", "ab", "0" * 64, "f" * 64, "x" * 64])
def test_unusable_keys_are_refused_without_showing_them(key: str) -> None:
    with pytest.raises(InvalidKey) as caught:
        Identity.from_hex(key)

    assert not key or key not in str(caught.value)


def test_a_key_never_shows_in_a_representation() -> None:
    identity = Identity.generate()

    assert identity.private_hex() not in f"{identity!r} {identity}"


class TestKeyFiles:
    def test_a_key_survives_its_file(self, tmp_path: Path) -> None:
        identity = Identity.generate()
        identity.write(tmp_path / "key")

        assert Identity.read(tmp_path / "key").id == identity.id
        assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["key"]

    def test_an_existing_key_is_never_replaced(self, tmp_path: Path) -> None:
        first = Identity.generate()
        first.write(tmp_path / "key")

        with pytest.raises(InvalidKey, match="exists"):
            Identity.generate().write(tmp_path / "key")
        assert Identity.read(tmp_path / "key").id == first.id

    def test_a_key_that_others_can_read_is_refused_with_the_remedy(self, tmp_path: Path) -> None:
        Identity.generate().write(tmp_path / "key")
        (tmp_path / "key").chmod(0o644)

        with pytest.raises(InvalidKey, match="chmod 600"):
            Identity.read(tmp_path / "key")

    @pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe", b"0" * 5000])
    def test_a_damaged_file_is_refused(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "key"
        path.touch(mode=0o600)
        path.write_bytes(content)

        with pytest.raises(InvalidKey, match=str(path)):
            Identity.read(path)

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidKey, match="No such file"):
            Identity.read(tmp_path / "none")
