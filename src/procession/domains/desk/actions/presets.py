"""Save a preset, change it, delete it."""

from typing import Any

import msgspec
from msgspec import UNSET

from procession.domains.desk import policy, store
from procession.domains.desk.events import PresetChanged, PresetDeleted, PresetSaved, about_preset
from procession.domains.desk.types import Preset, PresetObject
from procession.domains.desk.wire import PresetChangesIn, PresetIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound, invalid
from procession.kit.ids import new_id
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading, writing

_LARGEST = 8 * 1024
_MOST = 200


def list_presets(
    caller: Caller, request: PageRequest, of: str | None, sort: tuple[tuple[str, bool], ...]
) -> Page[Preset]:
    """Their own, and those that are shared. `of`: only of this list."""
    if of is not None and of not in tuple(PresetObject):
        raise invalid("object", "The selected object is invalid.")
    with reading(caller) as work:
        page = store.list_presets(work, request, of, sort)
        check_everything_fits(page)
        return page


def save_preset(caller: Caller, sent: PresetIn) -> Preset:
    with writing(caller) as work:
        _check_sharing(caller, wants=sent.shared)
        if sent.object not in tuple(PresetObject):
            raise invalid("object", "The selected object is invalid.")
        store.hold_member(work)
        if store.count_own_presets(work) >= _MOST:
            raise invalid("name", f"A member may not have more than {_MOST} presets.")
        preset = Preset(
            id=new_id(),
            name=sent.name,
            object=sent.object,
            filter=_written(sent.filter),
            sort=sent.sort,
            grouping=sent.group,
            is_shared=sent.shared,
            user_id=caller.person_id,
            created_at=work.now,
            updated_at=work.now,
        )
        store.add_preset(work, preset)
        work.record(PresetSaved(**about_preset(preset, caller.organization_id)))
        return preset


def change_preset(caller: Caller, preset_id: str, sent: PresetChangesIn) -> Preset:
    """Only the keys that were sent."""
    with writing(caller) as work:
        preset = _get_own(work, preset_id)
        _check_sharing(caller, wants=sent.shared is True and not preset.is_shared)
        if sent.name is None:
            raise invalid("name", "The name field is required.")
        wanted = {
            "name": sent.name,
            "filter": UNSET if sent.filter is UNSET else _written(sent.filter),
            "sort": sent.sort,
            "grouping": sent.group,
            "is_shared": sent.shared,
        }
        changes: dict[str, Any] = {
            name: value
            for name, value in wanted.items()
            if value is not UNSET and value != getattr(preset, name)
        }
        if not changes:
            return preset
        columns = {**changes, "updated_at": work.now}
        store.set_preset_columns(work, preset.id, columns)
        changed = msgspec.structs.replace(preset, **columns)
        work.record(PresetChanged(**about_preset(changed, caller.organization_id)))
        return changed


def delete_preset(caller: Caller, preset_id: str) -> None:
    with writing(caller) as work:
        preset = _get_own(work, preset_id)
        store.delete_preset(work, preset.id)
        work.record(PresetDeleted(**about_preset(preset, caller.organization_id)))


def _get_own(work: Work, preset_id: str) -> Preset:
    preset = store.find_preset(work, preset_id)
    if preset is None:
        raise NotFound(kind="Preset")
    work.read_clock()
    if not policy.can_change_preset(work.caller, preset):
        raise Forbidden
    return preset


def _check_sharing(caller: Caller, *, wants: bool) -> None:
    if wants and not policy.can_share_presets(caller):
        raise Forbidden("Only administrators can share presets.")


def _written(filtered: dict[str, Any]) -> str:
    text = msgspec.json.encode(filtered)
    if len(text) > _LARGEST:
        raise invalid("filter", f"The filter may not be greater than {_LARGEST} bytes.")
    return text.decode()
