"""All SQL about templates."""

from procession.domains.templates.store.grants import (
    add_grants as add_grants,
)
from procession.domains.templates.store.grants import (
    clear_star as clear_star,
)
from procession.domains.templates.store.grants import (
    grants_of as grants_of,
)
from procession.domains.templates.store.grants import (
    list_grants as list_grants,
)
from procession.domains.templates.store.grants import (
    remove_grantee as remove_grantee,
)
from procession.domains.templates.store.grants import (
    set_grants as set_grants,
)
from procession.domains.templates.store.grants import (
    set_star as set_star,
)
from procession.domains.templates.store.handing import (
    count_owned_templates as count_owned_templates,
)
from procession.domains.templates.store.handing import (
    lock_owned_templates as lock_owned_templates,
)
from procession.domains.templates.store.handing import (
    set_template_owner as set_template_owner,
)
from procession.domains.templates.store.leaving import (
    count_processes as count_processes,
)
from procession.domains.templates.store.leaving import (
    delete_leftover as delete_leftover,
)
from procession.domains.templates.store.leaving import (
    delete_unused_versions as delete_unused_versions,
)
from procession.domains.templates.store.leaving import (
    is_kickoff_field as is_kickoff_field,
)
from procession.domains.templates.store.leaving import (
    is_there as is_there,
)
from procession.domains.templates.store.leaving import (
    launched_from_among as launched_from_among,
)
from procession.domains.templates.store.leaving import (
    lock_versions as lock_versions,
)
from procession.domains.templates.store.leaving import (
    uncount_launch as uncount_launch,
)
from procession.domains.templates.store.listing import (
    count_visible as count_visible,
)
from procession.domains.templates.store.listing import (
    ids_behind as ids_behind,
)
from procession.domains.templates.store.listing import (
    list_visible as list_visible,
)
from procession.domains.templates.store.naming import (
    count_steps_naming as count_steps_naming,
)
from procession.domains.templates.store.naming import (
    count_templates_naming_group as count_templates_naming_group,
)
from procession.domains.templates.store.naming import (
    make_step_assignee_guest as make_step_assignee_guest,
)
from procession.domains.templates.store.naming import (
    make_step_assignee_member as make_step_assignee_member,
)
from procession.domains.templates.store.naming import (
    remove_assignee as remove_assignee,
)
from procession.domains.templates.store.naming import (
    remove_job_title as remove_job_title,
)
from procession.domains.templates.store.naming import (
    replace_step_assignee as replace_step_assignee,
)
from procession.domains.templates.store.naming import (
    templates_holding as templates_holding,
)
from procession.domains.templates.store.option_lists import (
    add_option_list as add_option_list,
)
from procession.domains.templates.store.option_lists import (
    delete_option_list as delete_option_list,
)
from procession.domains.templates.store.option_lists import (
    find_list_titled as find_list_titled,
)
from procession.domains.templates.store.option_lists import (
    find_option_list as find_option_list,
)
from procession.domains.templates.store.option_lists import (
    hold_option_lists as hold_option_lists,
)
from procession.domains.templates.store.option_lists import (
    list_option_lists as list_option_lists,
)
from procession.domains.templates.store.option_lists import (
    set_option_list as set_option_list,
)
from procession.domains.templates.store.option_lists import (
    uses_of_lists as uses_of_lists,
)
from procession.domains.templates.store.publishing import (
    find_public as find_public,
)
from procession.domains.templates.store.publishing import (
    find_with_public_form as find_with_public_form,
)
from procession.domains.templates.store.publishing import (
    list_public as list_public,
)
from procession.domains.templates.store.publishing import (
    lock_forms_run_by as lock_forms_run_by,
)
from procession.domains.templates.store.revising import (
    lock_templates as lock_templates,
)
from procession.domains.templates.store.revising import (
    publish_again as publish_again,
)
from procession.domains.templates.store.revising import (
    renew_published as renew_published,
)
from procession.domains.templates.store.revising import (
    templates_mentioning as templates_mentioning,
)
from procession.domains.templates.store.selecting import (
    find_id_by_alias as find_id_by_alias,
)
from procession.domains.templates.store.selecting import (
    find_organization as find_organization,
)
from procession.domains.templates.store.selecting import (
    find_visible as find_visible,
)
from procession.domains.templates.store.selecting import (
    get_system_template as get_system_template,
)
from procession.domains.templates.store.selecting import (
    get_visible as get_visible,
)
from procession.domains.templates.store.selecting import (
    list_ids as list_ids,
)
from procession.domains.templates.store.selecting import (
    live_with_title as live_with_title,
)
from procession.domains.templates.store.selecting import (
    visible_among as visible_among,
)
from procession.domains.templates.store.titles import (
    steps_for_titles as steps_for_titles,
)
from procession.domains.templates.store.versions import (
    add_own_version as add_own_version,
)
from procession.domains.templates.store.versions import (
    add_version as add_version,
)
from procession.domains.templates.store.versions import (
    contents_of as contents_of,
)
from procession.domains.templates.store.versions import (
    face_of as face_of,
)
from procession.domains.templates.store.versions import (
    faces_of as faces_of,
)
from procession.domains.templates.store.versions import (
    find_face as find_face,
)
from procession.domains.templates.store.versions import (
    find_template_of_step as find_template_of_step,
)
from procession.domains.templates.store.versions import (
    forget_launched as forget_launched,
)
from procession.domains.templates.store.versions import (
    freeze_version as freeze_version,
)
from procession.domains.templates.store.versions import (
    get_content as get_content,
)
from procession.domains.templates.store.versions import (
    launched_content as launched_content,
)
from procession.domains.templates.store.versions import (
    launched_contents as launched_contents,
)
from procession.domains.templates.store.versions import (
    list_frozen as list_frozen,
)
from procession.domains.templates.store.versions import (
    with_face as with_face,
)
from procession.domains.templates.store.writing import (
    NewTemplate as NewTemplate,
)
from procession.domains.templates.store.writing import (
    add_template as add_template,
)
from procession.domains.templates.store.writing import (
    clear_archived as clear_archived,
)
from procession.domains.templates.store.writing import (
    count_launch as count_launch,
)
from procession.domains.templates.store.writing import (
    delete_template as delete_template,
)
from procession.domains.templates.store.writing import (
    forget_folder as forget_folder,
)
from procession.domains.templates.store.writing import (
    save as save,
)
from procession.domains.templates.store.writing import (
    set_archived as set_archived,
)
from procession.domains.templates.store.writing import (
    set_columns as set_columns,
)
