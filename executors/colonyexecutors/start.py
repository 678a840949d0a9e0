"""Putting an executor together from its settings, and running it until a signal ends it."""

import asyncio
import signal

from colonyexecutors.errors import ExecutorError, SetupFailed
from colonyexecutors.executor import Executor
from colonyexecutors.neighbours import SharedMachine
from colonyexecutors.selection import RuntimeChoice, open_runtime
from colonyexecutors.settings import ExecutorSettings
from colonyexecutors.state import locked_directory
from colonysdk.client import ColonyClient
from colonysdk.errors import InvalidKey, InvalidSettings


def start(settings: ExecutorSettings, choice: RuntimeChoice) -> bool:
    """Run an executor until SIGTERM or SIGINT; whether everything was finished. Raises SetupFailed.

    The first signal drains it, the second stops it.
    """
    try:
        settings.check()
        with locked_directory(settings.state_path):
            return asyncio.run(_run(settings, choice))
    except (InvalidSettings, InvalidKey, ExecutorError) as error:
        raise SetupFailed(str(error)) from error
    except OSError as error:
        raise SetupFailed(f"the state directory {settings.state_path} cannot be used: {error}") from error


async def _run(settings: ExecutorSettings, choice: RuntimeChoice) -> bool:
    identity = settings.own_identity()
    labels = {
        "colony.name": settings.colony_name,
        "colony.server": settings.url,
        "colony.executor-name": settings.name,
    }
    runtime, note = await open_runtime(
        choice,
        owner=identity.id,
        labels=labels,
        directory=settings.state_path / "processes",
        network=settings.network,
    )
    neighbours = SharedMachine(settings.machine_path)
    try:
        client = ColonyClient(
            settings.url, identity, settings.colony_name, owner=settings.owner(), verify=settings.trust()
        )
        async with client:
            executor = Executor(settings, client, runtime, note=note, neighbours=neighbours)
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, executor.interrupt)
            return await executor.run()
    finally:
        neighbours.close()
        await runtime.close()
