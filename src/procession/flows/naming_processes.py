"""What a launched process is called: as was sent, or by the template's pattern and the answers."""

from collections.abc import Sequence

from procession.core.launching import LONGEST_NAME
from procession.core.naming import Naming, process_name
from procession.domains.answers.content.rendering import Known, in_name, named_in
from procession.domains.answers.types import Answers
from procession.domains.people import store as people
from procession.domains.templates.types import Field, Template
from procession.kit.html import plain_line
from procession.kit.work import Work


def check_name(sent: str | None) -> dict[str, list[str]]:
    """What is wrong with a name that was sent; only generated ones are cut."""
    if len(plain_line(sent or "")) <= LONGEST_NAME:
        return {}
    return {"name": [f"The name may not be greater than {LONGEST_NAME} characters."]}


def name_of_launch(
    work: Work, template: Template, sent: str | None, form: Sequence[Field], answers: Answers
) -> str:
    """By the rules of contract 30, 3.2. `form`: the kick-off fields that `answers` are for."""
    naming = Naming(
        template_title=template.title,
        is_automatic=template.names_processes,
        launcher_may_choose=template.launcher_may_change_name,
        name_format=template.process_name_format,
    )
    zone = work.caller.timezone
    values = {}
    if naming.is_automatic:
        known = _known(work, form, answers)
        for field in form:
            answer = answers.get(field.id)
            values[field.alias] = in_name(field, None if answer is None else answer.value, known)
    return process_name(plain_line(sent or ""), naming, values, at=work.now, zone=zone)


def _known(work: Work, form: Sequence[Field], answers: Answers) -> Known:
    """Names of the people in the answers: looked up only where there are any."""
    users: set[int] = set()
    groups: set[str] = set()
    guests: set[str] = set()
    for field in form:
        if field.id in answers:
            of_users, of_groups, of_guests = named_in(field, answers[field.id].value)
            users.update(of_users)
            groups.update(of_groups)
            guests.update(of_guests)
    return Known(
        zone=work.caller.timezone,
        users=people.names_of_users(work, users),
        groups=people.names_of_groups(work, groups),
        guests=people.names_of_guests(work, guests),
    )
