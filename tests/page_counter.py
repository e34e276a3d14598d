"""Counts what pages ask of the database."""

from collections.abc import Callable

import falcon.testing
import pytest

from cast import Cast
from procession.web.app import Application


def page_counter(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], int]:
    """Asks for a page with the cookie of a session: how many statements it takes once warm."""
    application = Application(cast.server.storage)
    connection = type(cast.server.storage.database.connection())
    fetch, counted = connection.fetch, [0]

    def count_and_fetch(self: object, *arguments: object) -> object:
        counted[0] += 1
        return fetch(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(connection, "fetch", count_and_fetch)

    def ask(address: str, secret: str) -> int:
        headers = {"Cookie": f"procession-session={secret}", "Sec-Fetch-Mode": "navigate"}
        client = falcon.testing.TestClient(application, headers=headers)
        client.simulate_get(address)  # Versions are remembered from here on.
        counted[0] = 0
        answer = client.simulate_get(address)
        assert answer.status_code == 200, (address, answer.status, answer.text[-400:])
        return counted[0]

    return ask
