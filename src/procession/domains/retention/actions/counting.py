"""What the last passes found, of all organizations together."""

from collections import Counter

from procession.domains.retention import store
from procession.domains.retention.types import Backlog
from procession.kit.db import Connection


def count_backlog(connection: Connection) -> Backlog:
    found = store.list_backlogs(connection)
    skipped: Counter[str] = Counter()
    for each in found:
        skipped.update(each.skipped)
    since = [each.oldest_due_at for each in found if each.oldest_due_at is not None]
    return Backlog(
        due=sum(each.due for each in found),
        oldest_due_at=min(since, default=None),
        skipped=dict(skipped),
    )
