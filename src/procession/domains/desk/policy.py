"""Who may do what with presets they can see: their own, and those that are shared."""

from procession.domains.desk.types import Preset
from procession.kit.caller import Caller


def can_share_presets(caller: Caller) -> bool:
    return caller.is_admin


def can_change_preset(caller: Caller, preset: Preset) -> bool:
    """A shared one is everybody's, so administrators see to it."""
    if preset.is_shared:
        return caller.is_admin
    return preset.user_id == caller.person_id
