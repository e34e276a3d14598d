"""Readable aliases made of titles (contract 20, 1)."""

import re
import unicodedata

_OTHERS = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def slug(title: str, *, empty: str) -> str:
    """Lowercase ASCII words joined by `-`; `empty` when nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return _OTHERS.sub("-", plain).strip("-")[:_LONGEST].strip("-") or empty
