"""The activity: what happened, to what, by whom and when (contract 95, 3.14).

Who may see all of an organization sees all of it; others what they may see.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from procession.core.mentions import with_names
from procession.core.times import Instant, day_range
from procession.domains.activity.types import BY_WEBHOOKS, ENTITY_TYPES, ActivityFilter, Entry
from procession.domains.people.actions import reading as people
from procession.flows.telling import addresses, remembering
from procession.kit.html import plain_text
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.ids import find_id
from procession.kit.paging import PageRequest
from procession.kit.reading import read_stored
from procession.pages.framing import Here, app_page, for_members
from procession.pages.lists import Pager, page_number

routes = Routes("Pages")

_SIZE = 50
_LONGEST_TEXT = 300
#: By what the feed calls it, what people do.
VERBS = {
    "archived": "Archived", "unarchived": "Restored", "deleted": "Deleted",
    "created": "Created or launched", "updated": "Changed", "completed": "Completed",
    "re-opened": "Reopened", "owners-updated": "Assigned", "commented": "Commented",
    "issue-reported": "Issue reported", "issue-resolved": "Issue resolved",
    "comment-deleted": "Comment deleted", "uploaded": "File uploaded", "emitted": "Sent out",
    "invited": "Invited", "enabled": "Let in again", "disabled": "Shut out",
    "operation-started": "Operation started", "operation-finished": "Operation finished",
}  # fmt: skip
KINDS = {
    "Process": "Processes", "Task": "Tasks", "Blueprint": "Templates", "Step": "Steps",
    "Comment": "Comments", "Tag": "Tags", "Group": "Groups", "User": "People",
    "Organization": "Organization",
}  # fmt: skip
SOURCES = {"Member": "Members", "Guest": "Guests", "Webhook": "Webhooks"}
_PAGES = {"Run": addresses.PROCESS, "Task": addresses.TASK, "Checklist": addresses.TEMPLATE}


class ActivityPageQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address. What says nothing known narrows nothing."""

    kind: Annotated[str | None, Meta(description="What it is about: Process, Task ...")] = None
    verb: Annotated[str | None, Meta(description="What was done: archived, completed ...")] = None
    by: Annotated[str | None, Meta(description="Address of who did it.")] = None
    source: Annotated[str | None, Meta(description="Member, Guest or Webhook.")] = None
    after: Annotated[str | None, Meta(description="First day.")] = None
    before: Annotated[str | None, Meta(description="Last day.")] = None
    q: Annotated[str | None, Meta(description="Text in the sentence.")] = None
    of: Annotated[str | None, Meta(description="run, task, checklist: of one alone.")] = None
    id: Annotated[str | None, Meta(description="Its id.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


@dataclass(frozen=True)
class Happening:
    """One entry, as it is shown."""

    at: Instant
    who: str
    #: It was no person: the server itself, or a webhook.
    is_automatic: bool
    #: Before and behind the name of what it is about.
    sentence: tuple[str, str]
    #: What it is about: what it is called now, and its page. None: it is gone, or has none.
    about: tuple[str, str] | None
    #: A field that was changed, with what it was before.
    was: str | None
    text: str | None
    #: The number of the operation that it was a part of.
    operation: int | None


@routes.get(
    addresses.ACTIVITY, door=PAGE, policy="visible", query=ActivityPageQuery, content_type=HTML
)
@for_members
def show(here: Here) -> Answer:
    """Show what happened, the newest first."""
    query: ActivityPageQuery = here.request.query
    said = {
        name: (value or "").strip()
        for name, value in msgspec.structs.asdict(query).items()
        if name != "page"
    }

    def address(**changed: str) -> str:
        kept = {key: each for key, each in {**said, **changed}.items() if each}
        return f"{addresses.ACTIVITY}{'?' if kept else ''}{urlencode(kept)}"

    members = people.list_members(here.caller)
    named = [(each.email, "Procession" if each.is_bot else each.full_name or each.email)
             for each in members]  # fmt: skip
    called = {str(each.id): name for each, (_, name) in zip(members, named, strict=True)}
    asked = PageRequest(page_number(query.page), _SIZE)
    page, names, _ = remembering.list_activity(here.caller, asked, _wanted(said, here.zone))
    return app_page(
        here,
        "activity/activity.html",
        title="Activity",
        happenings=[_shown(entry, names, called) for entry in page.rows],
        said=said,
        kinds=KINDS,
        verbs=VERBS,
        sources=SOURCES,
        people=sorted(named, key=lambda each: each[1].casefold()),
        chips=_chips(said, address),
        without=addresses.ACTIVITY,
        pager=Pager.of(page, address),
    )


def _wanted(said: Mapping[str, str], zone: str) -> ActivityFilter:
    entity_id = find_id(said["id"]) if said["of"] in ENTITY_TYPES else None
    first, last = _day(said["after"], zone), _day(said["before"], zone)
    return ActivityFilter(
        entity_type=said["of"] if entity_id else None,
        entity_id=entity_id,
        category=said["kind"] if said["kind"] in KINDS else None,
        verb=said["verb"] if said["verb"] in VERBS else None,
        actor_email=said["by"] or None,
        source=said["source"] if said["source"] in SOURCES else None,
        search=said["q"][:100] or None,
        created_from=first and first[0],
        created_to=last and last[1],
    )


def _day(text: str, zone: str) -> tuple[Instant, Instant] | None:
    """Both ends of a day, by the reader's own clocks."""
    try:
        return day_range(text, zone) if text else None
    except (ValueError, OverflowError):
        return None


def _chips(said: Mapping[str, str], address: Any) -> list[tuple[str, str]]:
    """What narrows the list, and the list without it."""
    words = {
        "kind": KINDS.get(said["kind"], ""),
        "verb": VERBS.get(said["verb"], ""),
        "by": said["by"] and f"By {said['by']}",
        "source": SOURCES.get(said["source"], ""),
        "after": said["after"] and f"From {said['after']}",
        "before": said["before"] and f"Until {said['before']}",
        "q": said["q"] and f"Has “{said['q']}”",
    }
    chips = [(word, address(**{name: ""})) for name, word in words.items() if word]
    if said["of"] in ENTITY_TYPES and said["id"]:
        chips.append(("One alone", address(of="", id="")))
    return chips


def _shown(
    entry: Entry, names: Mapping[tuple[str, str], str], called: Mapping[str, str]
) -> Happening:
    """`called`: members by number, as texts name them."""
    is_webhook = entry.event in BY_WEBHOOKS
    is_bot = entry.actor_kind == "bot"
    name = f"{entry.actor_first_name or ''} {entry.actor_last_name or ''}".strip()
    who = "A webhook" if is_webhook else "Procession" if is_bot else name or entry.actor_email
    about = _about(entry, names)
    before, _, behind = entry.sentence.partition(f'"{about[0]}"' if about else "\0")
    return Happening(
        at=entry.occurred_at,
        who=who or "Somebody",
        is_automatic=is_webhook or is_bot,
        sentence=(before, behind),
        about=about,
        was=_was(entry),
        text=plain_text(with_names(entry.text, called))[:_LONGEST_TEXT] if entry.text else None,
        operation=entry.operation,
    )


def _about(entry: Entry, names: Mapping[tuple[str, str], str]) -> tuple[str, str] | None:
    """Of a comment and the like: what it belongs to."""
    for kind, thing in (
        (entry.subject_kind, entry.subject_id),
        (entry.parent_kind, entry.parent_id),
        ("Run", entry.process_id),
    ):
        name = names.get((kind or "", thing or ""))
        if kind in _PAGES and name is not None:
            key = {"Run": "process", "Task": "task", "Checklist": "template"}[kind]
            return name, _PAGES[kind].format(**{key: thing})
    return None


def _was(entry: Entry) -> str | None:
    if entry.old_value is None:
        return None
    before = read_stored(entry.old_value)
    if before is None or before in ("", [], {}):
        return "empty"
    if isinstance(before, dict | list):
        return None
    return plain_text(str(before))[:_LONGEST_TEXT]
