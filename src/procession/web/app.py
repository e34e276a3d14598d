"""The WSGI application: routes, and what answers where there is none."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import falcon

from procession.kit.errors import NotYet
from procession.kit.http import Answer, Route
from procession.kit.problems import crashed, problem
from procession.kit.server import Server
from procession.pages.layout import page
from procession.web.navigating import is_for_people, is_navigation, is_outside_api
from procession.web.routes import ALL_ROUTES
from procession.web.serving import Endpoint, Gate, Visit, request_id_of, write

_SLASHES = re.compile(r"//+")
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_HEADERS = (
    "Authorization, Content-Type, Accept, X-Tallyfy-Client, X-Request-Id, X-Guest-Code, "
    "X-Organization-ID, X-Requested-With, Idempotency-Key, Prefer, If-Match, If-None-Match"
)

#: Where pages are.
_PAGES = re.compile(r"/app(/|$)|/public/library/|/[^/]+/(public/kickoff|process)/")

#: U+FFFD as WSGI writes it. No name of ours holds it, and no database chokes on it as on NUL.
_UNREADABLE = "\ufffd".encode().decode("latin-1")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class ForNavigation:
    """A page for a browser's navigation; what else asks gets `other`, or is told of none."""

    def __init__(self, page: Endpoint, other: Endpoint | None) -> None:
        self._page, self._other = page, other

    def __call__(self, http: falcon.Request, resp: falcon.Response, **path: str) -> None:
        answering = self._page if is_navigation(http) else self._other
        if answering is None:
            raise falcon.HTTPRouteNotFound
        answering(http, resp, **path)


class Resource:
    """All methods of one path."""

    def __init__(self, gate: Gate, routes: Sequence[Route]) -> None:
        pages = {route.method: route for route in routes if route.is_for_navigation}
        others = {route.method: route for route in routes if not route.is_for_navigation}
        self.routes = {**pages, **others}
        for method, route in self.routes.items():
            endpoint = Endpoint(gate, route)
            responder: Endpoint | ForNavigation = endpoint
            if method in pages:
                shown = Endpoint(gate, pages[method])
                responder = ForNavigation(shown, endpoint if method in others else None)
            setattr(self, f"on_{method.lower()}", responder)
            if method == "GET":
                self.on_head = responder
        self._gate = gate

    def on_options(self, http: falcon.Request, resp: falcon.Response, **path: str) -> None:
        preflight(self._gate, http, resp)


def preflight(gate: Gate, http: falcon.Request, resp: falcon.Response) -> None:
    """Answered without a token, whatever the path (contract 00, 10)."""
    headers = (
        ("Access-Control-Allow-Methods", _METHODS),
        ("Access-Control-Allow-Headers", _HEADERS),
        ("Access-Control-Max-Age", "86400"),
    )
    write(resp, uncounted(gate, http), Answer(204, headers=headers), gate)


def uncounted(gate: Gate, http: falcon.Request) -> Visit:
    """A visit that no route answers; it counts towards no limit."""
    limit = gate.settings.anonymous_rate_limit
    return Visit(http, request_id_of(http), limit=limit, left=limit)


def _tidy(path: str) -> tuple[str, str]:
    """The path that is routed, and the mount that it was asked for below."""
    if "\x00" in path:
        path = path.replace("\x00", _UNREADABLE)
    if "//" in path:
        path = _SLASHES.sub("/", path)
    path = path.rstrip("/") or "/"
    # Pages are at the root alone: below `/api` whatever is not there answers JSON.
    if path.startswith("/api/") and not _PAGES.match(path, len("/api")):
        return path[4:] or "/", "/api"
    return path, ""


class Application:
    """Tidies the path, then lets Falcon route it.

    Every path is served at the root and under `/api`; doubled and trailing slashes are read as
    if they were not there, because a redirect would turn POST into GET (contract 00, 1).
    """

    def __init__(self, server: Server, routes: Sequence[Route] = ALL_ROUTES) -> None:
        self.gate = Gate(server)
        self._router = falcon.routing.CompiledRouter()
        self._falcon = self._build(routes)

    def _build(self, routes: Sequence[Route]) -> falcon.App[Any, Any]:
        app: falcon.App[Any, Any] = falcon.App(router=self._router)
        by_path: dict[str, list[Route]] = {}
        for route in routes:
            by_path.setdefault(route.path, []).append(route)
            if route.method == "GET":
                self.gate.reading[route.path] = route
        for path, of_path in by_path.items():
            app.add_route(path, Resource(self.gate, of_path))
        app.add_error_handler(falcon.HTTPRouteNotFound, self._no_route)
        app.add_error_handler(falcon.HTTPMethodNotAllowed, self._no_method)
        app.add_error_handler(falcon.HTTPError, self._bad_http)
        app.add_error_handler(NotYet, self._hand_back)
        app.add_error_handler(Exception, self._crash)
        return app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path, mount = _tidy(environ["PATH_INFO"])
        if mount:
            environ["procession.mount"] = mount
        environ["PATH_INFO"] = path
        return self._falcon(environ, start_response)

    def route_for(self, method: str, path: str) -> Route | None:
        """Which endpoint answers; None where none does. The path as WSGI hands it over."""
        found = self._router.find(_tidy(path)[0])
        if found is None or not isinstance(found[0], Resource):
            return None
        return found[0].routes.get("GET" if method == "HEAD" else method)

    def _no_route(self, http: Any, resp: Any, error: Any, params: Any) -> None:
        if http.method == "OPTIONS":
            preflight(self.gate, http, resp)
            return
        answer = problem(404, "ENDPOINT_NOT_FOUND", "API endpoint not found")
        if is_for_people(http):
            answer = page("nowhere.html", 404)
        write(resp, uncounted(self.gate, http), answer, self.gate)

    def _no_method(self, http: Any, resp: Any, error: falcon.HTTPError, params: Any) -> None:
        allowed = str((error.headers or {}).get("Allow", ""))  # type: ignore[union-attr]
        answer = problem(
            405, "METHOD_NOT_ALLOWED", "Method not allowed", headers=(("Allow", allowed),)
        )
        if is_outside_api(http) and is_navigation(http):
            # Somebody has loaded again what a form had led to.
            shown = page("nowhere.html", 405)
            answer = replace(shown, headers=(*shown.headers, *answer.headers))
        write(resp, uncounted(self.gate, http), answer, self.gate)

    def _bad_http(self, http: Any, resp: Any, error: falcon.HTTPError, params: Any) -> None:
        answer = problem(400, "BAD_REQUEST", "The request cannot be read.")
        write(resp, uncounted(self.gate, http), answer, self.gate)

    def _hand_back(self, http: Any, resp: Any, error: NotYet, params: Any) -> None:
        """To whoever serves us, who does it again a little later."""
        raise error

    def _crash(self, http: Any, resp: Any, error: Exception, params: Any) -> None:
        visit = uncounted(self.gate, http)
        write(resp, visit, crashed(visit.request_id), self.gate)
