"""A slash inside of a name in a path: `guests/a%2Fb@example.com` names one guest (contract 00, 1).

Paths are split on `/` and then decoded. WSGI hands them over decoded and whole (PEP 3333), so from
the door to the route such a slash is another sign, one that no text means anything by.
"""

import re

#: A code point that Unicode keeps for a program's own use, as UTF-8 in a path.
_STAND_IN = "\ufdd0"
_ENCODED = b"%EF%B7%90"
_TYPED = re.compile(rb"%EF%B7%90|\xef\xb7\x90", re.IGNORECASE)
_SLASH = re.compile(rb"%2F", re.IGNORECASE)
_UNREADABLE = b"%EF%BF%BD"


def hidden(path: bytes) -> bytes:
    """The path as it was sent, so that decoding it leaves every name in one piece."""
    return _SLASH.sub(_ENCODED, _TYPED.sub(_UNREADABLE, path))


def shown(path: dict[str, str]) -> dict[str, str]:
    """The names found in a path, as they were meant."""
    return {key: name.replace(_STAND_IN, "/") for key, name in path.items()}


def in_link(path: str) -> str:
    """For a link to the same path: the path percent-encoded, as it was sent."""
    return path.replace(_ENCODED.decode(), "%2F")
