"""Who may do what with an organization (contract 00, 8.4) and its clients (5.4)."""

from procession.kit.caller import Caller


def can_change_settings(caller: Caller) -> bool:
    return caller.is_admin


def can_administer_clients(caller: Caller) -> bool:
    """Clients ask for passwords and tokens: only administrators say which are trusted."""
    return caller.is_admin


def can_list_organizations_of(caller: Caller, user: str) -> bool:
    """Only one's own."""
    return user in ("me", str(caller.person_id))


def can_administer_domains(caller: Caller) -> bool:
    """Whose addresses belong to the organization decides who can come in."""
    return caller.is_admin
