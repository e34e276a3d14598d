"""One task: to read, to fill in and to complete (contract 95, 3.3).

On wide screens it is a panel beside its process, else a page; its own address either way. Mails
lead to the address without the process.
"""

from typing import Any

from msgspec import UNSET

from procession.domains.comments.types import Place
from procession.domains.tasks.types import TaskState
from procession.domains.tasks.wire import TaskChangesIn
from procession.flows.processes.surveying import Reading
from procession.flows.tasks import opening, updating
from procession.flows.tasks.opening import OpenTask
from procession.flows.telling import addresses
from procession.kit.errors import Invalid
from procession.kit.http import HTML, PAGE, TAKING, Answer, Routes
from procession.pages.discussing import Discussion, TalkQuery, comments_wanted, remarks_on
from procession.pages.forms import AnswersForm
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.processes import shown_process
from procession.pages.showing import answer_lines
from procession.pages.tasks.completing import told_of
from procession.pages.tasks.fields import changed_answers
from procession.pages.tasks.showing import panel_of
from procession.pages.uploads import keep_files

routes = Routes("Pages")

#: The part of the page that a save of one field changes.
SAVED_PART = "task-actions"
#: What a form says it has seen of a field that nobody has answered.
_NEVER = "never"
_APPROVED = {"approve": True, "reject": False}


@routes.get(addresses.TASK, door=PAGE, policy="visible", query=TalkQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show a task by itself: that is where mails lead."""
    return _by_itself(here, opening.read_task(here.caller, here.request.id("task")))


@routes.get(
    addresses.TASK_OF_PROCESS, door=PAGE, policy="visible", query=TalkQuery, content_type=HTML
)
@for_members
def show_within(here: Here) -> Answer:
    """Show a task beside the process that it is in."""
    process_id, task_id = here.request.id("process"), here.request.id("task")
    return _within(here, *opening.read_task_within(here.caller, process_id, task_id))


@routes.post(
    addresses.SEND_FILES_OF_TASK,
    door=PAGE,
    policy="visible",
    body=AnswersForm,
    status=303,
    takes_upload=True,
    place=TAKING,
)
@routes.post(addresses.ANSWER_TASK, door=PAGE, policy="visible", body=AnswersForm, status=303)
@for_members
def answer(here: Here) -> Answer:
    """Save what was typed, of one field or of all, and complete the task where that is asked.

    Files come to an address of their own: who only types never waits behind them.
    """
    sent: AnswersForm = here.request.body
    caller = here.caller
    opened = opening.read_task(caller, here.request.id("task"))
    given = changed_answers(opened, sent.answers, caller.timezone, only=sent.field)
    newer = _newer(opened, sent) if given else None
    if newer is not None:
        said = f"Somebody has changed this since: it is “{newer}” now. Retry keeps yours."
        return app_page(here, "task/refused.html", 409, title=opened.task.title, said=said)
    try:
        given = keep_files(caller, opened, given, here.request.files)
        changes = TaskChangesIn(
            taskdata=given or UNSET,
            status=TaskState.COMPLETED.value if sent.then else UNSET,
            is_approved=_APPROVED.get(sent.then or "", UNSET),
        )
        done = updating.update_task(caller, opened.task.id, changes).task
    except Invalid as wrong:
        return _refused(here, opening.read_task(caller, opened.task.id), given, wrong)
    return back_to(here, sent.next, told_of(here, done) if sent.then else None)


def _newer(opened: OpenTask, sent: AnswersForm) -> str | None:
    """What somebody else has answered since the one field was shown; None: nobody has."""
    for out in opened.fields:
        if out.id == sent.field and sent.seen is not None:
            is_other = (out.last_updated or _NEVER) != sent.seen
            return ", ".join(answer_lines(out.value)) or "empty" if is_other else None
    return None


# --- What is shown ---


def _by_itself(here: Here, opened: OpenTask, status: int = 200, **refused: Any) -> Answer:
    panel = panel_of(here.caller, opened, here.now, here.zone, **refused)
    return app_page(
        here,
        "task/saved.html" if here.part == SAVED_PART else "task/task.html",
        status,
        title=panel.title,
        panel=panel,
        task_talk=_talk(here, opened),
        around=None,
    )


def _within(
    here: Here, seen: Reading, opened: OpenTask, status: int = 200, **refused: Any
) -> Answer:
    panel = panel_of(here.caller, opened, here.now, here.zone, **refused)
    shown = shown_process(here, seen)
    return app_page(
        here,
        "task/saved.html" if here.part == SAVED_PART else "processes/process.html",
        status,
        **shown | {"title": panel.title},
        panel=panel,
        task_talk=_talk(here, opened),
        around=_around(seen, opened),
    )


def _talk(here: Here, opened: OpenTask) -> Discussion:
    task = opened.task
    return remarks_on(
        here,
        Place(task_id=task.id),
        opened.threads,
        shown=comments_wanted(here),
        is_archived=task.shown_archived_at is not None,
        has_guests=not task.prevent_guest_comment,
    )


def _around(seen: Reading, opened: OpenTask) -> tuple[str | None, str | None]:
    """Addresses of the tasks before and after it in its process."""
    ids = [task.id for task in seen.view.tasks or []]
    place = ids.index(opened.task.id) if opened.task.id in ids else -1
    before = ids[place - 1] if place > 0 else None
    after = ids[place + 1] if 0 <= place < len(ids) - 1 else None
    process_id = seen.view.process.id

    def address(task_id: str | None) -> str | None:
        if task_id is None:
            return None
        return addresses.TASK_OF_PROCESS.format(process=process_id, task=task_id)

    return address(before), address(after)


def _refused(here: Here, opened: OpenTask, given: dict[str, Any], wrong: Invalid) -> Answer:
    """The page again, with what was typed, and what is wrong with it beside each field."""
    panel = panel_of(here.caller, opened, here.now, here.zone, given=given, refused=wrong)
    if here.part == SAVED_PART:
        problems = [each.shown.problem for each in panel.fields if each.shown.problem]
        said = " ".join([*problems, *([panel.problem] if panel.problem else [])])
        return app_page(here, "task/refused.html", 422, title=panel.title, said=said)
    inside = opened.process
    if inside is not None and here.address.startswith("/app/processes/"):
        seen, opened = opening.read_task_within(here.caller, inside.id, opened.task.id)
        return _within(here, seen, opened, 422, given=given, refused=wrong)
    return _by_itself(here, opened, 422, given=given, refused=wrong)
