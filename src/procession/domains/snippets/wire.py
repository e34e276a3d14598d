"""JSON shapes of snippets (contract 50, 8)."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.snippets.types import Snippet
from procession.kit.binding import RichText

_Title = Annotated[str, Meta(min_length=1, max_length=200)]
_Content = Annotated[RichText, Meta(max_length=100_000)]


class SnippetChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a snippet; what is left out stays as it is."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(("id", "created_by", "created_at", "last_updated"))

    title: _Title | UnsetType = UNSET
    #: Null says nothing.
    content: _Content | UnsetType | None = UNSET
    #: Whether public templates and guests show it.
    is_public: bool | UnsetType = UNSET


class SnippetIn(SnippetChangesIn, kw_only=True):
    """A new snippet."""

    title: _Title


class SnippetIdsIn(msgspec.Struct, kw_only=True):
    """Ids of which some may be those of snippets."""

    ids: Annotated[list[str], Meta(max_length=1_000)]


class SnippetOut(msgspec.Struct, kw_only=True):
    """The Snippet object. `{{snippet:<id>}}` in a text stands for its content."""

    id: str
    title: str
    content: str
    is_public: bool
    created_by: int
    created_at: str
    last_updated: str


def snippet_out(snippet: Snippet) -> SnippetOut:
    return SnippetOut(
        id=snippet.id,
        title=snippet.title,
        content=snippet.content,
        is_public=snippet.is_public,
        created_by=snippet.created_by,
        created_at=wire_time(snippet.created_at),
        last_updated=wire_time(snippet.updated_at),
    )
