"""Remind those who are to do a task (contract 40, 8.6)."""

from procession.core.telling_time import told_time
from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.types import preferences_of
from procession.domains.tasks import policy
from procession.domains.tasks.types import Task
from procession.flows.reaching.tasks import reach, require_open_to_change
from procession.flows.telling import addresses as pages
from procession.flows.telling import letters
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.mail import post
from procession.kit.work import Work, writing


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
        named = {task.title, *([reached.process.name] if reached.process else [])}
        what = " / ".join(sorted(named, key=lambda name: name != task.title))
        organization = accounts.get_organization(work).name
        links = _links(work, task, public_url)
        due = _due(work, task)
        for address, link in links.items():
            post(work, letters.reminder(address, organization, what, due, link))
        return len(links)


def _due(work: Work, task: Task) -> str | None:
    if task.deadline_at is None:
        return None
    return told_time(task.deadline_at, accounts.get_timezone(work))


def _links(work: Work, task: Task, public_url: str) -> dict[str, str]:
    """The address of everybody assigned but the caller, and the link that leads them there."""
    inside = people.groups_with_ids(work, task.groups)
    user_ids = {*task.users, *(user for group in inside for user in group.members)}
    members = people.members_among(work, user_ids - {work.caller.person_id})
    links = {
        member.email: public_url + pages.TASK.format(task=task.id)
        for member in members
        if member.is_active and any(preferences_of(member)["notifications"].values())
    }
    addresses = [*task.guests, *(address for group in inside for address in group.addresses)]
    codes = people.guest_codes(work, sorted(set(addresses))) if addresses else {}
    base = f"{public_url}/{work.caller.organization_id}/guest"
    for address, code in codes.items():
        links.setdefault(address, f"{base}/{code}/tasks/{task.id}")
    return links
