"""Where somebody goes after signing in: to a page of ours, and nowhere else."""

import re

from procession.flows.telling import addresses

#: Printable ASCII without backslash (browsers read it as a slash).
_OURS = re.compile(r"(/app/|/oauth/authorize\?|/mcp/oauth/authorize\?|/api/oauth/authorize\?|"
                   r"/[0-9a-f]{32}/process/[A-Za-z0-9_-]+/create(?=\?|$))"
                   r"[!-\[\]-~]*", re.ASCII)  # fmt: skip
_LONGEST = 4000


def safe_target(wanted: str | None) -> str:
    """Whatever it was that somebody put there: the start, unless it is one of our own pages."""
    text = wanted or ""
    is_ours = len(text) <= _LONGEST and _OURS.fullmatch(text) is not None
    return text if is_ours else addresses.HOME
