"""How a template is launched, who may do what with it, and how it is shared (contract 95, 3.8)."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from procession.domains.people.types import groups_among, users_among
from procession.domains.templates import policy
from procession.domains.templates.actions.permitting import by_permission
from procession.domains.templates.actions.reading import TemplateView
from procession.domains.templates.types import EVERYONE, FieldType, Permission
from procession.domains.templates.wire.attributes import TemplateChangesIn
from procession.domains.templates.wire.templates import PermissionListIn, PermissionsIn
from procession.flows.organizing.choosing import trees_of_folders
from procession.flows.telling import addresses
from procession.flows.templates.granting import set_template_permissions
from procession.flows.templates.updating import update_template
from procession.kit.errors import Invalid, NotFound, invalid
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.editor.bodies import (
    PermissionForm,
    PrefillForm,
    TemplateSettingsForm,
    sent_of,
    wanted,
)
from procession.pages.editor.people import Directory, read_directory
from procession.pages.editor.rule_effects import texts_in
from procession.pages.editor.showing import Form, Refused, editor_page, read
from procession.pages.framing import Here, back_to, for_members
from procession.pages.library.showing import flat

routes = Routes("Pages")

_SETTINGS = tuple(
    name for name in TemplateSettingsForm.__struct_fields__
    if name not in ("form_token", "next", "undoes")
)  # fmt: skip
#: Stored under other names than they are sent by.
_STORED = {
    "default_process_name_format": "process_name_format",
    "auto_naming": "names_processes",
    "allow_launcher_change_name": "launcher_may_change_name",
    "folderize_process": "launcher_must_choose_folder",
    "tag_process": "launcher_must_tag",
    "default_folder": "process_folder_id",
    "folder_changeable_by_launcher": "launcher_may_change_folder",
    "can_add_oot": "can_add_tasks",
    "dual_version_enabled": "has_draft",
    "replace_state_conditionally": "only_owner_publishes",
    "is_public_kickoff": "has_public_form",
}
_LISTS = {
    Permission.READ: "Read it",
    Permission.LAUNCH: "Launch processes from it",
    Permission.READ_PROCESSES: "See all its processes",
    Permission.EDIT: "Edit it",
    Permission.DUPLICATE: "Duplicate it",
}
#: Answers that do not go into a link.
_NOT_IN_LINKS = (FieldType.FILE, FieldType.TABLE, FieldType.PEOPLE)


class Holder(NamedTuple):
    """`key`: as lists store it."""

    key: str
    name: str
    is_group: bool


class PermissionList(NamedTuple):
    """Who may do one thing besides the owner and administrators."""

    permission: str
    words: str
    is_everyone: bool
    holders: list[Holder]


@routes.get(addresses.EDIT_SETTINGS, door=PAGE, policy="can_edit", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show how a template is launched, who may do what with it, and how it is shared."""
    return _show(here)


@routes.post(
    addresses.EDIT_SETTINGS, door=PAGE, policy="can_edit", body=TemplateSettingsForm, status=303
)
@for_members
def change(here: Here) -> Answer:
    """Change settings of a template: only those that are sent."""
    sent = sent_of(here.request.body, *_SETTINGS)
    changes = {name: None if value == "" else value for name, value in sent.items()}
    try:
        update_template(
            here.caller, here.request.id("template"), wanted(changes, TemplateChangesIn)
        )
    except Invalid as wrong:
        stored = {_STORED.get(name, name): value for name, value in sent.items()}
        return _show(here, Refused.of(wrong, "settings", stored))
    return back_to(here, here.request.body.next)


@routes.post(
    addresses.EDIT_PERMISSION, door=PAGE, policy="can_edit", body=PermissionForm, status=303
)
@for_members
def permit(here: Here) -> Answer:
    """Let everybody or somebody do one thing with a template, or not any more."""
    view = read(here)
    name, sent = here.request.path["permission"], here.request.body
    if name not in _LISTS:
        raise NotFound(kind="Permission")
    try:
        changed = _changed(
            view, Permission(name), sent, read_directory(here.caller, view.content, all_groups=True)
        )
        set_template_permissions(here.caller, view.template.id, PermissionsIn(**{name: changed}))
    except Invalid as wrong:
        typed = {"who": sent.who or ""}
        problem = " ".join(each for all_of in wrong.problems.values() for each in all_of)
        here = here.at(addresses.EDIT_SETTINGS.format(template=view.template.id))
        return _show(here, Refused(name, {"who": problem}, typed))
    return back_to(here, sent.next)


def _changed(
    view: TemplateView, permission: Permission, sent: PermissionForm, directory: Directory
) -> PermissionListIn:
    """The whole list as it is to be. Raises Invalid."""
    keys = set(by_permission(view.grants).get(permission.value, ()))
    if sent.everyone is not None:
        keys = keys - {EVERYONE} | ({EVERYONE} if sent.everyone == "1" else set())
    if sent.leave_out:
        keys.discard(sent.leave_out)
    named = PermissionListIn(
        all_members=EVERYONE in keys, users=users_among(keys), groups=groups_among(keys)
    )
    if sent.who:
        kind, found = directory.find(sent.who)
        if kind not in ("assignees", "groups"):
            raise invalid("who", f"“{sent.who}” is neither a member nor a group.")
        (named.users if kind == "assignees" else named.groups).append(found)  # type: ignore[union-attr]
    return named


@routes.post(
    addresses.PREFILL_TEMPLATE, door=PAGE, policy="can_edit", body=PrefillForm, content_type=HTML
)
@for_members
def make_link(here: Here) -> Answer:
    """Make links to the kick-off form in which answers stand already. Nothing is stored."""
    view = read(here)
    here = here.at(addresses.EDIT_SETTINGS.format(template=view.template.id))
    return _show(here, answers=texts_in(here.request.body.answers))


def _show(
    here: Here,
    refused: Refused = Refused(),  # noqa: B008
    answers: dict[str, str] | None = None,
) -> Answer:
    view = read(here)
    template, content = view.template, view.content
    directory = read_directory(here.caller, content, all_groups=True)
    _, of_processes = trees_of_folders(here.caller)
    folders = [(each.folder, depth) for each, depth in flat(of_processes)]
    given = {
        each.alias: answers[each.id] for each in content.kickoff if answers and answers.get(each.id)
    }
    return editor_page(
        here,
        view,
        directory,
        "settings",
        refused=refused,
        settings=Form(template, "settings", refused),
        lists=_lists(view, directory),
        asking={name.value: Form(None, name.value, refused) for name in Permission},
        folders=[(each.id, "— " * depth + each.name) for each, depth in folders],
        owners=[(each.id, each.full_name) for each in directory.members
                if each.id == template.owner_id or _may_own(each)],
        may_hand_over=policy.can_hand_over(here.caller, template),
        prefillable=[each for each in content.kickoff if each.field_type not in _NOT_IN_LINKS],
        given=answers or {},
        links=_links(here, view, given),
    )  # fmt: skip


def _may_own(member: Any) -> bool:
    return member.is_active and not member.is_bot and member.role in ("admin", "standard")


def _lists(view: TemplateView, directory: Directory) -> list[PermissionList]:
    names = directory.names
    stored = by_permission(view.grants)
    return [
        PermissionList(
            permission.value,
            words,
            EVERYONE in stored.get(permission.value, ()),
            _holders(stored.get(permission.value, ()), names.users, names.groups),
        )
        for permission, words in _LISTS.items()
    ]


def _holders(keys: Sequence[str], users: Any, groups: Any) -> list[Holder]:
    return [
        *(Holder(f"u:{each}", users.get(each, "Somebody who has left"), False)
          for each in users_among(keys)),
        *(Holder(f"g:{each}", groups.get(each, "A group that is gone"), True)
          for each in groups_among(keys)),
    ]  # fmt: skip


def _links(here: Here, view: TemplateView, given: dict[str, str]) -> list[tuple[str, str]]:
    """What it is for, and the link: for members, and for anybody where the form is public."""
    template = view.template
    url = here.request.public_url
    query = f"?{urlencode({'ko_fields': msgspec.json.encode(given).decode()})}" if given else ""
    links = [
        ("For members", url + addresses.LAUNCH_TEMPLATE.format(template=template.id) + query),
    ]
    if template.has_public_form:
        page = addresses.FORM_OF_ALIAS.format(
            org=here.caller.organization_id, template=template.alias
        )
        links.append(("For anybody", url + page + query))
    return links
