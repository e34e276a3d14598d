"""Passwords: only their Argon2 hashes are kept."""

import re
from functools import cache

from pwdlib import PasswordHash

_HASHER = PasswordHash.recommended()

SHORTEST, LONGEST = 6, 127
_NEEDED = (re.compile("[A-Z]"), re.compile("[a-z]"), re.compile("[0-9]"))


def is_strong(password: str) -> bool:
    """6 to 127 characters with an upper-case letter, a lower-case letter and a digit (10, 2)."""
    has_length = SHORTEST <= len(password) <= LONGEST
    return has_length and all(sign.search(password) for sign in _NEEDED)


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def verify_password(password: str, stored_hash: str | None) -> bool:
    """False for a person without a password, after the same amount of work."""
    if stored_hash is None:
        _HASHER.verify(password, _nobodys_hash())
        return False
    return _HASHER.verify(password, stored_hash)


@cache
def _nobodys_hash() -> str:
    """Compared with when there is nobody to compare with, so that both cases take as long."""
    return _HASHER.hash("nobody has this password")
