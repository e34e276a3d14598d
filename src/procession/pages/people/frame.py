"""What the pages of people share: their tabs, and who may come."""

from procession.flows.telling import addresses
from procession.kit.errors import Forbidden
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.framing import Here, for_members
from procession.pages.layout import redirect

routes = Routes("Pages")

#: What people call roles, and what each is for.
ROLES = {
    "admin": ("Admin", "Everything, with people and settings."),
    "standard": ("Standard", "Creates, launches and runs work, as far as it is permitted."),
    "light": ("Light", "Does what is assigned to them; launches only what was granted."),
}
ROLE_WORDS = {**{role: words for role, (words, _) in ROLES.items()}, "bot": "Bot"}

_TABS = (("Members", addresses.MEMBERS), ("Guests", addresses.GUESTS), ("Groups", addresses.GROUPS))


@routes.get(addresses.PEOPLE, door=PAGE, policy="visible", content_type=HTML, status=303)
@for_members
def lead(_here: Here) -> Answer:
    """Lead to the members."""
    return redirect(addresses.MEMBERS)


def tabs(of: str) -> list[tuple[str, str, bool]]:
    """`of`: the address of the list that is shown."""
    return [(name, address, address == of) for name, address in _TABS]


def require_may_look(here: Here) -> None:
    """Light members work with what is assigned to them (contract 95, 8)."""
    if here.caller.is_light:
        raise Forbidden("Your role does not show who else is here. An administrator can help.")
