"""What a token may be good for (contract 00, 5.5). Scopes are words separated by spaces."""

EVERYTHING = "*"
FAMILIES = ("users", "tasks", "processes", "templates", "forms", "automation")
#: For auditors: the activity feed, and nothing else.
READ_ACTIVITY = "activity.read"
SCOPES = (
    EVERYTHING,
    READ_ACTIVITY,
    *(f"mcp.{family}.{right}" for family in FAMILIES for right in ("read", "write")),
)


def read_scopes(text: str) -> str | None:
    """As sent (ruling 28), each once; None when one of them does not exist.

    What everything says already is kept beside it: clients look for the very word.
    """
    words = list(dict.fromkeys(text.split()))
    if not words or any(word not in SCOPES for word in words):
        return None
    return " ".join(words)


def known_scopes(text: str) -> list[str]:
    """Those that exist, each once, in the order given."""
    return [word for word in dict.fromkeys(text.split()) if word in SCOPES]


def is_within(asked: str, granted: str) -> bool:
    """Nothing is asked for that was not granted."""
    given = set(granted.split())
    return EVERYTHING in given or set(asked.split()) <= given


def is_enough(scopes: str, family: str, *, to_read: bool) -> bool:
    """Who may write may read."""
    given = set(scopes.split())
    needed = {EVERYTHING, f"mcp.{family}.write"} | ({f"mcp.{family}.read"} if to_read else set())
    return bool(given & needed)
