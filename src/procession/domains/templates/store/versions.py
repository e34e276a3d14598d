"""Versions of templates: what each consists of, and freezing one (docs/decisions/0014).

A version's content is stored as one JSON text for each of its parts, decoded straight into the
values of `types.Content`. A change writes only the parts that differ.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import MINUTE, Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.templates.store.selecting import TEMPLATE_ID
from procession.domains.templates.tables import template_versions
from procession.domains.templates.types import (
    Content,
    Face,
    Field,
    FrozenVersion,
    Rule,
    Stage,
    Step,
    Template,
)
from procession.kit.db import Statement, any_of
from procession.kit.reading import stored_reader
from procession.kit.searching import NOTHING, with_searched
from procession.kit.work import Work

#: (template id, version)
VersionKey = tuple[str, int]

_PARTS = ("steps", "kickoff", "stages", "rules")
_VERSION = sa.bindparam("of_version", type_=sa.Integer)
_THIS = (
    template_versions.c.organization_id == ORGANIZATION_ID,
    template_versions.c.template_id == TEMPLATE_ID,
    template_versions.c.version == _VERSION,
)
#: Not one process's own (decision 0045).
_IS_OF_TEMPLATE = template_versions.c.version > 0
_PART_COLUMNS = [template_versions.c[name] for name in _PARTS]
_ROW_COLUMNS = [
    template_versions.c.template_id,
    template_versions.c.version,
    *_PART_COLUMNS,
    template_versions.c.frozen_at,
]
_ONE = Statement(sa.select(*_PART_COLUMNS).where(*_THIS))
_MANY = Statement(
    sa.select(*_ROW_COLUMNS).where(
        template_versions.c.organization_id == ORGANIZATION_ID,
        any_of(template_versions.c.template_id, "template_ids"),
        any_of(template_versions.c.version, "versions"),
    )
)
_COLUMNS = (
    *("organization_id", "template_id", "version", *_PARTS, "step_count"),
    *("steps_text", "forms_text", "kickoff_text", "face_text"),
)
_INSERT = Statement(
    template_versions.insert().values({name: sa.bindparam(name) for name in _COLUMNS})
)


class _Parts(msgspec.Struct, array_like=True, frozen=True):
    steps: str
    kickoff: str
    stages: str
    rules: str


class _VersionRow(msgspec.Struct, array_like=True, frozen=True):
    template_id: str
    version: int
    steps: str
    kickoff: str
    stages: str
    rules: str
    frozen_at: Instant | None


_read_steps = stored_reader(tuple[Step, ...])
_read_fields = stored_reader(tuple[Field, ...])
_read_stages = stored_reader(tuple[Stage, ...])
_read_rules = stored_reader(tuple[Rule, ...])
_write = msgspec.json.Encoder().encode


def _content(parts: _Parts | _VersionRow) -> Content:
    return Content(
        _read_steps(parts.steps),
        _read_fields(parts.kickoff),
        _read_stages(parts.stages),
        _read_rules(parts.rules),
    )


def get_content(work: Work, template_id: str, version: int) -> Content:
    """Of a version that exists."""
    return _content(work.all(_ONE, _Parts, template_id=template_id, of_version=version)[0])


def contents_of(work: Work, versions: Collection[VersionKey]) -> dict[VersionKey, Content]:
    """By (template, version), those that exist; one statement for all of them."""
    wanted = set(versions)
    rows = _rows_of(work, wanted) if wanted else []
    return {(row.template_id, row.version): _content(row) for row in rows}


def _rows_of(work: Work, wanted: Collection[VersionKey]) -> list[_VersionRow]:
    rows = work.all(
        _MANY,
        _VersionRow,
        template_ids=list({template_id for template_id, _ in wanted}),
        versions=list({version for _, version in wanted}),
    )
    # The statement also finds combinations of the two lists that nobody asked for.
    return [row for row in rows if (row.template_id, row.version) in wanted]


# --- What processes were launched from ---

#: Frozen versions never change and their ids never come back, so what is remembered stays true.
_remembered: OrderedDict[tuple[str, str, int], tuple[Content, int]] = OrderedDict()
_remembering = threading.Lock()
#: Characters of JSON in all; the values take several times as much memory.
_MOST_REMEMBERED = 2_000_000


def launched_contents(work: Work, versions: Collection[VersionKey]) -> dict[VersionKey, Content]:
    """Of versions that processes were launched from: those are frozen (docs/decisions/0014)."""
    organization_id = work.caller.organization_id
    found = {}
    for key in set(versions):
        remembered = _remembered.get((organization_id, *key))
        if remembered is not None:
            found[key] = remembered[0]
    missing = set(versions) - found.keys()
    for row in _rows_of(work, missing) if missing else ():
        content = _content(row)
        found[row.template_id, row.version] = content
        # What was frozen just now may be this very transaction's doing, and be taken back.
        if row.frozen_at is not None and row.frozen_at < work.now - MINUTE:
            size = len(row.steps) + len(row.kickoff) + len(row.stages) + len(row.rules)
            _remember((organization_id, row.template_id, row.version), content, size)
    return found


def launched_content(work: Work, template_id: str, version: int) -> Content:
    """Of the version that some process was launched from."""
    return launched_contents(work, [(template_id, version)])[template_id, version]


def _remember(key: tuple[str, str, int], content: Content, size: int) -> None:
    """The newest ones, as many as there is room for."""
    with _remembering:
        _remembered[key] = content, size
        while sum(size for _, size in _remembered.values()) > _MOST_REMEMBERED:
            _remembered.popitem(last=False)


def forget_launched(organization_id: str, template_id: str, version: int) -> None:
    """Of a version that there was in a rehearsal alone."""
    with _remembering:
        _remembered.pop((organization_id, template_id, version), None)


_NAMING_STEP = Statement(
    sa.select(*_ROW_COLUMNS).where(
        template_versions.c.organization_id == ORGANIZATION_ID,
        template_versions.c.steps.like(sa.bindparam("pattern", type_=sa.Text)),
        _IS_OF_TEMPLATE,
    )
)


def find_template_of_step(work: Work, step_id: str) -> str | None:
    """Id of the template that has this step (32 hex characters) in one of its versions."""
    for row in work.all(_NAMING_STEP, _VersionRow, pattern=f'%"{step_id}"%') if step_id else ():
        if any(step.id == step_id for step in _read_steps(row.steps)):
            return row.template_id
    return None


def add_version(work: Work, template_id: str, version: int, content: Content) -> None:
    parts = {name: _write(getattr(content, name)).decode() for name in _PARTS}
    work.run(
        _INSERT,
        organization_id=work.caller.organization_id,
        template_id=template_id,
        version=version,
        step_count=len(content.steps),
        **with_searched(work, template_versions, {**parts, "face": None}),
    )


def set_content(work: Work, template_id: str, version: int, was: Content, now: Content) -> None:
    """Write the parts of a version that changed. It must not be frozen."""
    values: dict[str, Any] = {
        name: _write(getattr(now, name)).decode()
        for name in _PARTS
        if getattr(now, name) != getattr(was, name)
    }
    if len(now.steps) != len(was.steps):
        values["step_count"] = len(now.steps)
    if values:
        values = with_searched(work, template_versions, values)
        statement = _setting(tuple(values))
        named = {f"new_{name}": value for name, value in values.items()}
        work.run(statement, template_id=template_id, of_version=version, **named)


_SETTING: dict[tuple[str, ...], Statement] = {}


def _setting(names: tuple[str, ...]) -> Statement:
    if names not in _SETTING:
        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in names}
        _SETTING[names] = Statement(template_versions.update().where(*_THIS).values(values))
    return _SETTING[names]


# --- Frozen versions ---

_FREEZE = Statement(
    template_versions.update()
    .where(*_THIS, template_versions.c.frozen_at.is_(None))
    .values(
        face=sa.bindparam("face"),
        face_text=sa.bindparam("face_text"),
        frozen_at=sa.bindparam("now"),
        frozen_by=sa.bindparam("frozen_by"),
    )
)
_read_face = stored_reader(Face)

_FACE = Statement(sa.select(template_versions.c.face).where(*_THIS))
_FACES = Statement(
    sa.select(
        template_versions.c.template_id, template_versions.c.version, template_versions.c.face
    ).where(
        template_versions.c.organization_id == ORGANIZATION_ID,
        any_of(template_versions.c.template_id, "template_ids"),
        any_of(template_versions.c.version, "versions"),
        template_versions.c.face.is_not(None),
    )
)


def freeze_version(work: Work, template: Template) -> None:
    """The version being edited becomes one that nobody changes; the template's row says so, too.

    Called by who also sets `version_is_frozen`, in the same transaction.
    """
    work.run(
        _FREEZE,
        template_id=template.id,
        of_version=template.version,
        **with_searched(work, template_versions, {"face": _write(face_of(template)).decode()}),
        frozen_by=work.caller.person_id,
    )


def face_of(template: Template) -> Face:
    return Face(**{name: getattr(template, name) for name in Face.__struct_fields__})


def with_face(template: Template, version: int, face: Face) -> Template:
    """The template as it was when the version was frozen."""
    return msgspec.structs.replace(template, version=version, **msgspec.structs.asdict(face))


def find_face(work: Work, template_id: str, version: int) -> Face | None:
    """None for a version that was never frozen, or does not exist."""
    text = work.value(_FACE, template_id=template_id, of_version=version)
    return None if text is None else _read_face(text)


_FROZEN_BEFORE = template_versions.alias()
_FREEZE_LIKE = Statement(
    template_versions.update()
    .where(*_THIS)
    .values(
        face=sa.select(_FROZEN_BEFORE.c.face)
        .where(
            _FROZEN_BEFORE.c.organization_id == ORGANIZATION_ID,
            _FROZEN_BEFORE.c.template_id == TEMPLATE_ID,
            _FROZEN_BEFORE.c.version == sa.bindparam("version_before", type_=sa.Integer),
        )
        .scalar_subquery(),
        # It is no template's, so nobody looks for it.
        face_text=NOTHING,
        frozen_at=sa.bindparam("now"),
        frozen_by=sa.bindparam("frozen_by"),
    )
)


def add_own_version(
    work: Work, template_id: str, version: int, content: Content, *, before: int
) -> None:
    """One process's alone: `version` is negative. Its texts are those of the version `before`."""
    add_version(work, template_id, version, content)
    work.run(
        _FREEZE_LIKE,
        template_id=template_id,
        of_version=version,
        version_before=before,
        frozen_by=work.caller.person_id,
    )


class _FaceRow(msgspec.Struct, array_like=True, frozen=True):
    template_id: str
    version: int
    face: str


def faces_of(work: Work, versions: Collection[VersionKey]) -> dict[VersionKey, Face]:
    """By (template, version), of those that are frozen; one statement for all of them."""
    wanted = set(versions)
    if not wanted:
        return {}
    rows = work.all(
        _FACES,
        _FaceRow,
        template_ids=list({template_id for template_id, _ in wanted}),
        versions=list({version for _, version in wanted}),
    )
    return {
        (row.template_id, row.version): _read_face(row.face)
        for row in rows
        if (row.template_id, row.version) in wanted
    }


_LAUNCHED = (
    sa.select(sa.func.count())
    .select_from(processes)
    .where(
        processes.c.organization_id == template_versions.c.organization_id,
        processes.c.template_id == template_versions.c.template_id,
        processes.c.template_version == template_versions.c.version,
    )
)
_RUNNING = _LAUNCHED.where(processes.c.archived_at.is_(None), processes.c.completed_at.is_(None))
_FROZEN = Statement(
    sa.select(
        template_versions.c.version,
        template_versions.c.frozen_at,
        template_versions.c.frozen_by,
        _LAUNCHED.scalar_subquery(),
        _RUNNING.scalar_subquery(),
    )
    .where(
        template_versions.c.organization_id == ORGANIZATION_ID,
        template_versions.c.template_id == TEMPLATE_ID,
        template_versions.c.frozen_at.is_not(None),
        _IS_OF_TEMPLATE,
    )
    .order_by(template_versions.c.version.desc())
)


def list_frozen(work: Work, template_id: str) -> list[FrozenVersion]:
    """Newest first."""
    return work.all(_FROZEN, FrozenVersion, template_id=template_id)
