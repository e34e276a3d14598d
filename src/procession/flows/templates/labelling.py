"""Tags, custom fields and schedules that come with a new template (contract 20, 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import UNSET

from procession.domains.custom_fields import store as custom_fields
from procession.domains.custom_fields.actions.valuing import fits
from procession.domains.custom_fields.types import Record, RecordKind
from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import subject_of_step, subject_of_template
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.importing import Document
from procession.domains.templates.types import Content
from procession.domains.templates.wire.templates import TemplateIn
from procession.flows.templates.schedules import add_brought
from procession.kit.work import Work

#: No tag's title and no id is longer.
_LONGEST_NAME = 32


@dataclass(frozen=True)
class Brought:
    """What is put on a new template and its parts; a record without an id is the template."""

    #: (step or None for the template, tag)
    tags: Sequence[tuple[str | None, str]] = ()
    #: (record or None, key, value)
    values: Sequence[tuple[str | None, str, Any]] = ()
    #: Columns of each.
    schedules: Sequence[Mapping[str, Any]] = ()


def bring(work: Work, template_id: str, brought: Brought) -> None:
    """Onto the template that was made of the draft."""
    organizing.add_links(
        work,
        [
            (
                subject_of_template(template_id)
                if step_id is None
                else subject_of_step(template_id, step_id),
                tag_id,
            )
            for step_id, tag_id in brought.tags
        ],
    )
    custom_fields.add_values(
        work,
        [
            (
                Record(
                    kind=RecordKind.TEMPLATE, id=record_id or template_id, template_id=template_id
                ),
                key_id,
                value,
            )
            for record_id, key_id, value in brought.values
        ],
    )
    add_brought(work, template_id, brought.schedules)


def tags_brought(work: Work, sent: Any, found: Findings) -> Brought:
    """Of a template that is no document."""
    return Brought(tags=_known_tags(work, {None: ("tags", listed(sent))}, found))


def brought_by(
    work: Work, sent: TemplateIn, document: Document, content: Content, found: Findings
) -> Brought:
    """`content`: of the document, in its order. What is not known here is said."""
    return Brought(_tags(work, sent, content, found), _values(work, sent, document, content, found))


def _tags(
    work: Work, sent: TemplateIn, content: Content, found: Findings
) -> list[tuple[str | None, str]]:
    named: dict[str | None, tuple[str, Sequence[Any]]] = {None: ("tags", listed(sent.tags))}
    for place, (step, each) in enumerate(zip(content.steps, listed(sent.steps), strict=True)):
        named[step.id] = (f"steps.{place}.tags", listed(each.tags))
    return _known_tags(work, named, found)


def _known_tags(
    work: Work, named: Mapping[str | None, tuple[str, Sequence[Any]]], found: Findings
) -> list[tuple[str | None, str]]:
    """Tags of this organization with the title, else with the id; others are said."""
    texts = {text for _, sent in named.values() for each in sent for text in _texts_of(each)}
    ids = organizing.tags_among(work, [text.lower() for text in texts])
    titled = {title: tag.id for title, tag in organizing.tags_titled(work, texts).items()}
    known: dict[tuple[str | None, str], None] = {}
    for of, (path, sent) in named.items():
        for each in sent:
            names = _texts_of(each)
            tag_ids = [titled[name] for name in names if name in titled]
            tag_ids += [name.lower() for name in names if name.lower() in ids]
            if tag_ids:
                known[of, tag_ids[0]] = None
            else:
                found.warn(path, f"tag {names[0] if names else each} is not in this organization")
    return list(known)


def _texts_of(sent: Any) -> list[str]:
    """Title and id of an association, or whatever stands for one of them."""
    texts = [sent.get("title"), sent.get("tag_id")] if isinstance(sent, dict) else [sent]
    return [text.strip() for text in texts if isinstance(text, str) and is_storable(text.strip())]


def is_storable(text: str) -> bool:
    """Short enough for a title or an id, and nothing in it that no database takes."""
    return 0 < len(text) <= _LONGEST_NAME and text.isprintable()


def _values(
    work: Work, sent: TemplateIn, document: Document, content: Content, found: Findings
) -> list[tuple[str | None, str, Any]]:
    """Values of custom fields that this organization has, where they fit."""
    records: list[tuple[str, str | None, str, Any]] = [
        ("custom_fields", None, RecordKind.TEMPLATE, sent.custom_fields)
    ]
    for at, (field, each) in enumerate(zip(content.kickoff, document.kickoff, strict=True)):
        path = f"prerun.{at}.custom_fields"
        records.append((path, field.id, RecordKind.KICKOFF_FIELD, each.custom_fields))
    for at, (step, wanted) in enumerate(zip(content.steps, document.steps, strict=True)):
        path = f"steps.{at}.custom_fields"
        records.append((path, step.id, RecordKind.STEP, wanted.custom_fields))
        for place, (field, each) in enumerate(zip(step.fields, wanted.captures or (), strict=True)):
            path = f"steps.{at}.captures.{place}.custom_fields"
            records.append((path, field.id, RecordKind.FIELD, each.custom_fields))
    described = [each for each in records if isinstance(each[3], dict) and each[3]]
    kinds = {kind for _, _, kind, _ in described}
    keys = {(key.applies_to, key.key): key for key in custom_fields.keys_for(work, *sorted(kinds))}
    values = []
    for path, record_id, kind, wishes in described:
        for name, value in wishes.items():
            key = keys.get((kind, name))
            if key is not None and key.is_active and value is not None and fits(key, value):
                values.append((record_id, key.id, value))
            elif value is not None:
                found.warn(f"{path}.{name}", "no such custom field takes it in this organization")
    return values


def listed(sent: Any) -> Sequence[Any]:
    return () if sent in (UNSET, None) else sent
