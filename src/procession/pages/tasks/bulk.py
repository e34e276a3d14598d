"""Many tasks at once: what was ticked in the list is completed, handed on, dated, tagged (95, 3.2).

Each is done, or refused, by itself: what is refused stays as it is, and it is told why. One-off
tasks are archived by the dialog and the operation of the archive.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from procession.core.archive import Verb
from procession.domains.archive.types import Kind
from procession.domains.organizing.wire.tags import AssociationIn
from procession.domains.tasks.wire import OwnersChangeIn, TaskChangesIn
from procession.flows.archive import selecting
from procession.flows.organizing.tagging import attach_tag
from procession.flows.tasks import bulk, updating
from procession.flows.telling import addresses
from procession.kit.errors import Archived, Forbidden, Invalid, NotFound, Refusal, invalid
from procession.kit.http import LONG, PAGE, Answer, Routes
from procession.pages.clocks import moment_of
from procession.pages.forms import ActionForm, TickedForm
from procession.pages.framing import Here, app_page, back_to, for_members, leave_dialog
from procession.pages.layout import redirect
from procession.pages.many import ticked
from procession.pages.selections import require_may_select
from procession.pages.targets import safe_target
from procession.pages.tasks.editing import people_choices, picked_people, tag_choices
from procession.pages.toasts import MOST_TOLD, TICKED, Toast

routes = Routes("Pages")

#: What is done with all of them: on the button, in what was done, and the toast that tells it.
_VERBS = {
    "complete": ("Complete", "completed", "completed-many"),
    "reopen": ("Reopen", "reopened", "reopened-many"),
    "reassign": ("Assign", "assigned", "changed-many"),
    "deadline": ("Set the deadline of", "dated", "changed-many"),
    "tag": ("Tag", "tagged", "changed-many"),
}
#: Those that ask for something first.
_ASKING = ("reassign", "deadline", "tag")
_OUTDATED = "This page is out of date. Load it again."


@routes.post(
    addresses.TICKED_TASKS, door=PAGE, policy="visible", body=TickedForm, status=303, place=LONG
)
@for_members
def act(here: Here) -> Answer:
    """Do one thing with all tasks that were ticked, or ask first what it needs to know."""
    sent: TickedForm = here.request.body
    ids = ticked(sent.ids)
    if sent.verb in (Verb.ARCHIVE, Verb.ACTIVATE):
        return _shelve(here, Verb(sent.verb), ids)
    if sent.verb not in _VERBS:
        raise invalid("verb", _OUTDATED)
    if sent.verb in _ASKING and not sent.sure:
        return _ask(here, sent, ids)
    try:
        change = _change(here, sent)
    except Invalid as wrong:
        return _ask(here, sent, ids, wrong.message)
    if change is None:
        results = bulk.act_on_tasks(here.caller, ids, sent.verb)
    else:
        verbs = {sent.verb: change}
        results = bulk.each_by_itself(here.caller, ids, sent.verb, verbs, kind="Task")
    return _tell(here, sent, results)


@routes.post(
    addresses.REOPEN_TICKED, door=PAGE, policy="visible", body=TickedForm, status=303, place=LONG
)
@for_members
def reopen(here: Here) -> Answer:
    """Take back what completed many tasks."""
    sent: TickedForm = here.request.body
    results = bulk.act_on_tasks(here.caller, ticked(sent.ids), "reopen")
    done = sum(refusal is None for _, refusal in results)
    return back_to(here, sent.next, Toast("undone-many", "tasks", TICKED, _counted(done)))


def _shelve(here: Here, verb: Verb, ids: Sequence[str]) -> Answer:
    """As the archive does it: a preview first, then an operation with its undo."""
    require_may_select(here.caller)
    sent: ActionForm = here.request.body
    wanted = selecting.Wanted(verb=verb, kind=Kind.TASK.value, ids=tuple(ids))
    _, token = selecting.select(here.caller, wanted)
    query = urlencode({"next": safe_target(sent.next)})
    return redirect(f"{addresses.SELECTION.format(selection=token)}?{query}")


def _change(here: Here, sent: TickedForm) -> Callable[[str], object] | None:
    """What is done to each; None: a verb that needs nothing besides. Raises Invalid for what is
    missing."""
    caller = here.caller
    if sent.verb == "reassign":
        if not sent.assignees:
            raise invalid("assignees", "Choose at least one.")
        users, groups = picked_people(sent.assignees)
        owners = OwnersChangeIn(users=users, groups=groups, guests=[])
        return lambda each: updating.update_task(caller, each, TaskChangesIn(owners=owners))
    if sent.verb == "deadline":
        due_at = moment_of(sent.deadline or "", here.zone)
        return lambda each: updating.update_task(caller, each, TaskChangesIn(deadline=due_at))
    if sent.verb == "tag":
        if not sent.tags:
            raise invalid("tags", "Choose at least one.")
        return lambda each: [
            attach_tag(caller, AssociationIn(subject_id=each, subject_type="Task", tag_id=tag))
            for tag in sent.tags
        ]
    return None


def _ask(here: Here, sent: TickedForm, ids: Sequence[str], problem: str | None = None) -> Answer:
    caller = here.caller
    word = _VERBS[sent.verb or ""][0]
    return app_page(
        here,
        "tasks/many.html",
        200 if problem is None else 422,
        title=f"{word} {_counted(len(ids))}",
        sent=sent,
        ids=ids,
        problem=problem,
        people=people_choices(caller, sent.assignees) if sent.verb == "reassign" else (),
        tags=tag_choices(caller, sent.tags) if sent.verb == "tag" else (),
        next=safe_target(sent.next or addresses.TASKS),
    )


def _tell(here: Here, sent: TickedForm, results: bulk.Results) -> Answer:
    """Where all was done a toast says so; else a dialog says what was not, and why."""
    done = [each for each, refusal in results if refusal is None]
    refused = [refusal for _, refusal in results if refusal is not None]
    _, past, kind = _VERBS[sent.verb or ""]
    takes_back = done if sent.verb == "complete" else []
    if not refused and len(done) <= MOST_TOLD:
        toast = Toast(kind, "tasks", TICKED, _counted(len(done)), ids=tuple(takes_back))
        return leave_dialog(here, sent.next, toast)
    reasons = Counter(map(_reason, refused))
    return app_page(
        here,
        "tasks/outcome.html",
        title=f"{len(done)} {past}, {len(refused)} not",
        reasons=[f"{count} {reason}" for reason, count in reasons.most_common()],
        done=takes_back,
        next=safe_target(sent.next or addresses.TASKS),
    )


def _reason(refusal: Refusal) -> str:
    """It goes on from how many: `2 with questions to answer first`."""
    if isinstance(refusal, NotFound):
        return "not there any more"
    if isinstance(refusal, Forbidden):
        return "not allowed: others may do that"
    if isinstance(refusal, Archived):
        return "archived"
    problems: dict[str, Any] = refusal.problems if isinstance(refusal, Invalid) else {}
    if "is_approved" in problems:
        return "to be approved or rejected one by one"
    if any(path.startswith("taskdata") for path in problems):
        return "with questions to answer first"
    if "issue" in refusal.message:
        return "with an open issue"
    return "completed already, or not to be changed as it is"


def _counted(count: int) -> str:
    return f"{count:,} task{'' if count == 1 else 's'}"
