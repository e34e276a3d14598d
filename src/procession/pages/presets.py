"""Presets: a list as it is narrowed and sorted now, under a name (contract 95, 3.4, story 36)."""

from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from msgspec import UNSET, Meta

from procession.domains.desk import policy
from procession.domains.desk.actions import presets
from procession.domains.desk.types import Preset, PresetObject
from procession.domains.desk.wire import PresetChangesIn, PresetIn
from procession.flows.telling import addresses
from procession.kit.errors import Invalid, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.kit.reading import read_stored
from procession.pages.forms import ActionForm, PresetForm, by_field
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

#: Which list each kind of preset is of.
_LISTS = {
    PresetObject.PROCESSES.value: addresses.TRACKER,
    PresetObject.TASKS.value: addresses.TASKS,
    PresetObject.TEMPLATES.value: addresses.TEMPLATES,
}
#: More than a member may have, and some that are shared.
_ALL = PageRequest(1, 500)
_BY_NAME = (("name", False),)
#: What no preset holds: it is of the moment.
_PASSING = ("page",)


class PresetsQuery(msgspec.Struct, kw_only=True):
    next: Annotated[str | None, Meta(description="The list as it is now.")] = None


@routes.get(addresses.PRESETS, door=PAGE, policy="visible", query=PresetsQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show the presets of a list: to apply, to change, and to save one more."""
    return _show(here, here.request.query.next)


@routes.post(addresses.PRESETS, door=PAGE, policy="visible", body=PresetForm, status=303)
@for_members
def save(here: Here) -> Answer:
    """Save a list as it is now under a name."""
    sent: PresetForm = here.request.body
    target = safe_target(sent.next)
    try:
        preset = presets.save_preset(
            here.caller,
            PresetIn(
                name=_name(sent),
                object=_kind_of(target),
                filter=_filter_of(target),
                shared=bool(sent.shared),
            ),
        )
    except Invalid as wrong:
        return _show(here, target, by_field(wrong), typed=sent.name or "")
    return back_to(here, target, _toast("preset-saved", preset))


@routes.post(addresses.PRESET, door=PAGE, policy="visible", body=PresetForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Rename a preset, or make it what the list is now."""
    sent: PresetForm = here.request.body
    target = safe_target(sent.next)
    changes = PresetChangesIn(
        name=_name(sent), filter=_filter_of(target) if sent.takes_filter else UNSET
    )
    preset = presets.change_preset(here.caller, here.request.id("preset"), changes)
    return back_to(here, _address(preset), _toast("preset-saved", preset))


@routes.post(addresses.DELETE_PRESET, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a preset; what it showed stays as it is."""
    target = safe_target(here.request.body.next)
    wanted = here.request.id("preset")
    preset = next((each for each in _all(here, _kind_of(target)) if each.id == wanted), None)
    if preset is None:
        raise NotFound(kind="Preset")
    presets.delete_preset(here.caller, preset.id)
    return back_to(here, target, _toast("preset-deleted", preset))


def _show(
    here: Here, wanted: str | None, problems: dict[str, str] | None = None, typed: str = ""
) -> Answer:
    target = safe_target(wanted)
    found = _all(here, _kind_of(target))
    return app_page(
        here,
        "presets.html",
        200 if problems is None else 422,
        title="Presets",
        presets=[
            (each, _address(each), policy.can_change_preset(here.caller, each)) for each in found
        ],
        next=target,
        may_share=policy.can_share_presets(here.caller),
        problems=problems or {},
        typed=typed,
    )


def _all(here: Here, kind: str) -> list[Preset]:
    return presets.list_presets(here.caller, _ALL, kind, _BY_NAME).rows


def _kind_of(target: str) -> str:
    """By the list that the address is of."""
    path = urlsplit(target).path
    kind = next((kind for kind, address in _LISTS.items() if address == path), None)
    if kind is None:
        raise NotFound("There are presets of processes, tasks and templates alone.")
    return kind


def _filter_of(target: str) -> dict[str, Any]:
    """What the address of the list says; of what it says twice, all."""
    said: dict[str, Any] = {}
    for name, value in parse_qsl(urlsplit(target).query):
        if name not in _PASSING:
            said[name] = f"{said[name]},{value}" if name in said else value
    return said


def _address(preset: Preset) -> str:
    said = read_stored(preset.filter)
    query = urlencode(said, doseq=True)
    address = _LISTS.get(preset.object, addresses.TRACKER)
    return f"{address}?{query}" if query else address


def _name(sent: PresetForm) -> str:
    name = " ".join((sent.name or "").split())
    if not name:
        raise Invalid({"name": ["Give it a name."]})
    if len(name) > 100:
        raise Invalid({"name": ["A name has at most 100 characters."]})
    return name


def _toast(kind: str, preset: Preset) -> Toast:
    return Toast(kind, "presets", preset.id, preset.name)
