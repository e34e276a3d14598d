"""One's favorites: processes and templates with a star, on one page (contract 95, 3.16).

What is archived is not among them, and is again as soon as it is restored.
"""

from procession.core.archive import ArchivedShown
from procession.domains.processes.types import ProcessFilter
from procession.domains.templates.types import TemplateFilter
from procession.flows.processes.surveying import survey_processes
from procession.flows.telling import addresses
from procession.flows.templates.surveying import survey_templates
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.framing import Here, app_page, for_members
from procession.pages.library.listing import Ways
from procession.pages.library.showing import template_row
from procession.pages.showing import card, may

routes = Routes("Pages")

#: So many of each are shown; tracker and library have the rest.
_FIRST = PageRequest(1, 24)
_PROCESSES = ProcessFilter(is_starred=True)
_TEMPLATES = TemplateFilter(is_starred=True, archived=ArchivedShown.HIDDEN)


@routes.get(addresses.FAVORITES, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what the member has given a star."""
    board = survey_processes(here.caller, _FIRST, _PROCESSES)
    library = survey_templates(here.caller, _FIRST, _TEMPLATES)
    return app_page(
        here,
        "home/favorites.html",
        title="Favorites",
        cards=[
            card(each, board.tasks[each.id], board.names, board.texts, here.now)
            for each in board.page.rows
        ],
        more_processes=board.page.total - len(board.page.rows),
        can=may(here.caller),
        rows=[template_row(here.caller, each, library.names) for each in library.rows],
        more_templates=library.page.total - len(library.rows),
        ways=Ways({"show": "favorites"}),
        all_processes=f"{addresses.TRACKER}?tab=favorites",
    )
