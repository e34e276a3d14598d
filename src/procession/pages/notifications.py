"""What a member was told: the bell in the frame, and the page of all of it (contract 95, 3.16)."""

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from procession.domains.notifications.actions import reading
from procession.domains.notifications.types import Notification, NotificationKind
from procession.flows.telling import addresses
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.forms import ActionForm
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.lists import Pager, page_number

routes = Routes("Pages")

#: Below the bell; and on a page.
_NEWEST, _SIZE = 20, 50
#: They are about what was said.
_SAID = (
    NotificationKind.COMMENT, NotificationKind.MENTION, NotificationKind.ISSUE_REPORTED,
    NotificationKind.ISSUE_RESOLVED,
)  # fmt: skip


class NotificationsQuery(msgspec.Struct, kw_only=True):
    """Which of them."""

    tab: Annotated[str | None, Meta(description="`unread`, else all.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


@routes.get(
    addresses.NOTIFICATIONS, door=PAGE, policy="visible", query=NotificationsQuery,
    content_type=HTML,
)  # fmt: skip
@for_members
def show(here: Here) -> Answer:
    """Show what the member was told, the newest first."""
    query: NotificationsQuery = here.request.query
    is_bell = here.part == "news"
    tab = "unread" if query.tab == "unread" else ""
    asked = PageRequest(page_number(query.page), _NEWEST if is_bell else _SIZE)
    page, unread = reading.list_notifications(here.caller, asked, only_unread=bool(tab))

    def address(**changed: str) -> str:
        said = {key: each for key, each in {"tab": tab, **changed}.items() if each}
        return f"{addresses.NOTIFICATIONS}{'?' if said else ''}{urlencode(said)}"

    return app_page(
        here,
        "notifications/bell.html" if is_bell else "notifications/list.html",
        title="Notifications",
        news=[(each, _leads_to(each)) for each in page.rows],
        unread=unread,
        tab=tab,
        tabs=[
            ("All", address(tab="", page=""), not tab),
            (f"Unread ({unread})" if unread else "Unread", address(tab="unread"), bool(tab)),
        ],
        pager=Pager.of(page, address),
    )


def _leads_to(news: Notification) -> str:
    """The page of what it is about."""
    is_said = news.kind in _SAID
    if news.task_id is not None:
        task = addresses.TASK.format(task=news.task_id)
        return f"{task}#task-comments" if is_said else task
    if news.process_id is not None:
        process = addresses.PROCESS.format(process=news.process_id)
        return f"{process}#comments" if is_said else process
    if news.template_id is not None:
        return f"{addresses.TEMPLATE.format(template=news.template_id)}#comments"
    return addresses.HOME


@routes.post(addresses.READ_NOTIFICATION, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def read(here: Here) -> Answer:
    """Mark one as read; go on to what it is about, or stay."""
    reading.read_notification(here.caller, here.request.number("notification"))
    return back_to(here, here.request.body.next)


@routes.post(addresses.READ_NOTIFICATIONS, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def read_all(here: Here) -> Answer:
    """Mark all as read."""
    reading.read_all(here.caller)
    return back_to(here, here.request.body.next)
