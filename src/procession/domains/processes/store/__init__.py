"""All SQL about processes."""

from procession.domains.processes.store.archived import (
    archived_by_lifecycle as archived_by_lifecycle,
)
from procession.domains.processes.store.archived import (
    archived_by_template as archived_by_template,
)
from procession.domains.processes.store.archived import (
    count_archived_between as count_archived_between,
)
from procession.domains.processes.store.archived import (
    first_archived_at as first_archived_at,
)
from procession.domains.processes.store.families import (
    Member as Member,
)
from procession.domains.processes.store.families import (
    families_of as families_of,
)
from procession.domains.processes.store.families import (
    lock_members as lock_members,
)
from procession.domains.processes.store.forms import (
    find_id_of_number as find_id_of_number,
)
from procession.domains.processes.store.forms import (
    form_sources as form_sources,
)
from procession.domains.processes.store.injecting import (
    add_injection as add_injection,
)
from procession.domains.processes.store.injecting import (
    is_injected as is_injected,
)
from procession.domains.processes.store.injecting import (
    launched_version as launched_version,
)
from procession.domains.processes.store.listing import (
    count_visible as count_visible,
)
from procession.domains.processes.store.listing import (
    ids_behind as ids_behind,
)
from procession.domains.processes.store.listing import (
    list_visible as list_visible,
)
from procession.domains.processes.store.many import (
    count_along as count_along,
)
from procession.domains.processes.store.many import (
    count_files as count_files,
)
from procession.domains.processes.store.many import (
    count_tasks as count_tasks,
)
from procession.domains.processes.store.many import (
    shelved_among as shelved_among,
)
from procession.domains.processes.store.received_mails import (
    count_refused as count_refused,
)
from procession.domains.processes.store.received_mails import (
    count_refused_from as count_refused_from,
)
from procession.domains.processes.store.received_mails import (
    remember_mail as remember_mail,
)
from procession.domains.processes.store.received_mails import (
    set_launched as set_launched,
)
from procession.domains.processes.store.remembering import (
    get_memories as get_memories,
)
from procession.domains.processes.store.remembering import (
    set_memories as set_memories,
)
from procession.domains.processes.store.running import (
    running_by_template as running_by_template,
)
from procession.domains.processes.store.selecting import (
    find_public as find_public,
)
from procession.domains.processes.store.selecting import (
    find_visible as find_visible,
)
from procession.domains.processes.store.selecting import (
    get_visible as get_visible,
)
from procession.domains.processes.store.selecting import (
    is_assigned as is_assigned,
)
from procession.domains.processes.store.selecting import (
    is_there as is_there,
)
from procession.domains.processes.store.selecting import (
    list_naming as list_naming,
)
from procession.domains.processes.store.selecting import (
    list_owned as list_owned,
)
from procession.domains.processes.store.selecting import (
    lock_all as lock_all,
)
from procession.domains.processes.store.selecting import (
    lock_any as lock_any,
)
from procession.domains.processes.store.selecting import (
    lock_of_task as lock_of_task,
)
from procession.domains.processes.store.selecting import (
    of_page as of_page,
)
from procession.domains.processes.store.selecting import (
    require_not_away as require_not_away,
)
from procession.domains.processes.store.selecting import (
    visible_among as visible_among,
)
from procession.domains.processes.store.sums import (
    count_everywhere as count_everywhere,
)
from procession.domains.processes.store.sums import (
    fold as fold,
)
from procession.domains.processes.store.totals import (
    count_totals as count_totals,
)
from procession.domains.processes.store.totals import (
    set_totals as set_totals,
)
from procession.domains.processes.store.writing import (
    NewProcess as NewProcess,
)
from procession.domains.processes.store.writing import (
    add_people as add_people,
)
from procession.domains.processes.store.writing import (
    add_process as add_process,
)
from procession.domains.processes.store.writing import (
    clear_archived as clear_archived,
)
from procession.domains.processes.store.writing import (
    clear_star as clear_star,
)
from procession.domains.processes.store.writing import (
    delete_process as delete_process,
)
from procession.domains.processes.store.writing import (
    remove_from_all as remove_from_all,
)
from procession.domains.processes.store.writing import (
    set_archived as set_archived,
)
from procession.domains.processes.store.writing import (
    set_columns as set_columns,
)
from procession.domains.processes.store.writing import (
    set_people as set_people,
)
from procession.domains.processes.store.writing import (
    set_star as set_star,
)
