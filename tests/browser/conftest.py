"""The stories of contract 95, 9 in a real browser.

On SQLite, where the suite runs for who develops; on both databases where nothing may be left out
(`make check`): the pages call the use cases that the API's own tests run on both.
"""

from collections.abc import Iterator
from typing import Any

import pytest

import stage
from cast import Cast
from stage import Stage

_LACKS = stage.missing()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = ("sqlite", "postgres") if stage.IS_COMPLETE else ("sqlite",)
        metafunc.parametrize("database_kind", kinds, indirect=True)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Its driver keeps a loop of asyncio running in this thread: no other file may find it."""
    if _LACKS is not None:
        if stage.IS_COMPLETE:
            pytest.fail(f"the stories in a browser cannot be told: {_LACKS}")
        pytest.skip(_LACKS)
    with stage.chromium() as browser:
        yield browser


@pytest.fixture
def told(chromium: Any, cast: Cast) -> Iterator[Stage]:
    """The stage of one story. No page of it may log an error or ask another host for anything."""
    set_up = stage.set_stage(cast, chromium)
    yield set_up
    for context in set_up.contexts.values():
        context.close()
    assert not set_up.wrongs, "\n".join(set_up.wrongs)
