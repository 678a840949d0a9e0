"""Arrays as PostgreSQL reads them."""

from typing import Any

import pytest

from colonysdk.objects import ProcessState
from colonyserver.storage.postgresql_text import array_of


@pytest.mark.parametrize(
    ("values", "array"),
    [
        ([], "{}"),
        (["a", "", "NULL", "{x}", "a,b"], '{"a","","NULL","{x}","a,b"}'),
        (['a","b', "c"], r'{"a\",\"b","c"}'),
        (['"', "c", "d"], r'{"\"","c","d"}'),
        (["back\\slash"], r'{"back\\slash"}'),
        ([1, -2, 2**62], "{1,-2,4611686018427387904}"),
        ([ProcessState.RUNNING, 2], "{1,2}"),
        ([True, False], "{True,False}"),
        ([1.5, 1e100], "{1.5,1e+100}"),
        (["a", None], '{"a",NULL}'),
        ([None, 1], "{NULL,1}"),
    ],
)
def test_arrays(values: list[Any], array: str) -> None:
    assert array_of(values) == array
