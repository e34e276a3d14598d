"""JSON shapes of presets and preferences (ours alone)."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.desk.types import Preference, Preset
from procession.kit.reading import read_stored

Name = Annotated[str, Meta(max_length=100)]
Sort = Annotated[str, Meta(max_length=200)]


class PresetChangesIn(msgspec.Struct, kw_only=True):
    """What is left out stays as it is."""

    name: Name | UnsetType | None = UNSET
    filter: dict[str, Any] | UnsetType = UNSET
    sort: Sort | UnsetType | None = UNSET
    group: Sort | UnsetType | None = UNSET
    shared: bool | UnsetType = UNSET


class PresetIn(msgspec.Struct, kw_only=True):
    """A filter with its order, under a name. `object`: tasks, runs or checklists."""

    name: Name
    object: str
    filter: dict[str, Any] = {}
    sort: Sort | None = None
    group: Sort | None = None
    shared: bool = False


class PresetOut(msgspec.Struct, kw_only=True):
    id: str
    name: str
    object: str
    filter: dict[str, Any]
    sort: str | None
    group: str | None
    shared: bool
    #: Who saved it.
    user_id: int
    created_at: str
    updated_at: str


class PreferenceIn(msgspec.Struct, kw_only=True):
    """Anything; null takes it away."""

    value: Any


class PreferenceOut(msgspec.Struct, kw_only=True):
    key: str
    value: Any
    updated_at: str | None


def preset_out(preset: Preset) -> PresetOut:
    return PresetOut(
        id=preset.id,
        name=preset.name,
        object=preset.object,
        filter=read_stored(preset.filter),
        sort=preset.sort,
        group=preset.grouping,
        shared=preset.is_shared,
        user_id=preset.user_id,
        created_at=wire_time(preset.created_at),
        updated_at=wire_time(preset.updated_at),
    )


def preference_out(key: str, preference: Preference | None) -> PreferenceOut:
    """`preference` None: there is none (any more)."""
    if preference is None:
        return PreferenceOut(key=key, value=None, updated_at=None)
    return PreferenceOut(
        key=key,
        value=read_stored(preference.value),
        updated_at=wire_time(preference.updated_at),
    )
