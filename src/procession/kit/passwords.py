"""Passwords: only their Argon2 hashes are kept."""

import re
from collections.abc import Iterable
from functools import cache

from pwdlib import PasswordHash

_HASHER = PasswordHash.recommended()

LONGEST = 127
_NEEDED = (re.compile("[A-Z]"), re.compile("[a-z]"), re.compile("[0-9]"))
_MOST_COMMON = 10_000


def weakness(password: str, shortest: int, own: Iterable[str]) -> str | None:
    """What is wrong with a password to be, as a sentence; None: nothing (10, 2; decision 0026).

    `own`: names and addresses of whose it is to be, which are guessed first.
    """
    has_length = shortest <= len(password) <= LONGEST
    if not has_length or not all(sign.search(password) for sign in _NEEDED):
        return f"The password must have {hint(shortest)}"
    if password.casefold() in _common():
        return "The password is one of the commonest. Choose another one."
    if _bare(password) in {_bare(text) for text in own} - {""}:
        return "The password is your own name or address. Choose another one."
    return None


def hint(shortest: int) -> str:
    return (
        f"{shortest} to {LONGEST} characters, with an upper-case letter, a lower-case letter and a "
        "digit."
    )


def _bare(text: str) -> str:
    """What digits and signs are added to."""
    return "".join(sign for sign in text.casefold() if sign.isalpha())


@cache
def _common() -> frozenset[str]:
    """Loaded when the first password is chosen: few processes need it."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    return frozenset(FREQUENCY_LISTS["passwords"][:_MOST_COMMON])


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
