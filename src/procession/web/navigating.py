"""Whether somebody at a browser asks, or a program: who gets a page, and who JSON (ruling 30)."""

import falcon

#: First segments that belong to the API (contract 00, 1; ruling 30): what is not there answers
#: JSON, and nothing else is ever put there. `app` is the pages' own.
RESERVED = frozenset(
    ("me", "current-user", "organizations", "applications", "oauth", "mcp", "docs", "health",
     ".well-known", "api", "guest-access", "scim", "password", "invitations", "public",
     "processes", "openapi.json", "app", "metrics", "version")
)  # fmt: skip
_PAGES = "app"


def is_navigation(http: falcon.Request) -> bool:
    """A GET that a browser's address bar, link or bookmark makes, and no program with a token."""
    if http.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in http.env:
        return False
    if http.get_header("Sec-Fetch-Mode") == "navigate":
        return True
    for entry in (http.get_header("Accept") or "").lower().split(","):
        kind = entry.partition(";")[0].strip()
        if kind in ("text/html", "*/*"):
            return kind == "text/html"
    return False


def is_outside_api(http: falcon.Request) -> bool:
    """Below the mount `/api` everything is the API's."""
    first = http.path.split("/", 2)[1]
    return "procession.mount" not in http.env and (first == _PAGES or first not in RESERVED)


def is_for_people(http: falcon.Request) -> bool:
    """Where there is no endpoint: below `/app` whoever asks is taken for a person."""
    if not is_outside_api(http):
        return False
    return http.path.startswith(f"/{_PAGES}/") or is_navigation(http)
