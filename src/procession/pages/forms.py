"""What the forms of pages send, and what is read from their addresses."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from procession.domains.people.wire import AcceptanceIn, NewPasswordIn
from procession.kit.binding import Secret
from procession.kit.errors import Invalid
from procession.kit.http import Browser, Request


class Form(msgspec.Struct, kw_only=True):
    """What every form holds: `web/browsing.py` has looked at it already."""

    form_token: str = ""


class SignInForm(Form, kw_only=True):
    """Who wants to sign in, and where they go then."""

    email: str | None = None
    password: Secret | None = None
    next: str | None = None


class UnsubscribeForm(Form, kw_only=True):
    """Which mails end: `everything`, else those of one kind."""

    which: str | None = None


class BeginForm(Form, kw_only=True):
    """The first organization of a server, and its administrator."""

    code: Secret | None = None
    name: str | None = None
    timezone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    password: Secret | None = None
    password_confirmation: Secret | None = None


class BeginQuery(msgspec.Struct, kw_only=True):
    code: Annotated[str | None, Meta(description="The code that the server printed.")] = None


class SignOutForm(Form, kw_only=True):
    """Where whoever signs in next goes."""

    next: str | None = None


class ForgottenForm(Form, kw_only=True):
    """Whose password was forgotten."""

    email: str | None = None


class NewPasswordForm(NewPasswordIn, kw_only=True):
    """What the link in the mail holds, and the password to have from now on."""

    form_token: str = ""


class InvitationForm(AcceptanceIn, kw_only=True):
    """The first password of a new account, and what the person is called."""

    form_token: str = ""


class KickoffForm(Form, kw_only=True):
    """Who asks for the link of a public form, or what somebody who has it fills in."""

    email: str | None = None
    guest_code: str | None = None
    #: Of the page: sent twice, it launches once.
    mark: str | None = None
    name: str | None = None
    #: By field.
    prerun: Any = None


class LaunchForm(Form, kw_only=True):
    """What a member fills in to launch a process."""

    #: Of the page: sent twice, it launches once.
    mark: str | None = None
    name: str | None = None
    #: By field.
    prerun: Any = None


class LaunchQuery(msgspec.Struct, kw_only=True):
    """What is filled in beforehand, and where it led. Nothing in it launches anything."""

    process: Annotated[str | None, Meta(description="Id of what was launched.")] = None
    ko_fields: Annotated[
        str | None, Meta(description="Answers to begin with: JSON, by alias or id of the field.")
    ] = None
    default_run_name: Annotated[str | None, Meta(description="Name to begin with.")] = None


class KickoffQuery(msgspec.Struct, kw_only=True):
    """The mailed link, what is filled in beforehand, and where it led."""

    guest_code: Annotated[str | None, Meta(description="Code of the mailed link.")] = None
    process: Annotated[str | None, Meta(description="Id of what was launched.")] = None
    ko_fields: Annotated[
        str | None, Meta(description="Answers to begin with: JSON, by alias or id of the field.")
    ] = None
    default_run_name: Annotated[str | None, Meta(description="Name to begin with.")] = None


class SignInQuery(msgspec.Struct, kw_only=True):
    next: Annotated[str | None, Meta(description="Page to go to afterwards.")] = None
    notice: Annotated[str | None, Meta(description="What has just happened.")] = None


class ProviderForm(Form, kw_only=True):
    """Whose provider is looked for, and where they go then."""

    email: str | None = None
    next: str | None = None


class ProviderQuery(msgspec.Struct, kw_only=True):
    next: Annotated[str | None, Meta(description="Page to go to afterwards.")] = None


class CallbackQuery(msgspec.Struct, kw_only=True):
    """What the provider sends a browser back with."""

    code: Annotated[str | None, Meta(description="Good once for the provider's tokens.")] = None
    state: Annotated[str | None, Meta(description="As it was sent there.")] = None
    iss: Annotated[str | None, Meta(description="The provider, if it says so.")] = None
    error: Annotated[str | None, Meta(description="Why there is no code.")] = None


class NewPasswordQuery(msgspec.Struct, kw_only=True):
    token: Annotated[str | None, Meta(description="Code of the mailed link.")] = None
    email: Annotated[str | None, Meta(description="Address that it was mailed to.")] = None


def browser_of(request: Request) -> Browser:
    assert request.browser is not None
    return request.browser


def is_signed_in(request: Request) -> bool:
    return browser_of(request).session is not None


def by_field(wrong: Invalid) -> dict[str, str]:
    """All that is wrong with each field, to stand beside it."""
    return {field: " ".join(texts) for field, texts in wrong.problems.items()}
