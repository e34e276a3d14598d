"""Texts that are sent back with their snippets expanded keep the tokens (contract 50, 8).

Clients send templates back as they read them, and documents carry them elsewhere. A text that says
what the stored one shows means the stored one. A document holds the texts with the tokens beside
those that show snippets (`original_`): an import takes them where they say the same here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from procession.core.snippets import snippets_in
from procession.domains.snippets.content import expanded
from procession.domains.templates.content.texts import RICH_TEXTS, rich_texts
from procession.domains.templates.types import Content, Field, Step, Template
from procession.domains.templates.wire.templates import TemplateIn
from procession.flows.reaching.snippets import texts_named
from procession.flows.templates.labelling import listed
from procession.kit.html import clean_html
from procession.kit.work import Work


def with_tokens_kept(work: Work, was: Content, now: Content) -> Content:
    """`now`, but for texts that say what those of `was` show: they are as they were."""
    if not snippets_in(rich_texts(was)):
        return now
    texts = texts_named(work, rich_texts(was))
    steps = {step.id: step for step in was.steps}
    kickoff = {field.id: field for field in was.kickoff}
    return Content(
        steps=tuple(_step_kept(steps.get(step.id), step, texts) for step in now.steps),
        kickoff=tuple(_field_kept(kickoff.get(field.id), field, texts) for field in now.kickoff),
        stages=now.stages,
        rules=now.rules,
    )


def _step_kept(was: Step | None, now: Step, texts: Mapping[str, str]) -> Step:
    if was is None or was is now:
        return now
    fields = {field.id: field for field in was.fields}
    kept = _kept(was.summary, now.summary, texts)
    changed = msgspec.structs.replace(
        now,
        summary=kept,
        fields=tuple(_field_kept(fields.get(field.id), field, texts) for field in now.fields),
    )
    return was if msgspec.structs.replace(changed, updated_at=was.updated_at) == was else changed


def _field_kept(was: Field | None, now: Field, texts: Mapping[str, str]) -> Field:
    if was is None or was is now:
        return now
    changed = msgspec.structs.replace(now, guidance=_kept(was.guidance, now.guidance, texts))
    return was if msgspec.structs.replace(changed, updated_at=was.updated_at) == was else changed


def _kept(was: str | None, now: str | None, texts: Mapping[str, str]) -> str | None:
    return was if was != now and expanded(was, texts) == now else now


def face_changes_kept(work: Work, template: Template, changes: dict[str, Any]) -> dict[str, Any]:
    """The changes of a template's columns without texts that only show its snippets."""
    stored = {name: getattr(template, name) for name in RICH_TEXTS if name in changes}
    texts = texts_named(work, stored.values())
    return {
        name: value
        for name, value in changes.items()
        if not (name in stored and _kept(stored[name], value, texts) == stored[name])
    }


# --- Documents ---


def take_tokens(work: Work, sent: TemplateIn) -> None:
    """Put the texts with the tokens in the place of those that say the same."""
    pairs = list(_originals(sent))
    texts = texts_named(work, (original for _, _, original in pairs))
    for part, name, original in pairs:
        if expanded(clean_html(original), texts) == clean_html(getattr(part, name) or None):
            setattr(part, name, original)


def _originals(sent: TemplateIn) -> Iterator[tuple[Any, str, str]]:
    """Parts of a document, each with the name of a text and what is beside it."""
    steps = listed(sent.steps)
    fields = [*listed(sent.prerun), *(field for step in steps for field in step.captures or ())]
    parts = [(sent, RICH_TEXTS), *((step, ("summary",)) for step in steps)]
    for part, names in [*parts, *((field, ("guidance",)) for field in fields)]:
        for name in names:
            original = getattr(part, f"original_{name}")
            if isinstance(original, str) and snippets_in((original,)):
                yield part, name, original
