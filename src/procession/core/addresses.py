"""Addresses of mail."""

import re

#: One address: what separates several, or a name from its address, is in none.
_ADDRESS = re.compile(
    r"""[^\s@<>(),;:\\"\[\]]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?"""
)


def is_address(email: str) -> bool:
    """Looks like an e-mail address; whether it exists only a mail can tell."""
    return len(email) <= 254 and email.isprintable() and bool(_ADDRESS.fullmatch(email))
