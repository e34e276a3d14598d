"""Delete a job title, and take it out of the template steps that name it (contract 10, 7)."""

from procession.domains.people.actions import job_titles
from procession.domains.templates import store as templates
from procession.kit.caller import Caller
from procession.kit.work import writing


def delete_job_title(caller: Caller, title_id: str) -> None:
    with writing(caller) as work:
        job_titles.delete(work, title_id)
        templates.remove_job_title(work, title_id)
