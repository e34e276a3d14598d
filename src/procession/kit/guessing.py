"""Guesses at passwords, secrets, codes and tokens, counted for all servers on a database together.

Each server process counts in its memory, and as long as nothing there is over its limit in a small
table too, which tells the others; so nobody who goes on guessing costs a write each time. While the
database is away, or nobody can write to it, memory is all there is. Limits of requests are another
matter (decision 0006), and none of them switches this off (decision 0024).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from procession.core.times import MINUTE
from procession.kit.columns import count_column, instant_column, text_column
from procession.kit.content import NO_CONTENT
from procession.kit.db import Busy, Statement, any_of, decode, driver_errors, metadata
from procession.kit.server import Server
from procession.kit.signing import derived

#: Limits are of failures within this long, beginning with the first.
WINDOW = MINUTE
#: Wrong passwords of one account, wrong secrets of one client (contract 00, 5.2).
MOST_AT_ONE = 10
#: In a minute of one process: addresses are cheap for some, and a table is not the place to find
#: that out.
_MOST_WRITES = 600
#: Networks of IPv6 are given out in these, each of more addresses than anybody could count.
_NETWORK_BITS = 64

#: A key is a digest: the table names nobody. Of the whole server: whoever guesses belongs nowhere.
guesses = sa.Table(
    "guesses",
    metadata,
    text_column("digest"),
    instant_column("began_at"),
    count_column("count"),
    sa.PrimaryKeyConstraint("digest"),
    sa.Index(None, "began_at"),
    info=NO_CONTENT,
)


class _DatabaseNow(sa.sql.functions.FunctionElement[int]):
    """Nodes have clocks of their own; their database has one (microseconds since 1970)."""

    inherit_cache = True
    type = sa.BigInteger()


@compiles(_DatabaseNow, "sqlite")
def _now_on_sqlite(*_: Any, **__: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)"


@compiles(_DatabaseNow, "postgresql")
def _now_on_postgres(*_: Any, **__: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)"


class _Counted(msgspec.Struct, array_like=True, frozen=True):
    digest: str
    count: int
    #: Microseconds until its window ends.
    left: int


_COUNTS = Statement(
    sa.select(
        guesses.c.digest,
        guesses.c.count,
        guesses.c.began_at + WINDOW - _DatabaseNow(),
    ).where(any_of(guesses.c.digest, "digests"), guesses.c.began_at > _DatabaseNow() - WINDOW)
)
_IS_OVER = f"guesses.began_at <= excluded.began_at - {WINDOW}"
_COUNT = Statement(
    guesses.insert().from_select(
        ["digest", "began_at", "count"],
        sa.select(sa.bindparam("digest", type_=sa.Text), _DatabaseNow(), sa.literal_column("1"))
        .where(sa.true())
        .suffix_with(
            "ON CONFLICT (digest) DO UPDATE SET "
            f"count = CASE WHEN {_IS_OVER} THEN 1 ELSE guesses.count + 1 END, "
            f"began_at = CASE WHEN {_IS_OVER} THEN excluded.began_at ELSE guesses.began_at END"
        ),
    )
)
_FORGET = Statement(guesses.delete().where(guesses.c.began_at <= _DatabaseNow() - WINDOW))


@dataclass(frozen=True)
class Origin:
    """Where somebody tries from."""

    address: str
    #: Whoever serves the request does it again a little later, holding no thread (NotYet).
    may_wait: bool = False
    #: What this browser was given when somebody signed in with it.
    mark: str | None = None


#: By what is counted: how many failures may be.
Limits = Mapping[str, int]


def limit_of(server: Server, address: str) -> Limits:
    return {f"address {_network(address)}": server.settings.guess_limit}


def _network(address: str) -> str:
    """Of IPv6 addresses, all that one customer has are one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{int(found) >> (128 - _NETWORK_BITS):x}/{_NETWORK_BITS}"


def wait_s(server: Server, limits: Limits) -> int:
    """Seconds until one more failure of these may be; 0: now."""
    waits = [server.failures.wait_s(key, limit) for key, limit in limits.items()]
    if any(waits):
        return max(waits)
    return _told_wait_s(server, limits)


def _told_wait_s(server: Server, limits: Limits) -> int:
    """What the table knows, of other processes' counts too. What is over is remembered here."""
    keys = {_digest(key): key for key in limits}
    try:
        rows = server.database.connection().fetch(_COUNTS, {"digests": list(keys)})
    except driver_errors():
        return 0
    longest = 0
    for counted in decode(rows, _Counted):
        key = keys[counted.digest]
        if counted.count > limits[key]:
            wait = min(max(counted.left, 1), WINDOW) / 1_000_000
            server.failures.refuse(key, wait)
            longest = max(longest, int(wait + 0.999))
    return longest


def count(server: Server, limits: Limits) -> int:
    """One more failure. Seconds to wait, where there were too many before it already; 0: not."""
    wait = wait_s(server, limits)
    if wait:
        return wait
    for key in limits:
        server.failures.count(key)
    if not server.failures.wait_s("writes", _MOST_WRITES):
        server.failures.count("writes")
        _write(server, [_digest(key) for key in sorted(limits)])
    return 0


def _write(server: Server, digests: list[str]) -> None:
    """Where others cannot be told just now, this process goes by what it knows."""
    try:
        with server.database.writing_if_free() as connection:
            for digest in digests:
                connection.execute(_COUNT, {"digest": digest})
    except Busy:
        pass
    except driver_errors():
        pass


def forget_old_guesses(server: Server) -> None:
    with server.database.writing() as connection:
        connection.execute(_FORGET, {})


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


# --- Browsers that somebody has signed in with ---


def mark_for(server: Server, account: str) -> str:
    """For a browser, to be known by the next time. It lets nobody in."""
    return _mark(server, account, secrets.token_urlsafe(16))


def is_marked(server: Server, account: str, mark: str | None) -> bool:
    nonce, _, _ = (mark or "").partition(".")
    return hmac.compare_digest((mark or "").encode(), _mark(server, account, nonce).encode())


def _mark(server: Server, account: str, nonce: str) -> str:
    purpose = f"browser {nonce} of {account.lower()}"
    return f"{nonce}.{derived(server.secret_key, purpose).hex()}"
