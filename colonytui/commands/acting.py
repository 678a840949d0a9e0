"""Doing the same to several objects, each of which may be refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from colonysdk.errors import Refused
from colonytui.commands.exit_code import ExitCode
from colonytui.commands.output import Output


async def act_on_each(
    output: Output, noun: str, object_ids: Sequence[str], act: Callable[[str], Awaitable[None]]
) -> ExitCode:
    """Do it to every object, print the ids of those that it was done to, and say why it was not done to the others."""
    code = ExitCode.OK
    done = []
    for object_id in object_ids:
        try:
            await act(object_id)
        except Refused as refusal:
            output.say(f"error: {noun} {object_id}: {refusal}")
            code = ExitCode.REFUSED
        else:
            done.append(object_id)
    if output.as_json:
        output.json(done)
    else:
        for object_id in done:
            output.line(object_id)
    return code
