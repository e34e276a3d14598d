"""All SQL about people."""

from procession.domains.people.access import keys_of_guests as keys_of_guests
from procession.domains.people.access import keys_of_users as keys_of_users
from procession.domains.people.store.calling import (
    GuestKey as GuestKey,
)
from procession.domains.people.store.calling import (
    PersonCard as PersonCard,
)
from procession.domains.people.store.calling import (
    address_of_guest as address_of_guest,
)
from procession.domains.people.store.calling import (
    cards_of_users as cards_of_users,
)
from procession.domains.people.store.calling import (
    code_of_guest as code_of_guest,
)
from procession.domains.people.store.calling import (
    guest_keys as guest_keys,
)
from procession.domains.people.store.calling import (
    names_of_groups as names_of_groups,
)
from procession.domains.people.store.calling import (
    names_of_guests as names_of_guests,
)
from procession.domains.people.store.calling import (
    names_of_users as names_of_users,
)
from procession.domains.people.store.groups import (
    add_group as add_group,
)
from procession.domains.people.store.groups import (
    delete_group as delete_group,
)
from procession.domains.people.store.groups import (
    find_group as find_group,
)
from procession.domains.people.store.groups import (
    find_group_named as find_group_named,
)
from procession.domains.people.store.groups import (
    groups_with_ids as groups_with_ids,
)
from procession.domains.people.store.groups import guests_of_groups as guests_of_groups
from procession.domains.people.store.groups import (
    join_groups_of_guest as join_groups_of_guest,
)
from procession.domains.people.store.groups import (
    list_groups as list_groups,
)
from procession.domains.people.store.groups import (
    lock_names as lock_names,
)
from procession.domains.people.store.groups import (
    set_group_columns as set_group_columns,
)
from procession.domains.people.store.groups import (
    set_group_guests as set_group_guests,
)
from procession.domains.people.store.groups import (
    set_group_members as set_group_members,
)
from procession.domains.people.store.guest_selecting import (
    find_linked_guest as find_linked_guest,
)
from procession.domains.people.store.guest_selecting import (
    guest_stats as guest_stats,
)
from procession.domains.people.store.guest_selecting import (
    linked_guests_among as linked_guests_among,
)
from procession.domains.people.store.guest_selecting import (
    list_guests as list_guests,
)
from procession.domains.people.store.guest_writing import (
    clear_guest_disabled as clear_guest_disabled,
)
from procession.domains.people.store.guest_writing import (
    delete_guest as delete_guest,
)
from procession.domains.people.store.guest_writing import (
    delete_unnamed_guests as delete_unnamed_guests,
)
from procession.domains.people.store.guest_writing import (
    forget_associate as forget_associate,
)
from procession.domains.people.store.guest_writing import (
    lock_guest as lock_guest,
)
from procession.domains.people.store.guest_writing import (
    lock_person as lock_person,
)
from procession.domains.people.store.guest_writing import (
    set_guest_columns as set_guest_columns,
)
from procession.domains.people.store.guest_writing import (
    set_guest_details as set_guest_details,
)
from procession.domains.people.store.guest_writing import (
    set_guest_disabled as set_guest_disabled,
)
from procession.domains.people.store.guest_writing import (
    set_new_code as set_new_code,
)
from procession.domains.people.store.guests import (
    add_guest as add_guest,
)
from procession.domains.people.store.guests import (
    add_guest_link as add_guest_link,
)
from procession.domains.people.store.guests import (
    find_guest_by_code as find_guest_by_code,
)
from procession.domains.people.store.guests import (
    guest_codes as guest_codes,
)
from procession.domains.people.store.guests import (
    guests_by_email as guests_by_email,
)
from procession.domains.people.store.guests import (
    hold_guests as hold_guests,
)
from procession.domains.people.store.guests import (
    is_in_domain_of_provider as is_in_domain_of_provider,
)
from procession.domains.people.store.guests import (
    linked_among as linked_among,
)
from procession.domains.people.store.guests import list_links_of_address as list_links_of_address
from procession.domains.people.store.invitations import (
    clear_invitation as clear_invitation,
)
from procession.domains.people.store.invitations import (
    find_invitation as find_invitation,
)
from procession.domains.people.store.invitations import (
    find_invitation_by_code as find_invitation_by_code,
)
from procession.domains.people.store.invitations import (
    renew_invitation as renew_invitation,
)
from procession.domains.people.store.invitations import (
    word_of as word_of,
)
from procession.domains.people.store.job_titles import (
    add_job_title as add_job_title,
)
from procession.domains.people.store.job_titles import (
    delete_job_title as delete_job_title,
)
from procession.domains.people.store.job_titles import (
    find_job_title as find_job_title,
)
from procession.domains.people.store.job_titles import (
    find_job_title_named as find_job_title_named,
)
from procession.domains.people.store.job_titles import (
    job_titles_among as job_titles_among,
)
from procession.domains.people.store.job_titles import (
    list_job_titles as list_job_titles,
)
from procession.domains.people.store.job_titles import (
    set_job_title_columns as set_job_title_columns,
)
from procession.domains.people.store.mail_codes import (
    reply_code as reply_code,
)
from procession.domains.people.store.mail_codes import (
    unsubscribe_code as unsubscribe_code,
)
from procession.domains.people.store.member_includes import (
    groups_of as groups_of,
)
from procession.domains.people.store.member_includes import (
    shared_organizations as shared_organizations,
)
from procession.domains.people.store.member_includes import (
    sign_in_methods as sign_in_methods,
)
from procession.domains.people.store.member_stats import member_stats as member_stats
from procession.domains.people.store.members import (
    active_roles_among as active_roles_among,
)
from procession.domains.people.store.members import (
    active_users_among as active_users_among,
)
from procession.domains.people.store.members import (
    add_membership as add_membership,
)
from procession.domains.people.store.members import (
    add_user as add_user,
)
from procession.domains.people.store.members import (
    authors_among as authors_among,
)
from procession.domains.people.store.members import (
    disabled_among as disabled_among,
)
from procession.domains.people.store.members import (
    find_bot as find_bot,
)
from procession.domains.people.store.members import (
    find_member as find_member,
)
from procession.domains.people.store.members import (
    find_member_named as find_member_named,
)
from procession.domains.people.store.members import (
    find_user as find_user,
)
from procession.domains.people.store.members import (
    get_account as get_account,
)
from procession.domains.people.store.members import (
    get_first_admin as get_first_admin,
)
from procession.domains.people.store.members import (
    groups_among as groups_among,
)
from procession.domains.people.store.members import (
    known_among as known_among,
)
from procession.domains.people.store.members import (
    list_members as list_members,
)
from procession.domains.people.store.members import (
    members_among as members_among,
)
from procession.domains.people.store.members import (
    members_by_email as members_by_email,
)
from procession.domains.people.store.memberships import (
    acted_elsewhere as acted_elsewhere,
)
from procession.domains.people.store.memberships import (
    belongs_elsewhere as belongs_elsewhere,
)
from procession.domains.people.store.memberships import (
    count_seats as count_seats,
)
from procession.domains.people.store.memberships import (
    delete_membership as delete_membership,
)
from procession.domains.people.store.memberships import (
    delete_user as delete_user,
)
from procession.domains.people.store.memberships import (
    get_secrets as get_secrets,
)
from procession.domains.people.store.memberships import (
    hold_members as hold_members,
)
from procession.domains.people.store.memberships import (
    lock_member as lock_member,
)
from procession.domains.people.store.memberships import (
    other_active_admins as other_active_admins,
)
from procession.domains.people.store.memberships import (
    set_default_admin as set_default_admin,
)
from procession.domains.people.store.memberships import (
    set_membership as set_membership,
)
from procession.domains.people.store.memberships import (
    set_user as set_user,
)
from procession.domains.people.store.memberships import (
    set_welcomed as set_welcomed,
)
from procession.domains.people.store.noticing import set_guest_seen as set_guest_seen
from procession.domains.people.store.noticing import set_member_seen as set_member_seen
from procession.domains.people.store.password_resets import (
    clear_password_reset as clear_password_reset,
)
from procession.domains.people.store.password_resets import (
    find_password_reset as find_password_reset,
)
from procession.domains.people.store.password_resets import (
    renew_password_reset as renew_password_reset,
)
from procession.domains.people.store.password_resets import (
    use_password_reset as use_password_reset,
)
