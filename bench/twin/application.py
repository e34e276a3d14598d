"""The twin as the WSGI application that our door serves."""

import os
from collections.abc import Callable
from typing import Any

import django
from django.core.wsgi import WSGIHandler


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.twin.settings"
    django.setup(set_prefix=False)


class Twin:
    """Whole answers, in one piece each: the door sends such with one call."""

    def __init__(self) -> None:
        set_up()
        self._handler = WSGIHandler()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        response = self._handler(environ, start_response)
        try:
            return [response.content]
        finally:
            response.close()

    def route_for(self, method: str, path: str) -> None:
        """No endpoint has a place of its own."""
