"""The pages behind a guest's link: what waits for them, and one task to fill in and complete.

They need no account and no script (contract 95, 3.11; ruling 30).
"""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from procession.domains.tasks import policy
from procession.domains.tasks.types import Task, TaskState, TaskType
from procession.domains.tasks.wire import GuestTaskChangesIn
from procession.domains.templates.types import FieldType
from procession.flows.tasks import of_guest, opening, updating
from procession.flows.tasks.opening import OpenTask
from procession.flows.telling import addresses
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, Unauthenticated
from procession.kit.http import HTML, PAGE, TAKING, Answer, Request, Routes
from procession.pages.forms import AnswersForm, GuestQuery, browser_of, by_field
from procession.pages.layout import page, redirect, unlisted
from procession.pages.showing import state_of_task
from procession.pages.tasks.fields import changed_answers, task_fields
from procession.pages.uploads import keep_files

routes = Routes("Pages")

_OLD_LINK = "This link is good no longer. Ask whoever sent it to you for another one."
_SHUT_OUT = "Your access has been disabled. Ask whoever sent you this link."
_APPROVED = {"approve": True, "reject": False}


@routes.get(addresses.GUEST, door=PAGE, policy="visible", content_type=HTML, is_for_navigation=True)
@routes.get(
    addresses.GUEST_OF_WEBHOOK,
    door=PAGE,
    policy="visible",
    content_type=HTML,
    is_for_navigation=True,
)
def show(request: Request) -> Answer:
    """Show the tasks of the guest whose link this is."""
    return _all(request, _guest(request))


@routes.get(
    addresses.GUESTS_TASK,
    door=PAGE,
    policy="visible",
    query=GuestQuery,
    content_type=HTML,
    is_for_navigation=True,
)
def show_task(request: Request) -> Answer:
    """Show one task of a guest, to fill in and complete."""
    guest = _guest(request)
    opened = opening.read_task(guest, request.id("task"))
    return _task(request, guest, opened, is_saved=bool(request.query.saved))


@routes.post(
    addresses.GUESTS_TASK,
    door=PAGE,
    policy="visible",
    body=AnswersForm,
    status=303,
    takes_upload=True,
    place=TAKING,
)
def answer(request: Request) -> Answer:
    """Save what a guest has typed and sent along, and complete the task where that is asked."""
    sent: AnswersForm = request.body
    guest = _guest(request)
    task_id = request.id("task")
    opened = opening.read_task(guest, task_id)
    given = changed_answers(opened, sent.answers, guest.timezone)
    try:
        given = keep_files(guest, opened, given, request.files)
        changes = GuestTaskChangesIn(
            taskdata=given or UNSET,
            status=TaskState.COMPLETED.value if sent.then else UNSET,
            is_approved=_APPROVED.get(sent.then or "", UNSET),
        )
        updating.update_as_guest(guest, task_id, changes)
    except Invalid as wrong:
        opened = opening.read_task(guest, task_id)
        return _task(request, guest, opened, given=given, refused=wrong)
    return redirect(f"{request.path_text}{'' if sent.then else '?saved=1'}")


# --- What is shown ---


def _guest(request: Request) -> Caller:
    try:
        return of_guest.admit(
            request.caller, request.path["org"], request.path["code"], request.address
        )
    except Unauthenticated:
        raise Unauthenticated(_OLD_LINK, token_was_sent=False) from None
    except Forbidden as refusal:
        raise Forbidden(_SHUT_OUT, code=refusal.code) from None


def _all(request: Request, guest: Caller) -> Answer:
    work = of_guest.look_at_guests_work(guest)
    base = addresses.GUEST.format(org=request.path["org"], code=request.path["code"])
    return unlisted(page("guest.html", work=work, base=base))


def _task(
    request: Request,
    guest: Caller,
    opened: OpenTask,
    *,
    given: Mapping[str, Any] | None = None,
    refused: Invalid | None = None,
    is_saved: bool = False,
) -> Answer:
    task = opened.task
    problems = {} if refused is None else by_field(refused)
    files_at = addresses.FILE_OF_GUEST.format(
        org=request.path["org"], code=request.path["code"], file="{file}"
    )
    fields = task_fields(opened, guest.timezone, given=given, problems=problems, files_at=files_at)
    beside = {f"taskdata.{each.asked.id}" for each in fields}
    elsewhere = " ".join(text for path, text in problems.items() if path not in beside)
    hindrance = _hindrance(guest, opened)
    return unlisted(
        page(
            "guest_task.html",
            200 if refused is None else 422,
            form_token=browser_of(request).form_token,
            organization=of_guest.name_of_organization(guest),
            base=addresses.GUEST.format(org=request.path["org"], code=request.path["code"]),
            opened=opened,
            task=task,
            title=opened.texts.title(task),
            summary=opened.texts.summary(task),
            state=state_of_task(task, request.now),
            fields=fields,
            files_at=files_at,
            hindrance=hindrance,
            can_fill=hindrance is None,
            is_approval=task.task_type == TaskType.APPROVAL,
            word="Acknowledge" if task.task_type == TaskType.EXPIRING else "Complete",
            threads=opened.threads,
            zone=guest.timezone,
            problem=elsewhere or None,
            listed=[
                (f"in-{each.asked.id}", f"{each.asked.label}: {each.shown.problem}")
                for each in fields
                if each.shown.problem
            ],
            is_saved=is_saved,
            now=request.now,
            takes_files=any(each.asked.field_type == FieldType.FILE for each in fields),
        )
    )


def _hindrance(guest: Caller, opened: OpenTask) -> str | None:
    """Why it is only to read; None: it can be filled in."""
    task = opened.task
    if task.shown_archived_at is not None:
        return "This work was closed by the organization. Nothing is asked of you any more."
    if task.is_completed:
        return _ended(task)
    if not task.is_open:
        return "Nothing is to be done here at the moment."
    if opened.process is not None and opened.process.open_issue_count:
        return "There is an open issue. Your task waits until it is resolved."
    if task.open_issue_count:
        return "This task has an open issue. It waits until that is resolved."
    if not policy.can_complete(guest, task):
        return "This task is somebody else's."
    return None


def _ended(task: Task) -> str:
    if task.task_type == TaskType.APPROVAL:
        return "Approved. Thank you." if task.is_approved else "Rejected. Thank you."
    return "Done. Thank you."
