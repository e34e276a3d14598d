"""Delete an archived template for ever, with its files and what was said about it (20, 3.7).

Its processes stay complete.
"""

from procession.domains.comments import store as threads
from procession.domains.files.actions.removing import delete_all_of
from procession.domains.files.types import FileSubject, SubjectKind
from procession.domains.holds.actions.asking import HoldGate
from procession.domains.holds.types import Scope
from procession.domains.notifications import store as notifications
from procession.domains.templates import policy
from procession.domains.templates import store as templates
from procession.domains.templates.actions import purging
from procession.domains.templates.actions.unembedding import (
    Reference,
    lock_with_references,
    remove_references,
)
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.work import Work, writing


def purge_template(caller: Caller, template_id: str) -> list[Reference]:
    """What embedded it, and does so no more."""
    with writing(caller) as work:
        return purge(work, HoldGate(work), template_id)


def purge(work: Work, gate: HoldGate, template_id: str) -> list[Reference]:
    templates.get_visible(work, template_id)
    if not policy.can_purge(work.caller):
        raise Forbidden("Only administrators can permanently delete templates.")
    lock_with_references(work, template_id)
    template = templates.get_visible(work, template_id, lock=True)
    if template.archived_at is None:
        raise invalid("template", "The template must be archived before it can be deleted.")
    clearance = gate.clear(Scope.CHECKLIST, template_id)
    delete_all_of(work, clearance, FileSubject(SubjectKind.TEMPLATE, template_id))
    purging.purge(work, clearance, template)
    threads.delete_of_template(work, clearance, template_id)
    notifications.forget_template(work, template_id)
    return remove_references(work, template)
