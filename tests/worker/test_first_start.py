"""The first start on a new database: the server and its worker begin at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from procession.domains.accounts.actions.keys import ensure_secret_key
from procession.kit.server import open_storage
from procession.kit.settings import Settings


def test_processes_that_start_together_agree_on_the_key(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    for _ in range(5):
        url, start = new_database(database_kind), Barrier(6)

        def first_start(_: int, url: str = url, start: Barrier = start) -> str:
            database = open_storage(Settings(database_url=url))
            database.connection()
            start.wait()
            try:
                return ensure_secret_key(database, "")
            finally:
                database.close()

        with ThreadPoolExecutor(6) as pool:
            keys = set(pool.map(first_start, range(6)))
        assert len(keys) == 1
        assert ensure_secret_key(open_storage(Settings(database_url=url)), "") in keys
