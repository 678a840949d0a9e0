"""The client of a colony server."""

from colonysdk.client.colony import ColonyClient

__all__ = ["ColonyClient"]
