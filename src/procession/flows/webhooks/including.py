"""Who watches something, beside it (contract 30, 2.4; 40, 3)."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from procession.domains.people import store as people
from procession.domains.watchers import policy, store
from procession.domains.watchers.types import Watched, Watcher
from procession.kit.caller import Caller
from procession.kit.work import Work, looking

#: Names of includes, as they are sent.
INCLUDES = frozenset(("member_watchers", "guest_watchers", "member-watchers", "guest-watchers"))


class SeenWatcher(NamedTuple):
    """A watcher, and what whoever watches is called; a guest by their address."""

    watcher: Watcher
    email: str
    full_name: str


def watchers_beside(
    work: Work, kind: Watched, object_ids: Collection[str], includes: frozenset[str]
) -> Mapping[str, Sequence[SeenWatcher]]:
    """Of what the caller may see, all of one kind; empty where nobody asks for them.

    As in the list of watchers, administrators see everybody's, others their own.
    """
    if not includes & INCLUDES:
        return {}
    only_own = not policy.can_see_all(work.caller)
    found = store.of_objects(work, kind, object_ids, only_own=only_own)
    users = {each.user_id for listed in found.values() for each in listed if each.user_id}
    cards = people.cards_of_users(work, users)

    def seen(watcher: Watcher) -> SeenWatcher:
        card = cards.get(watcher.user_id or 0)
        email = watcher.guest_email or "" if card is None else card.email
        return SeenWatcher(watcher, email, email if card is None else card.full_name)

    return {object_id: [seen(each) for each in listed] for object_id, listed in found.items()}


def watchers_of_templates(
    caller: Caller, template_ids: Collection[str], includes: frozenset[str]
) -> Mapping[str, Sequence[SeenWatcher]]:
    return watchers_beside(looking(caller), Watched.TEMPLATE, template_ids, includes)
