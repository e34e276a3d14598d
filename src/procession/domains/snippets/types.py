"""Snippets, as frozen values (contract 50, 8)."""

import msgspec

from procession.core.sorting import Sort, Sorting
from procession.core.times import Instant

SNIPPET_SORTING = Sorting("title", "created_at", "updated_at", "id")


class Snippet(msgspec.Struct, array_like=True, frozen=True):
    """A text with a title; field order is the store's column order."""

    id: str
    title: str
    #: Clean rich text, in which variables may stand but no other snippet.
    content: str
    #: Whether guests, and readers of public pages, get to see it.
    is_public: bool
    created_by: int
    created_at: Instant
    updated_at: Instant


class SnippetText(msgspec.Struct, array_like=True, frozen=True):
    """What a snippet says, as it is now or as a process keeps it."""

    id: str
    content: str
    is_public: bool


class KeptSnippet(msgspec.Struct, array_like=True, frozen=True):
    """What a snippet said when a process was launched that uses it."""

    process_id: str
    id: str
    content: str
    is_public: bool


class SnippetFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of snippets is narrowed to."""

    q: str = ""
    sort: Sort = ()
