"""Who may sort things by tags and folders (contract 00, 8.4).

What is tagged also has to be the caller's to change: `flows/organizing/tagging.py` asks the policy
of what it is.
"""

from procession.kit.caller import Caller


def can_change_tags(caller: Caller) -> bool:
    """The list of tags that all share."""
    return caller.is_admin


def can_tag(caller: Caller) -> bool:
    return caller.is_admin or caller.is_standard


def can_change_folders(caller: Caller) -> bool:
    """Folders, and which processes and tasks lie in them."""
    return caller.is_admin or caller.is_standard
