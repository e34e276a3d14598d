"""OAuth clients."""

import json
from collections.abc import Sequence

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.store.holders import bound
from procession.domains.accounts.tables import oauth_clients, oauth_codes, tokens
from procession.domains.accounts.types import Client, ClientFlags
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import BigNumber, Connection, Statement
from procession.kit.work import Work

_FLAGS = ("is_confidential", "allows_implicit", "allows_password", "allows_client_credentials")
_CLIENTS = sa.select(
    oauth_clients.c.id,
    oauth_clients.c.organization_id,
    oauth_clients.c.name,
    oauth_clients.c.secret_digest,
    oauth_clients.c.redirect_uris,
    *(oauth_clients.c[name] for name in _FLAGS),
    oauth_clients.c.created_at,
    oauth_clients.c.updated_at,
)
_ITS_OWN = oauth_clients.c.organization_id == ORGANIZATION_ID
_THIS = oauth_clients.c.id == sa.bindparam("client_id", type_=BigNumber)
_ANY_CLIENT = Statement(_CLIENTS.where(_THIS))
_CLIENT = Statement(_CLIENTS.where(_ITS_OWN, _THIS))
_CLIENT_LIST = Statement(_CLIENTS.where(_ITS_OWN).order_by(oauth_clients.c.id))
_INSERT = Statement(
    oauth_clients.insert()
    .values(
        {
            **bound("name", "secret_digest", "redirect_uris", *_FLAGS, "created_at", "updated_at"),
            "organization_id": ORGANIZATION_ID,
        }
    )
    .returning(oauth_clients.c.id)
)
_UPDATE = Statement(
    oauth_clients.update()
    .where(_ITS_OWN, _THIS)
    .values(
        {
            **{name: sa.bindparam(f"new_{name}") for name in ("name", "redirect_uris", *_FLAGS)},
            "secret_digest": sa.bindparam("new_secret_digest"),
            "updated_at": sa.bindparam("now"),
        }
    )
)
_DELETE = Statement(oauth_clients.delete().where(_ITS_OWN, _THIS))


def find_any_client(work: Work, client_id: int) -> Client | None:
    """Of whatever organization, or the server's own."""
    return work.first(_ANY_CLIENT, Client, client_id=client_id)


def find_client(work: Work, client_id: int) -> Client | None:
    return work.first(_CLIENT, Client, client_id=client_id)


def list_clients(work: Work) -> list[Client]:
    return work.all(_CLIENT_LIST, Client)


def add_client(
    work: Work, name: str, redirect_uris: Sequence[str], flags: ClientFlags, digest: str | None
) -> int:
    client_id: int = work.value(
        _INSERT,
        name=name,
        secret_digest=digest,
        redirect_uris=json.dumps(list(redirect_uris)),
        created_at=work.now,
        updated_at=work.now,
        **{flag: getattr(flags, flag) for flag in _FLAGS},
    )
    return client_id


def set_client(work: Work, client: Client) -> None:
    """Everything about it that can change."""
    work.run(
        _UPDATE,
        client_id=client.id,
        new_name=client.name,
        new_redirect_uris=client.redirect_uris,
        new_secret_digest=client.secret_digest,
        **{f"new_{flag}": getattr(client, flag) for flag in _FLAGS},
    )


def delete_client(work: Work, client_id: int) -> None:
    """Its tokens and codes go along."""
    work.run(_DELETE, client_id=client_id)


_INSERT_SELF_REGISTERED = Statement(
    oauth_clients.insert()
    .values(
        {
            **bound("name", "redirect_uris", "created_at", "updated_at"),
            "is_self_registered": sa.true(),
        }
    )
    .returning(oauth_clients.c.id)
)
#: Somebody who lets a client in leaves a code, and most often a token.
_IS_UNUSED = sa.and_(
    oauth_clients.c.is_self_registered,
    *(
        ~sa.exists().where(table.c.client_id == oauth_clients.c.id)
        for table in (oauth_codes, tokens)
    ),
)
_IS_OLD = oauth_clients.c.created_at < sa.bindparam("older_than", type_=sa.BigInteger)
_COUNT_UNUSED = Statement(sa.select(sa.func.count()).select_from(oauth_clients).where(_IS_UNUSED))
_OLDEST_UNUSED = Statement(
    sa.select(oauth_clients.c.id).where(_IS_UNUSED, _IS_OLD).order_by(oauth_clients.c.id).limit(1)
)
_DELETE_SELF_REGISTERED = Statement(
    oauth_clients.delete().where(oauth_clients.c.is_self_registered, _THIS)
)
_FORGET_UNUSED = Statement(oauth_clients.delete().where(_IS_UNUSED, _IS_OLD))


def add_self_registered_client(work: Work, name: str, redirect_uris: Sequence[str]) -> int:
    """Of no organization, without a secret, and with no right but that of asking by a code."""
    client_id: int = work.value(
        _INSERT_SELF_REGISTERED,
        name=name,
        redirect_uris=json.dumps(list(redirect_uris)),
        created_at=work.now,
        updated_at=work.now,
    )
    return client_id


def count_unused_clients(work: Work) -> int:
    """Registered by themselves, and never let in by anybody."""
    count: int = work.value(_COUNT_UNUSED)
    return count


def find_oldest_unused_client(work: Work, *, before: Instant) -> int | None:
    found: int | None = work.value(_OLDEST_UNUSED, older_than=before)
    return found


def delete_self_registered_client(work: Work, client_id: int) -> None:
    work.run(_DELETE_SELF_REGISTERED, client_id=client_id)


def forget_unused_clients(connection: Connection, before: Instant) -> int:
    return connection.execute(_FORGET_UNUSED, {"older_than": before})
