"""Files as members open them from pages: their browser has a session, and no token."""

from dataclasses import replace

from procession.core.file_kinds import UNKNOWN, is_shown
from procession.flows.files import giving
from procession.flows.telling import addresses
from procession.kit.given_files import file_answer
from procession.kit.http import GIVING, PAGE, Answer, Routes
from procession.pages.framing import Here, for_members

routes = Routes("Pages")


@routes.get(addresses.FILE, door=PAGE, policy="visible", gives_file=True, place=GIVING)
@for_members
def show(here: Here) -> Answer:
    """Give a file out: what a browser can show safely it shows, the rest it keeps."""
    file = giving.get_file(here.caller, here.request.id("file"))
    if file.link is not None:
        return Answer(302, headers=(("Location", file.link),))
    wanted = here.request.wanted
    assert wanted is not None
    is_for_keeping = not is_shown(file.mimetype or UNKNOWN)
    answer, start = file_answer(
        wanted,
        file.id,
        file.filename,
        file.mimetype,
        file.size or 0,
        is_for_keeping=is_for_keeping,
    )
    if start is None:
        return answer
    length = answer.length or 0
    given = giving.give(here.caller, file, start, length, is_download=is_for_keeping)
    return replace(answer, pieces=given)
