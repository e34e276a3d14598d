"""The page behind the link of an invitation (contract 10, 2)."""

from procession.domains.accounts.actions import sessions
from procession.flows.people import accepting
from procession.flows.people.accepting import OpenInvitation
from procession.flows.telling import addresses
from procession.kit.cookies import signed_in
from procession.kit.errors import Invalid, NotFound, OAuthRefusal
from procession.kit.http import HASHING, HTML, PAGE, Answer, Request, Routes
from procession.kit.passwords import hint
from procession.pages.forms import InvitationForm, browser_of, by_field
from procession.pages.layout import page, redirect

routes = Routes("Pages")

_GONE = "This invitation was used, replaced or withdrawn. Ask for a new one, or sign in."


@routes.get(addresses.INVITATION, door=PAGE, policy="visible", content_type=HTML)
def show(request: Request) -> Answer:
    """Show who invites, and ask for what a new account needs."""
    return _form(request, _read(request))


@routes.post(
    addresses.INVITATION,
    door=PAGE,
    place=HASHING,
    policy="visible",
    body=InvitationForm,
    status=303,
)
def accept(request: Request) -> Answer:
    """Become a member; whoever has just chosen a password is signed in with it."""
    invitation = _read(request)
    try:
        sent = request.body
        accepting.accept_invitation(request.caller, request.path["token"], sent)
    except Invalid as wrong:
        return _form(request, invitation, wrong)
    joined = redirect(f"{addresses.SIGN_IN}?notice=joined")
    if not invitation.needs_password:
        # An administrator can read the link: it is no proof of who comes by it.
        return joined
    browser, email = browser_of(request), invitation.member.email
    try:
        session = sessions.sign_in(
            request.caller, request.origin, email, sent.password, instead_of=browser.session
        )
    except OAuthRefusal:
        return joined
    return redirect(
        addresses.HOME,
        cookies=signed_in(
            browser, session.secret, lifetime_s=session.lifetime_s, mark=session.mark
        ),
    )


def _read(request: Request) -> OpenInvitation:
    try:
        return accepting.read_invitation(request.caller, request.path["token"])
    except NotFound:
        raise NotFound(_GONE) from None


def _form(request: Request, invitation: OpenInvitation, wrong: Invalid | None = None) -> Answer:
    problems = by_field(wrong) if wrong is not None else {}
    fields = ("first_name", "last_name", "password")
    elsewhere = [text for field, text in problems.items() if field not in fields]
    return page(
        "invitation.html",
        200 if wrong is None else 422,
        takes_password=invitation.needs_password,
        form_token=browser_of(request).form_token,
        invitation=invitation,
        names={name: getattr(invitation.member, name) for name in fields[:2]},
        problem=" ".join(elsewhere),
        password_hint=hint(request.settings.password_minimum),
        problems={field: problems.get(field) for field in fields},
    )
