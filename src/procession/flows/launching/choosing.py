"""Which template a launch is from, and whether it may be launched (contract 30, 3.3 and 3.5)."""

from procession.domains.processes import policy
from procession.domains.processes.wire import LaunchIn
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.domains.templates.types import Template
from procession.flows.organizing import filing
from procession.kit.errors import Forbidden, invalid
from procession.kit.html import plain_line
from procession.kit.ids import find_id
from procession.kit.work import Work

NO_LAUNCH = "Permission denied: cannot launch process from this template."
NO_TEMPLATE = "Template not found."
ARCHIVED = "This template is archived. Restore it before launching."
_SEVERAL = "Several templates have this title. Send the id or the alias of one of them."
_REQUIRED = "The checklist id field is required."


def template_to_launch(work: Work, sent: LaunchIn, *, has_unknown_keys: bool) -> Template:
    """By its id, its alias, or its title where one template alone has it (README, ruling 25)."""
    wanted = sent.checklist_id or sent.template_id or sent.blueprint_id
    if wanted is None:
        return _no_template(work, sent, has_unknown_keys=has_unknown_keys)
    template = find_to_launch(work, wanted) or _find_named(work, wanted)
    if template is None:
        raise invalid("checklist_id", NO_TEMPLATE)
    if not template_policy.can_launch(work.caller, template):
        raise Forbidden(NO_LAUNCH)
    if template.archived_at is not None:
        raise invalid("checklist_id", ARCHIVED)
    return template


def find_to_launch(work: Work, wanted: str) -> Template | None:
    """Locked where this launch will freeze the version: nobody edits it between now and then."""
    template_id = find_id(wanted)
    template = templates.find_visible(work, template_id) if template_id else None
    if template is None or template.version_is_frozen:
        return template
    return templates.find_visible(work, template.id, lock=True)


def _find_named(work: Work, wanted: str) -> Template | None:
    found = find_to_launch(work, templates.find_id_by_alias(work, wanted.strip().lower()) or "")
    if found is not None:
        return found
    titled = [
        template
        for template in templates.live_with_title(work, plain_line(wanted))
        if template_policy.can_launch(work.caller, template)
    ]
    if len(titled) > 1:
        raise invalid("checklist_id", _SEVERAL)
    return find_to_launch(work, titled[0].id) if titled else None


def as_launched(work: Work, template: Template) -> Template:
    """With the texts of the version that launches use: where drafts are on, the published one."""
    version = template_policy.version_launched(template)
    if version is None:
        raise invalid("checklist_id", "Publish this template before launching it.")
    if version == template.version:
        return template
    face = templates.faces_of(work, [(template.id, version)])[template.id, version]
    return templates.with_face(template, version, face)


def _no_template(work: Work, sent: LaunchIn, *, has_unknown_keys: bool) -> Template:
    """A project: a process without a template (contract 30, 3.5)."""
    only_with_one = (sent.prerun, sent.prerun_data, sent.tasks, sent.roles)
    wants_template = any(each is not None for each in only_with_one)
    if wants_template or has_unknown_keys or not plain_line(sent.name or ""):
        raise invalid("checklist_id", _REQUIRED)
    if not policy.can_start_without_template(work.caller):
        raise Forbidden
    return templates.get_system_template(work)


def folders_to_use(work: Work, template: Template, sent: LaunchIn) -> list[str]:
    """Those that were sent, or the template's; only that one where launchers cannot choose."""
    usual = template.process_folder_id
    if usual is None or not filing.is_for_processes(work, usual):
        return sent.folders or []
    if sent.folders is None or not template.launcher_may_change_folder:
        return [usual]
    return sent.folders or ([usual] if template.launcher_must_choose_folder else [])
