"""What a launched process is called: as was sent, or by the template's pattern and the answers."""

from collections.abc import Sequence

from procession.core.launching import LONGEST_NAME
from procession.core.naming import Naming, process_name
from procession.domains.answers.content.rendering import in_name
from procession.domains.answers.types import Answers, values_of
from procession.domains.templates.types import Field, Template
from procession.flows.forms.rendering import known_in
from procession.kit.html import plain_line
from procession.kit.work import Work


def check_name(sent: str | None) -> dict[str, list[str]]:
    """What is wrong with a name that was sent; only generated ones are cut."""
    if len(plain_line(sent or "")) <= LONGEST_NAME:
        return {}
    return {"name": [f"The name may not be greater than {LONGEST_NAME} characters."]}


def name_of_launch(
    work: Work,
    template: Template,
    sent: str | None,
    form: Sequence[Field],
    answers: Answers,
    *,
    name_format: str | None = None,
) -> str:
    """By the rules of contract 30, 3.2. `form`: the kick-off fields that `answers` are for.

    `name_format`: of a schedule, which goes before the template's.
    """
    naming = Naming(
        template_title=template.title,
        is_automatic=template.names_processes or name_format is not None,
        launcher_may_choose=template.launcher_may_change_name,
        name_format=name_format or template.process_name_format,
    )
    values = {}
    if naming.is_automatic:
        given = values_of(answers)
        answered = [(each, given.get(each.id)) for each in form]
        known = known_in(work, answered)
        values = {each.alias: in_name(each, value, known) for each, value in answered}
    zone = work.caller.timezone
    return process_name(plain_line(sent or ""), naming, values, at=work.now, zone=zone)
