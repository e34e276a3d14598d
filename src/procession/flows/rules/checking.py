"""What can be said of a template's rules for certain, before it is launched (contract 50, 13)."""

from collections.abc import Sequence
from itertools import combinations

from procession.core.rules.checking import Checked, CheckedStep, Found, check
from procession.core.rules.values import Value
from procession.domains.answers.content.comparing import comparable
from procession.domains.templates.actions import editing
from procession.domains.templates.types import CHOICES, Content, Field, FieldType, Rule, Step
from procession.domains.templates.wire.firings import FindingOut
from procession.flows.rules.books import is_missing_something, write_book
from procession.kit.caller import Caller
from procession.kit.work import Work, reading

#: Options of a field where any number can be chosen: each set of them is an answer.
_MOST_CHOSEN = 6

_SENTENCES = {
    "never_shown": 'The step "{step}" is hidden from the launch on, and no rule comes to show it: '
    "unless somebody shows a step or changes its type by hand, it stays hidden.",
    "contradiction": 'Nothing that is answered and done meets the conditions of the rule "{rule}", '
    "as long as steps keep their types.",
    "tie": 'The rules "{rule}" and "{other}" do opposite things to the step "{step}" '
    "under the same conditions; the later one wins.",
    "loop": "The rules {rules} can set each other off for ever; they are stopped.",
    "dead_statement": 'The rule "{rule}" compares with {statement}, which is no option.',
    "missing_target": 'The rule "{rule}" names a step or a field that is gone.',
    "nobody": 'Nobody is assigned to the approval "{step}" unless who launches names somebody.',
}


def check_rules(caller: Caller, template_id: str) -> list[FindingOut]:
    """Of the draft, for who may edit it."""
    with reading(caller) as work:
        template = editing.get_readable(work, template_id)
        editing.check_right(work, template)
        content = editing.get_content_to_edit(work, template)
        return _findings(work, content)


def _findings(work: Work, content: Content) -> list[FindingOut]:
    known = write_book(content)
    checked = Checked(
        book=known.book,
        steps=[_step(step) for step in content.steps],
        answers={
            field.id: answers
            for field in content.all_fields()
            if (answers := _answers(field, work.caller.timezone)) is not None
        },
    )
    titles = {step.id: step.title for step in content.steps}
    missing = [
        _missing(rule)
        for rule in known.broken
        if is_missing_something(rule, set(titles), known.fields)
    ]
    return [*missing, *(_finding(each, titles) for each in check(checked))]


def _step(step: Step) -> CheckedStep:
    """Job titles are filled with people at the launch: they may be somebody."""
    named = step.assignees
    has_people = bool(
        named.users or named.guests or named.groups or step.roles or step.assign_run_starter
    )
    return CheckedStep(step.id, step.step_type, has_people=has_people)


def _answers(field: Field, zone: str) -> tuple[Value, ...] | None:
    """None: they are not known. Options out of a list of the organization may change."""
    if field.field_type not in CHOICES or field.list_id is not None:
        return None
    options = [{"id": option.id, "text": option.text} for option in field.options]
    stored: Sequence[object]
    if field.field_type == FieldType.MULTISELECT:
        if len(options) > _MOST_CHOSEN:
            return None
        stored = [
            [{**option, "selected": True} for option in chosen]
            for size in range(1, len(options) + 1)
            for chosen in combinations(options, size)
        ]
    elif field.field_type == FieldType.DROPDOWN:
        stored = options
    else:
        stored = [option["text"] for option in options]
    return (Value(), *(comparable(field, each, zone) for each in stored))


def _missing(rule: Rule) -> FindingOut:
    text = _SENTENCES["missing_target"].format(rule=rule.name)
    return FindingOut(kind="missing_target", rule_ids=[rule.id], text=text)


def _finding(found: Found, titles: dict[str, str]) -> FindingOut:
    names = [rule.name for rule in found.rules]
    statement = None if found.condition is None else found.condition.statement
    listed = statement if isinstance(statement, tuple) else (statement,)
    text = _SENTENCES[found.kind].format(
        step=titles.get(found.step_id or "", ""),
        rule=names[0] if names else "",
        other=names[-1] if names else "",
        rules=", ".join(f'"{name}"' for name in names),
        statement=", ".join(f'"{each}"' for each in listed),
    )
    out = FindingOut(kind=found.kind, rule_ids=[rule.id for rule in found.rules], text=text)
    if found.step_id is not None:
        out.step_id = found.step_id
    return out
