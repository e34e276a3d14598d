"""The store of files: a folder and a real S3 server do the same (decision 0047)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from buckets import gateway, running_bucket
from procession.kit.content import Removable
from procession.kit.file_folder import Folder
from procession.kit.object_store import NotKept, ObjectStore, StoreAway, key_of
from server import free_port

KEY = key_of("1" * 32, "a" * 32)
OTHER = key_of("2" * 32, "b" * 32)


@pytest.fixture(scope="module", params=["folder", "bucket"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ObjectStore]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "folder":
        yield Folder(folder)
        return
    if gateway() is None:
        pytest.skip("versitygw is not installed")
    from procession.kit.bucket import Bucket

    with running_bucket(folder, free_port()) as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield Bucket("s3://kept/files")


def read(store: ObjectStore, start: int, length: int, key: str = KEY) -> bytes:
    given = store.read(key, start, length)
    try:
        return b"".join(given)
    finally:
        given.close()


def test_bytes_are_kept_given_out_in_ranges_and_removed(store: ObjectStore) -> None:
    store.write(KEY, [b"first ", b"second"])
    assert read(store, 0, 12) == b"first second"
    assert read(store, 6, 3) == b"sec"
    assert read(store, 3, 0) == b""
    assert store.size_of(KEY) == 12
    store.write(OTHER, [b""])
    assert {kept.key: kept.size for kept in store.walk()} == {KEY: 12, OTHER: 0}
    for key in (KEY, OTHER, KEY):
        store.remove(key, Removable.UNDONE)
    assert (list(store.walk()), store.size_of(KEY)) == ([], None)
    with pytest.raises(NotKept):
        read(store, 0, 1)


def test_what_is_large_comes_in_parts_and_back_whole(store: ObjectStore) -> None:
    piece = os.urandom(256 * 1024)
    store.write(KEY, (piece for _ in range(45)))
    assert store.size_of(KEY) == 45 * len(piece)
    assert read(store, 0, 45 * len(piece)) == piece * 45
    assert read(store, 44 * len(piece) + 5, 10) == piece[5:15]
    store.remove(KEY, Removable.UNDONE)


def test_what_breaks_off_leaves_nothing(store: ObjectStore) -> None:
    def breaking(count: int) -> Iterator[bytes]:
        for _ in range(count):
            yield bytes(256 * 1024)
        raise EOFError

    for count in (1, 30):
        with pytest.raises((EOFError, StoreAway)):
            store.write(KEY, breaking(count))
        assert store.size_of(KEY) is None
    assert list(store.walk()) == []


def test_a_store_that_is_away_says_so(tmp_path: Path, store: ObjectStore) -> None:
    if isinstance(store, Folder):
        (tmp_path / "file").write_text("no folder")
        away: ObjectStore = Folder(tmp_path / "file")
        with pytest.raises(StoreAway):
            away.write(KEY, [b"x"])
        return
    from procession.kit.bucket import Bucket

    with pytest.raises(StoreAway):
        Bucket("s3://nobody").write(KEY, [b"x"])
