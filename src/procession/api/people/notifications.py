"""Endpoints of the caller's own notifications: the bell (contract 60, 7)."""

from typing import Annotated

from msgspec import Meta

from procession.domains.notifications.actions import reading
from procession.domains.notifications.wire import NotificationOut, ReadOut, notification_out
from procession.kit.http import Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery

routes = Routes("Notifications")

NOTIFICATIONS = "/organizations/{org}/me/notifications"


class NotificationsQuery(PageQuery, kw_only=True):
    unread: Annotated[bool | None, Meta(description="Only those that are not read.")] = None


@routes.get(
    NOTIFICATIONS,
    policy="visible",
    answers=NotificationOut,
    query=NotificationsQuery,
    is_list=True,
    raises=(403,),
)
def list_notifications(request: Request) -> Answer:
    """List what the caller was told, the newest first. `meta.unread` counts what is not read."""
    query: NotificationsQuery = request.query
    page, unread = reading.list_notifications(
        request.caller, request.page(query), only_unread=bool(query.unread)
    )
    return listing(
        request,
        page,
        [notification_out(each, request.caller.organization_id) for each in page.rows],
        unread=unread,
    )


@routes.put(
    f"{NOTIFICATIONS}/read-all", policy="visible", answers=ReadOut, reads_body=False, raises=(403,)
)
def read_all(request: Request) -> Answer:
    """Mark all of the caller's notifications as read."""
    return item(ReadOut(read=reading.read_all(request.caller)))


@routes.put(
    f"{NOTIFICATIONS}/{{notification}}/read",
    policy="visible",
    answers=NotificationOut,
    reads_body=False,
    raises=(403,),
)
def read(request: Request) -> Answer:
    """Mark one of the caller's notifications as read."""
    found = reading.read_notification(request.caller, request.number("notification"))
    return item(notification_out(found, request.caller.organization_id))
