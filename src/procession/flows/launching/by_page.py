"""The page where members launch a process, and where magic links lead (contract 30, 3.7).

Opening it launches nothing, whatever its address says: mail scanners and other sites open links,
too. Only the form of the page that is sent back does.
"""

from dataclasses import replace

from procession.domains.accounts import store as accounts
from procession.domains.files.types import StoredFile
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.processes.types import LaunchedVia, Process
from procession.domains.processes.wire import FormLaunchIn, LaunchIn
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.types import Template
from procession.flows.files.uploading import keep_for_kickoff
from procession.flows.launching.choosing import NO_LAUNCH, as_launched, template_to_launch
from procession.flows.launching.once import launched_once
from procession.flows.launching.public_forms import FormAddress, OpenForm, Outcome, outcome_of
from procession.flows.launching.starting import launch
from procession.flows.reaching.snippets import template_expanded
from procession.kit.caller import Caller, Role
from procession.kit.errors import Forbidden, NotFound
from procession.kit.ids import find_id
from procession.kit.sent_files import SentFile
from procession.kit.work import Work, reading, writing


def read_launch_form(user: Caller, at: FormAddress) -> OpenForm:
    """For members who may launch the template."""
    caller = _as_member(user, at)
    with reading(caller) as work:
        template = _find(work, at)
        if not policy.can_launch(caller, template):
            raise Forbidden(NO_LAUNCH)
        launched = as_launched(work, template)
        content = templates.get_content(work, launched.id, launched.version)
        launched, content = template_expanded(work, launched, content)
        return OpenForm(launched, content, accounts.get_face(work).name, caller.timezone)


def upload(user: Caller, at: FormAddress, file: SentFile) -> StoredFile:
    """For the form that the same member sends afterwards. Raises Invalid and TooLarge."""
    caller = _as_member(user, at)
    with reading(caller) as work:
        template_id = _find(work, at).id
    return keep_for_kickoff(caller, template_id, file)


def launch_by_page(
    user: Caller, at: FormAddress, sent: FormLaunchIn, mark: str | None, typed: object = None
) -> str:
    """Id of the process. `mark`: which page it was sent from; `typed`: as `launched_once` says."""
    caller = _as_member(user, at)
    return launched_once(
        caller, mark, at.name, sent, lambda caller: _launch(caller, at, sent), typed
    )


def _launch(caller: Caller, at: FormAddress, sent: FormLaunchIn) -> Process:
    with writing(caller) as work:
        wanted = LaunchIn(checklist_id=_find(work, at).id, name=sent.name, prerun=sent.prerun)
        template = template_to_launch(work, wanted, has_unknown_keys=False)
        return launch(work, template, wanted, via=LaunchedVia.MAGIC_LINK).process


def look_at_launched(user: Caller, at: FormAddress, process_id: str) -> Outcome:
    caller = _as_member(user, at)
    with reading(caller) as work:
        process = processes.get_visible(work, find_id(process_id) or "")
        return outcome_of(work, process)


def _as_member(user: Caller, at: FormAddress) -> Caller:
    """Who is signed in, in the organization of the address."""
    organization_id = find_id(at.organization_id)
    if organization_id is None:
        raise NotFound
    inside = replace(user, organization_id=organization_id)
    with reading(inside) as work:
        member = people.find_member(work, user.person_id)
        if member is None or not member.is_active or member.is_bot:
            raise NotFound
        zone = accounts.get_timezone(work)
        return replace(inside, role=Role(member.role or Role.LIGHT), timezone=zone)


def _find(work: Work, at: FormAddress) -> Template:
    template_id = find_id(at.name) or templates.find_id_by_alias(work, at.name)
    template = templates.find_visible(work, template_id) if template_id else None
    if template is None or template.archived_at is not None:
        raise NotFound
    return template
