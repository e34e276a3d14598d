"""What the editor shows: the outline of a template, and the part of it that is open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from procession.core.deadlines import UNITS
from procession.domains.templates import policy
from procession.domains.templates.actions import reading
from procession.domains.templates.actions.reading import TemplateView
from procession.domains.templates.types import STATUSES, Field, FieldType, Rule, Step, StepType
from procession.flows.telling import addresses
from procession.kit.errors import Forbidden, Invalid, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.editor.people import Assigned, Directory, read_directory
from procession.pages.framing import Here, app_page, for_members
from procession.pages.rules_in_words import sentence_of

routes = Routes("Pages")

#: The form that is no step's.
KICKOFF = "kickoff"
_STEP_TYPES = {
    StepType.TASK: "Task, to complete",
    StepType.APPROVAL: "Approval, to approve or reject",
    StepType.EXPIRING: "Notice, acknowledged or expiring",
    StepType.EMAIL: "E-mail, sent by a person",
    StepType.EXPIRING_EMAIL: "E-mail, sent when it is due",
}
_STATUS_WORDS = dict(zip(STATUSES, ("Started", "In progress", "Finishing", "Published"),
                         strict=True))  # fmt: skip
_FIELD_TYPES = {
    FieldType.TEXT: "Short text",
    FieldType.TEXTAREA: "Long text",
    FieldType.RADIO: "One of several",
    FieldType.DROPDOWN: "Dropdown",
    FieldType.MULTISELECT: "Checklist",
    FieldType.DATE: "Date",
    FieldType.EMAIL: "E-mail address",
    FieldType.FILE: "File",
    FieldType.TABLE: "Table",
    FieldType.PEOPLE: "People",
}
#: What an answer is checked for; other checks, which programs have set, are named as they are.
CHECKS = {"": "Any text", "numeric": "A number", "email": "An e-mail address", "url": "A link"}


@dataclass(frozen=True)
class Refused:
    """A form that was sent and is wrong: what is wrong with it, and what was typed.

    `about`: the id of what the form is about; empty: of the one that adds something.
    """

    about: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    #: What forbids it, where that is no field's: a sentence, and the names of what needs it.
    sentence: str = ""
    needed_by: tuple[str, ...] = ()

    @classmethod
    def of(cls, wrong: Invalid, about: str, typed: Mapping[str, Any]) -> "Refused":
        """What is wrong inside of a list or a group stands beside the whole of it."""
        problems: dict[str, str] = {}
        for path, sentences in wrong.problems.items():
            name = path.partition(".")[0]
            problems[name] = " ".join([*filter(None, [problems.get(name)]), *sentences])
        return cls(about, problems, typed)


@dataclass(frozen=True)
class Form:
    """What stands in a form: what is stored, or what was typed and refused."""

    stored: Any
    about: str
    refused: Refused

    @property
    def _is_refused(self) -> bool:
        return bool(self.refused.problems) and self.refused.about == self.about

    def value(self, name: str) -> Any:
        if self._is_refused and name in self.refused.typed:
            return self.refused.typed[name]
        return getattr(self.stored, name, None)

    def is_on(self, name: str) -> bool:
        return self.value(name) in (True, "1")

    def problem(self, name: str) -> str:
        return self.refused.problems.get(name, "") if self._is_refused else ""

    def part(self, name: str, key: str) -> Any:
        """Of a group, which is sent as a whole."""
        value = self.value(name)
        if value is None:
            return None
        return value.get(key) if isinstance(value, Mapping) else getattr(value, key, None)

    @property
    def check(self) -> str:
        if self._is_refused and "check" in self.refused.typed:
            return str(self.refused.typed["check"])
        return ", ".join(self.stored.field_validation)

    def lines(self, name: str, word: str) -> str:
        """Options or columns, one a line."""
        value = self.value(name)
        return value if isinstance(value, str) else "\n".join(getattr(x, word) for x in value or ())


def read(here: Here) -> TemplateView:
    """For who may edit it. What they may not see is not there."""
    view = reading.get_template(here.caller, here.request.id("template"))
    if not policy.can_edit(here.caller, view.template):
        raise Forbidden(
            "You do not have permission to edit this template. "
            "Its owner or an administrator can give it to you."
        )
    return view


@routes.get(addresses.EDIT_TEMPLATE, door=PAGE, policy="can_edit", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what a template says of itself, and the outline of it."""
    return show_about(here)


@routes.get(addresses.EDIT_KICKOFF, door=PAGE, policy="can_edit", content_type=HTML)
@for_members
def show_kickoff_form(here: Here) -> Answer:
    """Show the kick-off form of a template, to edit it."""
    return show_form(here, KICKOFF)


@routes.get(addresses.EDIT_STEP, door=PAGE, policy="can_edit", content_type=HTML)
@for_members
def show_one_step(here: Here) -> Answer:
    """Show a step of a template, to edit it."""
    return show_form(here, here.request.id("step"))


def show_about(here: Here, refused: Refused = Refused()) -> Answer:
    view = read(here)
    directory = read_directory(here.caller, view.content)
    return editor_page(
        here,
        view,
        directory,
        "about",
        refused=refused,
        summary=Form(view.template, "", refused),
        milestones=[Form(each, each.id, refused) for each in view.content.stages],
    )


def show_form(here: Here, form: str, refused: Refused = Refused()) -> Answer:
    """`form`: the id of a step, which is shown with it, or `KICKOFF`."""
    view = read(here)
    if form == KICKOFF:
        directory = read_directory(here.caller, view.content)
        return editor_page(
            here,
            view,
            directory,
            "kickoff",
            refused=refused,
            form_id=KICKOFF,
            about=Form(view.template, KICKOFF, refused),
            fields=_fields(view.content.kickoff, refused),
        )
    step = step_of(view, form)
    directory = read_directory(here.caller)
    return editor_page(
        here,
        view,
        directory,
        "step",
        refused=refused,
        form_id=step.id,
        step=Form(step, step.id, refused),
        fields=_fields(step.fields, refused),
        assigned=directory.of(step),
        others=[each for each in view.content.steps if each.id != step.id],
        rules=[
            (rule, sentence_of(rule, view.content, directory.names))
            for rule in view.content.rules
            if rule.archived_at is None and _touches(rule, step)
        ],
    )


def _touches(rule: Rule, step: Step) -> bool:
    """It looks at the step or at its form, or does something with either."""
    parts = {step.id, *(each.id for each in step.fields)}
    named = {each.source_id for each in rule.conditions}
    for action in rule.actions:
        named |= {action.step_id, action.source_id or ""}
    return not parts.isdisjoint(named)


def _fields(fields: tuple[Field, ...], refused: Refused) -> list[Form]:
    return [Form(each, each.id, refused) for each in fields]


def editor_page(
    here: Here,
    view: TemplateView,
    directory: Directory,
    part: str,
    status: int = 200,
    *,
    refused: Refused = Refused(),
    **shown: Any,
) -> Answer:
    """`part`: which of them is open; its file has this name."""
    template = view.template
    return app_page(
        here,
        f"editor/{part}.html",
        422 if refused.problems else 403 if refused.sentence else status,
        title=f"Edit {template.title}",
        edited=template,
        content=view.content,
        head=Form(template, "head", refused),
        steps=[(step, _who(directory.of(step))) for step in view.content.steps],
        stages={each.id: each.name for each in view.content.stages},
        can_publish=template.has_draft and policy.can_publish(here.caller, template),
        directory=directory,
        refused=refused,
        part=part,
        new=Form(None, "", refused),
        statuses=_STATUS_WORDS,
        step_types=_STEP_TYPES,
        field_types=_FIELD_TYPES,
        checks=CHECKS,
        units=UNITS,
        **shown,
    )


def _who(assigned: list[Assigned]) -> list[str]:
    return [each.name for each in assigned]


def address_of(template_id: str, form: str) -> str:
    """Of the page that a form stands on."""
    if form == KICKOFF:
        return addresses.EDIT_KICKOFF.format(template=template_id)
    return addresses.EDIT_STEP.format(template=template_id, step=form)


def step_of(view: TemplateView, step_id: str) -> Step:
    step = view.content.step(step_id)
    if step is None:
        raise NotFound(kind="Step")
    return step
