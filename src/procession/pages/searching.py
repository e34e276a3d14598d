"""Search: everything that has what was typed, by kinds; in the frame while typing, and as a page
(contract 95, 3.15)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from procession.core.deadline_states import DeadlineState
from procession.core.searching import LONGEST_QUERY
from procession.domains.people.types import Member
from procession.domains.search.types import Kind, wanted_of
from procession.flows.searching import finding
from procession.flows.searching.finding import Hits
from procession.flows.telling import addresses
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.framing import Here, app_page, for_members
from procession.pages.lists import Pager, page_number
from procession.pages.showing import state_of_process, state_of_task

routes = Routes("Pages")

#: By their words in the address, what people call them.
_KINDS = {
    "templates": (Kind.TEMPLATE, "Templates"),
    "processes": (Kind.PROCESS, "Processes"),
    "tasks": (Kind.TASK, "Tasks"),
    "snippets": (Kind.SNIPPET, "Snippets"),
    "people": (Kind.PEOPLE, "People"),
}
#: Inside of templates: only where somebody asks for them.
_INSIDE = {"steps": (Kind.STEP, "Steps"), "fields": (Kind.FIELD, "Fields")}
#: Of each kind: while somebody types, on the page of all, on the page of one.
_TYPING, _OF_EACH, _OF_ONE = 4, 5, 25


class SearchPageQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    q: Annotated[str | None, Meta(description="Words that must all occur.")] = None
    on: Annotated[str | None, Meta(description="One kind: templates, processes, tasks ...")] = None
    active: Annotated[str | None, Meta(description="`1`: nothing that is archived.")] = None
    page: Annotated[int | None, Meta(description="Number of the page, of one kind.")] = None


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `detail`: what it belongs to."""

    title: str
    detail: str
    #: None: it has no page of its own.
    address: str | None
    state: DeadlineState | None = None
    is_archived: bool = False


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    word: str
    name: str
    hits: list[Hit]
    total: int
    #: Where all of them are.
    address: str


@routes.get(addresses.SEARCH, door=PAGE, policy="visible", query=SearchPageQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what has the words that were typed."""
    query: SearchPageQuery = here.request.query
    text = " ".join((query.q or "").split())[:LONGEST_QUERY]
    every = {**_KINDS, **_INSIDE}
    on = query.on if query.on in every else ""
    only_active = query.active == "1"

    def address(**changed: str) -> str:
        said = {"q": text, "on": on, "active": "1" if only_active else "", **changed}
        return f"{addresses.SEARCH}?{urlencode({key: each for key, each in said.items() if each})}"

    is_typing = here.part == "hits"
    chosen = {on: every[on]} if on else _KINDS
    size = _TYPING if is_typing else _OF_ONE if on else _OF_EACH
    asked = PageRequest(page_number(query.page) if on else 1, size)
    wanted = wanted_of(text, archived_templates_too=not only_active, only_live=only_active)
    found = finding.search(
        here.caller, [kind for kind, _ in chosen.values()], wanted, asked, with_tags=False
    )
    groups = [
        Group(
            word,
            name,
            [_HITS[kind](here, found.by_kind[kind], row) for row in found.by_kind[kind].page.rows],
            found.by_kind[kind].page.total,
            address(on=word),
        )
        for word, (kind, name) in chosen.items()
    ]
    pager = Pager.of(found.by_kind[every[on][0]].page, address) if on else None
    return app_page(
        here,
        "searching/hits.html" if is_typing else "searching/search.html",
        title=f"Search: {text}" if text else "Search",
        text=text,
        on=on,
        groups=[each for each in groups if each.total],
        tabs=_tabs(on, groups, address),
        pager=pager,
        only_active=only_active,
        switched=address(active="" if only_active else "1"),
        everywhere=address(on=""),
        all_results=address(),
        is_whole=found.is_whole,
    )


def _tabs(on: str, groups: list[Group], address: Callable[..., str]) -> list[tuple[str, str, bool]]:
    """With how many there are, where that is known."""
    counts = {each.word: each.total for each in groups}
    tabs = [("All", address(on=""), not on)]
    for word, (_, name) in {**_KINDS, **_INSIDE}.items():
        told = f"{name} ({counts[word]:,})" if word in counts else name
        tabs.append((told, address(on=word), on == word))
    return tabs


def _template(_here: Here, hits: Hits, row: Any) -> Hit:
    template = row.template
    folder = hits.notes.folder(template.folder_id, with_ancestors=True)
    path = []
    if folder is not None:
        path = [each.name for each in (*folder["data"].ancestors, folder["data"])]
    return Hit(
        title=template.title,
        detail=" / ".join(path),
        address=addresses.TEMPLATE.format(template=template.id),
        is_archived=template.archived_at is not None,
    )


def _process(here: Here, _hits: Hits, row: Any) -> Hit:
    return Hit(
        title=row.name,
        detail=row.template_title or "No template",
        address=addresses.PROCESS.format(process=row.id),
        state=state_of_process(row, here.now),
        is_archived=row.is_archived,
    )


def _task(here: Here, hits: Hits, row: Any) -> Hit:
    return Hit(
        title=hits.texts.title(row),
        detail=hits.names.get(row.process_id or "", "One-off"),
        address=addresses.TASK.format(task=row.id),
        state=state_of_task(row, here.now),
        is_archived=row.shown_archived_at is not None,
    )


def _snippet(_here: Here, _hits: Hits, row: Any) -> Hit:
    return Hit(title=row.title, detail="", address=None)


def _person(here: Here, _hits: Hits, row: Any) -> Hit:
    """Their own page is for administrators."""
    is_member = isinstance(row, Member)
    page = (addresses.MEMBER.format(user=row.id) if is_member
            else addresses.A_GUEST.format(person=row.id))  # fmt: skip
    address = page if here.caller.is_admin else None
    return Hit(title=row.full_name or row.email, detail=row.email, address=address)


def _step(_here: Here, _hits: Hits, row: Any) -> Hit:
    template = addresses.TEMPLATE.format(template=row.template_id)
    return Hit(title=row.step.title, detail=f"Step {row.position}", address=template)


def _field(_here: Here, _hits: Hits, row: Any) -> Hit:
    template = addresses.TEMPLATE.format(template=row.template_id)
    where = "Kick-off form" if row.step_id is None else "Field of a step"
    return Hit(title=row.field.label, detail=where, address=template)


_HITS: dict[Kind, Callable[[Here, Hits, Any], Hit]] = {
    Kind.TEMPLATE: _template,
    Kind.PROCESS: _process,
    Kind.TASK: _task,
    Kind.SNIPPET: _snippet,
    Kind.PEOPLE: _person,
    Kind.STEP: _step,
    Kind.FIELD: _field,
}
