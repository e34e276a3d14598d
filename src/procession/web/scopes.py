"""Tokens that are good for some families of endpoints only (contract 00, 5.5)."""

from procession.core.scopes import READ_ACTIVITY, is_enough
from procession.kit.errors import Forbidden
from procession.kit.http import Route

#: The family of each word of a path; the last word that has one decides.
FAMILIES = {
    **dict.fromkeys(
        ("users", "users-list", "guests", "groups", "organizations", "me", "oauth-clients",
         "tokens", "invitations"),
        "users",
    ),
    **dict.fromkeys(
        ("tasks", "completed-tasks", "comment", "comments", "bot-comment", "problem", "threads",
         "resolved-threads", "files",
         "file", "assets", "upload", "download-files"),
        "tasks",
    ),
    **dict.fromkeys(
        ("archive",
         "runs", "folders", "folders-objects", "tags", "search", "activity-feeds", "starred"),
        "processes",
    ),
    **dict.fromkeys(
        ("checklists", "steps", "snippets", "text-templates", "recurring-jobs"), "templates"
    ),
    **dict.fromkeys(("captures", "preruns", "form-fields", "lists"), "forms"),
    "automated-actions": "automation",
    # No family: only who may do everything (contract 70, 10).
    **dict.fromkeys(("holds", "retention"), "everything"),
}  # fmt: skip


def family_of(path: str) -> str:
    words = [word for word in reversed(path.split("/")) if word in FAMILIES]
    return FAMILIES[words[0]]


def check_scopes(scopes: str, route: Route) -> None:
    """Everybody may ask who they are."""
    is_get = route.method == "GET"
    if is_get and route.path == "/me":
        return
    if is_get and route.path.endswith("/activity-feeds") and READ_ACTIVITY in scopes.split():
        return
    if not is_enough(scopes, family_of(route.path), to_read=is_get):
        raise Forbidden("The scopes given do not include this.", code="INSUFFICIENT_SCOPE")
