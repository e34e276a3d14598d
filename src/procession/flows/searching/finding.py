"""Search: what is found of each kind, on the page that was asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from procession.core.folding import folded, sorting_key
from procession.core.searching import matches, rank_of
from procession.domains.organizing import store as organizing
from procession.domains.organizing.types import TagLink
from procession.domains.people import store as people
from procession.domains.people.types import GuestCodes, GuestFilter, LinkedGuest, Member
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.search import store
from procession.domains.search.types import Kind, Wanted
from procession.domains.snippets import store as snippets
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.domains.templates.actions import reading as template_reading
from procession.domains.templates.actions.reading import TemplateView
from procession.domains.templates.types import Content, Field, Step
from procession.flows.forms.rendering import AS_STORED, Texts, texts_of
from procession.flows.organizing.annotating import NO_NOTES, Notes, note_on_templates
from procession.flows.processes.showing import guest_codes
from procession.kit.caller import Caller
from procession.kit.paging import Page, PageRequest
from procession.kit.searching import is_whole, plain, rich
from procession.kit.work import Work, reading


@dataclass(frozen=True)
class StepHit:
    template_id: str
    position: int
    step: Step


@dataclass(frozen=True)
class FieldHit:
    """`step_id` None: of the kick-off form."""

    template_id: str
    step_id: str | None
    field: Field


@dataclass(frozen=True)
class Hits:
    """Of one kind, with what is shown beside them."""

    page: Page[Any]
    tags: Mapping[str, Sequence[TagLink]] = field(default_factory=dict)
    #: Of templates: the folders that they lie in.
    notes: Notes = NO_NOTES
    #: Of tasks: their texts as they are shown, and the names of their processes.
    texts: Texts = AS_STORED
    names: Mapping[str, str] = field(default_factory=dict)
    guest_codes: GuestCodes = field(default_factory=GuestCodes)


@dataclass(frozen=True)
class Results:
    by_kind: Mapping[Kind, Hits]
    #: Everything of the organization is indexed.
    is_whole: bool


def search(
    caller: Caller, kinds: Sequence[Kind], wanted: Wanted, request: PageRequest, *, with_tags: bool
) -> Results:
    with reading(caller) as work:
        return Results(
            {kind: _hits(work, kind, wanted, request, with_tags=with_tags) for kind in kinds},
            is_whole(work),
        )


def _hits(work: Work, kind: Kind, wanted: Wanted, request: PageRequest, *, with_tags: bool) -> Hits:
    if wanted.is_nothing:
        return Hits(Page([], 0, request))
    if kind in _INSIDE:
        return _paged(_INSIDE[kind](work, wanted), request)
    found = store.find(work, kind, wanted, request)
    hits = _SHOWN[kind](work, found.ids, Page([], found.total, request))
    tags = organizing.links_of(work, found.ids) if with_tags else {}
    return replace(hits, tags=tags)


def _paged(rows: Sequence[Any], request: PageRequest) -> Hits:
    shown = list(rows[request.offset : request.offset + request.size])
    return Hits(Page(shown, len(rows), request))


def _filled(page: Page[Any], rows: Sequence[Any]) -> Page[Any]:
    return Page(list(rows), page.total, page.request)


# --- What has rows of its own ---


def _show_processes(work: Work, ids: Sequence[str], page: Page[Any]) -> Hits:
    found: list[Process] = processes.of_page(work, ids)
    return Hits(_filled(page, found))


def _show_tasks(work: Work, ids: Sequence[str], page: Page[Any]) -> Hits:
    found: list[Task] = tasks.of_page(work, ids)
    inside = {task.process_id for task in found if task.process_id is not None}
    runs = processes.visible_among(work, inside)
    names = {process_id: process.name for process_id, process in runs.items()}
    return Hits(
        _filled(page, found),
        texts=texts_of(work, found),
        names=names,
        guest_codes=guest_codes(work, found),
    )


def _show_templates(work: Work, ids: Sequence[str], page: Page[Any]) -> Hits:
    found = templates.visible_among(work, ids)
    views: list[TemplateView] = template_reading.view(work, [found[each] for each in ids])
    return Hits(_filled(page, views), notes=note_on_templates(work, views, {"folder"}))


def _show_snippets(work: Work, ids: Sequence[str], page: Page[Any]) -> Hits:
    return Hits(_filled(page, snippets.snippets_of_page(work, ids)))


_SHOWN: dict[Kind, Callable[[Work, Sequence[str], Page[Any]], Hits]] = {
    Kind.PROCESS: _show_processes,
    Kind.TASK: _show_tasks,
    Kind.TEMPLATE: _show_templates,
    Kind.SNIPPET: _show_snippets,
}

# --- What is inside of templates, and people: few, and looked at one by one ---

#: What decides the place of a hit: archived or not, its rank, and how new it is.
_Placed = tuple[bool, int, int, int]


def _steps(work: Work, wanted: Wanted) -> list[StepHit]:
    hits: list[tuple[_Placed, StepHit]] = []
    for shown, content in _contents(work, Kind.STEP, wanted):
        for position, step in enumerate(content.steps, start=1):
            placed = _placed(wanted, step.title, step.summary, shown, position)
            if placed is not None:
                hits.append((placed, StepHit(shown.template_id, position, step)))
    return _in_order(hits)


def _fields(work: Work, wanted: Wanted) -> list[FieldHit]:
    hits: list[tuple[_Placed, FieldHit]] = []
    for shown, content in _contents(work, Kind.FIELD, wanted):
        asked = [(None, each) for each in content.kickoff]
        asked += [(step.id, each) for step in content.steps for each in step.fields]  # type: ignore[misc]
        for position, (step_id, each) in enumerate(asked, start=1):
            placed = _placed(wanted, each.label, each.guidance, shown, position)
            if placed is not None:
                hits.append((placed, FieldHit(shown.template_id, step_id, each)))
    return _in_order(hits)


def _contents(work: Work, kind: Kind, wanted: Wanted) -> list[tuple[store.ShownVersion, Content]]:
    found = store.versions_with_words(work, kind, wanted)
    contents = templates.contents_of(work, [(each.template_id, each.version) for each in found])
    return [(each, contents[each.template_id, each.version]) for each in found]


def _placed(
    wanted: Wanted, title: str, text: str | None, shown: store.ShownVersion, position: int
) -> _Placed | None:
    """None: it is no hit."""
    name = folded(plain(title))
    if not matches(f"{name}\n{folded(rich(text or ''))}", wanted.words):
        return None
    return (
        shown.is_archived, rank_of(name, wanted.words, wanted.query), -shown.created_at, position,
    )  # fmt: skip


def _in_order(hits: list[tuple[_Placed, Any]]) -> list[Any]:
    """Of templates made at one instant (an import) by their ids."""
    hits.sort(key=lambda hit: (*hit[0][:3], hit[1].template_id, hit[0][3]))
    return [hit for _, hit in hits]


def _people(work: Work, wanted: Wanted) -> list[Member | LinkedGuest]:
    """Members, and the guests whom the caller may see. Who cannot come any more comes last."""
    found: list[Member | LinkedGuest] = [
        member for member in people.list_members(work) if not member.is_bot
    ]
    longest = max(wanted.words, key=len)
    request = PageRequest(1, _MOST_GUESTS)
    found += people.list_guests(work, request, GuestFilter(q=longest)).rows
    hits = []
    for person in found:
        name = folded(person.full_name)
        if matches(f"{name}\n{folded(person.email)}", wanted.words):
            rank = rank_of(name, wanted.words, wanted.query)
            is_guest = isinstance(person, LinkedGuest)
            gone = person.disabled_at is not None
            hits.append(((gone, rank, sorting_key(person.full_name), is_guest, person.id), person))
    return [person for _, person in sorted(hits, key=lambda hit: hit[0])]


#: All of them: they are counted exactly.
_MOST_GUESTS = 10**9

_INSIDE: dict[Kind, Callable[[Work, Wanted], Sequence[Any]]] = {
    Kind.STEP: _steps,
    Kind.FIELD: _fields,
    Kind.PEOPLE: _people,
}
