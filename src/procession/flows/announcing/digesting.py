"""What is due, told in the morning: to members on the days they chose, and to guests (60, 7).

In the morning of each person, which begins at six by their own clocks. Nobody is told that nothing
is due, nor twice on one day; whoever could not be told within three hours is told next time.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from procession.core.times import Instant, local_day, to_datetime
from procession.domains.accounts import store as accounts
from procession.domains.notifications import store as notifications
from procession.domains.people.types import DAYS
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task, TaskFilter
from procession.flows.forms.rendering import Texts, texts_of
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import addresses
from procession.flows.telling.letter import Letter, Line, Section, laid_out
from procession.flows.telling.recipients import Directory, Recipient
from procession.flows.telling.unsubscribing import DIGEST, word_of
from procession.kit.mail import Mail, deliverable, post_all
from procession.kit.paging import PageRequest
from procession.kit.server import Server
from procession.kit.work import Work, reading, writing

_SIX = 6
_HOURS = 3
_PAGE = 500
#: Tasks that a mail lists; how many more there are is said.
_MOST = 50


def list_organizations(server: Server) -> list[str]:
    connection = server.database.connection()
    return [each.id for each in accounts.list_all_organizations(connection)]


def tell_what_is_due(server: Server, organization_id: str) -> int:
    """Everybody of an organization whose morning it is; how many were told."""
    bot = as_bot(server, organization_id)
    with reading(bot) as work:
        mails = _due_mails(work)
    if not mails:
        return 0
    with writing(bot) as work:
        told = notifications.digest_days(work)
        new = {key: mail for key, (day, mail) in mails.items() if told.get(key) != day}
        post_all(work, deliverable(work, list(new.values())))
        notifications.set_digest_days(work, {key: mails[key][0] for key in new})
        return len(new)


def _due_mails(work: Work) -> dict[str, tuple[str, Mail]]:
    """By stored key: their day, and the mail."""
    due = [*_list(work, "overdue"), *_list(work, "due_soon")]
    if not due:
        return {}
    directory = Directory(work)
    directory.know(task.people for task in due)
    told = notifications.digest_days(work)
    people: dict[str, Recipient] = {}
    of_each: dict[str, list[Task]] = {}
    for task in due:
        for key, person in directory.among(task.people).items():
            if is_morning(person, work.now) and told.get(key) != _day(person, work.now):
                people[key] = person
                of_each.setdefault(key, []).append(task)
    shown = {task.id: task for its_tasks in of_each.values() for task in its_tasks}
    texts = texts_of(work, list(shown.values()))
    names = _names(work, {task.process_id for task in shown.values() if task.process_id})
    sender = accounts.get_face(work).name if people else ""
    return {
        key: (
            _day(person, work.now),
            laid_out(_letter(person, of_each[key], _Morning(work, sender, names, texts))),
        )
        for key, person in people.items()
    }


def is_morning(person: Recipient, now: Instant) -> bool:
    moment = to_datetime(now, person.own_zone)
    return _SIX <= moment.hour < _SIX + _HOURS and DAYS[moment.weekday()] in person.digest_days


def _day(person: Recipient, now: Instant) -> str:
    return local_day(now, person.own_zone)


def _list(work: Work, status: str) -> list[Task]:
    """Open, visible, not archived, with an effective deadline."""
    found: list[Task] = []
    wanted = TaskFilter(status=status, sort=(("deadline", False),))
    while True:
        number = len(found) // _PAGE + 1
        page = tasks.list_visible(work, PageRequest(number, _PAGE), wanted)
        found += page.rows
        if len(page.rows) < _PAGE:
            return [task for task in found if _has_begun(work, task)]


def _has_begun(work: Work, task: Task) -> bool:
    """What starts later is left out until it does (contract 40, 7.1)."""
    return task.started_at is None or task.started_at <= work.now


def _names(work: Work, process_ids: Collection[str]) -> dict[str, str]:
    found = processes.visible_among(work, process_ids)
    return {process.id: process.name for process in found.values()}


@dataclass(frozen=True)
class _Morning:
    """What all letters of one organization have in common."""

    work: Work
    sender: str
    #: Of processes, by id.
    names: Mapping[str, str]
    texts: Texts

    @property
    def public_url(self) -> str:
        settings = self.work.caller.server.settings
        return settings.public_url or settings.local_url


def _letter(person: Recipient, due: Sequence[Task], morning: _Morning) -> Letter:
    words, public_url = person.words, morning.public_url
    count = len(due)
    in_processes: dict[str, list[Line]] = {}
    for task in due[:_MOST]:
        line = _line(person, task, morning)
        in_processes.setdefault(morning.names.get(task.process_id or "", ""), []).append(line)
    alone = in_processes.pop("", [])
    more = words("And {count} more.", count=count - _MOST) if count > _MOST else ""
    heading = words.many("{count} task is due", "{count} tasks are due", count)
    return Letter(
        to=person.email,
        words=words,
        subject=heading,
        heading=heading,
        sender=morning.sender,
        more=more,
        lines=tuple(alone),
        sections=tuple(Section(name, tuple(lines)) for name, lines in in_processes.items()),
        is_request=True,
        preferences="" if person.is_guest else public_url + addresses.PREFERENCES,
        unsubscribe=addresses.unsubscribe_link(public_url, word_of(person, DIGEST)),
    )


def _line(person: Recipient, task: Task, morning: _Morning) -> Line:
    words, now = person.words, morning.work.now
    is_late = task.due(now)[0]
    when = words.time(task.deadline_at or now, person.zone)
    said = words("Overdue since {when}", when=when) if is_late else words("Due {when}", when=when)
    link = person.task_link(morning.public_url, task.id)
    return Line(morning.texts.title(task), link, (said,), is_late=is_late)
