"""The page behind "No more mails of this kind": it ends them when its button is pressed.

Looking at it ends nothing: programs that look for viruses open every link.
"""

from procession.flows.telling import addresses, unsubscribing
from procession.kit.http import HTML, PAGE, Answer, Request, Routes
from procession.pages.forms import UnsubscribeForm, browser_of
from procession.pages.layout import page, redirect, unlisted

routes = Routes("Pages")

#: What mails of each kind are about, in a sentence.
_KINDS = {
    "task_assigned": "tasks that are yours to do",
    "others_task_updates": "what others do with tasks and processes of yours",
    "comments": "comments and issues",
    "mentions": "mentions of you in comments",
    "process_completed": "processes that are completed",
    "deadline_changed": "deadlines that move",
    unsubscribing.DIGEST: "what is due, on the days that you chose",
    unsubscribing.EVERYTHING: "anything",
}
_WATCHED = "what you watch there; you watch it no more"


@routes.get(
    addresses.UNSUBSCRIBE, door=PAGE, policy="visible", content_type=HTML, is_for_navigation=True
)
def lead(request: Request) -> Answer:
    """Lead people to the page, where programs end the mails at once."""
    return redirect(addresses.UNSUBSCRIBE_PAGE.format(word=request.path["word"]))


@routes.get(addresses.UNSUBSCRIBE_PAGE, door=PAGE, policy="visible", content_type=HTML)
def show(request: Request) -> Answer:
    """Ask which mails shall end."""
    found = unsubscribing.read(request.caller.server, request.path["word"])
    return _page(request, found, is_done=False)


@routes.post(
    addresses.UNSUBSCRIBE_PAGE,
    door=PAGE,
    policy="visible",
    body=UnsubscribeForm,
    content_type=HTML,
)
def end(request: Request) -> Answer:
    """End them."""
    everything = request.body.which == unsubscribing.EVERYTHING
    word = request.path["word"]
    ended = unsubscribing.unsubscribe(request.caller.server, word, everything=everything)
    return _page(request, ended, is_done=True)


def _page(request: Request, found: unsubscribing.Unsubscription, *, is_done: bool) -> Answer:
    return unlisted(
        page(
            "unsubscribe.html",
            form_token=browser_of(request).form_token,
            found=found,
            kind=_KINDS.get(found.switch, _WATCHED),
            is_guest=found.person[0] == "e",
            is_done=is_done,
        )
    )
