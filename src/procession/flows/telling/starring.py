"""Whoever stars a process or template hears of it: every three hours, by mail (contract 60, 3)."""

from procession.domains.watchers import store
from procession.domains.watchers.types import Frequency, NewWatcher, Watched, Way
from procession.kit.work import Work

_STAR = (Way.EMAIL.value, Frequency.MINDFUL.value)


def follow_star(work: Work, kind: Watched, object_id: str, *, is_starred: bool) -> None:
    """Of the member at work. Who is mailed about it already goes on being so, as they chose it, and
    taking the star away ends only what a star began."""
    if work.caller.is_guest:
        return
    mailed = store.mails_of(work, kind, object_id)
    if is_starred and not mailed:
        new = NewWatcher(
            object_type=kind,
            object_id=object_id,
            user_id=work.caller.person_id,
            notification_type=Way.EMAIL,
            frequency=Frequency.MINDFUL,
        )
        store.add_watcher(work, new)
    if not is_starred:
        for watcher in mailed:
            if (watcher.notification_type, watcher.frequency) == _STAR:
                store.delete_watcher(work, watcher.id)
