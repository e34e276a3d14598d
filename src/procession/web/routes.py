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
from procession.api.archive import holds
from procession.api.archive import operations as archive_operations
from procession.api.archive import retention as archive_retention
from procession.api.archive import selections as archive_selections
from procession.api.archive import summary as archive_summary
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
from procession.api.processes import exporting as process_exporting
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
from procession.pages import activity as activity_pages
from procession.pages import (
    archive,
    beginning,
    components,
    consent,
    deleting,
    discussing,
    exporting,
    favorites,
    home,
    keys,
    kickoff_forms,
    launching,
    operations,
    searching,
    selections,
    sign_in,
    single_sign_on,
    tracker,
)
from procession.pages import files as file_pages
from procession.pages import (
    guests as guest_pages,
)
from procession.pages import invitations as invitation_pages
from procession.pages import notifications as notification_pages
from procession.pages import passwords as password_pages
from procession.pages import presets as preset_pages
from procession.pages import processes as process_pages
from procession.pages import (
    public_processes as public_process_pages,
)
from procession.pages import unsubscribing as unsubscribing_pages
from procession.pages import watching as watching_pages
from procession.pages.editor import fields as editor_fields
from procession.pages.editor import milestones as editor_milestones
from procession.pages.editor import rules as editor_rules
from procession.pages.editor import settings as editor_settings
from procession.pages.editor import showing as editor
from procession.pages.editor import steps as editor_steps
from procession.pages.editor import template as editor_template
from procession.pages.editor import versions as editor_versions
from procession.pages.library import copying as template_copying
from procession.pages.library import folders as folder_pages
from procession.pages.library import launching as template_launching
from procession.pages.library import listing, sorting
from procession.pages.library import making as template_making
from procession.pages.library import reading as template_reading
from procession.pages.library import shelving as template_shelving
from procession.pages.people import frame as people_pages
from procession.pages.people import groups as group_pages
from procession.pages.people import guests as guest_list_pages
from procession.pages.people import members as member_pages
from procession.pages.settings import archive as retention_pages
from procession.pages.settings import frame as settings_pages
from procession.pages.settings import holds as hold_pages
from procession.pages.settings import organization as organization_pages
from procession.pages.settings import profile as profile_pages
from procession.pages.settings import telling
from procession.pages.settings import tokens as token_pages
from procession.pages.settings import webhooks as webhook_pages
from procession.pages.tasks import adding as task_adding
from procession.pages.tasks import assigning as task_assigning
from procession.pages.tasks import bulk as task_bulk
from procession.pages.tasks import completing as task_completing
from procession.pages.tasks import editing as task_editing
from procession.pages.tasks import filtering as task_filtering
from procession.pages.tasks import listing as task_listing
from procession.pages.tasks import reading as task_reading
from procession.web import reference, static, version

#: What the descriptions of the API show.
API_ROUTES: list[Route] = [
    route
    for routes in (
        processes.routes,
        process_exporting.routes,
        process_kickoff.routes,
        archiving.routes,
        archive_selections.routes,
        archive_operations.routes,
        holds.routes,
        archive_retention.routes,
        archive_summary.routes,
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
        home.routes,
        keys.routes,
        favorites.routes,
        task_listing.routes,
        task_completing.routes,
        task_filtering.routes,
        task_editing.routes,
        task_bulk.routes,
        tracker.routes,
        process_pages.routes,
        discussing.routes,
        task_reading.routes,
        notification_pages.routes,
        telling.routes,
        watching_pages.routes,
        searching.routes,
        activity_pages.routes,
        task_assigning.routes,
        task_adding.routes,
        archive.routes,
        selections.routes,
        operations.routes,
        listing.routes,
        template_reading.routes,
        template_launching.routes,
        template_making.routes,
        template_copying.routes,
        folder_pages.routes,
        sorting.routes,
        template_shelving.routes,
        deleting.routes,
        file_pages.routes,
        exporting.routes,
        preset_pages.routes,
        editor.routes,
        editor_template.routes,
        editor_steps.routes,
        editor_fields.routes,
        editor_milestones.routes,
        editor_rules.routes,
        editor_versions.routes,
        editor_settings.routes,
        people_pages.routes,
        member_pages.routes,
        guest_list_pages.routes,
        group_pages.routes,
        settings_pages.routes,
        profile_pages.routes,
        token_pages.routes,
        organization_pages.routes,
        retention_pages.routes,
        hold_pages.routes,
        webhook_pages.routes,
        components.routes,
    )
    for route in routes.all
]

#: Files: of pages, but no pages.
FILE_ROUTES: list[Route] = static.routes.all

ALL_ROUTES: list[Route] = [*API_ROUTES, *PAGE_ROUTES, *FILE_ROUTES]
