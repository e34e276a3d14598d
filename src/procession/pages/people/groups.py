"""Groups: who is in them, and what deleting one changes (contract 95, 3.12)."""

import re
from typing import Any
from urllib.parse import urlencode

from msgspec import UNSET

from procession.domains.people.actions import groups
from procession.domains.people.types import Group, GroupFilter
from procession.domains.people.wire.groups import GroupChangesIn, GroupIn
from procession.flows.people import grouping, surveying
from procession.flows.telling import addresses
from procession.kit.errors import Forbidden, Invalid
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.forms import (
    ActionForm,
    Beside,
    GroupForm,
    GroupsQuery,
    NextQuery,
    by_field,
)
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.lists import Pager, page_number
from procession.pages.people.frame import require_may_look, tabs
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

_SIZE = 50
_WITH_PEOPLE = frozenset({"users", "guests"})


@routes.get(addresses.GROUPS, door=PAGE, policy="visible", query=GroupsQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show the groups of the organization."""
    require_may_look(here)
    query: GroupsQuery = here.request.query
    text = (query.q or "").strip()
    page, views = groups.list_groups(
        here.caller,
        PageRequest(page_number(query.page), _SIZE),
        GroupFilter(q=text, sort=(("name", False),)),
        _WITH_PEOPLE,
    )

    def address(**changed: str) -> str:
        said = {"q": text, **changed}
        return f"{addresses.GROUPS}?{urlencode({key: each for key, each in said.items() if each})}"

    return app_page(
        here,
        "people/groups.html",
        title="Groups",
        places=tabs(addresses.GROUPS),
        text=text,
        without_text=address(q=""),
        rows=[
            (
                view.group,
                [each.full_name or each.email for each in view.users or ()],
                list(view.group.addresses),
            )
            for view in views
        ],
        pager=Pager.of(page, address),
        may_change=grouping.may_change_groups(here.caller),
    )


@routes.get(addresses.ADD_GROUP, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_create(here: Here) -> Answer:
    """Ask for a name, and for who is in the group."""
    return _form(here, None, GroupForm(), Beside())


@routes.post(addresses.ADD_GROUP, door=PAGE, policy="visible", body=GroupForm, status=303)
@for_members
def create(here: Here) -> Answer:
    """Create a group."""
    sent: GroupForm = here.request.body
    try:
        grouping.create_group(here.caller, GroupIn(**_wanted(sent)))
    except Invalid as wrong:
        return _form(here, None, sent, Beside(by_field(wrong)))
    return back_to(here, addresses.GROUPS, Toast("created", name=sent.name or ""))


@routes.get(addresses.GROUP, door=PAGE, policy="visible", content_type=HTML)
@for_members
def ask_to_change(here: Here) -> Answer:
    """Show a group, to change who is in it."""
    group = _look(here)
    said = GroupForm(
        name=group.name,
        description=group.description,
        members=list(group.members),
        guests="\n".join(group.addresses),
    )
    return _form(here, group, said, Beside())


@routes.post(addresses.GROUP, door=PAGE, policy="visible", body=GroupForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Change a group's name, and who is in it."""
    sent: GroupForm = here.request.body
    group = _look(here)
    try:
        grouping.update_group(here.caller, group.id, GroupChangesIn(**_wanted(sent)))
    except Invalid as wrong:
        return _form(here, group, sent, Beside(by_field(wrong)))
    return back_to(here, addresses.GROUPS, Toast("saved"))


def _wanted(sent: GroupForm) -> dict[str, Any]:
    """All of it: a box that is not ticked takes somebody out."""
    if not sent.name:
        raise Invalid({"name": ["Say what the group is called."]})
    return {
        "name": sent.name,
        "description": sent.description if sent.description else UNSET,
        "members": sent.members or [],
        "guests": [each for each in re.split(r"[\s,;]+", sent.guests or "") if each],
    }


def _form(here: Here, group: Group | None, sent: GroupForm, problems: Beside) -> Answer:
    if not grouping.may_change_groups(here.caller):
        raise Forbidden("Your role cannot change groups. An administrator can.")
    elsewhere = [
        text for field, text in problems.items() if field.startswith(("members", "guests"))
    ]
    return app_page(
        here,
        "people/group_form.html",
        422 if problems else 200,
        title="A group",
        group=group,
        sent=sent,
        chosen=set(sent.members or ()),
        members=surveying.list_active_members(here.caller),
        problems=problems,
        problem_of_people=" ".join(filter(None, elsewhere)),
    )


@routes.get(addresses.DELETE_GROUP, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say where a group is used, before it is deleted."""
    group = _look(here)
    if not grouping.may_change_groups(here.caller):
        raise Forbidden("Your role cannot delete groups. An administrator can.")
    return app_page(
        here,
        "people/delete_group.html",
        title="Delete a group",
        group=group,
        uses=surveying.count_uses_of_group(here.caller, group.id),
        next=safe_target(here.request.query.next or addresses.GROUPS),
    )


@routes.post(addresses.DELETE_GROUP, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a group: its people take its place on tasks."""
    group = _look(here)
    grouping.delete_group(here.caller, group.id)
    return back_to(here, addresses.GROUPS, Toast("group-deleted", name=group.name))


def _look(here: Here) -> Group:
    require_may_look(here)
    return groups.view_group(here.caller, here.request.id("group"), frozenset()).group
