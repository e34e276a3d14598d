"""Remind those who are to do a task (contract 40, 8.6)."""

from procession.domains.accounts import store as accounts
from procession.domains.tasks import policy
from procession.flows.reaching.tasks import Reached, reach, require_open_to_change
from procession.flows.telling import addresses, letters
from procession.flows.telling.letter import Line
from procession.flows.telling.recipients import Directory, Recipient
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.mail import post
from procession.kit.work import writing


def remind(caller: Caller, task_id: str, public_url: str) -> int:
    """At once, whatever they said about digests; the number of mails."""
    with writing(caller) as work:
        reached = reach(work, task_id)
        task = reached.task
        if not policy.can_remind(caller, task):
            raise Forbidden
        require_open_to_change(reached)
        if not task.is_open:
            raise invalid("task", "Only open tasks can be reminded of.")
        sender = accounts.get_organization(work).name
        others = [
            person
            for person in Directory(work).among(task.people).values()
            if person.key != caller.person and not person.is_silent
        ]
        for person in others:
            line = _line(reached, person, public_url)
            page = "" if person.is_guest else public_url + addresses.PREFERENCES
            post(work, letters.reminder(person, sender, line, task.id, page))
        return len(others)


def _line(reached: Reached, person: Recipient, public_url: str) -> Line:
    task, process, words = reached.task, reached.process, person.words
    details = []
    if task.deadline_at is not None:
        details.append(words("Due {when}", when=words.time(task.deadline_at, person.zone)))
    if process is not None and process.name != task.title:
        details.append(words("Process: {name}", name=process.name))
    return Line(task.title, person.task_link(public_url, task.id), tuple(details))
