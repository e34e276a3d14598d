"""Open invitations."""

import sqlalchemy as sa

from procession.core.links import find_place, placed
from procession.core.times import DAY
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.guest_codes import CODE_LENGTH, code_digest, invitation_code
from procession.domains.people.tables import invitations
from procession.domains.people.types import Invitation
from procession.kit.db import BigNumber, Connection, Statement, decode
from procession.kit.ids import new_id
from procession.kit.work import Work

_LIFETIME = 18 * DAY
_COLUMNS = [invitations.c[name] for name in Invitation.__struct_fields__]
_USER_ID = sa.bindparam("user_id", type_=BigNumber)
_THIS = (invitations.c.organization_id == ORGANIZATION_ID, invitations.c.user_id == _USER_ID)
_INVITATION = Statement(sa.select(*_COLUMNS).where(*_THIS))
_OF_CODE = sa.select(*_COLUMNS).where(invitations.c.code_digest == sa.bindparam("code_digest"))
_BY_CODE = Statement(_OF_CODE.where(invitations.c.organization_id == ORGANIZATION_ID))
#: Links that were mailed before 0.2; they are good for 18 days.
_BY_CODE_ALONE = Statement(_OF_CODE)
_DELETE = Statement(invitations.delete().where(*_THIS))
_INSERT = Statement(
    invitations.insert().values(
        {column.name: sa.bindparam(column.name) for column in invitations.c}
    )
)


def find_invitation(work: Work, user_id: int) -> Invitation | None:
    return work.first(_INVITATION, Invitation, user_id=user_id)


def find_invitation_by_code(connection: Connection, word: str) -> Invitation | None:
    """`word`: what the link carries. Before there is a caller: so this takes a connection, not a
    unit of work."""
    organization_id, code = find_place(word, CODE_LENGTH)
    statement = _BY_CODE_ALONE if organization_id is None else _BY_CODE
    values = {"organization_id": organization_id, "code_digest": code_digest(code)}
    found = decode(connection.fetch(statement, values), Invitation)
    return found[0] if found else None


def word_of(work: Work, invitation: Invitation) -> str:
    """What its link carries."""
    return placed(invitation.organization_id, _code_of(work, invitation))


def _code_of(work: Work, invitation: Invitation) -> str:
    return invitation_code(
        work.caller.server.secret_key,
        invitation.organization_id,
        invitation.user_id,
        invitation.nonce,
    )


def renew_invitation(work: Work, user_id: int, message: str | None) -> Invitation:
    """A new code; the one before leads nowhere from now on."""
    clear_invitation(work, user_id)
    made = Invitation(
        organization_id=work.caller.organization_id,
        user_id=user_id,
        nonce=new_id(),
        message=message,
        sent_at=work.now,
        expires_at=work.now + _LIFETIME,
    )
    work.run(
        _INSERT,
        user_id=user_id,
        code_digest=code_digest(_code_of(work, made)),
        nonce=made.nonce,
        message=message,
        sent_at=made.sent_at,
        expires_at=made.expires_at,
    )
    return made


def clear_invitation(work: Work, user_id: int) -> None:
    work.run(_DELETE, user_id=user_id)
