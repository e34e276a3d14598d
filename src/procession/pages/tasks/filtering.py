"""Where the filters of the list of tasks are chosen, all in one form (contract 95, 3.2)."""

from collections.abc import Sequence
from typing import Any

from procession.domains.organizing.actions import folders, tags
from procession.domains.organizing.types import FolderFilter, FolderKind, TagFilter
from procession.domains.people.actions import groups, job_titles, reading
from procession.domains.people.types import GroupFilter
from procession.domains.templates.actions.reading import list_templates
from procession.domains.templates.types import TemplateFilter
from procession.flows.telling import addresses
from procession.kit.caller import Caller
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.framing import Here, app_page, for_members
from procession.pages.tasks.narrowing import (
    COMPLETED,
    EVERYONE,
    ME,
    NOBODY,
    STATES,
    TITLE,
    TasksQuery,
    Wanted,
)

routes = Routes("Pages")

#: More than this nobody looks through in a list to choose from.
MOST_CHOICES = PageRequest(1, 300)
_BY_NAME = (("name", False),)
#: Filters of the form; all else of the address is kept as it is.
_CHOSEN_HERE = ("assignee", "guest", "state", "tag", "template", "folder", "due_from", "due_to")

Choices = Sequence[tuple[str, str]]


@routes.get(
    addresses.TASK_FILTERS, door=PAGE, policy="visible", query=TasksQuery, content_type=HTML
)
@for_members
def choose(here: Here) -> Answer:
    """Show what tasks can be filtered by, with what is chosen now."""
    wanted = Wanted.of(here.request.query)
    said = wanted.said()
    is_guest = "@" in wanted.assignee
    return app_page(
        here,
        "tasks/filters.html",
        title="Filter tasks",
        wanted=wanted,
        kept={name: word for name, word in said.items() if name not in _CHOSEN_HERE},
        assignees=assignee_choices(here.caller),
        assignee=EVERYONE if is_guest else wanted.assignee,
        guest=wanted.assignee if is_guest else "",
        states=[("", "Any"), *((key, word) for key, (word, _) in STATES.items())],
        has_states=wanted.status != COMPLETED,
        tags=[("", "Any"), *tag_choices(here.caller)],
        templates=[("", "Any"), *template_choices(here.caller)],
        folders=[("", "Any"), *folder_choices(here.caller)],
        back=wanted.address(),
    )


def assignee_choices(caller: Caller) -> list[tuple[str, Choices]]:
    """Under headings: whoever tasks can be assigned to, guests apart."""
    people = [
        (str(each.id), each.full_name or each.email)
        for each in reading.list_members(caller)
        if not each.is_bot and each.disabled_at is None and each.id != caller.person_id
    ]
    found, _ = groups.list_groups(caller, MOST_CHOICES, GroupFilter(sort=_BY_NAME), frozenset())
    titles = job_titles.list_job_titles(caller, MOST_CHOICES)
    headings: list[tuple[str, Choices]] = [
        ("", [(ME, "Me"), (EVERYONE, "Everyone"), (NOBODY, "Nobody")]),
        ("Members", sorted(people, key=_by_words)),
        ("Groups", [(each.id, each.name) for each in found.rows]),
        ("Job titles", [(f"{TITLE}{each.id}", each.name) for each in titles.rows]),
    ]
    return [(heading, choices) for heading, choices in headings if choices]


def tag_choices(caller: Caller) -> Choices:
    wanted = TagFilter(sort=(("title", False),))
    return [
        (each.title, each.title) for each in tags.list_tags(caller, MOST_CHOICES, wanted)[0].rows
    ]


def template_choices(caller: Caller) -> Choices:
    page, _ = list_templates(caller, MOST_CHOICES, TemplateFilter(sort=_BY_NAME))
    return [(each.id, each.title) for each in page.rows]


def folder_choices(caller: Caller) -> Choices:
    """Of processes and tasks, each with what it lies in."""
    wanted = FolderFilter(kind=FolderKind.PROCESSES, sort=_BY_NAME)
    return [
        (
            each.folder.id,
            f"{each.parent_name} / {each.folder.name}" if each.parent_name else each.folder.name,
        )
        for each in folders.list_folders(caller, MOST_CHOICES, wanted).rows
    ]


def _by_words(choice: tuple[Any, str]) -> str:
    return choice[1].casefold()
