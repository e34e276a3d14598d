"""JSON shapes of what a document of a template holds besides its attributes (contract 20, 4)."""

from typing import Any, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from procession.domains.templates.wire.steps import StageName, StepIn
from procession.kit.binding import RichText


class DocumentStepIn(StepIn, kw_only=True):
    """A step of a document: its id is a name there, and its alias is kept when nothing else has it.

    Milestones and steps are named as the document calls them.
    """

    ECHOED: ClassVar[frozenset[str]] = StepIn.ECHOED - {
        "id", "alias", "custom_fields", "original_summary",
    }  # fmt: skip

    id: Any = UNSET
    alias: Any = UNSET
    custom_fields: Any = UNSET
    #: The summary with the tokens of its snippets, where `summary` shows what they say.
    original_summary: RichText | UnsetType | None = UNSET


class DocumentStageIn(msgspec.Struct, kw_only=True):
    """A milestone of a document; it may name its steps."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(("checklist_id", "created_at", "last_updated"))

    name: StageName
    id: Any = UNSET
    position: int | UnsetType | None = UNSET
    step_ids: list[Any] | None = None
