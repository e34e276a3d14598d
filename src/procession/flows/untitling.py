"""Delete a job title, and take it out of the template steps that name it (contract 10, 7)."""

from procession.domains.people.actions import job_titles
from procession.kit.caller import Caller
from procession.kit.work import writing


def delete_job_title(caller: Caller, title_id: str) -> None:
    with writing(caller) as work:
        job_titles.delete(work, title_id)
        # Steps name no job titles yet; when they do: `templates.remove_role(work, title_id)`.
