"""All SQL about organizations, tokens, idempotency keys and the server's own keys."""

import json
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.tables import (
    idempotency_keys,
    organizations,
    server_counters,
    server_keys,
    tokens,
)
from procession.domains.accounts.types import SETTING_DEFAULTS, Organization, Token, TokenHolder
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.people.tables import memberships, users
from procession.kit.db import Connection, Statement, decode, like_pattern
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work


def _bound(*names: str) -> dict[str, Any]:
    return {name: sa.bindparam(name) for name in names}


# --- Who a token stands for: one statement on the way of every request ---

_HOLDER = Statement(
    sa.select(
        users.c.id,
        users.c.timezone,
        tokens.c.organization_id,
        tokens.c.expires_at,
        tokens.c.revoked_at,
        organizations.c.id,
        organizations.c.timezone,
        memberships.c.role,
        memberships.c.can_create_templates,
        memberships.c.can_archive_processes,
        memberships.c.approved_at,
        memberships.c.disabled_at,
    )
    .select_from(
        tokens.join(users, users.c.id == tokens.c.user_id)
        .outerjoin(
            memberships,
            sa.and_(
                memberships.c.user_id == users.c.id,
                memberships.c.organization_id == ORGANIZATION_ID,
            ),
        )
        .outerjoin(organizations, organizations.c.id == memberships.c.organization_id)
    )
    .where(tokens.c.digest == sa.bindparam("digest"))
)


def find_holder(connection: Connection, digest: str, organization_id: str) -> TokenHolder | None:
    """Before there is a caller: so this takes a connection, not a unit of work."""
    values = {"digest": digest, "organization_id": organization_id}
    holders = decode(connection.fetch(_HOLDER, values), TokenHolder)
    return holders[0] if holders else None


# --- Organizations ---

_COUNTED = memberships.alias("counted")
_MEMBER_COUNT = (
    sa.select(sa.func.count())
    .select_from(_COUNTED)
    .where(
        _COUNTED.c.organization_id == organizations.c.id,
        _COUNTED.c.role != "bot",
        _COUNTED.c.disabled_at.is_(None),
        _COUNTED.c.approved_at.is_not(None),
    )
    .scalar_subquery()
)
_OWN_ORGANIZATIONS = (
    sa.select(
        organizations.c.id,
        organizations.c.name,
        organizations.c.timezone,
        organizations.c.settings,
        organizations.c.created_at,
        organizations.c.updated_at,
        _MEMBER_COUNT,
        memberships.c.role,
        memberships.c.approved_at,
        memberships.c.disabled_at,
        memberships.c.joined_at,
    )
    .select_from(
        organizations.join(memberships, memberships.c.organization_id == organizations.c.id)
    )
    .where(memberships.c.user_id == CALLER_ID)
)
_ORGANIZATION = Statement(_OWN_ORGANIZATIONS.where(organizations.c.id == ORGANIZATION_ID))
_IN_LIST = sa.or_(
    sa.bindparam("q", type_=sa.Text) == "",
    sa.func.lower(organizations.c.name).like(sa.bindparam("pattern", type_=sa.Text), escape="\\"),
)
_ORGANIZATION_PAGE = Statement(
    _OWN_ORGANIZATIONS.where(_IN_LIST)
    .order_by(sa.func.lower(organizations.c.name), organizations.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .offset(sa.bindparam("offset", type_=sa.Integer))
)
_ORGANIZATION_COUNT = Statement(
    sa.select(sa.func.count())
    .select_from(
        organizations.join(memberships, memberships.c.organization_id == organizations.c.id)
    )
    .where(memberships.c.user_id == CALLER_ID, _IN_LIST)
)
_SETTINGS = Statement(
    sa.select(organizations.c.settings).where(organizations.c.id == ORGANIZATION_ID)
)
_INSERT_ORGANIZATION = Statement(
    organizations.insert().values(
        {
            **_bound("name", "timezone", "settings", "created_at", "updated_at"),
            "id": ORGANIZATION_ID,
        }
    )
)


_ANY_ORGANIZATION = Statement(sa.select(organizations.c.id).limit(1))
_ARCHIVING = Statement(
    sa.select(organizations.c.id)
    .where(organizations.c.settings.like('%"auto_archive":true%'))
    .order_by(organizations.c.id)
)
_SET_ORGANIZATION = Statement(
    organizations.update()
    .where(organizations.c.id == ORGANIZATION_ID)
    .values(
        name=sa.bindparam("new_name"),
        timezone=sa.bindparam("new_timezone"),
        settings=sa.bindparam("new_settings"),
        updated_at=sa.bindparam("now"),
    )
)


def has_organizations(connection: Connection) -> bool:
    return bool(connection.fetch(_ANY_ORGANIZATION, {}))


def organizations_archiving(connection: Connection) -> list[str]:
    """Organizations that let finished processes be archived by themselves."""
    return [row[0] for row in connection.fetch(_ARCHIVING, {})]


def set_organization(work: Work, name: str, timezone: str, settings: dict[str, Any]) -> None:
    work.run(
        _SET_ORGANIZATION,
        new_name=name,
        new_timezone=timezone,
        new_settings=json.dumps(settings, separators=(",", ":"), sort_keys=True),
    )


def get_organization(work: Work) -> Organization:
    return work.all(_ORGANIZATION, Organization)[0]


def list_organizations(work: Work, request: PageRequest, q: str) -> Page[Organization]:
    values = {"q": q, "pattern": like_pattern(q)}
    rows = work.all(
        _ORGANIZATION_PAGE, Organization, limit=request.size, offset=request.offset, **values
    )
    return Page(rows, work.value(_ORGANIZATION_COUNT, **values), request)


def get_settings(work: Work) -> dict[str, Any]:
    """Settings of the organization, defaults filled in."""
    return {**SETTING_DEFAULTS, **json.loads(work.value(_SETTINGS))}


def add_organization(work: Work, name: str, timezone: str) -> None:
    work.run(
        _INSERT_ORGANIZATION,
        name=name,
        timezone=timezone,
        settings="{}",
        created_at=work.now,
        updated_at=work.now,
    )


# --- Numbers given out within an organization, and on the whole server ---


def _taking(column: sa.Column[int]) -> Statement:
    return Statement(
        organizations.update()
        .where(organizations.c.id == ORGANIZATION_ID)
        .values({column: column + sa.bindparam("count", type_=sa.Integer)})
        .returning(column)
    )


_TAKE_TEMPLATE = _taking(organizations.c.template_count)
_TAKE_TASKS = _taking(organizations.c.task_count)
_TAKE_PROCESS_AND_TASKS = Statement(
    organizations.update()
    .where(organizations.c.id == ORGANIZATION_ID)
    .values(
        {
            "process_count": organizations.c.process_count + 1,
            "task_count": organizations.c.task_count + sa.bindparam("count", type_=sa.Integer),
        }
    )
    .returning(organizations.c.process_count, organizations.c.task_count)
)
_TAKE_ALIAS_NUMBERS = Statement(
    server_counters.update()
    .where(server_counters.c.name == "alias")
    .values(value=server_counters.c.value + sa.bindparam("count", type_=sa.BigInteger))
    .returning(server_counters.c.value)
)
FIRST_ALIAS_NUMBER = 1_000_000


def take_template_number(work: Work) -> int:
    number: int = work.value(_TAKE_TEMPLATE, count=1)
    return number


def take_task_numbers(work: Work, count: int) -> range:
    last: int = work.value(_TAKE_TASKS, count=count)
    return range(last - count + 1, last + 1)


class _Counts(msgspec.Struct, array_like=True):
    process: int
    task: int


def take_process_and_task_numbers(work: Work, task_count: int) -> tuple[int, range]:
    """The process's number, and the numbers of its tasks."""
    counts = work.all(_TAKE_PROCESS_AND_TASKS, _Counts, count=task_count)[0]
    return counts.process, range(counts.task - task_count + 1, counts.task + 1)


def take_alias_numbers(work: Work, count: int) -> range:
    """Server-wide numbers that end the aliases of steps and fields (contract 20, 1)."""
    last: int = work.value(_TAKE_ALIAS_NUMBERS, count=count)
    return range(last - count + 1, last + 1)


# --- Tokens ---

_INSERT_TOKEN = Statement(
    tokens.insert()
    .values(
        {
            **_bound("digest", "user_id", "name", "created_at", "expires_at"),
            "organization_id": sa.bindparam("only_organization_id", type_=sa.String(32)),
        }
    )
    .returning(tokens.c.id)
)
_TOKEN_COLUMNS = sa.select(
    tokens.c.id,
    tokens.c.user_id,
    users.c.email,
    tokens.c.organization_id,
    tokens.c.name,
    tokens.c.created_at,
    tokens.c.expires_at,
    tokens.c.revoked_at,
).select_from(tokens.join(users, users.c.id == tokens.c.user_id))
_TOKENS = Statement(_TOKEN_COLUMNS.order_by(tokens.c.id))
_REVOKE_TOKEN = Statement(
    tokens.update()
    .where(tokens.c.id == sa.bindparam("token_id"), tokens.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("revoked_at"))
)


_IS_TOKEN_TAKEN = Statement(sa.select(tokens.c.id).where(tokens.c.digest == sa.bindparam("digest")))


def is_token_taken(work: Work, digest: str) -> bool:
    """Revoked tokens are taken too."""
    return work.value(_IS_TOKEN_TAKEN, digest=digest) is not None


def add_token(
    work: Work, *, digest: str, user_id: int, name: str, expires_at: Instant | None
) -> int:
    token_id: int = work.value(
        _INSERT_TOKEN,
        digest=digest,
        user_id=user_id,
        only_organization_id=None,
        name=name,
        created_at=work.now,
        expires_at=expires_at,
    )
    return token_id


def list_tokens(work: Work) -> list[Token]:
    return work.all(_TOKENS, Token)


def set_token_revoked(work: Work, token_id: int) -> int:
    return work.run(_REVOKE_TOKEN, token_id=token_id, revoked_at=work.now)


# --- Keys of the server ---

_SERVER_KEY = Statement(
    sa.select(server_keys.c.value).where(server_keys.c.name == sa.bindparam("name"))
)
_INSERT_SERVER_KEY = Statement(server_keys.insert().values(_bound("name", "value")))


def find_server_key(connection: Connection, name: str) -> str | None:
    rows = connection.fetch(_SERVER_KEY, {"name": name})
    return rows[0][0] if rows else None


def add_server_key(connection: Connection, name: str, value: str) -> None:
    connection.execute(_INSERT_SERVER_KEY, {"name": name, "value": value})


# --- Idempotency keys ---


class StoredAnswer(msgspec.Struct, array_like=True, frozen=True):
    """What a key was used for, and the answer it got (None while that is not known)."""

    request_digest: str
    created_at: Instant
    status: int | None
    body: str | None


_THIS_KEY = (
    idempotency_keys.c.organization_id == ORGANIZATION_ID,
    idempotency_keys.c.caller == sa.bindparam("caller"),
    idempotency_keys.c.key == sa.bindparam("key"),
)
_CLAIM_KEY = Statement(
    idempotency_keys.insert().from_select(
        ["organization_id", "caller", "key", "request_digest", "created_at"],
        sa.select(
            ORGANIZATION_ID,
            sa.bindparam("caller", type_=sa.Text),
            sa.bindparam("key", type_=sa.Text),
            sa.bindparam("request_digest", type_=sa.Text),
            sa.bindparam("created_at", type_=sa.BigInteger),
        )
        .where(sa.true())
        .suffix_with("ON CONFLICT DO NOTHING"),
    )
)
_STORED_ANSWER = Statement(
    sa.select(
        idempotency_keys.c.request_digest,
        idempotency_keys.c.created_at,
        idempotency_keys.c.status,
        idempotency_keys.c.body,
    ).where(*_THIS_KEY)
)
_STORE_ANSWER = Statement(
    idempotency_keys.update()
    .where(*_THIS_KEY)
    .values(status=sa.bindparam("new_status"), body=sa.bindparam("new_body"))
)
_FORGET_KEY = Statement(idempotency_keys.delete().where(*_THIS_KEY))
_FORGET_OLD_KEYS = Statement(
    idempotency_keys.delete().where(
        idempotency_keys.c.created_at < sa.bindparam("older_than", type_=sa.BigInteger)
    )
)


def claim_key(work: Work, caller: str, key: str, request_digest: str) -> bool:
    """True for the one request that may run."""
    return bool(
        work.run(
            _CLAIM_KEY,
            caller=caller,
            key=key,
            request_digest=request_digest,
            created_at=work.now,
        )
    )


def find_answer(work: Work, caller: str, key: str) -> StoredAnswer | None:
    return work.first(_STORED_ANSWER, StoredAnswer, caller=caller, key=key)


def set_answer(work: Work, caller: str, key: str, status: int, body: str) -> None:
    work.run(_STORE_ANSWER, caller=caller, key=key, new_status=status, new_body=body)


def forget_key(work: Work, caller: str, key: str) -> None:
    work.run(_FORGET_KEY, caller=caller, key=key)


def forget_keys_before(connection: Connection, instant: Instant) -> int:
    return connection.execute(_FORGET_OLD_KEYS, {"older_than": instant})
