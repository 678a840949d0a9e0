"""The options that several fs commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DirOption = Annotated[Path, typer.Option("--dir", "-d", metavar="DIR", help="The local directory.")]
LabelOption = Annotated[str, typer.Option("--label", "-l", metavar="LABEL", help="The label, such as /models/small.")]
NameOption = Annotated[str, typer.Option("--name", "-n", metavar="NAME", help="Name of the file.")]
FileIdOption = Annotated[str, typer.Option("--fileid", "-i", metavar="ID", help="Id of one revision.")]
DryOption = Annotated[bool, typer.Option("--dry", help="Only show what would be done.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
