"""What all settings share: the way from one to the next.

    return settings_page(here, "settings/tokens.html", title="Access tokens", tokens=...)

Each extends `settings/frame.html`, whose block is `setting`.
"""

from typing import Any, NamedTuple

from procession.flows.telling import addresses
from procession.kit.errors import Forbidden
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.framing import Here, app_page, for_members
from procession.pages.layout import redirect

routes = Routes("Pages")


class Section(NamedTuple):
    """A heading with places below it: name, address, and whether it is this one."""

    name: str
    places: list[tuple[str, str, bool]]


_OWN = (("Profile", addresses.PROFILE), ("Notifications", addresses.PREFERENCES),
        ("Access tokens", addresses.TOKENS))  # fmt: skip
_OF_ALL = (("Organization", addresses.ORGANIZATION_SETTINGS), ("Archive", addresses.RETENTION),
           ("Holds", addresses.HOLDS), ("Webhooks", addresses.WEBHOOKS))  # fmt: skip


@routes.get(addresses.SETTINGS, door=PAGE, policy="visible", content_type=HTML, status=303)
@for_members
def lead(_here: Here) -> Answer:
    """Lead to the first of the settings."""
    return redirect(addresses.PROFILE)


def settings_page(here: Here, template: str, status: int = 200, **shown: Any) -> Answer:
    return app_page(here, template, status, sections=_sections(here), **shown)


def require_admin(here: Here) -> None:
    """Of settings that are the organization's: raises Forbidden with who can help."""
    if not here.caller.is_admin:
        raise Forbidden("Only administrators see and change this setting.")


def _sections(here: Here) -> list[Section]:
    parts: list[tuple[str, tuple[tuple[str, str], ...]]] = [("You", _OWN)]
    if here.caller.is_admin:
        parts.append((here.standing.organization_name, _OF_ALL))
    path = here.request.path_text
    return [
        Section(name, [(word, address, path.startswith(address)) for word, address in places])
        for name, places in parts
    ]
