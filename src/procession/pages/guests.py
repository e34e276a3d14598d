"""The page behind a guest's link: what waits for them, to read (ruling 30).

What they do with their tasks, they do through the API until there are pages for it.
"""

from procession.flows.tasks.of_guest import look_at_guests_work
from procession.flows.telling import addresses
from procession.kit.errors import Forbidden, Unauthenticated
from procession.kit.http import HTML, PAGE, Answer, Request, Routes
from procession.pages.layout import page, unlisted

routes = Routes("Pages")

_OLD_LINK = "This link is good no longer. Ask whoever sent it to you for another one."
_SHUT_OUT = "Your access has been disabled. Ask whoever sent you this link."


@routes.get(addresses.GUEST, door=PAGE, policy="visible", content_type=HTML, is_for_navigation=True)
@routes.get(
    addresses.GUESTS_TASK, door=PAGE, policy="visible", content_type=HTML, is_for_navigation=True
)
@routes.get(
    addresses.GUEST_OF_WEBHOOK,
    door=PAGE,
    policy="visible",
    content_type=HTML,
    is_for_navigation=True,
)
def show(request: Request) -> Answer:
    """Show the open tasks of the guest whose link this is."""
    try:
        work = look_at_guests_work(
            request.caller, request.path["org"], request.path["code"], request.address
        )
    except Unauthenticated:
        raise Unauthenticated(_OLD_LINK, token_was_sent=False) from None
    except Forbidden as refusal:
        raise Forbidden(_SHUT_OUT, code=refusal.code) from None
    return unlisted(page("guest.html", work=work))
