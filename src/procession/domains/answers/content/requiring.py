"""Which required answers are missing (contract 31, 5.3)."""

from collections.abc import Sequence
from typing import Any

from procession.domains.answers.content.choosing import ids_among
from procession.domains.answers.content.emptiness import is_answered
from procession.domains.answers.types import Answers
from procession.domains.templates.types import Field, FieldType


def missing_answers(fields: Sequence[Field], answers: Answers, at: str) -> dict[str, list[str]]:
    """`<label> is required` for each, by path; clients show the sentence."""
    return {
        f"{at}.{field.id}": [f"{field.label} is required"]
        for field in fields
        if lacks_answer(field, answers[field.id].value if field.id in answers else None)
    }


def lacks_answer(field: Field, value: Any) -> bool:
    if field.field_type == FieldType.MULTISELECT and not _has_all_needed(field, value):
        return True
    return field.required and not is_answered(value, field)


def _has_all_needed(field: Field, value: Any) -> bool:
    """Items that must be checked: all of them, or those marked."""
    all_needed = field.settings.get("must_check_all") is True
    needed = {option.id for option in field.options if all_needed or option.required}
    return needed <= ids_among(value or [])
