"""Mails for who watches: at once, every three hours or daily, with all that happened (60, 3).

A bundle is read, mailed and forgotten in one transaction, so it goes once; none goes when nothing
happened. Whoever may no longer read what they watch, or wants no mails at all, is told nothing.
"""

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.domains.watchers import store
from procession.domains.watchers.types import DueWatcher, Watched, WatchedNews, Watcher
from procession.flows.forms.rendering import texts_of
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import addresses, letters
from procession.flows.telling.letter import Line
from procession.flows.telling.recipients import Directory, Recipient
from procession.flows.telling.unsubscribing import WATCHING, word_of
from procession.flows.webhooks.watching import can_still_see
from procession.kit.mail import deliverable, post_all
from procession.kit.server import Server
from procession.kit.work import Work, writing

#: Lines of one mail; how many more there are is said.
_MOST_LINES = 100


def send_one_bundle(server: Server) -> bool:
    """False when none is due."""
    due = store.find_due(server.database.connection(), server.clock())
    if due is None:
        return False
    with writing(as_bot(server, due.organization_id)) as work:
        _tell(work, due)
    return True


def _tell(work: Work, due: DueWatcher) -> None:
    news = store.take_news(work, due.watcher_id)
    watcher = store.find_watcher(work, due.watcher_id)
    if watcher is None or not news:
        return
    person = Directory(work).of_keys([watcher.person]).get(watcher.person)
    if person is None or not person.takes_mail:
        return
    title = _title_for(work, person, watcher)
    if title is not None:
        organization = accounts.get_face(work).name
        letter = letters.watched(person, organization, _watched(person, watcher, title, news))
        post_all(work, deliverable(work, [letter]))


def _watched(
    person: Recipient, watcher: Watcher, title: str, news: list[WatchedNews]
) -> letters.Watched:
    settings = person.caller.server.settings
    public_url = settings.public_url or settings.local_url
    word = word_of(person, f"{WATCHING}{watcher.id}")
    return letters.Watched(
        title=title,
        lines=[_line(person, watcher, each) for each in news[:_MOST_LINES]],
        left=max(len(news) - _MOST_LINES, 0),
        link=_link(person, watcher, public_url),
        preferences="" if person.is_guest else public_url + addresses.PREFERENCES,
        unsubscribe=addresses.unsubscribe_link(public_url, word),
    )


def _line(person: Recipient, watcher: Watcher, news: WatchedNews) -> Line:
    """What happened is said in the words of the feed."""
    words = person.words
    who = news.actor or words("The server")
    details = [words.time(news.occurred_at, person.zone)]
    if news.process_name and watcher.object_type != Watched.PROCESS:
        details.append(words("Process: {name}", name=news.process_name))
    return Line(f"{who} {news.sentence}", "", tuple(details))


def _link(person: Recipient, watcher: Watcher, public_url: str) -> str:
    watched = watcher.object_id
    if watcher.object_type == Watched.TASK:
        return person.task_link(public_url, watched)
    if person.code is not None:
        organization_id = person.caller.organization_id
        return public_url + addresses.GUEST.format(org=organization_id, code=person.code)
    page = {
        Watched.PROCESS: addresses.PROCESS.format(process=watched),
        Watched.TEMPLATE: addresses.TEMPLATE.format(template=watched),
    }.get(Watched(watcher.object_type), addresses.HOME)
    return public_url + page


def _title_for(work: Work, person: Recipient, watcher: Watcher) -> str | None:
    """What is watched, as they see it; None for who may no longer."""
    bot = work.caller
    work.act_as(person.caller)
    try:
        return _title(work, watcher) if can_still_see(work, watcher) else None
    finally:
        work.act_as(bot)


def _title(work: Work, watcher: Watcher) -> str:
    watched = watcher.object_id
    if watcher.object_type == Watched.TASK:
        task = tasks.get_visible(work, watched)
        return texts_of(work, [task]).title(task)
    if watcher.object_type == Watched.PROCESS:
        return processes.get_visible(work, watched).name
    if watcher.object_type == Watched.TEMPLATE:
        return templates.get_visible(work, watched).title
    number = int(watched)
    return people.names_of_users(work, [number]).get(number, "")
