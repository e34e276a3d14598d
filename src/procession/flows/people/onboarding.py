"""New members are started with a process, when the organization wants it (contract 50, 9).

Whatever keeps that process from being launched, the member stays in: it is launched after the
transaction that let them in, and what went wrong is told in the activity.
"""

from dataclasses import replace

import structlog

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.events import OnboardingSkipped, about
from procession.domains.people.types import Member
from procession.domains.processes.types import LaunchedVia
from procession.domains.processes.wire import LaunchIn
from procession.flows.launching.choosing import find_to_launch
from procession.flows.launching.starting import launch
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.errors import Refusal, invalid, sentences_of
from procession.kit.work import Work, looking, writing

_log = structlog.get_logger()
_NOT_LAUNCHABLE = "its template cannot be launched without answers, or has no step."


def welcome(work: Work, member: Member) -> str | None:
    """The template to start them with: once, when they are active for the first time."""
    if not member.is_active or not people.set_welcomed(work, member.id):
        return None
    settings = accounts.get_settings(work)
    template_id: str | None = settings["onboarding_template_id"]
    return template_id if settings["enable_onboarding_template"] else None


def start(caller: Caller, member: Member, template_id: str | None) -> None:
    """Launch it in the member's name; `caller` is whoever let them in."""
    if template_id is None:
        return
    try:
        try:
            _launch(caller, member, template_id)
        except Refusal as refusal:
            _tell(caller, member, " ".join(sentences_of(refusal)))
    except Exception:
        _log.exception("onboarding failed", user_id=member.id, template_id=template_id)


def _launch(caller: Caller, member: Member, template_id: str) -> None:
    """By the use case of every launch. The organization chose the template: whether the member
    could read or launch it does not matter."""
    own = replace(
        caller,
        kind=CallerKind.MEMBER,
        person_id=member.id,
        role=Role(member.role or Role.LIGHT),
        timezone=accounts.get_timezone(looking(caller)),
    )
    with writing(replace(own, role=Role.ADMIN)) as work:
        template = find_to_launch(work, template_id)
        if template is None:
            raise invalid("checklist_id", "its template is gone.")
        if template.archived_at is not None:
            raise invalid("checklist_id", "its template is archived.")
        if not accounts.is_launchable(work, template_id):
            raise invalid("checklist_id", _NOT_LAUNCHABLE)
        work.act_as(own)
        launch(work, template, LaunchIn(checklist_id=template_id), via=LaunchedVia.ONBOARDING)


def _tell(caller: Caller, member: Member, reason: str) -> None:
    """The server did not do it, so the bot says so."""
    bot = people.find_bot(looking(caller))
    assert bot is not None
    as_bot = replace(caller, kind=CallerKind.BOT, person_id=bot.id, role=Role.BOT)
    with writing(as_bot) as work:
        work.record(OnboardingSkipped(**about(member, caller.organization_id), reason=reason))
