"""Tasks of a process that its template does not decide: added, hidden, shown (contract 95, 3.6)."""

from procession.domains.people.wire import OwnersIn
from procession.domains.tasks.types import TaskType
from procession.domains.tasks.wire import TaskIn
from procession.flows.processes.surveying import Reading, read_process
from procession.flows.tasks import oneoffs, opening
from procession.flows.telling import addresses
from procession.kit.errors import Forbidden, Invalid
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.ids import find_number
from procession.pages.clocks import usual_deadline
from procession.pages.forms import NewTaskForm, NextQuery, by_field
from procession.pages.framing import Here, app_page, for_members, leave_dialog
from procession.pages.kickoff_fields import local_instant
from procession.pages.offering import may_add_task
from procession.pages.targets import safe_target
from procession.pages.tasks.showing import TYPE_WORDS, may_turn
from procession.pages.toasts import Toast

routes = Routes("Pages")

_LONGEST_TITLE = 600


@routes.get(addresses.ADD_TASK, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_add(here: Here) -> Answer:
    """Ask what is to be done besides."""
    seen = read_process(here.caller, here.request.id("process"))
    if not may_add_task(here.caller, seen):
        raise Forbidden("No task can be added to this process by you as it is.")
    typed = NewTaskForm(
        task_type=TaskType.TASK.value,
        people=here.standing.email,
        deadline=usual_deadline(here.now, here.zone),
    )
    return _asking(here, seen, here.request.query.next, typed)


@routes.post(addresses.ADD_TASK, door=PAGE, policy="visible", body=NewTaskForm, status=303)
@for_members
def add(here: Here) -> Answer:
    """Add a task to a process; its template stays as it is."""
    sent: NewTaskForm = here.request.body
    process_id = here.request.id("process")
    due_at = local_instant(sent.deadline or "", here.zone)
    problems = _problems(sent, due_at)
    try:
        if problems or due_at is None:
            raise Invalid(problems)
        task = oneoffs.create_oneoff(
            here.caller,
            TaskIn(
                title=sent.title or "",
                task_type=sent.task_type or TaskType.TASK.value,
                deadline=due_at,
                owners=OwnersIn(guests=_addresses(sent.people)),
                summary=sent.summary,
                run_id=process_id,
                position=find_number(sent.position or ""),
            ),
        ).task
    except Invalid as wrong:
        seen = read_process(here.caller, process_id)
        return _asking(here, seen, sent.next, sent, by_field(wrong))
    return leave_dialog(here, sent.next, Toast("added", "tasks", task.id, task.title))


def _problems(sent: NewTaskForm, due_at: int | None) -> dict[str, list[str]]:
    problems = {}
    if not (sent.title or "").strip():
        problems["title"] = ["Say what is to be done."]
    elif len(sent.title or "") > _LONGEST_TITLE:
        problems["title"] = [f"Use {_LONGEST_TITLE} characters at most."]
    if due_at is None:
        problems["deadline"] = ["Say by when, with a day and a time."]
    return problems


def _addresses(text: str | None) -> list[str]:
    return [each.strip() for each in (text or "").split(",") if each.strip()]


def _asking(
    here: Here,
    seen: Reading,
    wanted: str | None,
    typed: NewTaskForm,
    problems: dict[str, str] | None = None,
) -> Answer:
    process = seen.view.process
    wrong = problems or {}
    of_people = [text for path, text in wrong.items() if path.startswith("owners")]
    known = {"title", "deadline", "task_type"}
    elsewhere = [
        text for path, text in wrong.items() if path not in known and not path.startswith("owners")
    ]
    places = [
        (str(task.position), f"Before “{seen.view.texts.title(task)}”")
        for task in seen.view.tasks or []
    ]
    return app_page(
        here,
        "task/add.html",
        422 if wrong else 200,
        title="Add a task",
        process=process,
        next=safe_target(wanted or addresses.PROCESS.format(process=process.id)),
        typed=typed,
        types=list(TYPE_WORDS.items()),
        places=[("", "At the end"), *places],
        problems=wrong,
        people_problem=" ".join(of_people) or None,
        problem=" ".join(elsewhere) or None,
    )


# --- Hidden, and shown again ---


@routes.get(addresses.HIDE_TASK, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_hide(here: Here) -> Answer:
    """Ask why a task is not needed."""
    opened = opening.read_task(here.caller, here.request.id("task"))
    if not may_turn(here.caller, opened):
        raise Forbidden("Your role cannot hide this task. A standard member can.")
    return app_page(
        here,
        "task/hide.html",
        title="Hide a task",
        task=opened.task,
        task_title=opened.texts.title(opened.task),
        next=safe_target(here.request.query.next),
    )
