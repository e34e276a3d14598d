"""Guest and invitation codes: 40 letters and digits, derived from the server's key.

So none is kept readable. The same guest of the same organization always gets the same code until it
is reset, which raises the version that goes into it (contract 00, 5.8). An invitation's code comes
from a nonce that is never used again.
"""

import base64
import hashlib
import hmac

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#: Signs of a code.
CODE_LENGTH = 40


def guest_code(secret_key: str, organization_id: str, guest_id: int, version: int) -> str:
    """About 238 bits that only the holder of `secret_key` can compute."""
    return _code(secret_key, f"guest-code:{organization_id}:{guest_id}:{version}")


def invitation_code(secret_key: str, organization_id: str, user_id: int, nonce: str) -> str:
    return _code(secret_key, f"invitation:{organization_id}:{user_id}:{nonce}")


def unsubscribe_code(secret_key: str, organization_id: str, person: str, switch: str) -> str:
    """`person`: as lists of people store them. Good for ever: an old mail ends its kind, too."""
    return _code(secret_key, f"unsubscribe:{organization_id}:{person}:{switch}")


def reply_code(secret_key: str, organization_id: str, person: str, task_id: str) -> str:
    """Of the address that one person answers to about a task: 12 signs, 60 bits, in which upper and
    lower case are the same, as mail servers treat them."""
    subject = f"reply:{organization_id}:{person}:{task_id}"
    digest = hmac.digest(secret_key.encode(), subject.encode(), "sha256")
    return base64.b32encode(digest)[:12].decode().lower()


def _code(secret_key: str, subject: str) -> str:
    number = int.from_bytes(hmac.digest(secret_key.encode(), subject.encode(), "sha512"), "big")
    signs = []
    for _ in range(CODE_LENGTH):
        number, remainder = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[remainder])
    return "".join(signs)


def code_digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
