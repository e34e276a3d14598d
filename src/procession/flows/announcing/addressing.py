"""Who is told what of a change: from what happened, and from how things are now.

Nobody is told of what they did themselves, of hidden tasks, or of what is archived (60, 7).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from procession.domains.comments import store as threads
from procession.domains.comments.types import Thread, ThreadLabel, ThreadState
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import MAIL_TYPES, Task
from procession.domains.templates import store as templates
from procession.domains.templates.types import Template
from procession.flows.announcing.happenings import Happenings, ProcessNews, TaskNews, ThreadNews
from procession.flows.announcing.kinds import FOR_GUESTS, WEIGHTS, Kind
from procession.flows.telling.recipients import Directory, Recipient
from procession.kit.work import Work


@dataclass(frozen=True)
class Item:
    """One thing that one person is told."""

    kind: Kind
    task: Task | None = None
    process: Process | None = None
    thread: Thread | None = None
    news: TaskNews | None = None
    #: Names of fields of a process.
    fields: tuple[str, ...] = ()
    #: Of a task: whose it is now, and is no more; stored keys.
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    #: Of a comment on it, or on one of its steps.
    template: Template | None = None


@dataclass
class Told:
    """By stored key: who is told, and what; never those who acted."""

    actors: frozenset[str]
    people: dict[str, Recipient] = field(default_factory=dict)
    items: dict[str, list[Item]] = field(default_factory=dict)

    def tell(self, people: Iterable[Recipient], item: Item) -> None:
        for person in people:
            is_for_them = not person.is_guest or item.kind in FOR_GUESTS
            if person.key not in self.actors and is_for_them:
                self.people[person.key] = person
                self.items.setdefault(person.key, []).append(item)

    def only_the_weightiest(self) -> None:
        """Nobody hears of one task or process twice."""
        for key, items in self.items.items():
            self.items[key] = _weightiest(items)


def addressed(work: Work, happened: Happenings) -> Told:
    """The bot is at work: it sees everything."""
    addressing = _Addressing(work, happened)
    for thread in happened.threads:
        addressing.of_thread(thread)
    for task in addressing.added:
        addressing.of_turn(task)
    for news in happened.tasks.values():
        addressing.of_task(news)
    for about in happened.processes.values():
        addressing.of_process(about)
    addressing.told.only_the_weightiest()
    return addressing.told


class _Addressing:
    """What has happened, with everything that it is about as it is now."""

    def __init__(self, work: Work, happened: Happenings) -> None:
        self._work = work
        self._threads = happened.threads
        self._directory = Directory(work)
        self.told = Told(happened.actors)
        self._processes = processes.visible_among(work, happened.process_ids)
        self.added = _added(work, happened, self._processes)
        self._tasks = tasks.visible_among(work, happened.task_ids)
        beside = {task.process_id for task in self._tasks.values() if task.process_id}
        self._processes |= processes.visible_among(work, beside - self._processes.keys())
        self._directory.know(task.people for task in (*self.added, *self._tasks.values()))

    def of_turn(self, task: Task) -> None:
        """A task that is there and open is its assignees' to do."""
        self._tell_of_turn(task, self._directory.among(task.people).values())

    def _tell_of_turn(self, task: Task, people: Iterable[Recipient]) -> None:
        if _is_told(task) and task.is_open and task.task_type not in MAIL_TYPES:
            self.told.tell(people, Item(Kind.TURN, task, self._process_of(task)))

    def _process_of(self, task: Task) -> Process | None:
        return self._processes.get(task.process_id or "")

    def of_task(self, news: TaskNews) -> None:
        """People of e-mail tasks are written to by the task itself alone (40, 7.6)."""
        task = self._tasks.get(news.id)
        if task is None or not _is_told(task) or task.task_type in MAIL_TYPES:
            return
        process = self._process_of(task)
        owners = self._directory.among(task.people)
        if news.is_shown:
            self.of_turn(task)
        elif news.owners_before is not None:
            self._of_owners(task, owners, self._directory.among(news.owners_before))
        for kind in _kinds(news, task, has_issue=self._has_issue(task)):
            self.told.tell(owners.values(), Item(kind, task, process, news=news))
        if news.outcome is not None and task.is_completed:
            leading = {} if process is None else self._directory.members([process.owner_id])
            item = Item(Kind.TASK_COMPLETED, task, process, news=news)
            self.told.tell({**owners, **leading}.values(), item)
        if news.is_linked and process is not None:
            everyone = self._directory.members(process.collaborators)
            self.told.tell(everyone.values(), Item(Kind.TASK_ADDED, task, process))

    def _has_issue(self, task: Task) -> bool:
        """It was reported in this change, and says why the task is open again (45, 4.1)."""
        return any(
            each.task_id == task.id and each.event == "issue.reported" for each in self._threads
        )

    def _of_owners(
        self, task: Task, now: Mapping[str, Recipient], before: Mapping[str, Recipient]
    ) -> None:
        """New ones have work; those who stay or go learn who else does."""
        added = [person for key, person in now.items() if key not in before]
        removed = [person for key, person in before.items() if key not in now]
        self._tell_of_turn(task, added)
        if added or removed:
            item = Item(
                Kind.ASSIGNEES_CHANGED,
                task,
                self._process_of(task),
                added=tuple(each.key for each in added),
                removed=tuple(each.key for each in removed),
            )
            self.told.tell(before.values(), item)

    def of_process(self, news: ProcessNews) -> None:
        process = self._processes.get(news.id)
        if process is None or process.is_archived:
            return
        everyone = self._directory.members(process.collaborators).values()
        if news.is_completed and process.is_done:
            self.told.tell(everyone, Item(Kind.PROCESS_COMPLETED, process=process))
        if news.added_numbers:
            self.told.tell(everyone, Item(Kind.TASK_ADDED, process=process))
        leading = [process.owner_id] if news.is_launched else _owners_changed(news, process)
        leaders = self._directory.members(leading).values()
        self.told.tell(leaders, Item(Kind.OWNER_CHANGED, process=process))
        joined = self._directory.members(_joined(news, process)).values()
        self.told.tell(joined, Item(Kind.JOINED, process=process))
        if news.fields:
            fields = tuple(news.fields)
            self.told.tell(everyone, Item(Kind.PROCESS_CHANGED, process=process, fields=fields))

    # --- Comments and issues ---

    def of_thread(self, news: ThreadNews) -> None:
        thread = threads.find_thread(self._work, news.id)
        task = self._tasks.get(news.task_id or "")
        process = self._processes.get(news.process_id or "")
        is_of_task = news.task_id is not None
        if thread is None or (is_of_task and (task is None or not _is_told(task))):
            return
        if process is not None and process.is_archived:
            return
        template = self._template_of(news)
        if task is None and process is None and template is None:
            return
        mentioned = self._directory.of_keys(news.mentioned)
        item = Item(Kind.MENTIONED, task, process, thread, template=template)
        self.told.tell(mentioned.values(), item)
        kind = _OF_THREADS.get(news.event)
        if kind is None:
            return
        hearing = [
            person
            for person in self._concerned(thread, item).values()
            if person.key not in mentioned and self._sees(person, thread, item)
        ]
        self.told.tell(hearing, replace(item, kind=kind))

    def _template_of(self, news: ThreadNews) -> Template | None:
        """What is archived is talked about by nobody."""
        if news.template_id is None:
            return None
        found = templates.visible_among(self._work, {news.template_id}).get(news.template_id)
        return None if found is None or found.archived_at is not None else found

    def _concerned(self, thread: Thread, item: Item) -> dict[str, Recipient]:
        """Who works on it, and who has said something there; of a template its owner."""
        task, process = item.task, item.process
        if item.template is not None:
            return self._directory.members([item.template.owner_id])
        if task is not None:
            said = threads.of_tasks(self._work, [task.id])[task.id]
            working = self._directory.among(task.people)
        elif process is not None:
            said = threads.of_processes(self._work, [process.id])[process.id]
            is_comment = thread.label == ThreadLabel.COMMENT
            who = [process.owner_id] if is_comment else process.collaborators
            working = self._directory.members(who)
        else:
            return {}
        authors = {_author(each) for each in said if each.author_kind in ("user", "guest")}
        return {**working, **self._directory.of_keys(sorted(authors))}

    def _sees(self, person: Recipient, thread: Thread, item: Item) -> bool:
        """Whether they may see it now, as if they asked for it."""
        task = item.task
        if person.is_guest and (
            task is None
            or task.prevent_guest_comment
            or thread.state == ThreadState.HIDDEN_FROM_GUESTS
        ):
            return False
        bot = self._work.caller
        self._work.act_as(person.caller)
        try:
            if task is not None:
                return tasks.find_visible(self._work, task.id) is not None
            if item.template is not None:
                return templates.find_visible(self._work, item.template.id) is not None
            return processes.find_visible(self._work, thread.process_id or "") is not None
        finally:
            self._work.act_as(bot)


_OF_THREADS = {
    "comment.added": Kind.COMMENTED,
    "issue.reported": Kind.ISSUE_REPORTED,
    "issue.resolved": Kind.ISSUE_RESOLVED,
}


def _author(thread: Thread) -> str:
    return f"{'e' if thread.author_kind == 'guest' else 'u'}:{thread.author_id}"


def _added(work: Work, happened: Happenings, found: Mapping[str, Process]) -> list[Task]:
    """Of processes that were launched, or got tasks of another template: those that are new."""
    news = happened.processes
    ids = [each.id for each in news.values() if each.is_launched or each.added_numbers]
    of_each = tasks.of_processes(work, [each for each in ids if each in found])
    return [
        task
        for process_id, its_tasks in of_each.items()
        for task in its_tasks
        if news[process_id].is_launched or task.number in news[process_id].added_numbers
    ]


def _is_told(task: Task) -> bool:
    return not task.is_hidden and task.shown_archived_at is None


def _kinds(news: TaskNews, task: Task, *, has_issue: bool) -> list[Kind]:
    """What its assignees are told of it, besides that it is theirs to do."""
    found = []
    if news.is_reopened and task.is_open and not has_issue:
        found.append(Kind.REOPENED)
    if news.is_redated and task.is_open and news.deadline_before != task.deadline_at:
        found.append(Kind.DEADLINE_MOVED)
    now = {"title": task.title, "summary": task.summary or ""}
    if any(before != now[name] for name, before in news.texts_before.items()):
        found.append(Kind.EDITED)
    return found


def _owners_changed(news: ProcessNews, process: Process) -> list[int]:
    """The one before, and the one now."""
    if not news.is_owner_changed or news.owner_before == process.owner_id:
        return []
    return [each for each in (process.owner_id, news.owner_before) if each is not None]


def _joined(news: ProcessNews, process: Process) -> list[int]:
    before = [] if news.is_launched else news.users_before
    return [] if before is None else [user for user in process.users if user not in before]


def _weightiest(items: Sequence[Item]) -> list[Item]:
    best: dict[object, Item] = {}
    done = {
        each.process.id for each in items if each.kind is Kind.PROCESS_COMPLETED and each.process
    }
    for item in items:
        is_told_with_process = item.process is not None and item.process.id in done
        if item.kind is Kind.TASK_COMPLETED and is_told_with_process:
            continue
        key = _subject(item)
        if key not in best or WEIGHTS[item.kind] < WEIGHTS[best[key].kind]:
            best[key] = item
    return list(best.values())


def _subject(item: Item) -> tuple[str, str]:
    if item.thread is not None:
        return ("thread", item.thread.id)
    if item.task is not None:
        return ("task", item.task.id)
    if item.kind is Kind.PROCESS_COMPLETED:
        return ("completed", item.process.id if item.process else "")
    return ("process", item.process.id if item.process else "")
