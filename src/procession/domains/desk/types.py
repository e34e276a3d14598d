"""Presets and preferences, as frozen values."""

from enum import StrEnum

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant


class PresetObject(StrEnum):
    """Which list a preset is of, in the contract's words."""

    TASKS = "tasks"
    PROCESSES = "runs"
    TEMPLATES = "checklists"


class Preset(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Field order is the store's column order."""

    id: str
    name: str
    object: str
    #: JSON.
    filter: str
    sort: str | None
    grouping: str | None
    is_shared: bool
    user_id: int
    created_at: Instant
    updated_at: Instant


class Preference(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    key: str
    #: JSON.
    value: str
    updated_at: Instant


PRESET_SORTING = Sorting("name", "created_at", "updated_at", "id")
