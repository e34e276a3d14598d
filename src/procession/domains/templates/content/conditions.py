"""What a rule looks at: reading conditions that clients send (contract 50, 2.1 and 3)."""

from collections.abc import Sequence

from procession.domains.templates.content.arranging import find
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.statements import (
    ANY_TIME,
    read_clause,
    read_statement,
    same,
)
from procession.domains.templates.types import Condition, Content, Field, FieldType, Source, Step
from procession.domains.templates.wire.rules import ConditionIn
from procession.kit.ids import new_id

#: Operations whose time clause says nothing.
_WITHOUT_CLAUSE = ("reopened", "not_assigned")
STEP_OPERATIONS = (
    "completed", "approved", "rejected", "acknowledged", "expired", *_WITHOUT_CLAUSE,
)  # fmt: skip
#: Every one of them on every type of field.
FIELD_OPERATIONS = (
    "contains", "not_contains", "equals", "not_equals", "equals_any", "greater_than", "less_than",
    "is_empty", "is_not_empty",
)  # fmt: skip
LOGICS = ("and", "or")


def read_condition(
    sent: ConditionIn, at: str, content: Content, found: Findings, *, logic: str
) -> Condition | None:
    """`at` ends in a dot. `logic` is for who says none; None when something is wrong with it."""
    before = len(found.problems)
    source = _read_source(sent, at, found)
    about = None
    if not sent.conditionable_id:
        require(f"{at}conditionable_id", found)
    elif source is not None:
        about = source_in(content, source, sent.conditionable_id)
        if about is None:
            refuse_selected(f"{at}conditionable_id", found)
    joined = (sent.logic or logic).strip().lower()
    if joined not in LOGICS:
        refuse_selected(f"{at}logic", found)
    operation = _read_operation(sent, source, at, found)
    if source is None or about is None or operation is None:
        return None
    statement, column = _read_comparison(sent, about, operation, at, found)
    if len(found.problems) > before:
        return None
    return Condition(
        id=new_id(),
        source=source.value,
        source_id=about.id,
        operation=operation,
        statement=statement,
        logic=joined,
        column=column,
    )


def source_in(content: Content, source: Source, source_id: str) -> Step | Field | None:
    """What a rule of this content may look at under that id."""
    source_id = source_id.lower()
    if source is Source.STEP:
        return content.step(source_id)
    if source is Source.KICKOFF_FIELD:
        return find(content.kickoff, source_id)
    return find([field for step in content.steps for field in step.fields], source_id)


def find_source(word: str) -> Source | None:
    """By the contract's word, whatever its case."""
    words = {source.value.lower(): source for source in Source}
    return words.get(word.strip().lower())


def refuse_selected(path: str, found: Findings) -> None:
    """Clients match these sentences as they are, underscores included (contract 50, 2.1)."""
    found.refuse(path, f"The selected {path} is invalid.")


def require(path: str, found: Findings) -> None:
    found.refuse(path, f"The {path} field is required.")


def _read_source(sent: ConditionIn, at: str, found: Findings) -> Source | None:
    path = f"{at}conditionable_type"
    if not sent.conditionable_type:
        require(path, found)
        return None
    source = find_source(sent.conditionable_type)
    if source is None:
        refuse_selected(path, found)
    return source


def _read_operation(
    sent: ConditionIn, source: Source | None, at: str, found: Findings
) -> str | None:
    path = f"{at}operation"
    if not sent.operation:
        require(path, found)
        return None
    operation = sent.operation.lower()
    allowed: Sequence[str] = (*STEP_OPERATIONS, *FIELD_OPERATIONS)
    if source is not None:
        allowed = STEP_OPERATIONS if source is Source.STEP else FIELD_OPERATIONS
    if operation not in allowed:
        refuse_selected(path, found)
        return None
    return operation


def _read_comparison(
    sent: ConditionIn, about: Step | Field, operation: str, at: str, found: Findings
) -> tuple[str | list[str] | None, str | None]:
    """The statement, and the column of a table."""
    path = f"{at}statement"
    if isinstance(about, Step):
        clause = read_clause(sent.statement, operation)
        if clause is None:
            refuse_selected(path, found)
        return ANY_TIME if operation in _WITHOUT_CLAUSE else clause, None
    column = _read_column(sent, about, at, found)
    return read_statement(sent.statement, about, operation, path, found), column


def _read_column(sent: ConditionIn, field: Field, at: str, found: Findings) -> str | None:
    wanted = sent.column_contains_name
    if not wanted or field.field_type != FieldType.TABLE:
        return None
    labels = [column.label for column in field.columns if same(column.label, wanted)]
    if not labels:
        found.warn(f"{at}column_contains_name", f'"{field.label}" has no column "{wanted}".')
    return labels[0] if labels else wanted
