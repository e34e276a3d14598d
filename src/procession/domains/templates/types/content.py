"""All that a version of a template consists of, as one value (docs/decisions/0014)."""

from collections.abc import Iterator

import msgspec

from procession.domains.templates.types.fields import Field
from procession.domains.templates.types.rules import Rule
from procession.domains.templates.types.steps import Stage, Step


class Content(msgspec.Struct, array_like=True, frozen=True):
    """Everything in its order. Changing it makes another value; the store writes what differs."""

    steps: tuple[Step, ...] = ()
    #: The kick-off form.
    kickoff: tuple[Field, ...] = ()
    stages: tuple[Stage, ...] = ()
    rules: tuple[Rule, ...] = ()

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def all_fields(self) -> Iterator[Field]:
        """Of the kick-off form first, then step by step."""
        yield from self.kickoff
        for step in self.steps:
            yield from step.fields


class Face(msgspec.Struct, frozen=True, kw_only=True):
    """Texts of a template that belong to a version, as they were when it was frozen."""

    title: str
    type: str
    summary: str | None = None
    guidance: str | None = None
    explanation_video: str | None = None
    icon: str | None = None
    kickoff_title: str | None = None
    kickoff_description: str | None = None
    process_name_format: str | None = None
