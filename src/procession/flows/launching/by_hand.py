"""Launch a process from the application: what has to be asked first, and the launch itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from procession.domains.accounts import store as accounts
from procession.domains.organizing import store as organizing
from procession.domains.organizing.actions import folders
from procession.domains.organizing.types import FolderKind, FolderView, Tag, TagFilter
from procession.domains.people import store as people
from procession.domains.processes.types import LaunchedVia, Process
from procession.domains.processes.wire import LaunchIn
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.types import Content
from procession.flows.launching.choosing import (
    ARCHIVED,
    NO_LAUNCH,
    as_launched,
    template_to_launch,
)
from procession.flows.launching.once import launched_once
from procession.flows.launching.public_forms import OpenForm
from procession.flows.launching.starting import launch
from procession.flows.reaching.snippets import template_expanded
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.paging import PageRequest
from procession.kit.work import Work, reading, writing

_MOST = PageRequest(1, 1_000)


@dataclass(frozen=True)
class Preparation:
    """Everything that whoever launches is asked for; what is not asked is empty."""

    form: OpenForm
    steps_count: int
    #: Names of job titles that steps are assigned to, by id.
    job_titles: Mapping[str, str] = field(default_factory=dict)
    #: Who may fill them: members by number.
    members: Mapping[int, str] = field(default_factory=dict)
    tags: Sequence[Tag] = ()
    folders: Sequence[FolderView] = ()


def prepare_launch(caller: Caller, template_id: str) -> Preparation:
    """For who may launch it. Raises Invalid where it cannot be launched as it is."""
    with reading(caller) as work:
        template = templates.get_visible(work, template_id)
        if not policy.can_launch(caller, template):
            raise Forbidden(NO_LAUNCH)
        if template.archived_at is not None:
            raise invalid("checklist_id", ARCHIVED)
        launched = as_launched(work, template)
        content = templates.get_content(work, launched.id, launched.version)
        launched, content = template_expanded(work, launched, content)
        titles = _job_titles(work, content)
        return Preparation(
            form=OpenForm(launched, content, accounts.get_face(work).name, caller.timezone),
            steps_count=len(content.steps),
            job_titles=titles,
            members=_members(work) if titles else {},
            tags=_tags(work) if launched.launcher_must_tag else (),
            folders=folders.tree_of(work, FolderKind.PROCESSES)
            if launched.launcher_must_choose_folder
            else (),
        )


def launch_by_hand(caller: Caller, sent: LaunchIn, mark: str | None, typed: object = None) -> str:
    """Id of the process. `mark`: which page it was sent from; sent twice, it launches once.
    `typed`: as `launched_once` says."""
    named = sent.checklist_id or ""
    return launched_once(caller, mark, named, sent, lambda again: _launch(again, sent), typed)


def _launch(caller: Caller, sent: LaunchIn) -> Process:
    with writing(caller) as work:
        template = template_to_launch(work, sent, has_unknown_keys=False)
        return launch(work, template, sent, via=LaunchedVia.MANUAL).process


def _job_titles(work: Work, content: Content) -> dict[str, str]:
    wanted = {title for step in content.steps for title in step.roles}
    if not wanted:
        return {}
    known = people.list_job_titles(work, _MOST).rows
    return {each.id: each.name for each in known if each.id in wanted}


def _members(work: Work) -> dict[int, str]:
    return {
        each.id: each.full_name or each.email
        for each in people.list_members(work)
        if each.is_active and not each.is_bot
    }


def _tags(work: Work) -> Sequence[Tag]:
    return organizing.list_tags(work, _MOST, TagFilter()).rows
