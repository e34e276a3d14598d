"""Who may see and do what with which template, for auditors (issue 16): a row for each member and
template that they see."""

from collections.abc import Iterator
from dataclasses import replace

from procession.domains.people import store as people
from procession.domains.people.types import Member
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.types import Template
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import Forbidden
from procession.kit.system_log import Category, log
from procession.kit.work import Work, looking, writing

COLUMNS = (
    "user_id", "email", "full_name", "role", "checklist_id", "checklist_title", "archived",
    "read", "edit", "duplicate", "launch", "read_processes", "owner",
)  # fmt: skip


def stream_rights(caller: Caller) -> Iterator[list[object]]:
    """Of everybody who may come in now. Nothing is open between two members."""
    if not caller.is_admin:
        raise Forbidden
    with writing(caller) as work:
        log(work, "export_made", Category.SECURITY, "exported who may do what")
    return _rows(caller)


def _rows(caller: Caller) -> Iterator[list[object]]:
    ids = templates.list_ids(looking(caller))
    for member in people.list_members(looking(caller)):
        if member.is_active and not member.is_bot:
            yield from _of_member(caller, member, ids)


def _of_member(caller: Caller, member: Member, ids: list[str]) -> Iterator[list[object]]:
    work: Work = looking(caller)
    asking = replace(
        caller,
        kind=CallerKind.MEMBER,
        person_id=member.id,
        role=Role(member.role or Role.LIGHT),
    )
    work.act_as(asking)
    seen = templates.visible_among(work, ids)
    for template_id in ids:
        if template_id in seen:
            yield _row(asking, member, seen[template_id])


def _row(asking: Caller, member: Member, template: Template) -> list[object]:
    may = (
        True,
        policy.can_edit(asking, template),
        policy.can_duplicate(asking, template),
        policy.can_launch(asking, template),
        policy.can_read_processes(asking, template),
        template.owner_id == member.id,
    )
    return [
        member.id, member.email, member.full_name, member.role, template.id, template.title,
        _word(template.archived_at is not None), *map(_word, may),
    ]  # fmt: skip


def _word(value: bool) -> str:
    return "yes" if value else "no"
