"""The store of files that the settings name."""

from functools import cache
from pathlib import Path

from procession.kit.file_folder import Folder
from procession.kit.object_store import ObjectStore
from procession.kit.setting_values import BUCKETS
from procession.kit.settings import Settings


def store_of(settings: Settings) -> ObjectStore:
    return _open(settings.files_address)


@cache
def _open(address: str) -> ObjectStore:
    """Of each process one for each address; a bucket's library is imported for it alone."""
    if address.startswith(BUCKETS):
        from procession.kit.bucket import Bucket  # noqa: PLC0415

        return Bucket(address)
    return Folder(Path(address))
