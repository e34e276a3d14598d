"""Calls to other servers at addresses that people choose: webhooks (contract 60, 2.2).

The name is looked up once, what was found is checked (`core.outside`), and the call goes to that
very address with the name for TLS, so that a name which means something else a moment later leads
nowhere. Redirects are not followed, no proxy of the environment is asked, and of what is answered
64 KiB are read. One thread waits for all calls: a server that hangs holds none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Trouble(StrEnum):
    """Why a call got no answer, for the log and for whoever configured the address."""

    REFUSED = "the address is not public"
    NAME = "the name was not found"
    CONNECTION = "the connection failed"
    CERTIFICATE = "the certificate is not valid for the name"
    TIMEOUT = "no answer in time"
    PROTOCOL = "the answer is no HTTP"


@dataclass(frozen=True)
class Call:
    """A POST. `timeout_s` is for all of it, looking up the name included."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout_s: float = 10.0


@dataclass(frozen=True)
class Reply:
    #: None: there was no answer, and `trouble` says why.
    status: int | None
    duration_ms: int
    trouble: Trouble | None = None

    @property
    def is_success(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def error(self) -> str | None:
        """In words; None after a success."""
        if self.status is None:
            return None if self.trouble is None else self.trouble.value
        return None if self.is_success else f"answered {self.status}"


def host_of(url: str) -> str:
    """For people and the log: what stands behind it in an address may be a secret."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
