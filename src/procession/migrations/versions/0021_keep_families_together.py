"""Keep which process was the parent of one before it was deleted for ever, and which selections
take the families of what they find along.

Columns without a value, or with one that says what was so before; servers of the release before
neither write nor read them: a parent that they delete is not remembered.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE processes ADD COLUMN IF NOT EXISTS former_parent_id character varying(32)"
        )
        op.execute(
            "ALTER TABLE selections "
            "ADD COLUMN IF NOT EXISTS with_children boolean DEFAULT false NOT NULL"
        )
        return
    op.add_column("processes", sa.Column("former_parent_id", sa.String(length=32), nullable=True))
    op.add_column(
        "selections",
        sa.Column("with_children", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
