"""All SQL about tasks."""

from procession.domains.tasks.store.assignees import (
    has_open_task as has_open_task,
)
from procession.domains.tasks.store.assignees import (
    let_go_of_gone as let_go_of_gone,
)
from procession.domains.tasks.store.assignees import (
    make_assignee_guest as make_assignee_guest,
)
from procession.domains.tasks.store.assignees import (
    replace_assignee as replace_assignee,
)
from procession.domains.tasks.store.changing import (
    Placed as Placed,
)
from procession.domains.tasks.store.changing import (
    change_assignees as change_assignees,
)
from procession.domains.tasks.store.changing import (
    find_organization as find_organization,
)
from procession.domains.tasks.store.changing import (
    get_any as get_any,
)
from procession.domains.tasks.store.changing import (
    list_places as list_places,
)
from procession.domains.tasks.store.changing import (
    set_places as set_places,
)
from procession.domains.tasks.store.changing import (
    set_process as set_process,
)
from procession.domains.tasks.store.dating import (
    list_dated as list_dated,
)
from procession.domains.tasks.store.dating import (
    set_dates as set_dates,
)
from procession.domains.tasks.store.falling_due import DueTask as DueTask
from procession.domains.tasks.store.falling_due import is_expired as is_expired
from procession.domains.tasks.store.falling_due import is_left as is_left
from procession.domains.tasks.store.falling_due import list_expired as list_expired
from procession.domains.tasks.store.falling_due import list_left as list_left
from procession.domains.tasks.store.finishing import (
    add_part as add_part,
)
from procession.domains.tasks.store.finishing import (
    clear_parts as clear_parts,
)
from procession.domains.tasks.store.finishing import (
    find_launched as find_launched,
)
from procession.domains.tasks.store.finishing import (
    forget_parts_of_others as forget_parts_of_others,
)
from procession.domains.tasks.store.finishing import (
    parts_of as parts_of,
)
from procession.domains.tasks.store.finishing import (
    people_of as people_of,
)
from procession.domains.tasks.store.finishing import (
    set_part as set_part,
)
from procession.domains.tasks.store.forms import (
    StepAnswers as StepAnswers,
)
from procession.domains.tasks.store.forms import (
    of_whole_processes as of_whole_processes,
)
from procession.domains.tasks.store.forms import (
    step_answers as step_answers,
)
from procession.domains.tasks.store.handing import (
    AssignedTask as AssignedTask,
)
from procession.domains.tasks.store.handing import (
    OpenTask as OpenTask,
)
from procession.domains.tasks.store.handing import (
    count_open_of as count_open_of,
)
from procession.domains.tasks.store.handing import (
    list_abandoned as list_abandoned,
)
from procession.domains.tasks.store.handing import (
    list_begun_tasks_of as list_begun_tasks_of,
)
from procession.domains.tasks.store.handing import (
    list_open_tasks_of as list_open_tasks_of,
)
from procession.domains.tasks.store.handing import (
    list_tasks_of as list_tasks_of,
)
from procession.domains.tasks.store.handing import (
    list_unfinished_tasks_of as list_unfinished_tasks_of,
)
from procession.domains.tasks.store.handing import (
    move_assignments as move_assignments,
)
from procession.domains.tasks.store.listing import (
    count_own_open as count_own_open,
)
from procession.domains.tasks.store.listing import (
    count_visible as count_visible,
)
from procession.domains.tasks.store.listing import (
    ids_behind as ids_behind,
)
from procession.domains.tasks.store.listing import (
    list_visible as list_visible,
)
from procession.domains.tasks.store.many import (
    count_files as count_files,
)
from procession.domains.tasks.store.numbered import (
    find_numbered as find_numbered,
)
from procession.domains.tasks.store.numbered import (
    require_numbered_not_away as require_numbered_not_away,
)
from procession.domains.tasks.store.reading_rights import (
    add_readers as add_readers,
)
from procession.domains.tasks.store.reading_rights import (
    assigned_in as assigned_in,
)
from procession.domains.tasks.store.reading_rights import (
    readers_of as readers_of,
)
from procession.domains.tasks.store.reading_rights import (
    remove_reader_from_all as remove_reader_from_all,
)
from procession.domains.tasks.store.ruling import RuledTask as RuledTask
from procession.domains.tasks.store.ruling import (
    change_assignees_of as change_assignees_of,
)
from procession.domains.tasks.store.ruling import (
    list_ruled as list_ruled,
)
from procession.domains.tasks.store.ruling import (
    pin_deadlines as pin_deadlines,
)
from procession.domains.tasks.store.ruling import (
    set_reopened as set_reopened,
)
from procession.domains.tasks.store.ruling import (
    set_visibility as set_visibility,
)
from procession.domains.tasks.store.selecting import (
    find_visible as find_visible,
)
from procession.domains.tasks.store.selecting import (
    get_visible as get_visible,
)
from procession.domains.tasks.store.selecting import (
    lock_all_standalone as lock_all_standalone,
)
from procession.domains.tasks.store.selecting import (
    lock_standalone as lock_standalone,
)
from procession.domains.tasks.store.selecting import (
    of_page as of_page,
)
from procession.domains.tasks.store.selecting import (
    of_processes as of_processes,
)
from procession.domains.tasks.store.selecting import (
    require_not_away as require_not_away,
)
from procession.domains.tasks.store.selecting import (
    visible_among as visible_among,
)
from procession.domains.tasks.store.writing import (
    NewTask as NewTask,
)
from procession.domains.tasks.store.writing import (
    add_tasks as add_tasks,
)
from procession.domains.tasks.store.writing import (
    clear_archived as clear_archived,
)
from procession.domains.tasks.store.writing import (
    delete_task as delete_task,
)
from procession.domains.tasks.store.writing import (
    last_position as last_position,
)
from procession.domains.tasks.store.writing import (
    set_archived as set_archived,
)
from procession.domains.tasks.store.writing import (
    set_columns as set_columns,
)
