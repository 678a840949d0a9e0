import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from colonysdk.objects import Process
from colonytui.commands.output import Output

PAGES: list[list[list[Any]]] = [
    [],
    [[]],
    [[1]],
    [[{"a": [1, {"b": "x\ny"}]}, "line\u2028separator"], [], [{}, [], None]],
    [[Process(process_id="p")]],
]


@pytest.mark.parametrize("pages", PAGES)
async def test_a_list_that_comes_in_pages_is_printed_as_one(
    pages: list[list[Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    async def come() -> AsyncIterator[Sequence[Any]]:
        for page in pages:
            yield page

    output = Output(as_json=True)
    await output.json_list(come())
    in_pages = capsys.readouterr().out
    output.json([value for page in pages for value in page])
    assert in_pages == capsys.readouterr().out
    assert len(json.loads(in_pages)) == sum(map(len, pages))
