"""Who may see and write rules of retention (contract 70, 3)."""

from procession.kit.caller import Caller


def can_rule(caller: Caller) -> bool:
    """Everything that is the organization's: its rule, previews, the switch of deletion."""
    return caller.is_admin


def can_rule_template(caller: Caller, *, can_edit: bool) -> bool:
    """Editors of a template see its rule, and lengthen it. `can_edit`: they may edit it."""
    return caller.is_admin or can_edit


#: What editors who are no administrators may change, and not to less than the default has.
OF_EDITORS = ("archive_after", "archive_from")
