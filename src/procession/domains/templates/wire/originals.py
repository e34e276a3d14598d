"""Texts with their tokens, beside those that show what snippets say (contract 50, 8)."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET

from procession.domains.templates.types import Content, Field, Step, Template
from procession.domains.templates.wire.attributes import ORIGINALS
from procession.domains.templates.wire.fields import FieldOut
from procession.domains.templates.wire.steps import StepOut
from procession.domains.templates.wire.templates import TemplateOut


def note_template(out: TemplateOut, template: Template, content: Content) -> TemplateOut:
    """`template` and `content` as stored; `out` made of the same with its snippets."""
    for name in ORIGINALS:
        _note(out, name, getattr(template, name.removeprefix("original_")))
    note_fields(out.prerun, content.kickoff)
    if out.steps is not UNSET:
        note_steps(out.steps["data"], content.steps)
    return out


def note_steps(shown: Sequence[StepOut], stored: Sequence[Step]) -> None:
    for out, step in zip(shown, stored, strict=True):
        _note(out, "original_summary", step.summary)
        note_fields(out.captures, step.fields)


def note_fields(shown: Sequence[FieldOut], stored: Sequence[Field]) -> None:
    for out, field in zip(shown, stored, strict=True):
        _note(out, "original_guidance", field.guidance)


def _note(out: Any, name: str, stored: str | None) -> None:
    if stored is not None and stored != getattr(out, name.removeprefix("original_")):
        setattr(out, name, stored)
