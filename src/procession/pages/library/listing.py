"""The library: templates in their folders, to find and to launch (contract 95, 3.7)."""

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from procession.core.archive import ArchivedShown
from procession.domains.archive import policy as of_archive
from procession.domains.organizing.types import FolderView
from procession.domains.templates import policy as of_templates
from procession.domains.templates.types import STATUSES, TemplateFilter, TemplateType
from procession.domains.templates.wire.attributes import StarIn
from procession.flows.telling import addresses
from procession.flows.templates import starring
from procession.flows.templates.surveying import Library, list_launchable, survey_templates
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.forms import ActionForm
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.library.showing import (
    STATUS_WORDS,
    TYPE_WORDS,
    template_row,
)
from procession.pages.lists import Pager, page_number
from procession.pages.offering import may_organize

routes = Routes("Pages")

_SIZE = 50
_PICKED = 30
#: By their keys in the address: what a list is sorted by, and what people call that.
_SORTS = {
    "updated": ("Last changed", (("updated_at", True),)),
    "name": ("Name", (("title", False),)),
    "created": ("Newest", (("created_at", True),)),
    "launched": ("Most launched", (("started_processes", True),)),
}


class LibraryQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    show: Annotated[str | None, Meta(description="unfiled, favorites or archived.")] = None
    folder: Annotated[str | None, Meta(description="Id of a folder.")] = None
    q: Annotated[str | None, Meta(description="Text in their titles.")] = None
    type: Annotated[str | None, Meta(description="procedure, form or document.")] = None
    status: Annotated[str | None, Meta(description="How far its author is.")] = None
    tag: Annotated[str | None, Meta(description="Title of a tag.")] = None
    owner: Annotated[int | None, Meta(description="Number of a member.")] = None
    sort: Annotated[str | None, Meta(description="updated, name, created or launched.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


class PickQuery(msgspec.Struct, kw_only=True):
    q: Annotated[str | None, Meta(description="Text in their titles.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


class Shelf(NamedTuple):
    """A cut of the library that is always there. `empty`: what it says with nothing in it."""

    name: str
    holds: TemplateFilter
    empty: str


SHELVES = {
    "": Shelf(
        "All templates",
        TemplateFilter(),
        "A template is a procedure written down once: its steps, who does them and by when. "
        "Every launch makes a process of it.",
    ),
    "unfiled": Shelf(
        "Not in a folder", TemplateFilter(without_folder=True), "Every template lies in a folder."
    ),
    "favorites": Shelf(
        "Favorites",
        TemplateFilter(is_starred=True),
        "Star the templates that you use most, and they are here.",
    ),
    "archived": Shelf(
        "Archived",
        TemplateFilter(archived=ArchivedShown.ONLY, sort=(("archived_at", True),)),
        "No template is archived. An archived template cannot be launched; what was launched "
        "from it goes on.",
    ),
}  # fmt: skip


class Narrowed(NamedTuple):
    """One condition that is in force, in words, and the address without it."""

    words: str
    without: str


class Ways:
    """Addresses of this list with something of it changed; the page number goes with any change."""

    def __init__(self, said: dict[str, str]) -> None:
        self.said = said

    def to(self, **changed: str) -> str:
        said = {key: each for key, each in {**self.said, **changed}.items() if each}
        return f"{addresses.TEMPLATES}?{urlencode(said)}" if said else addresses.TEMPLATES


@routes.get(addresses.TEMPLATES, door=PAGE, policy="visible", query=LibraryQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show the templates that the member may see, with the folders that they lie in."""
    query: LibraryQuery = here.request.query
    said = _said(query)
    ways = Ways(said)
    library = survey_templates(
        here.caller, PageRequest(page_number(query.page), _SIZE), _wanted(said)
    )
    in_folder = _find(library.folders, said["folder"])
    shelf = SHELVES[said["show"]]
    return app_page(
        here,
        "library/library.html",
        title="Templates",
        heading=in_folder.folder.name if in_folder else shelf.name,
        shelves=[
            (key, each.name, Ways({}).to(show=key, sort=said["sort"]),
             key == said["show"] and in_folder is None)
            for key, each in SHELVES.items()
        ],
        folders=library.folders,
        folder_ways=Ways({"sort": said["sort"]}),
        in_folder=in_folder,
        shelf=said["show"],
        empty_sentence="Nothing lies in this folder." if in_folder else shelf.empty,
        rows=[template_row(here.caller, each, library.names) for each in library.rows],
        chips=_chips(said, library, ways),
        clear=ways.to(q="", type="", status="", tag="", owner=""),
        text=said["q"],
        kept={key: each for key, each in said.items() if key != "q" and each},
        filters=_filters(said, library, ways),
        sorts=[(words, ways.to(sort=key), key == (said["sort"] or "updated"))
               for key, (words, _) in _SORTS.items()],
        ways=ways,
        pager=Pager.of(library.page, ways.to),
        may_select=of_archive.can_select(here.caller),
        may_delete=of_templates.can_purge(here.caller),
        can=may_organize(here.caller),
    )  # fmt: skip


@routes.get(addresses.LAUNCHABLE, door=PAGE, policy="visible", query=PickQuery, content_type=HTML)
@for_members
def pick(here: Here) -> Answer:
    """Show the templates that the member may launch a process from."""
    query: PickQuery = here.request.query
    text = (query.q or "").strip()
    page = list_launchable(here.caller, PageRequest(page_number(query.page), _PICKED), text)

    def address(**changed: str) -> str:
        said = {key: each for key, each in {"q": text, **changed}.items() if each}
        return f"{addresses.LAUNCHABLE}?{urlencode(said)}" if said else addresses.LAUNCHABLE

    return app_page(
        here,
        "library/pick.html",
        title="Launch a process",
        templates=page.rows,
        type_words=TYPE_WORDS,
        text=text,
        without_text=address(q=""),
        pager=Pager.of(page, address),
        can=may_organize(here.caller),
    )


class StarForm(ActionForm, kw_only=True):
    """Whether it is to be a favorite."""

    starred: str | None = None


@routes.post(addresses.STAR_TEMPLATE, door=PAGE, policy="visible", body=StarForm, status=303)
@for_members
def star(here: Here) -> Answer:
    """Make a template a favorite of the member, or take that back."""
    sent: StarForm = here.request.body
    wanted = StarIn(starred=bool(sent.starred))
    starring.set_star(here.caller, here.request.id("template"), wanted)
    return back_to(here, sent.next)


def _said(query: LibraryQuery) -> dict[str, str]:
    """What the address says, as far as it means anything."""
    known_type = query.type if query.type in tuple(TemplateType) else None
    return {
        "show": query.show if query.show in SHELVES and not query.folder else "",
        "folder": (query.folder or "").strip().lower(),
        "q": (query.q or "").strip(),
        "type": known_type or "",
        "status": query.status if query.status in STATUSES else "",
        "tag": (query.tag or "").strip(),
        "owner": str(query.owner) if query.owner else "",
        "sort": query.sort if query.sort in _SORTS and query.sort != "updated" else "",
    }


def _wanted(said: dict[str, str]) -> TemplateFilter:
    shelf = SHELVES[said["show"]].holds
    sort = shelf.sort if shelf.sort and not said["sort"] else _SORTS[said["sort"] or "updated"][1]
    return msgspec.structs.replace(
        shelf,
        folder_ids=(said["folder"],) if said["folder"] else (),
        q=said["q"],
        types=(said["type"],) if said["type"] else (),
        status=said["status"],
        tags=(said["tag"],) if said["tag"] else (),
        owner_ids=(int(said["owner"]),) if said["owner"] else (),
        sort=sort,
    )


def _chips(said: dict[str, str], library: Library, ways: Ways) -> list[Narrowed]:
    words = {
        "q": f"Title holds “{said['q']}”",
        "type": TYPE_WORDS.get(said["type"], ""),
        "status": STATUS_WORDS.get(said["status"], ""),
        "tag": f"Tag “{said['tag']}”",
        "owner": f"Owner {library.names.user(int(said['owner'] or 0))}",
    }
    return [Narrowed(told, ways.to(**{key: ""})) for key, told in words.items() if said[key]]


def _filters(said: dict[str, str], library: Library, ways: Ways) -> list[Any]:
    """What can be chosen: a heading, and words with the address and whether it is in force."""
    return [
        (heading, [(word, ways.to(**{key: value}), said[key] == value) for value, word in choices])
        for heading, key, choices in (
            ("Type", "type", list(TYPE_WORDS.items())),
            ("Status", "status", list(STATUS_WORDS.items())),
            ("Tag", "tag", [(tag.title, tag.title) for tag in library.tags]),
        )
        if choices
    ]


def _find(tree: Sequence[FolderView], folder_id: str) -> FolderView | None:
    for each in tree:
        if each.folder.id == folder_id:
            return each
        found = _find(each.children or (), folder_id)
        if found is not None:
            return found
    return None
