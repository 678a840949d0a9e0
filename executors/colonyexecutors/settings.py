"""The settings of an executor, under the names that ColonyOS users know.

Flags win over the environment. `COLONIES_PRVKEY` is the executor's key only when there is no colony key: with one the
executor registers itself under a key of its own, and a shell that was set up for the command line holds a user's key.
"""

import os
import socket
from pathlib import Path

from platformdirs import user_runtime_path, user_state_path
from pydantic import AliasChoices, Field

from colonysdk.errors import InvalidSettings
from colonysdk.identity import Identity
from colonysdk.settings import ClientSettings
from colonysdk.units import parse_cpu, parse_memory

_LEAST_LOG_BYTES = 2**20


class ExecutorSettings(ClientSettings):
    """Everything an operator can say about an executor; the field's comment says what it means."""

    executor_name: str = Field(
        default="", max_length=128, validation_alias=AliasChoices("executor_name", "COLONIES_EXECUTOR_NAME")
    )
    """The executor's name in the colony; by default the machine's host name."""
    executor_type: str = Field(
        default="container-executor",
        min_length=1,
        validation_alias=AliasChoices("executor_type", "EXECUTOR_TYPE", "COLONIES_EXECUTOR_TYPE"),
    )
    """Which processes it takes: those whose conditions name this type."""
    location_name: str = Field(default="", validation_alias=AliasChoices("location_name", "EXECUTOR_LOCATION_NAME"))
    """The location it registers at."""
    key_file: Path | None = Field(default=None, validation_alias=AliasChoices("key_file", "EXECUTOR_KEY_FILE"))
    """The executor's key, made at the first start; by default a file in the state directory."""
    colony_key_file: Path | None = Field(
        default=None, validation_alias=AliasChoices("colony_key_file", "EXECUTOR_COLONY_KEY_FILE")
    )
    """The colony owner's key, with which the executor registers and approves itself."""
    state_directory: Path | None = Field(
        default=None, validation_alias=AliasChoices("state_directory", "EXECUTOR_STATE_DIR")
    )
    """Where the executor keeps its key, its journal and the files of plain processes."""
    ready_file: Path | None = Field(default=None, validation_alias=AliasChoices("ready_file", "EXECUTOR_READY_FILE"))
    """A file that says, once the executor works, who it is."""
    slots: int = Field(default=0, ge=0, validation_alias=AliasChoices("slots", "EXECUTOR_SLOTS"))
    """How many processes run at a time at most; 0 for four for each core."""
    parallel: bool = Field(default=True, validation_alias=AliasChoices("parallel", "EXECUTOR_PARALLEL_CONTAINERS"))
    """Whether more than one process runs at a time, unless `slots` says how many."""
    cpu: str = Field(default="", validation_alias=AliasChoices("cpu", "EXECUTOR_HW_TOTAL_CPU", "EXECUTOR_HW_CPU"))
    """How much cpu processes may take together, such as "4000m"; by default all of the machine's."""
    memory: str = Field(default="", validation_alias=AliasChoices("memory", "EXECUTOR_HW_TOTAL_MEM", "EXECUTOR_HW_MEM"))
    """How much memory processes may take together, such as "16Gi"; by default all of the machine's."""
    gpu_count: int | None = Field(
        default=None, ge=0, validation_alias=AliasChoices("gpu_count", "EXECUTOR_HW_GPU_COUNT")
    )
    """How many GPUs there are; by default measured."""
    gpu_name: str = Field(default="", validation_alias=AliasChoices("gpu_name", "EXECUTOR_HW_GPU_NAME"))
    """What users read about the GPUs' kind."""
    gpu_memory: str = Field(default="", validation_alias=AliasChoices("gpu_memory", "EXECUTOR_HW_GPU_MEM"))
    """What users read about each GPU's memory."""
    hardware_model: str = Field(default="", validation_alias=AliasChoices("hardware_model", "EXECUTOR_HW_MODEL"))
    """What users read about the machine."""
    hardware_storage: str = Field(default="", validation_alias=AliasChoices("hardware_storage", "EXECUTOR_HW_STORAGE"))
    """What users read about the machine's storage."""
    software_name: str = Field(default="", validation_alias=AliasChoices("software_name", "EXECUTOR_SW_NAME"))
    """What users read about the executor's software."""
    software_type: str = Field(default="", validation_alias=AliasChoices("software_type", "EXECUTOR_SW_TYPE"))
    """What users read about its kind."""
    software_version: str = Field(default="", validation_alias=AliasChoices("software_version", "EXECUTOR_SW_VERSION"))
    """What users read about its version."""
    files_directory: Path | None = Field(
        default=None, validation_alias=AliasChoices("files_directory", "EXECUTOR_FS_DIR")
    )
    """Where the files of processes are while they run; by default in the state directory."""
    shares_files: bool = Field(default=False, validation_alias=AliasChoices("shares_files", "EXECUTOR_FS_SHARED"))
    """Whether all processes see one directory instead of one each."""
    prepare_hook: Path | None = Field(
        default=None, validation_alias=AliasChoices("prepare_hook", "EXECUTOR_PREPARE_HOOK")
    )
    """A program of this site that sees every job first, and may refuse it or choose its image's form."""
    image_archives: Path | None = Field(
        default=None, validation_alias=AliasChoices("image_archives", "EXECUTOR_IMAGE_ARCHIVES")
    )
    """A directory of `docker save` archives, looked into before a registry is asked."""
    image_cache: str = Field(default="", validation_alias=AliasChoices("image_cache", "EXECUTOR_IMAGE_CACHE_SIZE"))
    """How much the images that this executor has fetched may take, such as "50Gi"; by default any amount."""
    process_limit: int = Field(
        default=4096, ge=16, validation_alias=AliasChoices("process_limit", "EXECUTOR_PIDS_LIMIT")
    )
    """How many processes and threads each program may have at once."""
    log_limit: str = Field(default="1Gi", validation_alias=AliasChoices("log_limit", "EXECUTOR_LOG_LIMIT"))
    """How much of each program's output is kept, such as "1Gi"."""
    allows_exec: bool = Field(default=True, validation_alias=AliasChoices("allows_exec", "EXECUTOR_ALLOW_EXEC"))
    """Whether the submitter of a process may run commands beside its program, where the specification allows it."""
    network: str = Field(default="", validation_alias=AliasChoices("network", "EXECUTOR_NETWORK"))
    """The Docker network that containers join; by default the engine's."""
    machine_directory: Path | None = Field(
        default=None, validation_alias=AliasChoices("machine_directory", "EXECUTOR_MACHINE_DIR")
    )
    """Where the executors of one machine tell each other what their processes hold; by default one for each user."""
    verbose: bool = Field(default=False, validation_alias=AliasChoices("verbose", "COLONIES_VERBOSE"))
    """Whether the executor's own log tells more."""

    @property
    def name(self) -> str:
        """The executor's name."""
        return self.executor_name or socket.gethostname()

    @property
    def state_path(self) -> Path:
        """The state directory: one for each executor of each colony."""
        if self.state_directory is not None:
            return self.state_directory.expanduser().absolute()
        return user_state_path("colony-tui") / "executors" / _plain(self.colony_name) / _plain(self.name)

    @property
    def files_path(self) -> Path:
        """The directory of the files of processes."""
        return (self.files_directory or self.state_path / "files").expanduser().absolute()

    @property
    def machine_path(self) -> Path:
        """The directory that the executors of this machine share."""
        if self.machine_directory is not None:
            return self.machine_directory.expanduser().absolute()
        return user_runtime_path("colony-tui") / "machine"

    def check(self) -> None:
        """Raise InvalidSettings for what cannot work, with what to do."""
        if not self.colony_name:
            raise InvalidSettings("no colony is named: use --colony or COLONIES_COLONY_NAME")
        if ":" in self.name or "/" in self.name:
            raise InvalidSettings(f'the name "{self.name}" holds ":" or "/": use another with --name')
        if self.prepare_hook is not None and not os.access(self.prepare_hook, os.X_OK):
            raise InvalidSettings(f"EXECUTOR_PREPARE_HOOK: {self.prepare_hook} is no program that may be executed")
        amounts = (("cpu", self.cpu, parse_cpu), ("memory", self.memory, parse_memory))
        sizes = (("EXECUTOR_IMAGE_CACHE_SIZE", self.image_cache), ("EXECUTOR_LOG_LIMIT", self.log_limit))
        for option, text, parse in (*amounts, *((option, text, parse_memory) for option, text in sizes)):
            try:
                parse(text)
            except ValueError as error:
                raise InvalidSettings(f"{option}: {error}") from None
        if parse_memory(self.log_limit) < _LEAST_LOG_BYTES:
            raise InvalidSettings(f'EXECUTOR_LOG_LIMIT: {self.log_limit} is too little, give "1Mi" or more')

    def owner(self) -> Identity | None:
        """The colony owner's identity, if the executor may use it; raises InvalidKey."""
        return Identity.read(self.colony_key_file) if self.colony_key_file else self.colony_owner()

    def own_identity(self) -> Identity:
        """The executor's identity, made at the first start; raises InvalidKey."""
        given = self.identity()
        if given is not None and self.key_file is None and self.owner() is None:
            return given
        path = self.key_file or self.state_path / "key"
        if not path.exists():
            Identity.generate().write(path)
        return Identity.read(path)


def _plain(name: str) -> str:
    """A name as a part of a path."""
    return "".join(character if character.isalnum() or character in "-_" else "_" for character in name) or "_"
