"""Commands of colony-tui, called in the test's own process: starting a program takes longer than most commands do."""

import asyncio
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from tests.support.command_line import CommandLine
from tests.support.server import ColonyKeys


@dataclass(frozen=True)
class CalledCommands:
    """Calls commands in a colony, one at a time and without a stdin."""

    environment: Mapping[str, str]
    capture: pytest.CaptureFixture[str]

    @classmethod
    def of_colony(cls, colony: ColonyKeys, capture: pytest.CaptureFixture[str]) -> "CalledCommands":
        """The commands of a colony's user, who has the owner's key."""
        return cls(CommandLine.of_colony(colony).environment, capture)

    async def call(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Call a command to its end, while the test's own tasks go on."""
        return await asyncio.to_thread(self._call, [str(argument) for argument in arguments])

    def _call(self, arguments: list[str]) -> subprocess.CompletedProcess[str]:
        from colonytui.commands.application import application

        self.capture.readouterr()
        with mock.patch.dict(os.environ, self.environment):
            code = application(arguments, standalone_mode=False)
        printed, said = self.capture.readouterr()
        return subprocess.CompletedProcess(arguments, code or 0, printed, said)
