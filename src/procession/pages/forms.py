"""What the forms of pages send, and what is read from their addresses."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from procession.domains.accounts.wire import NewTokenIn
from procession.domains.people.wire import (
    AcceptanceIn,
    InvitationIn,
    MembershipIn,
    NewPasswordIn,
    OwnAddressIn,
    PasswordIn,
    ProfileIn,
    RoleIn,
)
from procession.domains.people.wire.guests import GuestIn
from procession.kit.binding import PersonNumber, Secret
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


class ActionForm(Form, kw_only=True):
    """Where its page is, to come back to."""

    next: str | None = None
    #: It takes back what the last one did.
    undoes: str | None = None


class DecisionForm(ActionForm, kw_only=True):
    """How a task is decided where it has to be: `approve` or `reject`."""

    then: str | None = None


class AnswersForm(DecisionForm, kw_only=True):
    """Answers of a task, by field; and whether it is completed with them."""

    answers: Any = None
    #: The one that is saved by itself; else all of them are.
    field: str | None = None
    #: When that one was last answered, as the page shows it.
    seen: str | None = None


class TaskForm(ActionForm, kw_only=True):
    """What a one-off task is to be, or a task is to be from now on."""

    title: str | None = None
    task_type: str | None = None
    description: str | None = None
    #: As the clocks of whoever typed it show it: `YYYY-MM-DDTHH:MM`.
    deadline: str | None = None
    starts: str | None = None
    #: Numbers of members and ids of groups.
    assignees: list[str] = []
    #: Addresses of guests, with commas or spaces between.
    guests: str | None = None
    #: Ids of tags.
    tags: list[str] = []
    everyone: str | None = None
    only_assignees: str | None = None
    #: Of the task that was shown: somebody else may have changed it since.
    version: int | None = None


class TickedForm(ActionForm, kw_only=True):
    """Tasks that were ticked, what is done with all of them, and what that needs to know."""

    verb: str | None = None
    ids: list[str] = []
    #: What it needs to know was asked.
    sure: str | None = None
    assignees: list[str] = []
    tags: list[str] = []
    deadline: str | None = None


class GuestQuery(msgspec.Struct, kw_only=True):
    saved: Annotated[str | None, Meta(description="What was typed has just been kept.")] = None


class AssigneeForm(ActionForm, kw_only=True):
    """Who gets a task, or loses it: a member's number, a group's id, or an address."""

    add: str | None = None
    remove: str | None = None
    #: What they are called, to tell it.
    name: str | None = None


class DeadlineForm(ActionForm, kw_only=True):
    """When a task is due, as the reader's own clocks show it; `reset` takes that back."""

    deadline: str | None = None
    reset: str | None = None


class HidingForm(ActionForm, kw_only=True):
    """A word about why a task is hidden, or shown again."""

    comment: str | None = None


class NewTaskForm(ActionForm, kw_only=True):
    """A task to be added to a process."""

    title: str | None = None
    task_type: str | None = None
    summary: str | None = None
    deadline: str | None = None
    #: Addresses with commas between them.
    people: str | None = None
    #: Before which it stands; none: at the end.
    position: str | None = None


class NextQuery(msgspec.Struct, kw_only=True):
    next: Annotated[str | None, Meta(description="Page to come back to.")] = None


class DeleteForm(ActionForm, kw_only=True):
    """The deliberate second act: the box that has to be ticked."""

    understood: str | None = None


class PresetForm(ActionForm, kw_only=True):
    """The name of a preset, and whether it becomes what the list is now."""

    name: str | None = None
    shared: str | None = None
    takes_filter: str | None = None


class ColumnsForm(ActionForm, kw_only=True):
    """Columns of a table that shall be shown, in their order."""

    columns: list[str] = []


class StarForm(ActionForm, kw_only=True):
    """Whether it shall be among one's favorites."""

    starred: str | None = None


class SelectionForm(ActionForm, kw_only=True):
    """What was ticked in a list, and what is to become of it."""

    verb: str | None = None
    #: run, checklist or task.
    object: str | None = None
    ids: list[str] = []


class OperationForm(ActionForm, kw_only=True):
    """The selection whose preview was read. To delete for ever its number is typed."""

    token: str | None = None
    confirm: str | None = None


class TellingForm(ActionForm, kw_only=True):
    """Of what somebody wants to be told, and on which days of what is due."""

    mails: str | None = None
    switches: list[str] = []
    digest: str | None = None
    days: list[str] = []


class WatchForm(ActionForm, kw_only=True):
    """How often somebody is told; empty: no more."""

    how: str | None = None


class CommentForm(ActionForm, kw_only=True):
    """What somebody says about a process or a task."""

    text: str | None = None
    #: The box that makes it an issue.
    is_issue: str | None = None
    #: The box that shows it to guests.
    is_open: str | None = None
    #: The text is HTML: of a comment with more in it than is typed on pages.
    is_html: str | None = None
    #: Of a comment that is changed: what it was when it was shown.
    version: str | None = None


class LookForm(ActionForm, kw_only=True):
    """How pages are to look; what is not said stays as it is."""

    theme: str | None = None
    rail: str | None = None


class OrganizationForm(ActionForm, kw_only=True):
    """Where they go on to work."""

    organization: str | None = None


class TokenForm(NewTokenIn, kw_only=True):
    """What an access token is for, and what it is good for: with `some`, the scopes that are named,
    else everything."""

    form_token: str = ""
    next: str | None = None
    reach: str | None = None


class ProfileForm(ProfileIn, kw_only=True):
    """What somebody says of themselves, and how they like to be told of times."""

    form_token: str = ""
    next: str | None = None


class PasswordForm(PasswordIn, kw_only=True):
    """The password, and the one to have from now on."""

    form_token: str = ""
    next: str | None = None


class AddressForm(OwnAddressIn, kw_only=True):
    """A new address, and the password that proves whose account it is."""

    form_token: str = ""
    next: str | None = None


class RetentionForm(ActionForm, kw_only=True):
    """When finished processes are archived. `agreed`: how many the one who sends it was told of."""

    is_on: str | None = None
    value: int | None = None
    unit: str | None = None
    counted_from: str | None = None
    agreed: int | None = None


class HoldForm(ActionForm, kw_only=True):
    """What is put on hold, and what is said of it."""

    #: Address of its page: where a link led here, and as somebody typed it.
    on: str | None = None
    address: str | None = None
    #: Everything there is.
    whole: str | None = None
    reason: str | None = None
    reference: str | None = None
    #: As the reader's own clocks show it: `YYYY-MM-DDTHH:MM`; nothing: until it is released.
    until: str | None = None


class OrganizationSettingsForm(ActionForm, kw_only=True):
    """What is set for the whole organization; of the switches those that are on."""

    name: str | None = None
    timezone: str | None = None
    switches: list[str] = []
    #: After so many a task that is overdue ends by itself.
    months: int | None = None
    #: Of tasks whose step has none of its own: so many, and of what.
    deadline: int | None = None
    deadline_unit: str | None = None
    date_format: str | None = None


class WebhookForm(ActionForm, kw_only=True):
    """Where webhooks of the organization go."""

    url: str | None = None


class SampleForm(WebhookForm, kw_only=True):
    """Where a sample goes, and of what it is one."""

    kind: str | None = None


class ReleaseForm(ActionForm, kw_only=True):
    """Why a hold is needed no more."""

    reason: str | None = None


class MembersQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    tab: Annotated[str | None, Meta(description="Which members.")] = None
    role: Annotated[str | None, Meta(description="admin, standard or light.")] = None
    q: Annotated[str | None, Meta(description="Text in their names and addresses.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


class InvitingForm(InvitationIn, kw_only=True):
    """Who is invited, as what, and with which words."""

    form_token: str = ""
    next: str | None = None


class RoleForm(RoleIn, kw_only=True):
    """admin, standard or light."""

    form_token: str = ""
    next: str | None = None


class RightsForm(ActionForm, kw_only=True):
    """What one standard member may do: the boxes that are ticked."""

    can_create_templates: str | None = None
    can_archive_processes: str | None = None


class GuestsQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    tab: Annotated[str | None, Meta(description="Which guests.")] = None
    q: Annotated[str | None, Meta(description="Text in their names and addresses.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


class GuestForm(GuestIn, kw_only=True):
    """Who a guest is."""

    form_token: str = ""
    next: str | None = None


class MembershipForm(MembershipIn, kw_only=True):
    """What a guest becomes."""

    form_token: str = ""
    next: str | None = None


class GroupsQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    q: Annotated[str | None, Meta(description="Text in their names.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


class GroupForm(ActionForm, kw_only=True):
    """A group: its name, the members whose boxes are ticked, and guests' addresses, one a line."""

    name: Annotated[str, Meta(max_length=200)] | None = None
    description: str | None = None
    members: list[PersonNumber] | None = None
    guests: str | None = None


class DeactivationForm(ActionForm, kw_only=True):
    """Who takes over: `keep` leaves everything as it is, `hand` gives it to `to`."""

    work: str | None = None
    to: str | None = None


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


class Beside(dict[str, str | None]):
    """What stands beside each field; None beside those that nothing is wrong with."""

    def __missing__(self, field: str) -> None:
        return None


def by_field(wrong: Invalid) -> dict[str, str]:
    """All that is wrong with each field, to stand beside it."""
    return {field: " ".join(texts) for field, texts in wrong.problems.items()}
