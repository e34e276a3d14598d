"""All SQL about files, the answers that name them, and bytes that are to go."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import MINUTE, Instant
from procession.domains.files.access import is_visible
from procession.domains.files.tables import file_removals, file_uses, files
from procession.domains.files.types import (
    PASTED,
    SAID,
    FileFilter,
    FileSubject,
    FileUse,
    StoredFile,
    SubjectKind,
)
from procession.domains.holds.access import is_all_held
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import guests
from procession.domains.processes.access import sight_of
from procession.domains.processes.tables import process_injections, processes
from procession.domains.tasks.tables import tasks
from procession.kit.db import Connection, Statement, any_of, decode
from procession.kit.destroying import Clearance, Destroying
from procession.kit.leasing import AT_ONCE
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_FILE_ID = sa.bindparam("file_id", type_=sa.String(32))
_THIS = (files.c.organization_id == ORGANIZATION_ID, files.c.id == _FILE_ID)
_COLUMNS = [files.c[name] for name in StoredFile.__struct_fields__[:-2]]
_EMAIL = sa.select(guests.c.email).where(guests.c.id == files.c.uploaded_by_guest)
_home = tasks.alias("home")
_PROCESS_OF_TASK = sa.select(_home.c.process_id).where(
    _home.c.organization_id == files.c.organization_id, _home.c.id == files.c.task_id
)
_ALL = sa.select(*_COLUMNS, _EMAIL.scalar_subquery(), _PROCESS_OF_TASK.scalar_subquery()).where(
    files.c.organization_id == ORGANIZATION_ID
)
_ANY = Statement(_ALL.where(files.c.id == _FILE_ID))
_SUBJECTS = {
    SubjectKind.PROCESS: files.c.process_id,
    SubjectKind.TEMPLATE: files.c.template_id,
    SubjectKind.TASK: files.c.task_id,
}


@cache
def _visible(sight: Any, role: Any, *, is_locked: bool) -> Statement:
    one = _ALL.where(files.c.id == _FILE_ID, is_visible(sight, role))
    return Statement(one.with_for_update(of=files) if is_locked else one)


def find_visible(work: Work, file_id: str, *, lock: bool = False) -> StoredFile | None:
    """Archived or not."""
    caller = work.caller
    one = _visible(sight_of(caller), caller.role, is_locked=lock)
    return work.first(one, StoredFile, file_id=file_id)


def find_any(work: Work, file_id: str) -> StoredFile | None:
    """Whoever asks: for who comes with the file's own link."""
    return work.first(_ANY, StoredFile, file_id=file_id)


@cache
def _visible_among(sight: Any, role: Any) -> Statement:
    return Statement(_ALL.where(any_of(files.c.id, "file_ids"), is_visible(sight, role)))


def visible_among(work: Work, file_ids: Collection[str]) -> dict[str, StoredFile]:
    """Those that the caller may see, by id; archived ones included."""
    if not file_ids:
        return {}
    caller = work.caller
    found = _visible_among(sight_of(caller), caller.role)
    rows = work.all(found, StoredFile, file_ids=sorted(file_ids))
    return {each.id: each for each in rows}


@cache
def _list(
    sight: Any, role: Any, kind: SubjectKind | None, *, is_of_place: bool, is_archived: bool
) -> tuple[Statement, Statement]:
    wanted = _ALL.where(is_visible(sight, role))
    if kind is not None and kind is not SubjectKind.ORGANIZATION:
        wanted = wanted.where(_SUBJECTS[kind] == sa.bindparam("subject_id", type_=sa.String(32)))
    elif kind is not None:
        wanted = wanted.where(*[column.is_(None) for column in _SUBJECTS.values()])
    if is_of_place:
        wanted = wanted.where(files.c.uploaded_from == sa.bindparam("place", type_=sa.Text))
    is_away = files.c.archived_at.is_not(None)
    wanted = wanted.where(is_away if is_archived else ~is_away)
    page = (
        wanted.order_by(files.c.uploaded_at.desc(), files.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )
    return Statement(page), Statement(sa.select(sa.func.count()).select_from(wanted.subquery()))


def list_visible(work: Work, request: PageRequest, wanted: FileFilter) -> Page[StoredFile]:
    """Newest first."""
    caller, subject = work.caller, wanted.subject
    page, count = _list(
        sight_of(caller),
        caller.role,
        subject and subject.kind,
        is_of_place=bool(wanted.uploaded_from),
        is_archived=wanted.is_archived,
    )
    bound = {"subject_id": subject and subject.id, "place": wanted.uploaded_from}
    rows = work.all(page, StoredFile, **bound, limit=request.size, offset=request.offset)
    return Page(rows, work.value(count, **bound), request)


# --- Of several subjects at once, for what includes them ---


@cache
def _of(kind: SubjectKind, sight: Any, role: Any) -> Statement:
    theirs = _ALL.where(any_of(_SUBJECTS[kind], "subject_ids"), files.c.archived_at.is_(None))
    return Statement(
        theirs.where(is_visible(sight, role)).order_by(files.c.uploaded_at, files.c.id)
    )


def of_subjects(
    work: Work, kind: SubjectKind, subject_ids: Collection[str]
) -> dict[str, list[StoredFile]]:
    """Live ones that the caller may see, oldest first, by subject."""
    found: dict[str, list[StoredFile]] = {subject_id: [] for subject_id in subject_ids}
    if found:
        caller = work.caller
        statement = _of(kind, sight_of(caller), caller.role)
        for each in work.all(statement, StoredFile, subject_ids=sorted(found)):
            subject = each.subject
            assert subject is not None
            found[subject.id].append(each)
    return found


# --- Changes ---

_INSERT = Statement(
    files.insert().values({column.name: sa.bindparam(column.name) for column in files.c})
)
_DELETE = Destroying(files.delete().where(*_THIS))
_ARCHIVED_AT = sa.bindparam("new_archived_at", type_=sa.BigInteger)
_SET_ARCHIVED = Statement(files.update().where(*_THIS).values(archived_at=_ARCHIVED_AT))
_SET_TOKEN = Statement(
    files.update().where(*_THIS).values(link_token=sa.bindparam("new_token", type_=sa.Text))
)
_HAND_TO_LAUNCHED = Statement(
    files.update()
    .where(files.c.organization_id == ORGANIZATION_ID, any_of(files.c.id, "file_ids"))
    .values(
        process_id=sa.bindparam("process_id", type_=sa.String(32)),
        checklist_id=sa.bindparam("template_id", type_=sa.String(32)),
    )
)


@cache
def _newest(kind: SubjectKind | None, *, has_place: bool) -> Statement:
    newest = sa.select(sa.func.coalesce(sa.func.max(files.c.version), 0)).where(
        files.c.organization_id == ORGANIZATION_ID,
        files.c.filename == sa.bindparam("filename", type_=sa.Text),
    )
    for of, column in _SUBJECTS.items():
        is_it = column == sa.bindparam("subject_id", type_=sa.String(32))
        newest = newest.where(is_it if of is kind else column.is_(None))
    is_there = files.c.uploaded_from == sa.bindparam("place", type_=sa.Text)
    return Statement(newest.where(is_there if has_place else files.c.uploaded_from.is_(None)))


def newest_version(
    work: Work, subject: FileSubject | None, place: str | None, filename: str
) -> int:
    """Of this name in this place; 0 where there is none. Whoever asks holds the subject."""
    newest = _newest(subject and subject.kind, has_place=place is not None)
    subject_id = subject and subject.id
    version: int = work.value(newest, subject_id=subject_id, place=place, filename=filename)
    return version


def add_file(work: Work, file: StoredFile) -> None:
    values = msgspec.structs.asdict(file)
    del values["guest_email"], values["process_of_task"]
    work.run(_INSERT, **values)


def add_rows(connection: Connection, organization_id: str, rows: Iterable[StoredFile]) -> None:
    """For whoever has no caller, or whose own change tells of them."""
    values = [{"organization_id": organization_id, **msgspec.structs.asdict(row)} for row in rows]
    for each in values:
        del each["guest_email"], each["process_of_task"]
    connection.execute_many(_INSERT, values)


def delete_file(work: Work, clearance: Clearance, home_id: str, file_id: str) -> None:
    """`home_id`: what it belongs to."""
    work.destroy(clearance, home_id, _DELETE, file_id=file_id)


def hand_to_process(work: Work, file_ids: Sequence[str], process_id: str, template_id: str) -> None:
    """From the organization to a process that was launched from this template."""
    work.run(
        _HAND_TO_LAUNCHED, file_ids=list(file_ids), process_id=process_id, template_id=template_id
    )


def set_archived(work: Work, file_id: str, at: Instant | None) -> None:
    work.run(_SET_ARCHIVED, file_id=file_id, new_archived_at=at)


def set_link_token(work: Work, file_id: str, token: str) -> None:
    work.run(_SET_TOKEN, file_id=file_id, new_token=token)


# --- Which answers name them ---

_USES = Statement(
    sa.select(file_uses.c.file_id, file_uses.c.process_id, file_uses.c.task_id).where(
        file_uses.c.organization_id == ORGANIZATION_ID, file_uses.c.file_id == _FILE_ID
    )
)
_FORGET_USES = Statement(
    file_uses.delete().where(
        file_uses.c.organization_id == ORGANIZATION_ID,
        file_uses.c.holder_id == sa.bindparam("holder_id", type_=sa.String(32)),
    )
)
_ADD_USE = Statement(
    file_uses.insert().values({column.name: sa.bindparam(column.name) for column in file_uses.c})
)


def uses_of(work: Work, file_id: str) -> list[FileUse]:
    return work.all(_USES, FileUse, file_id=file_id)


def set_uses(
    work: Work, file_ids: Iterable[str], *, process_id: str | None = None,
    task_id: str | None = None,
) -> None:  # fmt: skip
    """All files that the answers of this task, or of this process's kick-off form, name now."""
    holder_id = task_id or process_id
    work.run(_FORGET_USES, holder_id=holder_id)
    work.run_many(
        _ADD_USE,
        [
            {
                "organization_id": work.caller.organization_id,
                "file_id": file_id,
                "holder_id": holder_id,
                "process_id": process_id if task_id is None else None,
                "task_id": task_id,
            }
            for file_id in sorted(set(file_ids))
        ],
    )


# --- Bytes that are to go ---

_ADD_REMOVAL = Destroying(
    file_removals.insert().values(
        organization_id=ORGANIZATION_ID, file_id=_FILE_ID, due_at=AT_ONCE, attempt_count=0
    )
)


def add_removal(work: Work, clearance: Clearance, home_id: str, file_id: str) -> None:
    """In the transaction that forgets the file: its bytes go when it is committed."""
    work.destroy(clearance, home_id, _ADD_REMOVAL, file_id=file_id)


def _all_of(condition: sa.ColumnElement[bool]) -> Destroying:
    """The bytes of all files for which it holds."""
    wanted = sa.select(
        files.c.organization_id, files.c.id, sa.literal(AT_ONCE), sa.literal(0)
    ).where(files.c.organization_id == ORGANIZATION_ID, files.c.source == "local", condition)
    names = ["organization_id", "file_id", "due_at", "attempt_count"]
    return Destroying(file_removals.insert().from_select(names, wanted))


_SUBJECT_ID = sa.bindparam("subject_id", type_=sa.String(32))
_tasks_of = sa.select(tasks.c.id).where(
    tasks.c.organization_id == ORGANIZATION_ID, tasks.c.process_id == _SUBJECT_ID
)
_REMOVE_ALL = {
    SubjectKind.PROCESS: _all_of(
        sa.or_(files.c.process_id == _SUBJECT_ID, files.c.task_id.in_(_tasks_of))
    ),
    SubjectKind.TASK: _all_of(files.c.task_id == _SUBJECT_ID),
    SubjectKind.TEMPLATE: _all_of(files.c.template_id == _SUBJECT_ID),
}


def add_removals(work: Work, clearance: Clearance, subject: FileSubject) -> None:
    """Of all that belongs to what is about to be deleted, the tasks of a process included; the
    rows go with what they belong to."""
    work.destroy(clearance, subject.id, _REMOVE_ALL[subject.kind], subject_id=subject.id)


def _launched_from(table: sa.Table) -> sa.Exists:
    return sa.exists().where(
        table.c.organization_id == ORGANIZATION_ID, table.c.template_id == _SUBJECT_ID
    )


#: Pictures of its texts: what its processes show of them stays, whichever processes are left.
_KEEP_PICTURES = Statement(
    files.update()
    .where(
        files.c.organization_id == ORGANIZATION_ID,
        files.c.template_id == _SUBJECT_ID,
        files.c.uploaded_from == PASTED,
        sa.or_(_launched_from(processes), _launched_from(process_injections)),
    )
    .values(template_id=None)
)


def _users_of(column: sa.Column[Any]) -> sa.ScalarSelect[Any]:
    return (
        sa.select(sa.func.min(column))
        .where(
            file_uses.c.organization_id == files.c.organization_id,
            file_uses.c.file_id == files.c.id,
        )
        .scalar_subquery()
    )


def _handing(to: sa.Column[Any], user: sa.Column[Any]) -> Statement:
    theirs = (files.c.organization_id == ORGANIZATION_ID, files.c.template_id == _SUBJECT_ID)
    handed = {files.c.template_id: None, to: _users_of(user)}
    return Statement(files.update().where(*theirs, _users_of(user).is_not(None)).values(handed))


_HAND_TO_PROCESSES = _handing(files.c.process_id, file_uses.c.process_id)
_HAND_TO_TASKS = _handing(files.c.task_id, file_uses.c.task_id)


def hand_to_users(work: Work, template_id: str) -> None:
    """Of a template that goes: what its processes were launched with becomes theirs, and what they
    show of its texts the organization's."""
    work.run(_KEEP_PICTURES, subject_id=template_id)
    work.run(_HAND_TO_PROCESSES, subject_id=template_id)
    work.run(_HAND_TO_TASKS, subject_id=template_id)


# --- For the worker, which clears away bytes of every organization ---


class Removal(msgspec.Struct, array_like=True, frozen=True):
    organization_id: str
    file_id: str
    attempt_count: int


_NOW = sa.bindparam("now", type_=sa.BigInteger)
_OF_ROW = (
    file_removals.c.organization_id == ORGANIZATION_ID,
    file_removals.c.file_id == _FILE_ID,
)
_DUE = Statement(
    sa.select(*[file_removals.c[name] for name in Removal.__struct_fields__])
    .where(file_removals.c.due_at <= _NOW, ~is_all_held(file_removals.c.organization_id))
    .order_by(file_removals.c.due_at, file_removals.c.organization_id, file_removals.c.file_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_DONE = Statement(file_removals.delete().where(*_OF_ROW))
_LATER = Statement(
    file_removals.update()
    .where(*_OF_ROW)
    .values(
        due_at=sa.bindparam("again_at", type_=sa.BigInteger),
        attempt_count=file_removals.c.attempt_count + 1,
    )
)
#: Before the next attempt; the last one again and again.
_PAUSES = (MINUTE // 6, MINUTE, 10 * MINUTE, 60 * MINUTE)


_IS_ON_HOLD = Statement(sa.select(is_all_held(ORGANIZATION_ID)))


def is_on_hold(connection: Connection, organization_id: str) -> bool:
    """All of it."""
    return bool(connection.fetch(_IS_ON_HOLD, {"organization_id": organization_id})[0][0])


def list_due_removals(connection: Connection, now: Instant, most: int) -> list[Removal]:
    """Where the whole organization is on hold they wait for its release."""
    return decode(connection.fetch(_DUE, {"now": now, "most": most}), Removal)


def _keys(removal: Removal) -> dict[str, Any]:
    return {"organization_id": removal.organization_id, "file_id": removal.file_id}


def forget_removals(connection: Connection, done: Iterable[Removal]) -> None:
    connection.execute_many(_DONE, [_keys(each) for each in done])


def postpone_removal(connection: Connection, removal: Removal, now: Instant) -> None:
    pause = _PAUSES[min(removal.attempt_count, len(_PAUSES) - 1)]
    connection.execute(_LATER, {**_keys(removal), "again_at": now + pause})


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


_KNOWN = Statement(
    sa.select(files.c.id).where(
        files.c.organization_id == ORGANIZATION_ID, any_of(files.c.id, "file_ids")
    )
)


def known_among(
    connection: Connection, organization_id: str, file_ids: Collection[str]
) -> set[str]:
    """Those that a row is there for."""
    bound = {"organization_id": organization_id, "file_ids": sorted(file_ids)}
    return {each.id for each in decode(connection.fetch(_KNOWN, bound), _Id)}


_IS_PICTURE = sa.or_(files.c.uploaded_from == PASTED, files.c.uploaded_from.startswith(SAID))
_PASTED = Statement(_ALL.where(any_of(files.c.id, "file_ids"), _IS_PICTURE))


def pasted_among(
    connection: Connection, organization_id: str, file_ids: Collection[str]
) -> list[StoredFile]:
    """Pictures of texts, for who has been shown the texts. Archived ones are left out."""
    bound = {"organization_id": organization_id, "file_ids": sorted(file_ids)}
    rows = decode(connection.fetch(_PASTED, bound), StoredFile)
    return [row for row in rows if row.archived_at is None]


class KeptFile(msgspec.Struct, array_like=True, frozen=True):
    organization_id: str
    id: str
    size: int


_KEPT_HERE = Statement(
    sa.select(files.c.organization_id, files.c.id, files.c.size)
    .where(
        files.c.source == "local",
        sa.tuple_(files.c.organization_id, files.c.id)
        > sa.tuple_(
            sa.bindparam("after_organization", type_=sa.String(32)),
            sa.bindparam("after_file", type_=sa.String(32)),
        ),
    )
    .order_by(files.c.organization_id, files.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def list_kept(connection: Connection, after: tuple[str, str], most: int) -> list[KeptFile]:
    """Files whose bytes are here, of every organization, behind this (organization, file)."""
    bound = {"after_organization": after[0], "after_file": after[1], "most": most}
    return decode(connection.fetch(_KEPT_HERE, bound), KeptFile)
