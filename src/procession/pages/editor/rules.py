"""The rules of a template in words: add, change, delete, check and try them (contract 95, 3.8)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from procession.domains.templates.actions import automating
from procession.domains.templates.actions.reading import TemplateView
from procession.domains.templates.types import (
    CHOICES,
    Content,
    Field,
    FieldType,
    Rule,
    Step,
)
from procession.domains.templates.wire.firings import FindingOut
from procession.domains.templates.wire.rules import RuleIn
from procession.flows.rules.checking import check_rules
from procession.flows.telling import addresses
from procession.flows.templates.rules import create_rule, update_rule
from procession.flows.trying.trying import try_rules
from procession.flows.trying.wire import TriedOut, TryIn
from procession.kit.errors import Invalid, NotFound, Refusal, sentences_of
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.editor.bodies import RuleForm, TryForm, wanted
from procession.pages.editor.people import Directory, read_directory
from procession.pages.editor.rule_effects import VERBS_IN_WORDS, texts_in
from procession.pages.editor.rule_forms import (
    FIELD_OPERATIONS,
    STEP_OPERATIONS,
    Draft,
    Row,
    body_of,
    draft_of,
    draft_sent,
    fields_in,
    is_simple,
    refused,
    sources_in,
    steps_in,
)
from procession.pages.editor.showing import editor_page, read
from procession.pages.forms import ActionForm, NextQuery
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.kickoff_fields import sent_answers
from procession.pages.rules_in_words import sentence_of
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

#: Answers that nobody types here.
_NOT_TYPED = (FieldType.FILE, FieldType.TABLE, FieldType.PEOPLE)
#: Words of the wire for what is tried of a step.
TRIED = {"complete": "Completed", "approve": "Approved", "reject": "Rejected"}


@dataclass(frozen=True)
class Told:
    """A rule in words."""

    rule: Rule
    sentence: str
    findings: list[str]
    #: Its form here can show all of it.
    is_simple: bool


@dataclass(frozen=True)
class Trial:
    """What was typed to be tried, and what came of it."""

    answers: dict[str, Any] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    tried: TriedOut | None = None
    problems: Sequence[str] = ()


@routes.get(addresses.EDIT_RULES, door=PAGE, policy="can_edit", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show the rules of a template as sentences, and what is wrong with them for certain."""
    return _show(here, Draft())


@routes.get(addresses.EDIT_RULE, door=PAGE, policy="can_edit", content_type=HTML)
@for_members
def show_one(here: Here) -> Answer:
    """Show one rule of a template, to edit it."""
    return _show(here, None)


@routes.post(addresses.EDIT_RULES, door=PAGE, policy="can_edit", body=RuleForm, status=303)
@for_members
def add(here: Here) -> Answer:
    """Add a rule, and the one that does the opposite where that is wanted."""
    view = read(here)
    draft = draft_sent(here.request.body, "")
    directory = read_directory(here.caller)
    try:
        for each in [draft, draft.opposite()] if draft.has_opposite else [draft]:
            body = body_of(each, view.content, directory)
            create_rule(here.caller, view.template.id, wanted(body, RuleIn))
    except Invalid as wrong:
        return _show(here, refused(draft, wrong))
    return back_to(here, addresses.EDIT_RULES.format(template=view.template.id))


@routes.post(addresses.EDIT_RULE, door=PAGE, policy="can_edit", body=RuleForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Change a rule."""
    view = read(here)
    rule = _rule(view, here.request.id("rule"))
    draft = draft_sent(here.request.body, rule.id)
    try:
        body = wanted(body_of(draft, view.content, read_directory(here.caller)), RuleIn)
        update_rule(here.caller, view.template.id, rule.id, body)
    except Invalid as wrong:
        return _show(here, refused(draft, wrong))
    return back_to(here, addresses.EDIT_RULES.format(template=view.template.id))


@routes.get(addresses.DELETE_RULE, door=PAGE, policy="can_edit", query=NextQuery, content_type=HTML)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say what a rule that is to be deleted does."""
    view = read(here)
    rule = _rule(view, here.request.id("rule"))
    return app_page(
        here,
        "editor/delete_rule.html",
        title="Delete a rule",
        next=safe_target(here.request.query.next),
        edited=view.template,
        rule=rule,
        sentence=sentence_of(rule, view.content, read_directory(here.caller, view.content).names),
    )


@routes.post(addresses.DELETE_RULE, door=PAGE, policy="can_edit", body=ActionForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a rule. Processes that are running keep it."""
    template_id = here.request.id("template")
    rule, _ = automating.delete_rule(here.caller, template_id, here.request.id("rule"))
    toast = Toast("left-out", "templates", template_id, rule.name)
    return back_to(here, addresses.EDIT_RULES.format(template=template_id), toast)


@routes.post(addresses.TRY_RULES, door=PAGE, policy="can_edit", body=TryForm, content_type=HTML)
@for_members
def try_out(here: Here) -> Answer:
    """Launch the template with the answers typed and keep nothing of it: what would show, why."""
    view = read(here)
    sent: TryForm = here.request.body
    here = here.at(addresses.EDIT_RULES.format(template=view.template.id))
    fields = [*view.content.all_fields()]
    answers = sent_answers(fields, sent.answers, here.caller.timezone)
    done = {key: each for key, each in texts_in(sent.done).items() if each in TRIED}
    try:
        tried = try_rules(
            here.caller, view.template.id, wanted(_events(view.content, answers, done), TryIn)
        )
    except Refusal as refusal:
        trial = Trial(answers, done, problems=sentences_of(refusal))
    else:
        trial = Trial(answers, done, tried)
    return _show(here, Draft(), trial)


def _events(content: Content, answers: dict[str, Any], done: dict[str, str]) -> dict[str, Any]:
    """Step by step: what is answered there, and then what is done with it."""
    events: list[dict[str, Any]] = []
    for step in content.steps:
        own = {each.id: answers[each.id] for each in step.fields if each.id in answers}
        if own:
            events.append({"set": own})
        if step.id in done:
            events.append({done[step.id]: step.id})
    kickoff = {each.id: answers[each.id] for each in content.kickoff if each.id in answers}
    return {"prerun": kickoff, "events": events}


# --- What is shown ---


def _show(here: Here, draft: Draft | None, trial: Trial = Trial()) -> Answer:
    """`draft`: what stands in the form; None: the rule that the address names."""
    view = read(here)
    content = view.content
    found = check_rules(here.caller, view.template.id)
    directory = read_directory(here.caller, content)
    if draft is None:
        draft = draft_of(_rule(view, here.request.id("rule")), directory)
    told = [
        _told(rule, content, directory, found) for rule in content.rules if rule.archived_at is None
    ]
    return editor_page(
        here,
        view,
        directory,
        "rules",
        422 if draft.problem or trial.problems else 200,
        draft=draft,
        blank=Row(),
        findings=[each.text for each in found if not each.rule_ids],
        rules=told,
        sources=sources_in(content),
        choosing=[each for each in content.all_fields() if each.field_type in CHOICES],
        field_operations=FIELD_OPERATIONS,
        step_operations=STEP_OPERATIONS,
        verbs=VERBS_IN_WORDS,
        pickers=fields_in(content, FieldType.PEOPLE),
        dates=fields_in(content, FieldType.DATE),
        all_steps=steps_in(content),
        asked=_asked(content),
        acted=_acted(content),
        trial=trial,
        tried_words=TRIED,
    )


def _told(rule: Rule, content: Content, directory: Directory, found: Sequence[FindingOut]) -> Told:
    findings = [each.text for each in found if rule.id in each.rule_ids]
    return Told(rule, sentence_of(rule, content, directory.names), findings, is_simple(rule))


def _asked(content: Content) -> list[Field]:
    """What can be answered to try rules: all of the kick-off form, and what rules look at."""
    looked_at = {each.source_id for rule in content.rules for each in rule.conditions}
    kickoff = {each.id for each in content.kickoff}
    return [
        each
        for each in content.all_fields()
        if each.id in looked_at | kickoff and each.field_type not in _NOT_TYPED
    ]


def _acted(content: Content) -> list[Step]:
    """Steps that rules look at."""
    looked_at = {each.source_id for rule in content.rules for each in rule.conditions}
    return [step for step in content.steps if step.id in looked_at]


def _rule(view: TemplateView, rule_id: str) -> Rule:
    rule = next((each for each in view.content.rules if each.id == rule_id), None)
    if rule is None:
        raise NotFound(kind="Rule")
    return rule
