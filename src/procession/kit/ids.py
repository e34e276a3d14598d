"""Ids on the wire: 32 lowercase hex characters, random, never reused (contract 00, 4.6)."""

import re
import secrets

_NUMBER = re.compile(r"[0-9]{1,16}", re.ASCII)
#: What JSON carries exactly, in every language.
LARGEST_NUMBER = 2**53 - 1
_HEX32 = re.compile(r"[0-9a-f]{32}", re.ASCII)


def new_id() -> str:
    """128 random bits, so an id tells nothing and cannot be guessed."""
    return secrets.token_hex(16)


def find_id(text: str) -> str | None:
    """The id written in `text` (either case), or None when it cannot be one."""
    lowered = text.lower()
    return lowered if _HEX32.fullmatch(lowered) else None


def find_number(text: str) -> int | None:
    """The number written in `text`, or None when no object can have it."""
    found = int(text) if _NUMBER.fullmatch(text) else 0
    return found if 0 < found <= LARGEST_NUMBER else None
