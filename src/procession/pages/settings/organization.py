"""What administrators set for the whole organization (contract 95, 3.13; 10, 1.6).

Only settings that this server acts on: what it keeps for programs alone is set by the API.
"""

from collections.abc import Mapping
from typing import Any

from procession.core.zones import zone_names
from procession.domains.accounts.actions import reading
from procession.domains.accounts.types import all_settings
from procession.domains.accounts.wire import OrganizationChangesIn
from procession.flows.archive.settings import change_organization
from procession.flows.telling import addresses
from procession.kit.binding import bind_whole
from procession.kit.errors import Invalid
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.forms import Beside, OrganizationSettingsForm
from procession.pages.framing import Here, back_to, for_members
from procession.pages.settings.frame import require_admin, settings_page
from procession.pages.toasts import Toast

routes = Routes("Pages")

_POLICY = "can_change_settings"
#: Each with what it means, as the API names it; ticked or not.
_SWITCHES = {
    "People": (
        ("allow_user_invite", "Members may invite others", "Else administrators alone do."),
        ("allow_manage_groups", "Members may change groups", "Else administrators alone do."),
        ("auto_join_signups", "Whoever has an address of your domain may join",
         "It needs a domain that was proved to be yours, which the API does."),
    ),
    "Templates and tasks": (
        ("restrict_blueprint_permissions", "New templates are private",
         "Until others are let in, only who made one sees it, and administrators."),
        ("auto_complete_tasks", "Tasks that nobody looks after end by themselves",
         "When they are overdue for as many months as stand below."),
    ),
}  # fmt: skip
_NAMES = tuple(name for switches in _SWITCHES.values() for name, _, _ in switches)
_UNITS = ("hours", "days", "weeks", "months")
#: How webhooks write the dates that people enter.
_FORMATS = (
    ("yyyy-MM-ddTHH:mm:ssZ", "2027-03-04T09:30:00Z"),
    ("d/m/Y h:i A T", "04/03/2027 09:30 AM CET"),
)
#: By the API's name of a field, what is wrong with it, and where that stands.
_WRONG = {
    "name": ("name", "Say what it is called, in at most 50 signs."),
    "timezone": ("timezone", "Choose a time zone."),
    "auto_complete_task_months": ("months", "It can be 2 to 24 months."),
    "default_deadline.value": ("deadline", "It can be 1 to 9,999."),
    "default_deadline.type": ("deadline", "Choose hours, days, weeks or months."),
    "auto_join_signups": ("auto_join_signups", "No domain was proved to be yours yet."),
}


@routes.get(addresses.ORGANIZATION_SETTINGS, door=PAGE, policy=_POLICY, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what the organization is called, and what its members may do."""
    return _page(here)


@routes.post(
    addresses.ORGANIZATION_SETTINGS, door=PAGE, policy=_POLICY, body=OrganizationSettingsForm,
    status=303,
)  # fmt: skip
@for_members
def change(here: Here) -> Answer:
    """Change settings of the organization."""
    require_admin(here)
    sent: OrganizationSettingsForm = here.request.body
    try:
        change_organization(here.caller, bind_whole(_wanted(sent), OrganizationChangesIn))
    except Invalid as wrong:
        return _page(here, 422, sent=sent, problems=_problems(wrong))
    return back_to(here, addresses.ORGANIZATION_SETTINGS, Toast("saved"))


def _wanted(sent: OrganizationSettingsForm) -> dict[str, Any]:
    """As the API takes it: a switch that is not ticked is off."""
    return {
        "name": (sent.name or "").strip(),
        "timezone": sent.timezone or "",
        "default_deadline": {"type": sent.deadline_unit or "", "value": sent.deadline or 0},
        "auto_complete_task_months": sent.months or 0,
        "webhook_date_field_format": sent.date_format or _FORMATS[0][0],
        **{name: name in sent.switches for name in _NAMES},
    }


def _problems(wrong: Invalid) -> Beside:
    found = Beside()
    for field, said in wrong.problems.items():
        name, words = _WRONG.get(field, (field, " ".join(said)))
        found[name] = words
    return found


def _page(
    here: Here,
    status: int = 200,
    sent: OrganizationSettingsForm | None = None,
    problems: Mapping[str, str | None] | None = None,
) -> Answer:
    require_admin(here)
    organization = reading.get_organization(here.caller)
    kept = all_settings(organization)
    usual = OrganizationSettingsForm(
        name=organization.name,
        timezone=organization.timezone,
        switches=[name for name in _NAMES if kept[name]],
        months=kept["auto_complete_task_months"],
        deadline=kept["default_deadline"]["value"],
        deadline_unit=kept["default_deadline"]["type"],
        date_format=kept["webhook_date_field_format"],
    )
    shown = sent or usual
    return settings_page(
        here,
        "settings/organization.html",
        status,
        title="Organization",
        organization=organization,
        sent=shown,
        problems=Beside(problems or {}),
        switches=_SWITCHES.items(),
        zones=[(each, each.replace("_", " ")) for each in zone_names()],
        units=_with(shown.deadline_unit, [(each, each) for each in _UNITS]),
        formats=_with(shown.date_format, list(_FORMATS)),
    )


def _with(chosen: str | None, offered: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was set by the API is not lost by saving the page."""
    is_known = chosen is None or chosen in dict(offered)
    return offered if is_known else [(chosen or "", chosen or ""), *offered]
