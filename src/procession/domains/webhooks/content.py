"""What is sent: the marks in a body, how it is signed, and what its headers say (contract 60, 2.2).

A link that lets a guest in stands in a stored body as a mark. Who reads the database, or the log,
finds no way in; the code takes the mark's place when the body is sent.
"""

import base64
import hmac
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from procession.core.times import SECOND, Instant
from procession.domains.webhooks.types import PAUSES

_PREFIX = "whsec_"
_HIDDEN = "***"
#: The key of links that open a file without anything else.
PUBLIC_LINK = "public_link"
#: What was answered with one of these is tried again, as is what was not answered.
_TRIED_AGAIN = (408, 429)


def mark(uid: str, number: int) -> str:
    """No text that people write holds it: `uid` is made with the body."""
    return f"guest-{uid}-{number}"


def filled(body: str, uid: str, codes: Sequence[str]) -> str:
    """With the codes in the stead of the marks. The last first: mark 1 begins as mark 10 does."""
    for number in reversed(range(len(codes))):
        body = body.replace(mark(uid, number), codes[number])
    return body


def masked(body: str, uid: str, count: int) -> str:
    """As the log shows it."""
    return filled(body, uid, [_HIDDEN] * count)


def without_tokens(body: Any) -> Any:
    """The same of a body that was read: links to files without what opens them."""
    if isinstance(body, list):
        return [without_tokens(each) for each in body]
    if not isinstance(body, dict):
        return body
    return {
        key: f"{str(value).partition('?')[0]}?token={_HIDDEN}"
        if key == PUBLIC_LINK and "?token=" in str(value)
        else without_tokens(value)
        for key, value in body.items()
    }


def new_secret() -> str:
    """In the form of Standard Webhooks: what stands behind the prefix is base64 of the key."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def headers(
    *,
    organization_id: str,
    uid: str,
    event: str,
    body: bytes,
    now: Instant,
    keys: Sequence[str],
) -> Mapping[str, str]:
    """`keys`: the secrets that are good now, the newest first; none: nothing is signed."""
    at = now // SECOND
    told = {
        "Content-Type": "application/json",
        "X-Tallyfy-orgID": organization_id,
        "X-Tallyfy-Delivery": uid,
        "X-Tallyfy-Event": event,
        "webhook-id": uid,
        "webhook-timestamp": str(at),
    }
    if not keys:
        return told
    ours = ",".join(f"v1={_hex(key, at, body)}" for key in keys)
    standard = " ".join(f"v1,{_base64(key, uid, at, body)}" for key in keys)
    return {**told, "X-Tallyfy-Signature": f"t={at},{ours}", "webhook-signature": standard}


def _hex(key: str, at: int, body: bytes) -> str:
    """The secret as it was shown is the key."""
    return hmac.digest(key.encode(), b"%d.%b" % (at, body), "sha256").hex()


def _base64(key: str, uid: str, at: int, body: bytes) -> str:
    """As Standard Webhooks has it: the key is what the secret stands for."""
    raw = base64.b64decode(key.removeprefix(_PREFIX))
    signed = hmac.digest(raw, b"%b.%d.%b" % (uid.encode(), at, body), "sha256")
    return base64.b64encode(signed).decode()


def next_pause(
    status: int | None, attempts_in_row: int, *, is_refused: bool = False
) -> Instant | None:
    """How long to wait before the next attempt; None: there is none.

    `status`: what was answered, None for nothing. `is_refused`: the address may not be called.
    """
    if is_refused or attempts_in_row > len(PAUSES):
        return None
    if status is not None and status not in _TRIED_AGAIN and status < 500:
        return None
    return PAUSES[attempts_in_row - 1]
