"""Answers that are sent for a form, read and checked: one validator for every way to send them.

`merge_answers` is for one form and raises; `merge_forms` is for several at once, and tells what is
wrong, so that a caller can report it with everything else (contract 31, 1).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from procession.core.launching import People
from procession.domains.answers.content.asking import Known
from procession.domains.answers.content.defaults import with_defaults
from procession.domains.answers.content.keys import Owner
from procession.domains.answers.content.reading import Merged, mentioned, merge, open_form
from procession.domains.answers.content.requiring import missing_answers
from procession.domains.answers.types import Answers
from procession.domains.people import store as people
from procession.domains.templates.types import Field
from procession.kit.errors import Invalid
from procession.kit.work import Work

__all__ = [
    "Merged", "Owner", "SentForm", "merge_answers", "merge_forms", "missing_answers",
    "with_defaults",
]  # fmt: skip


class SentForm(NamedTuple):
    """What a body says about one form, and where it says it."""

    fields: Sequence[Field]
    sent: Any
    at: str
    stored: Answers
    #: Whose form it is, for value ids; None before there is a process.
    owner: Owner | None


def merge_answers(  # noqa: PLR0917  # in the order in which one says it
    work: Work,
    fields: Sequence[Field],
    sent: Any,
    at: str,
    stored: Answers,
    owner: Owner | None,
) -> Answers:
    """The stored answers with those that were sent.

    Raises Invalid with everything wrong. Answers that are what they were stay the same values, so
    that `==` tells whether anything changed.
    """
    (merged,) = merge_forms(work, [SentForm(fields, sent, at, stored, owner)])
    if merged.problems:
        raise Invalid(merged.problems)
    return merged.answers


def merge_forms(work: Work, forms: Sequence[SentForm]) -> list[Merged]:
    """Each form's answers and problems, in their order. Whom they name is looked up once."""
    opened = [open_form(form.sent, form.fields, form.at, form.owner) for form in forms]
    known = _known(work, mentioned(opened))
    return [
        merge(each, form.stored, known, work.now) for each, form in zip(opened, forms, strict=True)
    ]


def _known(work: Work, named: People) -> Known:
    return Known(
        users=frozenset(people.active_users_among(work, named.users)),
        groups=frozenset(people.groups_among(work, named.groups)),
        members=people.members_by_email(work, named.guests) if named.guests else {},
    )
