"""A template's public kick-off form: asking for the link, reading, sending (contract 30, 3.7).

Whoever has an address may ask for the link. It is mailed, and holds their guest code: so what is
launched is known to come from whom that address belongs to.
"""

from dataclasses import dataclass, replace

import structlog

from procession.core.addresses import is_address
from procession.core.file_names import bare_name
from procession.core.telling_time import told_text
from procession.domains.accounts import store as accounts
from procession.domains.answers.content.rendering import Known, in_title
from procession.domains.answers.types import values_of
from procession.domains.files.actions.adding import add_file
from procession.domains.files.types import KICKOFF, FileSubject, StoredFile, SubjectKind
from procession.domains.people import store as people
from procession.domains.people.actions.admitting import admit_guest
from procession.domains.people.actions.guests import ensure_guests, ensure_links
from procession.domains.people.types import Guest
from procession.domains.processes import store as processes
from procession.domains.processes.types import LaunchedVia, Process
from procession.domains.processes.wire import FormLaunchIn, LaunchIn
from procession.domains.templates import store as templates
from procession.domains.templates.types import Content, Field, FieldType, Template
from procession.flows.files.uploading import bytes_kept, check_file
from procession.flows.forms.rendering import known_in
from procession.flows.launching.choosing import as_launched, find_to_launch
from procession.flows.launching.once import launched_once
from procession.flows.launching.starting import Submitter, launch
from procession.flows.reaching.snippets import template_expanded
from procession.flows.telling import addresses, letters
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import NotFound, Refusal, Unauthenticated, invalid
from procession.kit.html import clean_html
from procession.kit.ids import find_id, new_id
from procession.kit.mail import post
from procession.kit.sent_files import SentFile
from procession.kit.work import Work, reading, writing

_log = structlog.get_logger()
#: Times within an hour that one address is mailed the link of one form, whoever asks.
_MOST = 5
_HOUR_S = 3600.0


@dataclass(frozen=True)
class OpenForm:
    """A form that may be filled in, as it would be launched now."""

    #: With the texts of the version that launches use.
    template: Template
    content: Content
    organization: str
    #: Whose clocks times are told by.
    zone: str

    @property
    def description(self) -> str | None:
        """Clean rich text."""
        return clean_html(self.template.kickoff_description)

    @property
    def title(self) -> str:
        return (self.template.kickoff_title or "").strip() or self.template.title

    @property
    def takes_name(self) -> bool:
        """Whoever sends it may say what the process is called."""
        return not self.template.names_processes or self.template.launcher_may_change_name


@dataclass(frozen=True)
class FormAddress:
    """Which form is meant: `name` is the template's id or alias."""

    organization_id: str
    name: str


def look_at_form(visitor: Caller, at: FormAddress) -> OpenForm:
    """For anybody who has the form's address."""
    with reading(visitor) as work:
        return _open(work, _find(work, at))


def read_form(visitor: Caller, at: FormAddress, code: str | None, client: str) -> OpenForm:
    """For who has the mailed link. `client`: the address that codes are guessed from."""
    _admit(visitor, at, code, client)
    return look_at_form(visitor, at)


def send_link(visitor: Caller, at: FormAddress, email: str, public_url: str) -> None:
    """Says nothing about whether anybody has this address, nor whether they are let in."""
    if not is_address(email):
        raise invalid("email", "The email must be a valid email address.")
    form = look_at_form(visitor, at)
    if _wait_s(visitor, form.template.id, email):
        return
    try:
        with writing(visitor) as work:
            _act_as_bot(work, at)
            _post_link(work, form, email, public_url)
    except Refusal as refusal:
        # Too many guests for today, or who should sign in: none of the asker's business.
        _log.info("no form link", template_id=form.template.id, reason=refusal.message)


def upload(
    visitor: Caller, at: FormAddress, code: str | None, client: str, file: SentFile | None
) -> StoredFile:
    """For the form that the same guest sends afterwards. It is the template's, and shown with the
    process that names it."""
    guest = _admit(visitor, at, code, client)
    with reading(guest) as work:
        _find(work, at)
    if file is None:
        raise invalid("name", "The name field is required.")
    name = bare_name(file.filename)
    kind = check_file(file, name, guest.server.settings)
    file_id = new_id()
    with bytes_kept(guest, file_id, file), writing(guest) as work:
        template = _find(work, at)
        return add_file(
            work,
            file_id,
            FileSubject(SubjectKind.TEMPLATE, template.id),
            filename=name,
            uploaded_from=KICKOFF,
            mimetype=kind.mimetype,
            size=file.size,
        )


def submit(
    visitor: Caller, at: FormAddress, code: str | None, client: str, sent: FormLaunchIn
) -> Process:
    """Launches in the name of the member who opened the form; the guest is who did it."""
    return _submit(_admit(visitor, at, code, client), at, sent)


def submit_page(
    visitor: Caller,
    at: FormAddress,
    code: str | None,
    client: str,
    sent: FormLaunchIn,
    *,
    mark: str | None,
    typed: object = None,
) -> str:
    """As `submit`, from the page with this mark; the id of the process. `typed`: as `launched_once`
    says."""
    guest = _admit(visitor, at, code, client)
    return launched_once(
        guest, mark, at.name, sent, lambda caller: _submit(caller, at, sent), typed
    )


def _submit(guest: Caller, at: FormAddress, sent: FormLaunchIn) -> Process:
    with writing(guest) as work:
        found = _find(work, at)
        starter, submitter = _starter(work, found), _submitter(work, guest)
        as_starter = replace(
            guest, kind=CallerKind.MEMBER, person_id=starter, role=_role_of(work, starter)
        )
        # The form is public: what the member could launch does not matter.
        work.act_as(replace(as_starter, role=Role.ADMIN))
        template = find_to_launch(work, found.id)
        if template is None or template.archived_at is not None or not template.has_public_form:
            raise NotFound
        work.act_as(as_starter)
        wanted = LaunchIn(checklist_id=template.id, name=sent.name, prerun=sent.prerun)
        return launch(
            work, template, wanted, via=LaunchedVia.PUBLIC_FORM, submitter=submitter
        ).process


@dataclass(frozen=True)
class Outcome:
    """What became of a form that a guest sent."""

    organization: str
    process: Process
    #: Labels, and answers as text.
    answers: list[tuple[str, str]]


def look_back(
    visitor: Caller, at: FormAddress, code: str | None, client: str, process_id: str
) -> Outcome:
    """For who sent it, also when the form is closed by now."""
    guest = _admit(visitor, at, code, client)
    with reading(guest) as work:
        process = processes.get_visible(work, find_id(process_id) or "")
        if process.submitted_by_guest != guest.person_id:
            raise NotFound
        return outcome_of(work, process)


def outcome_of(work: Work, process: Process) -> Outcome:
    content = templates.launched_content(work, process.template_id, process.template_version)
    given = values_of(process.kickoff_answers)
    answered = [(each, given[each.id]) for each in content.kickoff if each.id in given]
    known = known_in(work, answered)
    texts = [(each.label, _told(each, value, known)) for each, value in answered]
    return Outcome(accounts.get_face(work).name, process, texts)


def _told(asked: Field, value: object, known: Known) -> str:
    """As in a title, but dates as people read them."""
    if asked.field_type != FieldType.DATE:
        return in_title(asked, value, known)
    text = str(value).strip()
    return told_text(text if asked.collect_time else text[: len("2027-03-04")], known.zone)


def _submitter(work: Work, guest: Caller) -> Submitter:
    known = people.find_linked_guest(work, str(guest.person_id))
    if known is None:
        raise Unauthenticated
    return Submitter(Guest(known.id, known.email), guest)


def _admit(visitor: Caller, at: FormAddress, code: str | None, client: str) -> Caller:
    if not code:
        raise Unauthenticated(token_was_sent=False)
    organization_id = find_id(at.organization_id) or ""
    return admit_guest(visitor.server, code, organization_id, visitor.request_id, client=client)


# --- The form ---


def _find(work: Work, at: FormAddress) -> Template:
    """Open: shared, not archived, and with somebody in whose name it runs."""
    organization_id = find_id(at.organization_id)
    if organization_id is None:
        raise NotFound
    work.act_as(replace(work.caller, organization_id=organization_id))
    template = templates.find_with_public_form(work, at.name)
    if template is None:
        raise NotFound
    _starter(work, template)
    return template


def _starter(work: Work, template: Template) -> int:
    """Who shared the form, else who owns the template (contract 30, 3.7; 10, 4.7)."""
    wanted = [template.public_form_user_id or 0, template.owner_id]
    active = people.active_users_among(work, wanted)
    starter = next((user for user in wanted if user in active), None)
    if starter is None:
        raise NotFound
    return starter


def _open(work: Work, template: Template) -> OpenForm:
    launched = as_launched(work, template)
    content = templates.get_content(work, launched.id, launched.version)
    launched, content = template_expanded(work, launched, content, is_for_everybody=True)
    organization = accounts.get_face(work).name
    return OpenForm(launched, content, organization, accounts.get_timezone(work))


def _role_of(work: Work, user_id: int) -> Role:
    member = people.find_member(work, user_id)
    return Role((member and member.role) or Role.LIGHT)


# --- The link ---


def _act_as_bot(work: Work, at: FormAddress) -> None:
    """Nobody is known yet: the server lets them in."""
    organization_id = find_id(at.organization_id) or ""
    work.act_as(replace(work.caller, organization_id=organization_id))
    bot = people.find_bot(work)
    assert bot is not None
    work.act_as(replace(work.caller, kind=CallerKind.BOT, person_id=bot.id, role=Role.BOT))


def _post_link(work: Work, form: OpenForm, email: str, public_url: str) -> None:
    """Members sign in instead; whoever was shut out gets no mail."""
    organization_id = work.caller.organization_id
    if people.members_by_email(work, [email]):
        link = addresses.launch_link(public_url, organization_id, form.template.id)
        post(work, letters.form_for_member(email, form.organization, form.title, link))
        return
    known = people.guests_by_email(work, [email]).get(email.lower())
    is_shut_out = known is not None and known.disabled_at is not None
    if is_shut_out or people.disabled_among(work, [email]):
        return
    guests = ensure_guests(work, [email])
    ensure_links(work, guests)
    code = people.guest_codes(work, [email])[email.lower()]
    link = addresses.form_link(public_url, organization_id, form.template.id, code)
    post(work, letters.form_link(guests[0].email, form.organization, form.title, link))


def _wait_s(visitor: Caller, template_id: str, email: str) -> int:
    """So that nobody fills a stranger's mailbox."""
    failures, key = visitor.server.failures, f"form link {template_id} {email.lower()}"
    wait = failures.wait_s(key, _MOST - 1, window_s=_HOUR_S)
    if not wait:
        failures.count(key, window_s=_HOUR_S)
    return wait
