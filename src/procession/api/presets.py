"""What members keep to find their way: presets of lists, and preferences (ours alone)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from procession.core.sorting import Sorting
from procession.domains.desk.actions import preferring, presets
from procession.domains.desk.types import PRESET_SORTING
from procession.domains.desk.wire import (
    PreferenceIn,
    PreferenceOut,
    PresetChangesIn,
    PresetIn,
    PresetOut,
    preference_out,
    preset_out,
)
from procession.kit.http import Answer, Request, Routes, item, listing, nothing
from procession.kit.paging import PageQuery, sort_keys

routes = Routes("Presets")

PRESETS = "/organizations/{org}/presets"
PRESET = f"{PRESETS}/{{preset}}"
PREFERENCE = "/organizations/{org}/me/preferences/{preference}"


class PresetsQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = PRESET_SORTING

    object: Annotated[
        str | None, Meta(description="Only of this list: tasks, runs or checklists.")
    ] = None


@routes.get(
    PRESETS, policy="visible", answers=PresetOut, query=PresetsQuery, is_list=True, raises=(422,)
)
def list_presets(request: Request) -> Answer:
    """List the caller's presets, and those that are shared."""
    query: PresetsQuery = request.query
    page = presets.list_presets(
        request.caller, request.page(query), query.object, tuple(sort_keys(query))
    )
    return listing(request, page, [preset_out(preset) for preset in page.rows])


@routes.post(
    PRESETS,
    takes_pictures=False,
    policy="visible",
    answers=PresetOut,
    status=201,
    body=PresetIn,
    raises=(403, 422),
)
def save(request: Request) -> Answer:
    """Save a filter with its order under a name. Administrators may share it."""
    return item(preset_out(presets.save_preset(request.caller, request.body)), 201)


@routes.put(
    PRESET, policy="can_change_preset", answers=PresetOut, body=PresetChangesIn, raises=(403, 422),
    takes_pictures=False,
)  # fmt: skip
def change(request: Request) -> Answer:
    """Change a preset: only the keys that are sent."""
    changed = presets.change_preset(request.caller, request.id("preset"), request.body)
    return item(preset_out(changed))


@routes.delete(PRESET, policy="can_change_preset", status=204, reads_body=False, raises=(403,))
def delete(request: Request) -> Answer:
    """Delete a preset for ever."""
    presets.delete_preset(request.caller, request.id("preset"))
    return nothing()


@routes.get(PREFERENCE, policy="visible", answers=PreferenceOut)
def get_preference(request: Request) -> Answer:
    """Read what was kept for the caller under a key."""
    key = request.path["preference"]
    return item(preference_out(key, preferring.get_preference(request.caller, key)))


@routes.put(PREFERENCE, policy="visible", answers=PreferenceOut, body=PreferenceIn, raises=(422,),
            takes_pictures=False)  # fmt: skip
def set_preference(request: Request) -> Answer:
    """Keep a value for the caller under a key: up to 8 KB each, 100 keys. Null takes it away."""
    key = request.path["preference"]
    kept = preferring.set_preference(request.caller, key, request.body.value)
    return item(preference_out(key, kept))
