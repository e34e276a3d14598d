"""Tables of selections, of what is in them, and of operations."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    count_column,
    flag_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    partial_index,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import metadata

selections = sa.Table(
    "selections",
    metadata,
    organization_column(),
    id_column("id"),
    # SHA-256 of the token; null for the set of an undo, which nobody has a token of.
    text_column("token_digest", nullable=True),
    # archive, activate or delete; run, checklist or task.
    text_column("verb"),
    text_column("kind"),
    # JSON: as it was sent, and as the store of what is filtered takes it.
    text_column("filter", nullable=True),
    text_column("wanted", nullable=True),
    number_column("undoes", nullable=True),
    # Of processes: the families of those that were selected are in it, too.
    flag_column("with_children"),
    # building or ready.
    text_column("status"),
    person_column("made_by"),
    flag_column("is_made_by_bot"),
    count_column("matching"),
    count_column("will_change"),
    # JSON objects of numbers, and a list of the first objects.
    text_column("skipped"),
    text_column("also"),
    text_column("sample"),
    text_column("digest", nullable=True),
    instant_column("created_at"),
    instant_column("expires_at", nullable=True),
    number_column("operation", nullable=True),
    # While it is being built: until when a worker has it, by the clock of leases (`kit.leasing`).
    instant_column("due_at", nullable=True),
    # Whose turn that is: counted up with each claim.
    count_column("claim_count"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "token_digest"),
    sa.Index(None, "organization_id", "made_by"),
    info=NO_CONTENT,
)
partial_index(
    "selections_building_idx", selections.c.due_at, where=selections.c.due_at.is_not(None)
)
partial_index(
    "selections_unused_idx", selections.c.expires_at, where=selections.c.operation.is_(None)
)

# Millions of rows, so they refer to nothing: each reference would be looked up. Who forgets a
# selection forgets its items first.
selection_items = sa.Table(
    "selection_items",
    metadata,
    organization_column(),
    id_column("selection_id"),
    id_column("object_id"),
    # Null: to be changed; `done`; or a reason (types.Reason).
    text_column("result", nullable=True),
    text_column("detail", nullable=True),
    instant_column("done_at", nullable=True),
    # Read, worked on and counted in the order of their ids.
    sa.PrimaryKeyConstraint("organization_id", "selection_id", "object_id"),
    info=NO_CONTENT,
)

operations = sa.Table(
    "operations",
    metadata,
    organization_column(),
    number_column("number"),
    id_column("selection_id"),
    # manual, sweep, undo or family.
    text_column("operation_kind"),
    text_column("verb"),
    text_column("kind"),
    number_column("undoes", nullable=True),
    number_column("undone_by", nullable=True),
    # Of a sweep: JSON, the rules it was made by.
    text_column("rule", nullable=True),
    person_column("requested_by"),
    flag_column("is_requested_by_bot"),
    instant_column("requested_at"),
    person_column("approved_by", nullable=True),
    text_column("comment", nullable=True),
    text_column("filter", nullable=True),
    text_column("digest", nullable=True),
    # waiting, awaiting_approval, running, finished, cancelled, refused or lapsed.
    text_column("status"),
    count_column("total"),
    count_column("done"),
    text_column("skipped"),
    instant_column("started_at", nullable=True),
    instant_column("finished_at", nullable=True),
    instant_column("worked_at"),
    text_column("last_id"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "number"),
    sa.UniqueConstraint("organization_id", "selection_id"),
    info=NO_CONTENT,
)
# Of all organizations: the worker asks which of them there are every round.
partial_index(
    "operations_unfinished_idx",
    operations.c.worked_at,
    where=operations.c.finished_at.is_(None),
)
