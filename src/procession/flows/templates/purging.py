"""Delete a template for ever, with what was said about it and its steps (contract 20, 3.7)."""

from procession.domains.comments import store as threads
from procession.domains.templates.actions.purging import purge_archived
from procession.domains.templates.actions.unembedding import Reference
from procession.kit.caller import Caller
from procession.kit.work import writing


def purge_template(caller: Caller, template_id: str) -> list[Reference]:
    """What embedded it, and does so no more."""
    with writing(caller) as work:
        references = purge_archived(work, template_id)
        threads.delete_of_template(work, template_id)
        return references
