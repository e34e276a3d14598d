"""Templates and steps as they are shown: with what their snippets say now (contract 50, 8)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from procession.core.snippets import snippets_in
from procession.domains.snippets.content import expanded
from procession.domains.templates import store as templates
from procession.domains.templates.actions.reading import TemplateView
from procession.domains.templates.content.texts import (
    rich_texts,
    rich_texts_of_face,
    with_rich_face,
    with_rich_field,
    with_rich_step,
    with_rich_texts,
)
from procession.domains.templates.types import Content, Field, Step
from procession.flows.reaching.snippets import texts_named
from procession.kit.caller import Caller
from procession.kit.work import Work, looking


def views_expanded(caller: Caller, views: Sequence[TemplateView]) -> list[TemplateView]:
    texts = texts_named(looking(caller), (text for view in views for text in _texts_of(view)))
    return [_expanded(view, texts) for view in views]


def public_views_expanded(work: Work, views: Sequence[TemplateView]) -> list[TemplateView]:
    """For anybody: only snippets that are public."""
    every = [text for view in views for text in _texts_of(view)]
    texts = texts_named(work, every, is_for_everybody=True)
    return [_expanded(view, texts) for view in views]


def step_expanded(caller: Caller, step: Step) -> Step:
    texts = texts_named(looking(caller), rich_texts(Content(steps=(step,))))
    return with_rich_step(step, partial(expanded, texts=texts))


def fields_expanded(caller: Caller, fields: Sequence[Field]) -> list[Field]:
    texts = texts_named(looking(caller), (field.guidance for field in fields))
    return [with_rich_field(field, partial(expanded, texts=texts)) for field in fields]


def _texts_of(view: TemplateView) -> Iterator[str | None]:
    yield from rich_texts_of_face(templates.face_of(view.template))
    yield from rich_texts(view.content)


def _expanded(view: TemplateView, texts: Mapping[str, str]) -> TemplateView:
    if not snippets_in(_texts_of(view)):
        return view
    shown = partial(expanded, texts=texts)
    template = view.template
    face = with_rich_face(templates.face_of(template), shown)
    return replace(
        view,
        template=templates.with_face(template, template.version, face),
        content=with_rich_texts(view.content, shown),
    )
