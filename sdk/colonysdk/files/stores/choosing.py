"""Which store the settings mean."""

from pathlib import Path

from colonysdk.errors import InvalidSettings
from colonysdk.files.catalogue import FileCatalogue
from colonysdk.files.stores.base import Store
from colonysdk.files.stores.directory import DirectoryStore
from colonysdk.settings import StoreSettings


async def open_store(
    settings: StoreSettings, catalogue: FileCatalogue, colony_name: str, *, fallback: Path | None = None
) -> Store:
    """Open the store that the settings name: S3 if an endpoint is set, else a directory, else the fallback.

    Nothing is asked of an S3 server before the store is used. Raises InvalidSettings when none is named or something
    is missing, Unreachable and Refused when the colony does not tell its id.
    """
    if settings.endpoint:
        # boto3 takes a fifth of a second to load.
        from colonysdk.files.stores.s3 import S3Store

        return S3Store(settings, colony_mark=await catalogue.colony_id())
    directory = settings.directory or fallback
    if directory is None:
        raise InvalidSettings(
            "no store for files is configured; set AWS_S3_ENDPOINT and the other AWS_S3_* variables, or "
            "COLONY_FILES_DIR"
        )
    return DirectoryStore(directory.expanduser().absolute(), colony_name)
