"""colony-tui colony: the colony itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from colonytui.commands.exit_code import ExitCode
from colonytui.commands.options import CommonOptions, with_common_options

if TYPE_CHECKING:
    from colonytui.commands.running import Invocation

colony = typer.Typer(help="The colony itself.", no_args_is_help=True)

_POLICIES = ("off", "when-present", "required")


@colony.command("freshness")
@with_common_options()
def freshness(
    common: CommonOptions,
    policy: Annotated[
        str, typer.Argument(metavar="off|when-present|required", help="The new policy; leave it out to look only.")
    ] = "",
) -> ExitCode:
    """Show whether messages must be fresh, or decide it; to decide needs the colony owner's key.

    Fresh messages carry their time and a number of their own, so that nobody can send a recorded one again.
    """
    from colonytui.commands.errors import Misuse
    from colonytui.commands.running import run_in_colony

    if policy not in ("", *_POLICIES):
        raise Misuse(f'"{policy[:80]}" is not a policy: use ' + ", ".join(_POLICIES))
    return run_in_colony(common, lambda invocation: _freshness(invocation, policy))


async def _freshness(invocation: Invocation, policy: str) -> None:
    from colonysdk.extensions import FRESHNESS
    from colonytui.commands.errors import NotOffered
    from colonytui.commands.table import Table

    client, output = invocation.client, invocation.output
    if not await client.offers(FRESHNESS):
        raise NotOffered("this server cannot tell fresh messages from recorded ones")
    found = await (client.set_freshness(policy) if policy else client.freshness())
    if policy == "required":
        output.say("from now on, clients that cannot make their messages fresh are refused")
    if output.as_json:
        output.json(found)
    else:
        facts = [("Colony", found.colony_name), ("Policy", found.policy), ("Window", f"{found.window} s")]
        output.tables([Table("Freshness", (), facts)])
