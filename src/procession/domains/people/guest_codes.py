"""Guest codes: 40 letters and digits, derived from the server's key, so that none is kept readable.

The same guest of the same organization always gets the same code until it is reset, which raises
the version that goes into it (contract 00, 5.8).
"""

import hashlib
import hmac

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH = 40


def guest_code(secret_key: str, organization_id: str, guest_id: int, version: int) -> str:
    """About 238 bits that only the holder of `secret_key` can compute."""
    subject = f"guest-code:{organization_id}:{guest_id}:{version}".encode()
    number = int.from_bytes(hmac.digest(secret_key.encode(), subject, "sha512"), "big")
    signs = []
    for _ in range(_LENGTH):
        number, remainder = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[remainder])
    return "".join(signs)


def code_digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
