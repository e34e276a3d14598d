"""What was ticked in a list, before anything becomes of it: one dialog says what would (70, 1).

    tick, press "Archive"  ->  a selection is made  ->  its preview  ->  an operation

The set is frozen when it is previewed: what joins the list meanwhile is not in it.
"""

from urllib.parse import urlencode

import msgspec

from procession.core.archive import ArchivedShown, Verb
from procession.domains.archive import policy
from procession.domains.archive.types import Kind, Selection, read_sample
from procession.flows.archive import selecting
from procession.flows.archive.selecting import Wanted
from procession.flows.telling import addresses
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.http import HTML, LONG, PAGE, Answer, Routes
from procession.pages.filters_behind import as_sent, filter_behind
from procession.pages.forms import NextQuery, SelectionForm
from procession.pages.framing import Here, app_page, for_members
from procession.pages.layout import redirect
from procession.pages.many import VERBS, counted, ticked, why_passed_over
from procession.pages.targets import safe_target

routes = Routes("Pages")

#: So many of a selection are named in its dialog.
_NAMED = 8


@routes.post(
    addresses.SELECTIONS, door=PAGE, policy="visible", body=SelectionForm, status=303, place=LONG
)
@for_members
def select(here: Here) -> Answer:
    """Freeze what was ticked, and show what would become of it. Nothing is changed."""
    require_may_select(here.caller)
    sent: SelectionForm = here.request.body
    _, token = selecting.select(here.caller, _wanted(here, sent))
    query = urlencode({"next": safe_target(sent.next)})
    return redirect(f"{addresses.SELECTION.format(selection=token)}?{query}")


def require_may_select(caller: Caller) -> None:
    if not policy.can_select(caller):
        raise Forbidden("Your role cannot archive or restore many things at once.")


def _wanted(here: Here, sent: SelectionForm) -> Wanted:
    """What was ticked; or, with `archive-all`, everything that the list of the page finds."""
    word, _, whole = (sent.verb or "").partition("-")
    if word not in tuple(Verb) or sent.object not in tuple(Kind) or whole not in ("", "all"):
        raise invalid("verb", _OUTDATED)
    if not whole:
        return Wanted(verb=Verb(word), kind=sent.object, ids=ticked(sent.ids))
    found = filter_behind(safe_target(sent.next), here.zone)
    if found is None or sent.object != Kind.RUN:
        raise invalid("verb", _OUTDATED)
    state = ArchivedShown.HIDDEN if word == Verb.ARCHIVE else ArchivedShown.ONLY
    narrowed = msgspec.structs.replace(found, archived=state, sort=())
    return Wanted(verb=Verb(word), kind=sent.object, filter=as_sent(narrowed), narrowed=narrowed)


_OUTDATED = "This page is out of date. Load it again."


@routes.get(
    addresses.SELECTION, door=PAGE, policy="visible", query=NextQuery, content_type=HTML, place=LONG
)
@for_members
def show(here: Here) -> Answer:
    """Say what would become of a selection."""
    require_may_select(here.caller)
    return preview(here, here.request.path["selection"], here.request.query.next)


def preview(here: Here, token: str, wanted: str | None, problem: str | None = None) -> Answer:
    selection, _ = selecting.get_selection(here.caller, token, with_also=False)
    names = [each["name"] for each in read_sample(selection.sample)]
    return app_page(
        here,
        "archive/selection.html",
        200 if problem is None else 422,
        title=f"{VERBS[selection.verb][0]} {counted(selection.will_change, selection.kind)}",
        token=token,
        next=safe_target(wanted),
        selection=selection,
        verb=VERBS[selection.verb][0],
        many=counted(selection.will_change, selection.kind),
        named=names[:_NAMED],
        more=selection.will_change - len(names[:_NAMED]),
        open_words=_open_words(selection),
        lost_words=_lost_words(selection),
        skips=why_passed_over(selection.skips),
        skipped=sum(selection.skips.values()),
        problem=problem,
    )


def _open_words(selection: Selection) -> str:
    """What of their work goes out of sight with them; empty where nothing is open."""
    along = selection.along
    if selection.verb != Verb.ARCHIVE or selection.kind == Kind.TASK or not along.get("open_tasks"):
        return ""
    tasks = counted(along["open_tasks"] or 0, Kind.TASK)
    people = _people(along.get("people") or 0, along.get("guests") or 0)
    return f"{tasks.replace(' ', ' open ', 1)} will be hidden until they are restored{people}."


def _people(members: int, guests: int) -> str:
    said = [f"{members:,} {'person' if members == 1 else 'people'}"] if members else []
    if guests:
        said.append(f"{guests:,} guest{'' if guests == 1 else 's'}")
    return f"; {' and '.join(said)} work on them" if said else ""


def _lost_words(selection: Selection) -> str:
    """What deleting destroys besides."""
    if selection.verb != Verb.DELETE or selection.kind == Kind.CHECKLIST:
        return ""
    along = selection.along
    said = [
        f"{count:,} {word}{'' if count == 1 else 's'}"
        for name, word in (("tasks", "task"), ("comments", "comment"), ("files", "file"))
        if (count := along.get(name)) is not None and not (name == "tasks" == selection.kind)
    ]
    return f"This destroys {', '.join(said)} with all answers. Nobody can bring them back."
