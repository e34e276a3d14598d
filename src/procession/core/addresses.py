"""Addresses of mail."""

import re
from collections.abc import Sequence

#: One address: what separates several, or a name from its address, is in none.
_ADDRESS = re.compile(
    r"""[^\s@<>(),;:\\"\[\]]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?"""
)


def is_address(email: str) -> bool:
    """Looks like an e-mail address; whether it exists only a mail can tell."""
    return len(email) <= 254 and email.isprintable() and bool(_ADDRESS.fullmatch(email))


def once(emails: Sequence[str]) -> list[str]:
    """Each address once, whatever its case; the first spelling stays."""
    first: dict[str, str] = {}
    for email in emails:
        first.setdefault(email.lower(), email)
    return list(first.values())
