"""Counts what requests ask of the database."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from cast import Cast
from procession.kit.server import Server
from procession.web.app import Application

#: What runs a statement.
STATEMENTS = ("fetch", "execute", "execute_later", "execute_many")
#: On PostgreSQL: what sends a message, with all that waits, and hears its answer.
ROUND_TRIPS = ("_exchange",)


class Counter:
    """Asks the application in this process, and counts the statements of each request."""

    def __init__(
        self,
        cast: Cast,
        monkeypatch: pytest.MonkeyPatch,
        server: Server | None = None,
        counted: Sequence[str] = STATEMENTS,
    ) -> None:
        """`server`: in the stead of the cast's own."""
        server = server or cast.server.storage
        self._token = cast.olga.token
        self._app: Callable[..., Any] = Application(server)
        self._count, self._is_inside = 0, False
        kind: Any = type(server.database.connection())
        for name in counted:
            monkeypatch.setattr(kind, name, self._counting(getattr(kind, name)))

    def _counting(self, run: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            is_outermost, self._is_inside = not self._is_inside, True
            self._count += is_outermost
            try:
                return run(*arguments, **named)
            finally:
                self._is_inside = not is_outermost

        return counted

    def cost(self, method: str, path: str, query: str = "", body: bytes = b"") -> int:
        self._count = 0
        statuses: list[str] = []
        environ = {
            "HTTP_AUTHORIZATION": f"Bearer {self._token}",
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
        }
        pieces = self._app(environ, lambda status, *_: statuses.append(status))
        b"".join(pieces)
        # As whoever serves the application does.
        if hasattr(pieces, "close"):
            pieces.close()
        assert statuses[0][0] == "2", (method, path, statuses)
        return self._count
