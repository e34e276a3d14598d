"""What somebody is told of, and how: mails, the bell, the morning's mail (contract 95, 3.13).

Every mail has a link to this page.
"""

from procession.domains.people.actions import reading
from procession.domains.people.types import DAYS, SWITCHES, preferences_of
from procession.domains.people.wire import ProfileIn
from procession.domains.watchers.types import Watched, Watcher
from procession.flows.people import profiles
from procession.flows.telling import addresses
from procession.flows.webhooks import watching
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.forms import TellingForm
from procession.pages.framing import Here, back_to, for_members
from procession.pages.settings.frame import settings_page
from procession.pages.toasts import Toast
from procession.pages.watching import WAYS

routes = Routes("Pages")

#: By the name of its switch, what it is about.
_WORDS = {
    "task_assigned": ("Tasks that become yours", "When one is assigned to you, or opened again."),
    "others_task_updates": ("What others do with tasks", "Completed, changed, handed on."),
    "comments": ("Comments and issues", "On what is yours, or what you took part in."),
    "mentions": ("When you are named", "By @ in a comment."),
    "process_completed": ("Processes that end", "Those of yours."),
    "deadline_changed": ("Moved deadlines", "Of your tasks."),
}
_PAGES = {
    Watched.PROCESS: (addresses.PROCESS, "process"),
    Watched.TASK: (addresses.TASK, "task"),
    Watched.TEMPLATE: (addresses.TEMPLATE, "template"),
}


@routes.get(addresses.PREFERENCES, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what one is told of, and what one watches."""
    return settings_page(
        here,
        "settings/notifications.html",
        title="Notifications",
        chosen=preferences_of(reading.get_self(here.caller)),
        switches=[(name, *_WORDS[name]) for name in SWITCHES],
        days=DAYS,
        ways=WAYS,
        watched=[(each, name, _page_of(each)) for each, name in watching.list_own(here.caller)],
    )


def _page_of(watcher: Watcher) -> str | None:
    if watcher.object_type not in _PAGES:
        return None
    address, key = _PAGES[Watched(watcher.object_type)]
    return address.format(**{key: watcher.object_id})


@routes.post(addresses.PREFERENCES, door=PAGE, policy="visible", body=TellingForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Choose what one is told of."""
    sent: TellingForm = here.request.body
    wanted = ProfileIn(
        mail_enabled=bool(sent.mails),
        digest_enabled=bool(sent.digest),
        cadence_days=[day for day in DAYS if day in sent.days],
        notifications={name: name in sent.switches for name in SWITCHES},
    )
    profiles.change_own_profile(here.caller, wanted)
    return back_to(here, addresses.PREFERENCES, Toast("saved"))
