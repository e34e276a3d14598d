"""The one select of templates a caller may see (contract 00, 8.2)."""

from functools import cache

import sqlalchemy as sa

from procession.domains.people.access import CALLER_ID, is_caller
from procession.domains.templates.tables import template_grants, templates
from procession.domains.templates.types import EVERYONE, Permission
from procession.kit.caller import Role

#: Lists in which "everyone" does not include light members.
_NAMED_ONLY = (Permission.LAUNCH.value, Permission.READ_PROCESSES.value)
#: Lists that never count for light members.
_NEVER_LIGHT = (Permission.EDIT.value, Permission.DUPLICATE.value)


@cache
def grants_held(role: Role) -> sa.ColumnElement[bool]:
    """The grant counts for a caller of this role."""
    everyone = template_grants.c.grantee == EVERYONE
    named = is_caller(template_grants.c.grantee)
    if role is not Role.LIGHT:
        return sa.or_(everyone, named)
    return sa.and_(
        template_grants.c.permission.not_in(_NEVER_LIGHT),
        sa.or_(sa.and_(everyone, template_grants.c.permission.not_in(_NAMED_ONLY)), named),
    )


def of_template() -> sa.ColumnElement[bool]:
    return sa.and_(
        template_grants.c.organization_id == templates.c.organization_id,
        template_grants.c.template_id == templates.c.id,
    )


@cache
def may_edit(role: Role) -> sa.ColumnElement[bool]:
    """As `policy.can_edit`, for lists."""
    if role is Role.ADMIN:
        return sa.true()
    if role is Role.LIGHT:
        return sa.false()
    return sa.or_(
        templates.c.owner_id == CALLER_ID,
        templates.c.created_by == CALLER_ID,
        _holds_edit(role),
    )


@cache
def may_launch(role: Role) -> sa.ColumnElement[bool]:
    """As `policy.can_launch`, for lists; and with drafts on, something was published."""
    has_version = sa.or_(
        templates.c.has_draft.is_(False), templates.c.published_version.is_not(None)
    )
    if role is Role.ADMIN:
        return has_version
    is_theirs = sa.or_(templates.c.owner_id == CALLER_ID, templates.c.created_by == CALLER_ID)
    return sa.and_(has_version, sa.or_(is_theirs, _holds(role, Permission.LAUNCH)))


def _holds_edit(role: Role) -> sa.ColumnElement[bool]:
    return _holds(role, Permission.EDIT)


def _holds(role: Role, permission: Permission) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        of_template(),
        grants_held(role),
        template_grants.c.permission == permission.value,
    )


@cache
def sees_draft(role: Role) -> sa.ColumnElement[bool]:
    """Others see the published version where drafts are on (20, 1)."""
    return sa.or_(templates.c.has_draft.is_(False), may_edit(role))


@cache
def is_visible(role: Role) -> sa.ColumnElement[bool]:
    """Any of the five permissions makes a template exist for its holder.

    One that was never published exists only for who may edit it, where drafts are on (20, 1).
    """
    if role is Role.ADMIN:
        return sa.true()
    holds_any = sa.exists().where(of_template(), grants_held(role))
    is_shown = sa.or_(
        templates.c.has_draft.is_(False),
        templates.c.published_version.is_not(None),
        _holds_edit(role),
    )
    return sa.or_(
        templates.c.owner_id == CALLER_ID,
        templates.c.created_by == CALLER_ID,
        sa.and_(holds_any, is_shown),
    )
