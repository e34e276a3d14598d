"""Home, how pages look, and which organization they are about."""

from procession.domains.processes.types import ProcessFilter
from procession.domains.tasks.types import TaskFilter
from procession.flows.processes.surveying import survey_processes
from procession.flows.tasks.surveying import survey_tasks
from procession.flows.telling import addresses
from procession.kit.cookies import LOOK, ORGANIZATION, liking
from procession.kit.http import HTML, PAGE, Answer, Request, Routes
from procession.kit.paging import PageRequest
from procession.pages.forms import LookForm, OrganizationForm, browser_of
from procession.pages.framing import Here, app_page, for_members
from procession.pages.layout import redirect
from procession.pages.looks import THEMES, Look, look_of
from procession.pages.showing import card, may
from procession.pages.targets import safe_target
from procession.pages.tasks.rows import rows_of

routes = Routes("Pages")

#: So many of each are shown; the tracker has the rest.
_FIRST = PageRequest(1, 12)
_TROUBLED = ProcessFilter(is_mine=True, statuses=("problem", "issue"))


@routes.get(addresses.HOME, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what is the member's to do, what of theirs has a problem, and where they belong."""
    to_do = survey_tasks(here.caller, _FIRST, _mine(here))
    troubled = survey_processes(here.caller, _FIRST, _TROUBLED)
    return app_page(
        here,
        "home/home.html",
        title="Home",
        to_do=rows_of(here.caller, to_do, here.now),
        more_to_do=to_do.page.total - len(to_do.page.rows),
        open_task_count=to_do.page.total,
        tasks_by_deadline=f"{addresses.TASKS}?sort=delayed",
        troubled=[
            card(each, troubled.tasks[each.id], troubled.names, troubled.texts, here.now)
            for each in troubled.page.rows
        ],
        can=may(here.caller),
        tracker_of_troubled=f"{addresses.TRACKER}?tab=problems",
    )


def _mine(here: Here) -> TaskFilter:
    """Open and assigned to them, directly or by a group; what is due first comes first."""
    return TaskFilter(
        status="active", assigned_to_user=here.caller.person_id, sort=(("deadline", False),)
    )


@routes.post(addresses.LOOK, door=PAGE, policy="visible", body=LookForm, status=303)
def set_look(request: Request) -> Answer:
    """Choose light or dark, and how wide the rail is; the browser remembers it."""
    sent: LookForm = request.body
    browser = browser_of(request)
    theme, is_narrow = look_of(browser)
    theme = sent.theme if sent.theme in THEMES else theme
    is_narrow = sent.rail == "narrow" if sent.rail else is_narrow
    kept = liking(browser, LOOK, Look(theme, is_narrow).kept)
    return redirect(safe_target(sent.next), cookies=(kept,))


@routes.post(addresses.ORGANIZATION, door=PAGE, policy="visible", body=OrganizationForm, status=303)
@for_members
def choose_organization(here: Here) -> Answer:
    """Go on in another organization; one where the member does not belong changes nothing."""
    wanted = here.request.body.organization
    ids = [each.organization_id for each in here.standings]
    cookies: tuple[str, ...] = ()
    if wanted in ids:
        cookies = (liking(browser_of(here.request), ORGANIZATION, wanted),)
    return redirect(addresses.HOME, cookies=cookies)
