"""How much the server takes in and holds; every limit has a refusal of its own that says so."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_KIBIBYTE = 1024
_MEBIBYTE = 1024 * _KIBIBYTE

Count = Annotated[int, Field(ge=1, le=2**31)]
Bytes = Annotated[int, Field(ge=_KIBIBYTE, le=2**40)]


class Limits(BaseSettings):
    """Limits with defaults that clients of the reference never meet in normal use."""

    model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", env_ignore_empty=True)

    request_limit_bytes: Bytes = Field(
        default=32 * _MEBIBYTE,
        validation_alias="COLONIES_SERVER_REQUEST_LIMIT",
        description="Largest request body, in bytes.",
    )
    request_memory_bytes: Bytes = Field(
        default=64 * _MEBIBYTE,
        validation_alias="COLONIES_SERVER_REQUEST_MEMORY",
        description="Bytes of large request bodies that are held at a time; further ones wait.",
    )
    list_count: Count = Field(
        default=100,
        validation_alias="COLONIES_SERVER_MAX_COUNT",
        description="Processes, workflows or found log messages in one answer.",
    )
    log_count: Count = Field(
        default=500,
        validation_alias="COLONIES_SERVER_MAX_LOG_COUNT",
        description="Log messages of a process or an executor in one answer.",
    )
    polls: Count = Field(
        default=10_000,
        validation_alias="COLONIES_SERVER_POLLS",
        description="Calls that wait for a process at a time.",
    )
    polls_per_identity: Count = Field(
        default=1000,
        validation_alias="COLONIES_SERVER_POLLS_PER_IDENTITY",
        description="Those of them with one key.",
    )
    sockets: Count = Field(
        default=10_000,
        validation_alias="COLONIES_SERVER_SOCKETS",
        description="Connections to /pubsub at a time.",
    )
    sockets_per_identity: Count = Field(
        default=1000,
        validation_alias="COLONIES_SERVER_SOCKETS_PER_IDENTITY",
        description="Those of them with one key.",
    )
    subscriptions_per_socket: Count = Field(
        default=100,
        validation_alias="COLONIES_SERVER_SUBSCRIPTIONS_PER_SOCKET",
        description="Subscriptions on one connection to /pubsub.",
    )
    channel_rate: Count = Field(
        default=100,
        validation_alias="COLONIES_SERVER_CHANNEL_RATE",
        description="Messages that the channels of one process take in a second.",
    )
    channel_burst: Count = Field(
        default=500,
        validation_alias="COLONIES_SERVER_CHANNEL_BURST",
        description="Messages that they take at once after a pause.",
    )
    channel_payload_bytes: Bytes = Field(
        default=10 * _MEBIBYTE,
        validation_alias="COLONIES_SERVER_CHANNEL_PAYLOAD",
        description="Largest payload of a message in a channel, in bytes.",
    )
    channel_entries: Count = Field(
        default=10_000,
        validation_alias="COLONIES_SERVER_CHANNEL_ENTRIES",
        description="Messages that one channel holds.",
    )
    channel_bytes: Bytes = Field(
        default=256 * _MEBIBYTE,
        validation_alias="COLONIES_SERVER_CHANNEL_SIZE",
        description="Bytes of payload that one channel holds.",
    )
    log_entries: Count = Field(
        default=1_000_000,
        validation_alias="COLONIES_SERVER_PROCESS_LOG_ENTRIES",
        description="Messages that the log of one process holds.",
    )
    log_bytes: Bytes = Field(
        default=256 * _MEBIBYTE,
        validation_alias="COLONIES_SERVER_PROCESS_LOG_SIZE",
        description="Bytes of text that the log of one process holds.",
    )
