"""The list of snippets that an organization shares: reading, making and changing them.

Deleting one changes the texts that name it: `flows/templates/unsnipping.py`.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from procession.core.snippets import snippets_in
from procession.domains.snippets import policy, store
from procession.domains.snippets.events import SnippetChanged, SnippetCreated, about_snippet
from procession.domains.snippets.types import Snippet, SnippetFilter
from procession.domains.snippets.wire import SnippetChangesIn, SnippetIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound, invalid
from procession.kit.html import clean_html
from procession.kit.ids import find_id, new_id
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, looking, reading, writing

_NESTED = "A snippet cannot hold another snippet."


def list_snippets(caller: Caller, request: PageRequest, wanted: SnippetFilter) -> Page[Snippet]:
    with reading(caller) as work:
        page = store.list_snippets(work, request, wanted)
        check_everything_fits(page)
        return page


def get_snippet(caller: Caller, snippet_id: str) -> Snippet:
    return get(looking(caller), snippet_id)


def which_exist(caller: Caller, ids: Sequence[str]) -> dict[str, bool]:
    """By each id as it was sent."""
    wanted = {sent: find_id(sent) for sent in ids}
    found = store.texts_among(looking(caller), {each for each in wanted.values() if each})
    known = {text.id for text in found}
    return {sent: each in known for sent, each in wanted.items()}


def create_snippet(caller: Caller, sent: SnippetIn) -> Snippet:
    with writing(caller) as work:
        check_right(caller)
        snippet = Snippet(
            id=new_id(),
            title=sent.title,
            content=_content(sent) or "",
            is_public=sent.is_public is True,
            created_by=caller.person_id,
            created_at=work.now,
            updated_at=work.now,
        )
        store.add_snippet(work, snippet)
        work.record(SnippetCreated(**about_snippet(snippet, caller.organization_id)))
        return snippet


def update_snippet(caller: Caller, snippet_id: str, sent: SnippetChangesIn) -> Snippet:
    """Only the keys that were sent. It shows at once wherever templates name it."""
    with writing(caller) as work:
        snippet = get(work, snippet_id, lock=True)
        check_right(caller)
        wanted = {"title": sent.title, "content": _content(sent), "is_public": sent.is_public}
        changes: dict[str, Any] = {
            name: value
            for name, value in wanted.items()
            if value not in (msgspec.UNSET, None) and value != getattr(snippet, name)
        }
        if not changes:
            return snippet
        columns = {**changes, "updated_at": work.now}
        store.set_snippet_columns(work, snippet.id, columns)
        changed = msgspec.structs.replace(snippet, **columns)
        told = about_snippet(changed, caller.organization_id)
        for name in changes:
            work.record(SnippetChanged(**told, field=name, before=getattr(snippet, name)))
        return changed


def get(work: Work, snippet_id: str, *, lock: bool = False) -> Snippet:
    snippet = store.find_snippet(work, snippet_id, lock=lock)
    if snippet is None:
        raise NotFound(kind="Snippet")
    if lock:
        work.read_clock()
    return snippet


def check_right(caller: Caller) -> None:
    if not policy.can_change_snippets(caller):
        raise Forbidden


def _content(sent: SnippetChangesIn) -> str | None:
    """Clean; None when it was not sent."""
    if sent.content is msgspec.UNSET:
        return None
    content = clean_html(sent.content) or ""
    if snippets_in((content,)):
        raise invalid("content", _NESTED)
    return content
