"""All SQL about threads."""

from procession.domains.comments.store.mails import (
    add_mail as add_mail,
)
from procession.domains.comments.store.mails import (
    count_refused_replies as count_refused_replies,
)
from procession.domains.comments.store.mails import (
    count_replies as count_replies,
)
from procession.domains.comments.store.mails import (
    count_said as count_said,
)
from procession.domains.comments.store.mails import (
    find_mail as find_mail,
)
from procession.domains.comments.store.mails import (
    is_reply_known as is_reply_known,
)
from procession.domains.comments.store.mails import (
    remember_reply as remember_reply,
)
from procession.domains.comments.store.mails import (
    set_comment as set_comment,
)
from procession.domains.comments.store.selecting import (
    count_on as count_on,
)
from procession.domains.comments.store.selecting import (
    count_open_issues_of_task as count_open_issues_of_task,
)
from procession.domains.comments.store.selecting import (
    counts_on as counts_on,
)
from procession.domains.comments.store.selecting import (
    find_any as find_any,
)
from procession.domains.comments.store.selecting import (
    find_copy as find_copy,
)
from procession.domains.comments.store.selecting import (
    find_thread as find_thread,
)
from procession.domains.comments.store.selecting import (
    list_threads as list_threads,
)
from procession.domains.comments.store.selecting import (
    of_processes as of_processes,
)
from procession.domains.comments.store.selecting import (
    of_steps as of_steps,
)
from procession.domains.comments.store.selecting import (
    of_tasks as of_tasks,
)
from procession.domains.comments.store.selecting import (
    of_templates as of_templates,
)
from procession.domains.comments.store.selecting import (
    open_issues_at as open_issues_at,
)
from procession.domains.comments.store.selecting import (
    resolved_by as resolved_by,
)
from procession.domains.comments.store.writing import (
    add_thread as add_thread,
)
from procession.domains.comments.store.writing import (
    clear_resolved as clear_resolved,
)
from procession.domains.comments.store.writing import (
    delete_of_template as delete_of_template,
)
from procession.domains.comments.store.writing import (
    delete_thread as delete_thread,
)
from procession.domains.comments.store.writing import (
    set_columns as set_columns,
)
from procession.domains.comments.store.writing import (
    set_process_of_task as set_process_of_task,
)
from procession.domains.comments.store.writing import (
    set_reactions as set_reactions,
)
from procession.domains.comments.store.writing import (
    set_resolved as set_resolved,
)
from procession.domains.comments.store.writing import (
    template_is_there as template_is_there,
)
