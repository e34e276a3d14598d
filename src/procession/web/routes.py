"""Every endpoint of the server, in the order the API description shows them."""

from procession.api import activity, answers, comments, custom_fields, health, processes
from procession.api.accounts import applications, clients, domains, oauth, organizations, tokens
from procession.api.organizing import folders, tags
from procession.api.people import groups, guests, job_titles, members, passwords
from procession.api.tasks import tasks
from procession.api.templates import (
    changing,
    fields,
    kickoff,
    moving,
    option_lists,
    public,
    rules,
    stages,
    steps,
    templates,
)
from procession.kit.http import Route
from procession.pages import consent, invitations, kickoff_forms, launching, sign_in, single_sign_on
from procession.pages import passwords as password_pages
from procession.web import reference

#: What the descriptions of the API show.
API_ROUTES: list[Route] = [
    route
    for routes in (
        processes.routes,
        tasks.routes,
        answers.routes,
        templates.routes,
        changing.routes,
        fields.routes,
        steps.routes,
        stages.routes,
        public.routes,
        kickoff.routes,
        moving.routes,
        tags.routes,
        custom_fields.routes,
        folders.routes,
        rules.routes,
        option_lists.routes,
        comments.routes,
        activity.routes,
        organizations.routes,
        domains.routes,
        clients.routes,
        tokens.routes,
        oauth.routes,
        applications.routes,
        members.routes,
        passwords.routes,
        guests.routes,
        groups.routes,
        job_titles.routes,
        consent.routes,
        health.routes,
        reference.routes,
    )
    for route in routes.all
]

#: Pages are for people: they stand in no description, and are called by no program.
PAGE_ROUTES: list[Route] = [
    route
    for routes in (
        sign_in.routes,
        password_pages.routes,
        invitations.routes,
        single_sign_on.routes,
        kickoff_forms.routes,
        launching.routes,
    )
    for route in routes.all
]

ALL_ROUTES: list[Route] = [*API_ROUTES, *PAGE_ROUTES]
