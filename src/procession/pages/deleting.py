"""One archived task or file deleted for ever: a dialog says what is lost, a box is ticked first."""

from procession.domains.tasks import policy as of_tasks
from procession.flows.files import giving as files
from procession.flows.files import removing
from procession.flows.tasks import oneoffs
from procession.flows.tasks import showing as tasks
from procession.flows.telling import addresses
from procession.kit.errors import Forbidden, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.forms import DeleteForm, NextQuery
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")


@routes.get(addresses.DELETE_FILE, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_delete_file(here: Here) -> Answer:
    """Say what deleting an archived file for ever destroys."""
    return _ask_to_delete_file(here, here.request.query.next)


@routes.post(addresses.DELETE_FILE, door=PAGE, policy="visible", body=DeleteForm, status=303)
@for_members
def delete_file(here: Here) -> Answer:
    """Delete an archived file for ever."""
    sent: DeleteForm = here.request.body
    if not sent.understood:
        return _ask_to_delete_file(here, sent.next, problem=_TICK_FIRST)
    file_id = here.request.id("file")
    name = files.get_archived(here.caller, file_id).filename
    removing.purge_file(here.caller, file_id)
    return back_to(here, sent.next, Toast("deleted", "files", file_id, name))


_TICK_FIRST = "Tick the box first: nothing was deleted."


def _ask_to_delete_file(here: Here, wanted: str | None, problem: str | None = None) -> Answer:
    file = files.get_archived(here.caller, here.request.id("file"))
    return _ask_to_delete(
        here,
        addresses.DELETE_FILE.format(file=file.id),
        file.filename,
        "This destroys the file, and every answer that names it. Nobody can bring it back.",
        target=wanted,
        problem=problem,
    )


@routes.get(addresses.DELETE_TASK, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_delete_task(here: Here) -> Answer:
    """Say what deleting an archived one-off task for ever destroys."""
    return _ask_to_delete_task(here, here.request.query.next)


@routes.post(addresses.DELETE_TASK, door=PAGE, policy="visible", body=DeleteForm, status=303)
@for_members
def delete_task(here: Here) -> Answer:
    """Delete an archived one-off task for ever: administrators, and whoever made it."""
    sent: DeleteForm = here.request.body
    if not sent.understood:
        return _ask_to_delete_task(here, sent.next, problem=_TICK_FIRST)
    task = _archived_task(here).task
    oneoffs.purge_oneoff(here.caller, task.id)
    return back_to(here, sent.next, Toast("deleted", "tasks", task.id, task.title))


def _ask_to_delete_task(here: Here, wanted: str | None, problem: str | None = None) -> Answer:
    view = _archived_task(here)
    said, held = len(view.threads or ()), len(view.files or ())
    return _ask_to_delete(
        here,
        addresses.DELETE_TASK.format(task=view.task.id),
        view.texts.title(view.task),
        f"This destroys the task with its answers, {said} comment{'' if said == 1 else 's'} and "
        f"{held} file{'' if held == 1 else 's'}. Nobody can bring them back.",
        target=wanted,
        problem=problem,
    )


def _archived_task(here: Here) -> tasks.TaskView:
    """One that the caller may delete for ever."""
    view = tasks.get_task(here.caller, here.request.id("task"), None, _WITH_LOSSES)
    if not of_tasks.can_archive(here.caller, view.task):
        raise Forbidden("Only administrators and who made a task can delete it for ever.")
    if not view.task.is_oneoff or view.task.archived_at is None:
        raise NotFound("Only what is archived can be deleted for ever. Archive it first.")
    return view


_WITH_LOSSES = frozenset({"threads", "assets"})


def _ask_to_delete(
    here: Here, action: str, name: str, losses: str, *, target: str | None, problem: str | None
) -> Answer:
    """The dialog before one thing is deleted for ever."""
    return app_page(
        here,
        "archive/delete.html",
        200 if problem is None else 422,
        title="Delete for ever",
        action=action,
        name=name,
        losses=losses,
        next=safe_target(target or addresses.ARCHIVE),
        problem=problem,
    )
