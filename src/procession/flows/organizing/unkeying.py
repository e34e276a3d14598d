"""Delete a custom field with all its values, unless something on hold has one (contract 70, 4)."""

from procession.domains.custom_fields.actions import keys
from procession.domains.custom_fields.types import KeyRow
from procession.domains.holds.actions.asking import HoldGate
from procession.kit.caller import Caller
from procession.kit.work import writing


def delete_key(caller: Caller, key_id: str) -> KeyRow:
    with writing(caller) as work:
        gate = HoldGate(work)
        key = keys.lock_deletable(work, key_id)
        keys.delete_key(work, gate.clear_values(key.id), key)
        return key
