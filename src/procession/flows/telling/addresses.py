"""Where the pages are that people are sent to: the one place that knows, for mails and for pages.

All pages are below `/app`: the first segments of the API answer JSON alone (contract 00, 1).
"""

from urllib.parse import quote, urlencode

HOME = "/app/home"
BEGIN = "/app/begin"
BEGIN_DEMO = "/app/begin/demo"
SIGN_IN = "/app/sign-in"
SIGN_OUT = "/app/sign-out"
SIGN_OUT_EVERYWHERE = "/app/sign-out-everywhere"
FORGOTTEN_PASSWORD = "/app/forgotten-password"  # noqa: S105 - an address.
NEW_PASSWORD = "/app/new-password"  # noqa: S105
SINGLE_SIGN_ON = "/app/single-sign-on"
PROVIDER = "/app/single-sign-on/{org}"
PROVIDER_CALLBACK = "/app/single-sign-on/callback"
INVITATION = "/app/invitations/{token}"
TASK = "/app/tasks/{task}"
PROCESS = "/app/processes/{process}"
PREFERENCES = "/app/settings/notifications"
#: One click there ends mails of one kind: of a person, or of their mail program (RFC 8058).
UNSUBSCRIBE = "/public/unsubscribe/{word}"
UNSUBSCRIBE_PAGE = "/app/unsubscribe/{word}"
#: Old shapes of links, which have been handed out (contract 95, 1); they are no API paths.
FORM = "/public/library/{org}/blueprint/{template}/kick-off"
FORM_OF_ALIAS = "/{org}/public/kickoff/{template}"
LAUNCH = "/{org}/process/{template}/create"
#: Where guests' links lead (contract 00, 5.8).
GUEST = "/{org}/guest/{code}"
GUESTS_TASK = "/{org}/guest/{code}/tasks/{task}"
GUEST_OF_WEBHOOK = "/guest-all-task/{org}/{code}"
#: Of the API, as a page.
REFERENCE = "/docs"

#: What links lead to, by a piece of their addresses: for the log, which never holds the link.
_KINDS = {
    INVITATION.partition("{")[0]: "invitation",
    f"{NEW_PASSWORD}?": "new password",
    "/kick-off?guest_code=": "form",
    "/guest/": "guest",
}


def kind_of_link(text: str) -> str | None:
    """What the link in a mail is good for; None where it has none that lets somebody in."""
    return next((kind for piece, kind in _KINDS.items() if piece in text), None)


def new_password_link(public_url: str, code: str, email: str) -> str:
    return f"{public_url}{NEW_PASSWORD}?{urlencode({'token': code, 'email': email})}"


def begin_link(public_url: str, code: str) -> str:
    return f"{public_url}{BEGIN}?{urlencode({'code': code})}"


def invitation_link(public_url: str, word: str) -> str:
    return public_url + INVITATION.format(token=quote(word, safe=""))


def provider_page(organization_id: str) -> str:
    """Leads on to the sign-in provider of an organization."""
    return PROVIDER.format(org=organization_id)


def sign_in_page(wanted: str) -> str:
    """The page to sign in on, and where to go then."""
    return f"{SIGN_IN}?{urlencode({'next': wanted})}"


def form_link(public_url: str, organization_id: str, template_id: str, code: str) -> str:
    """The private link to a public kick-off form."""
    page = FORM.format(org=organization_id, template=template_id)
    return f"{public_url}{page}?{urlencode({'guest_code': code})}"


def unsubscribe_link(public_url: str, word: str) -> str:
    return public_url + UNSUBSCRIBE.format(word=word)


def launch_link(public_url: str, organization_id: str, template_id: str) -> str:
    """Where members launch a process."""
    return public_url + LAUNCH.format(org=organization_id, template=template_id)
