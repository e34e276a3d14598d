"""Looking up whom and what the steps of a template name: people, titles, templates, milestones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import UnsetType

from procession.core.addresses import is_address
from procession.domains.answers.content.requiring import lacks_answer
from procession.domains.people import store as people
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.content.anchoring import check_anchor
from procession.domains.templates.types import (
    WITHOUT_DEFAULT,
    Content,
    Field,
    Step,
    StepAssignees,
    TemplateType,
)
from procession.flows.organizing.tagging import tag_ids_in, tag_problems
from procession.kit.work import Work

Problems = dict[str, list[str]]


@dataclass(frozen=True)
class Checked:
    """A step as it shall be, what it was, and where its body stands in what was sent."""

    at: str
    step: Step
    was: Step | None = None

    @property
    def _named_before(self) -> StepAssignees:
        return StepAssignees() if self.was is None else self.was.assignees

    # Whom it names already stays without being looked up: clients send whole steps back, also
    # when somebody has been disabled since.

    def new_users(self) -> dict[str, int]:
        return self._new("assignees", self.step.assignees.users, self._named_before.users)

    def new_guests(self) -> dict[str, str]:
        return self._new("guests", self.step.assignees.guests, self._named_before.guests)

    def new_groups(self) -> dict[str, str]:
        return self._new("groups", self.step.assignees.groups, self._named_before.groups)

    def new_titles(self) -> dict[str, str]:
        return self._new("roles", self.step.roles, () if self.was is None else self.was.roles)

    def _new(self, key: str, names: Sequence[Any], before: Collection[Any]) -> dict[str, Any]:
        """By the path that names them."""
        return {
            f"{self.at}{key}.{place}": name
            for place, name in enumerate(names)
            if name not in before
        }

    @property
    def launches(self) -> str | None:
        """The template that its task launches, when that is another than before."""
        launched = self.step.sub_process
        if launched is None or (self.was is not None and self.was.sub_process == launched):
            return None
        return launched.template_id


def check_steps(work: Work, content: Content, steps: Sequence[Checked], problems: Problems) -> None:
    """`content`: of the template with the steps as they shall be. Few statements for all steps."""
    _check_people(work, steps, problems)
    _check_launched(work, steps, problems)
    stages = {stage.id for stage in content.stages}
    by_id = {step.id: step for step in content.steps}
    for checked in steps:
        if checked.step.stage_id is not None and checked.step.stage_id not in stages:
            problems[f"{checked.at}stage_id"] = ["The selected stage id is invalid."]
        check_anchor(by_id, checked.step, checked.at, problems)


def check_tags(
    work: Work, sent: Sequence[Any] | UnsetType | None, at: str, problems: Problems
) -> None:
    problems |= tag_problems(work, tag_ids_in(sent) or [], f"{at}tags")


def _check_people(work: Work, steps: Sequence[Checked], problems: Problems) -> None:
    users = {path: user for each in steps for path, user in each.new_users().items()}
    guests = {path: guest for each in steps for path, guest in each.new_guests().items()}
    groups = {path: group for each in steps for path, group in each.new_groups().items()}
    titles = {path: title for each in steps for path, title in each.new_titles().items()}
    _refuse(users, people.active_users_among(work, list(users.values())), "user", problems)
    _refuse(guests, {guest for guest in guests.values() if is_address(guest)}, "guest", problems)
    _refuse(groups, people.groups_among(work, list(groups.values())), "group", problems)
    _refuse(titles, people.job_titles_among(work, list(titles.values())), "role", problems)


def _refuse(named: dict[str, Any], known: Collection[Any], word: str, problems: Problems) -> None:
    for path, name in named.items():
        if name not in known:
            problems[path] = [f"The selected {word} is invalid."]


def _check_launched(work: Work, steps: Sequence[Checked], problems: Problems) -> None:
    """A linked launch asks nobody anything, so its template must not need an answer."""
    wanted = {f"{each.at}bp_to_launch": each.launches for each in steps if each.launches}
    forms = _forms_launched(work, set(wanted.values()))
    for path, template_id in wanted.items():
        if template_id not in forms:
            problems[path] = ["The selected bp to launch is invalid."]
        elif any(needs_answer(field) for field in forms[template_id]):
            problems[path] = [
                "This template asks for answers when it is launched, so a task cannot launch it."
            ]


def launchable_among(work: Work, template_ids: Collection[str]) -> set[str]:
    """Those that a task could launch."""
    forms = _forms_launched(work, template_ids)
    return {name for name, form in forms.items() if not any(map(needs_answer, form))}


def _forms_launched(work: Work, template_ids: Collection[str]) -> dict[str, tuple[Field, ...]]:
    """Kick-off forms of those that can be launched at all, by template."""
    found = templates.visible_among(work, template_ids)
    versions = {
        template.id: version
        for template in found.values()
        if template.archived_at is None
        and template.type != TemplateType.DOCUMENT
        and (version := policy.version_launched(template)) is not None
    }
    contents = templates.contents_of(work, versions.items())
    return {template_id: content.kickoff for (template_id, _), content in contents.items()}


def needs_answer(field: Field) -> bool:
    """Something is required, and no default stands in for an answer."""
    has_default = field.default_value_enabled and field.field_type not in WITHOUT_DEFAULT
    return lacks_answer(field, field.default_value or None if has_default else None)
