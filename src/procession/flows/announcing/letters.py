"""What is said: the mail, and the line of the bell, for what one person is told of one kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from procession.core.times import Instant
from procession.domains.notifications.types import NewNotification
from procession.domains.tasks.types import Task
from procession.flows.announcing.addressing import Item
from procession.flows.announcing.kinds import ABOUT, Kind
from procession.flows.forms.rendering import Texts
from procession.flows.telling import addresses
from procession.flows.telling.language import Words
from procession.flows.telling.letter import Difference, Letter, Line
from procession.flows.telling.recipients import Recipient
from procession.kit.html import plain_text


@dataclass(frozen=True)
class Scene:
    """What all letters of one change have in common."""

    organization: str
    public_url: str
    #: Of those who acted, without the bot: a name for their stored keys.
    names: Mapping[str, str]
    #: Who acted; "" when it was the server itself.
    actor: str
    texts: Texts
    #: Of somebody and a kind of mails: where one click ends them.
    unsubscribe: Callable[[Recipient, Kind], str]
    #: Of somebody and a task: the address that answers go to.
    reply_to: Callable[[Recipient, Task], str]
    now: Instant


@dataclass(frozen=True)
class _Said:
    """Of one kind: sentences as they are in English, filled in."""

    one: str
    many: str
    #: Above the mail; what it is about follows.
    heading: str
    #: What the button says.
    button: str
    #: In the bell.
    bell: str = ""


#: The marks of xgettext find these sentences here.
def _(sentence: str) -> str:
    return sentence


_SAID = {
    Kind.MENTIONED: _Said(
        _("You were mentioned: {title}"), _("You were mentioned {count} times"),
        _("You were mentioned in a comment"), _("Read it"), _("You were mentioned: {title}"),
    ),
    Kind.COMMENTED: _Said(
        _("Comment: {title}"), _("{count} comments"),
        _("There is a new comment"), _("Read it"), _("New comment: {title}"),
    ),
    Kind.ISSUE_REPORTED: _Said(
        _("Issue reported: {title}"), _("{count} issues reported"),
        _("An issue was reported"), _("See the issue"), _("Issue reported: {title}"),
    ),
    Kind.ISSUE_RESOLVED: _Said(
        _("Issue resolved: {title}"), _("{count} issues resolved"),
        _("An issue was resolved"), _("See how"), _("Issue resolved: {title}"),
    ),
    Kind.TURN: _Said(
        _("Your task: {title}"), _("{count} tasks for you"),
        _("It is your turn"), _("Open the task"), _("Task for you: {title}"),
    ),
    Kind.REOPENED: _Said(
        _("Reopened: {title}"), _("{count} tasks reopened"),
        _("A task of yours was reopened"), _("Open the task"), _("Reopened: {title}"),
    ),
    Kind.DEADLINE_MOVED: _Said(
        _("Deadline moved: {title}"), _("{count} deadlines moved"),
        _("A deadline has moved"), _("Open the task"), _("Deadline moved: {title}"),
    ),
    Kind.EDITED: _Said(
        _("Task edited: {title}"), _("{count} tasks edited"),
        _("A task of yours was edited"), _("Open the task"),
    ),
    Kind.ASSIGNEES_CHANGED: _Said(
        _("Assignees changed: {title}"), _("Assignees of {count} tasks changed"),
        _("Somebody else works on it now"), _("Open the task"),
    ),
    Kind.TASK_ADDED: _Said(
        _("Added to your process: {title}"), _("{count} tasks added to your process"),
        _("A process of yours has more to do"), _("Open the process"),
    ),
    Kind.TASK_COMPLETED: _Said(
        _("Completed: {title}"), _("{count} tasks completed"),
        _("A task was completed"), _("Open the task"), _("Completed: {title}"),
    ),
    Kind.OWNER_CHANGED: _Said(
        _("Owner of the process: {title}"), _("Owners of {count} processes changed"),
        _("A process has another owner"), _("Open the process"),
        _("Owner of the process: {title}"),
    ),
    Kind.JOINED: _Said(
        _("You were added to a process: {title}"), _("You were added to {count} processes"),
        _("You take part in a process"), _("Open the process"),
    ),
    Kind.PROCESS_COMPLETED: _Said(
        _("Process completed: {title}"), _("{count} processes completed"),
        _("A process is completed"), _("Open the process"), _("Process completed: {title}"),
    ),
    Kind.PROCESS_CHANGED: _Said(
        _("Process updated: {title}"), _("{count} processes updated"),
        _("A process was updated"), _("Open the process"),
    ),
}  # fmt: skip


def letter_of(scene: Scene, person: Recipient, kind: Kind, items: Sequence[Item]) -> Letter:
    """`items`: all of this kind, one at least."""
    words, said = person.words, _SAID[kind]
    first, is_one = items[0], len(items) == 1
    title = _title(scene, first)
    link = _link(scene, person, first)
    about = first.task if is_one else None
    return Letter(
        to=person.email,
        words=words,
        subject=words(said.one, title=title) if is_one else words(said.many, count=len(items)),
        heading=_heading(scene, words, kind),
        sender=scene.organization,
        lines=tuple(_line(scene, person, item) for item in items),
        differences=_differences(scene, person, first) if is_one else (),
        quote="" if first.thread is None else plain_text(first.thread.shown),
        progress=_progress(kind, items),
        button=(words(said.button), link) if is_one else None,
        is_request=ABOUT[kind].is_request,
        preferences="" if person.is_guest else scene.public_url + addresses.PREFERENCES,
        reply_to="" if about is None else scene.reply_to(person, about),
        unsubscribe=scene.unsubscribe(person, kind),
    )


def notification_of(
    scene: Scene, person: Recipient, kind: Kind, items: Sequence[Item]
) -> NewNotification | None:
    """None: the bell does not ring for this, or they have none."""
    bell = ABOUT[kind].bell
    if bell is None or person.is_guest:
        return None
    first, words = items[0], person.words
    about = first.task
    is_one = len(items) == 1
    text = words(_SAID[kind].bell, title=_title(scene, first)) if is_one else words(
        _SAID[kind].many, count=len(items)
    )  # fmt: skip
    same_process = len({_process_id(each) for each in items}) == 1
    is_of_process = not is_one and same_process and _process_id(first) is not None
    return NewNotification(
        user_id=person.caller.person_id,
        kind=bell,
        text=text,
        process_id=_process_id(first),
        task_id=None if about is None or is_of_process else about.id,
        template_id=None if first.template is None else first.template.id,
    )


def _heading(scene: Scene, words: Words, kind: Kind) -> str:
    what = words(_SAID[kind].heading)
    return words("{what} - by {actor}", what=what, actor=scene.actor) if scene.actor else what


def _title(scene: Scene, item: Item) -> str:
    if item.task is not None:
        return scene.texts.title(item.task)
    if item.template is not None:
        return item.template.title
    return "" if item.process is None else item.process.name


def _process_id(item: Item) -> str | None:
    if item.process is not None:
        return item.process.id
    return None if item.task is None else item.task.process_id


def _link(scene: Scene, person: Recipient, item: Item) -> str:
    if item.task is not None and item.kind is not Kind.TASK_ADDED:
        return person.task_link(scene.public_url, item.task.id)
    if item.template is not None:
        return scene.public_url + addresses.TEMPLATE.format(template=item.template.id)
    return scene.public_url + addresses.PROCESS.format(process=_process_id(item))


def _line(scene: Scene, person: Recipient, item: Item) -> Line:
    words, details = person.words, []
    is_late = False
    if item.task is not None:
        due_at, is_late = item.task.deadline_at, item.task.due(scene.now)[0]
        is_open = item.task.is_open and item.kind is not Kind.DEADLINE_MOVED
        if due_at is not None and is_open:
            details.append(words("Due {when}", when=words.time(due_at, person.zone)))
        if item.process is not None and not person.is_guest:
            details.append(words("Process: {name}", name=item.process.name))
    elif item.fields:
        names = ", ".join(name.replace("_", " ") for name in item.fields)
        details.append(words("Changed: {what}", what=names))
    return Line(_title(scene, item), _link(scene, person, item), tuple(details), is_late=is_late)


def _differences(scene: Scene, person: Recipient, item: Item) -> tuple[Difference, ...]:
    words, task, news = person.words, item.task, item.news
    found: list[Difference] = []
    if item.kind is Kind.DEADLINE_MOVED and task is not None and news is not None:
        before, after = (
            "" if at is None else words.time(at, person.zone)
            for at in (news.deadline_before, task.deadline_at)
        )
        found.append(Difference(words("Deadline"), before, after))
    if item.kind is Kind.EDITED and task is not None and news is not None:
        titles = {"title": words("Title"), "summary": words("Description")}
        now = {"title": task.title, "summary": task.summary or ""}
        found += [
            Difference(titles[name], plain_text(before), plain_text(now[name]))
            for name, before in news.texts_before.items()
            if before != now[name]
        ]
    for title, keys in ((words("Added"), item.added), (words("Removed"), item.removed)):
        if keys:
            named = ", ".join(scene.names.get(key, key) for key in keys)
            found.append(Difference(title, "", named))
    if item.kind is Kind.OWNER_CHANGED and item.process is not None:
        owner = scene.names.get(f"u:{item.process.owner_id}", "")
        found.append(Difference(words("Owner"), "", owner))
    return tuple(found)


def _progress(kind: Kind, items: Sequence[Item]) -> tuple[int, int] | None:
    """Of the one process that all of it is in."""
    processes = {item.process.id: item.process for item in items if item.process is not None}
    if len(processes) != 1 or kind not in (
        Kind.TURN, Kind.TASK_COMPLETED, Kind.PROCESS_COMPLETED, Kind.PROCESS_CHANGED,
    ):  # fmt: skip
        return None
    (process,) = processes.values()
    progress = process.whole_progress
    return progress.complete, progress.total
