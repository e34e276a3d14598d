"""A PostgreSQL that a test may freeze, restart or demote: no other test uses it."""

from collections.abc import Iterator

import pytest

from postgres import Cluster, start_cluster


@pytest.fixture(scope="package")
def own_postgres() -> Iterator[Cluster]:
    cluster = start_cluster()
    yield cluster
    cluster.stop()
