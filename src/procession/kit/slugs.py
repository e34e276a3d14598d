"""Readable aliases made of titles (contract 20, 1)."""

import re

from anyascii import anyascii

_OTHERS = re.compile(r"[^a-z0-9]+")
_LONGEST = 60
#: The library writes it as `e`; who reads Russian does not.
_BEFORE = str.maketrans({"ё": "yo", "Ё": "yo"})


def slug(title: str, *, empty: str) -> str:
    """Lowercase ASCII words joined by `-`, whatever the title's script; `empty` when nothing is
    left."""
    plain = title if title.isascii() else anyascii(title.translate(_BEFORE))
    return _OTHERS.sub("-", plain.lower()).strip("-")[:_LONGEST].strip("-") or empty
