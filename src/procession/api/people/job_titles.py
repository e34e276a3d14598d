"""Endpoints of job titles: `roles` on the wire, not to be confused with the roles of members."""

from procession.domains.people.actions import job_titles
from procession.domains.people.wire.job_titles import (
    JobTitleChangesIn,
    JobTitleIn,
    JobTitleOut,
    job_title_out,
)
from procession.flows.people import titles
from procession.kit.http import Answer, Request, Routes, item, listing, nothing
from procession.kit.paging import PageQuery, check_everything_fits

routes = Routes("Titles")

TITLES = "/organizations/{org}/roles"
TITLE = f"{TITLES}/{{role}}"
_ECHOES = frozenset(("id", "created_at", "last_updated"))


@routes.get(TITLES, policy="visible", answers=JobTitleOut, query=PageQuery, is_list=True)
def list_titles(request: Request) -> Answer:
    """List the job titles of an organization, by name."""
    page = job_titles.list_job_titles(request.caller, request.page(request.query, default=100))
    check_everything_fits(page)
    return listing(request, page, [job_title_out(title) for title in page.rows])


@routes.post(
    TITLES,
    policy="can_change_job_titles",
    answers=JobTitleOut,
    status=201,
    body=JobTitleIn,
    raises=(403, 422),
    echoes=_ECHOES,
)
def create(request: Request) -> Answer:
    """Create a job title."""
    return item(job_title_out(job_titles.create_job_title(request.caller, request.body)), 201)


@routes.put(
    TITLE,
    policy="can_change_job_titles",
    answers=JobTitleOut,
    body=JobTitleChangesIn,
    raises=(403, 422),
    echoes=_ECHOES,
)
def update(request: Request) -> Answer:
    """Change a job title. Only the keys that are sent change."""
    title = job_titles.update_job_title(request.caller, request.id("role"), request.body)
    return item(job_title_out(title))


@routes.delete(TITLE, policy="can_change_job_titles", status=204, reads_body=False, raises=(403,))
def delete(request: Request) -> Answer:
    """Delete a job title for ever."""
    titles.delete_job_title(request.caller, request.id("role"))
    return nothing()
