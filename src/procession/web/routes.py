"""Every endpoint of the server, in the order the API description shows them."""

from procession.api import (
    activity,
    answers,
    custom_fields,
    files,
    health,
    presets,
    schedules,
    search,
    snippets,
    system_log,
    watchers,
    webhooks,
)
from procession.api.accounts import applications, clients, domains, oauth, organizations, tokens
from procession.api.archive import operations as archive_operations
from procession.api.archive import selections as archive_selections
from procession.api.comments import processes as process_comments
from procession.api.comments import tasks as task_comments
from procession.api.comments import templates as template_comments
from procession.api.organizing import folders, tags
from procession.api.people import (
    groups,
    guests,
    invitations,
    job_titles,
    me,
    members,
    notifications,
    passwords,
    unsubscribing,
)
from procession.api.processes import archiving, processes, waking
from procession.api.processes import kickoff as process_kickoff
from procession.api.processes import public as public_processes
from procession.api.processes import rules as process_rules
from procession.api.tasks import bulk, completing, connectors, lists, oneoffs, tasks
from procession.api.tasks import guests as guests_tasks
from procession.api.templates import (
    changing,
    fields,
    kickoff,
    moving,
    option_lists,
    public,
    rights,
    rules,
    stages,
    steps,
    templates,
)
from procession.kit.http import Route
from procession.pages import (
    beginning,
    consent,
    kickoff_forms,
    launching,
    sign_in,
    single_sign_on,
)
from procession.pages import (
    guests as guest_pages,
)
from procession.pages import invitations as invitation_pages
from procession.pages import passwords as password_pages
from procession.pages import (
    public_processes as public_process_pages,
)
from procession.pages import unsubscribing as unsubscribing_pages
from procession.web import reference, version

#: What the descriptions of the API show.
API_ROUTES: list[Route] = [
    route
    for routes in (
        processes.routes,
        process_kickoff.routes,
        archiving.routes,
        archive_selections.routes,
        archive_operations.routes,
        waking.routes,
        public_processes.routes,
        process_rules.routes,
        lists.routes,
        tasks.routes,
        bulk.routes,
        oneoffs.routes,
        completing.routes,
        guests_tasks.routes,
        connectors.routes,
        answers.routes,
        templates.routes,
        changing.routes,
        fields.routes,
        steps.routes,
        stages.routes,
        public.routes,
        rights.routes,
        kickoff.routes,
        moving.routes,
        tags.routes,
        custom_fields.routes,
        folders.routes,
        rules.routes,
        option_lists.routes,
        snippets.routes,
        schedules.routes,
        task_comments.routes,
        process_comments.routes,
        template_comments.routes,
        files.routes,
        activity.routes,
        system_log.routes,
        webhooks.routes,
        watchers.routes,
        search.routes,
        organizations.routes,
        domains.routes,
        clients.routes,
        tokens.routes,
        oauth.routes,
        applications.routes,
        me.routes,
        presets.routes,
        notifications.routes,
        unsubscribing.routes,
        members.routes,
        invitations.routes,
        passwords.routes,
        guests.routes,
        groups.routes,
        job_titles.routes,
        consent.routes,
        health.routes,
        version.routes,
        reference.routes,
    )
    for route in routes.all
]

reference.described.extend(API_ROUTES)

#: Pages are for people: they stand in no description, and are called by no program.
PAGE_ROUTES: list[Route] = [
    route
    for routes in (
        beginning.routes,
        sign_in.routes,
        password_pages.routes,
        invitation_pages.routes,
        single_sign_on.routes,
        kickoff_forms.routes,
        unsubscribing_pages.routes,
        launching.routes,
        guest_pages.routes,
        public_process_pages.routes,
    )
    for route in routes.all
]

ALL_ROUTES: list[Route] = [*API_ROUTES, *PAGE_ROUTES]
