"""Tables of snippets, and of what processes keep of them."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    flag_column,
    folded_column,
    id_column,
    instant_column,
    organization_column,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT, content
from procession.kit.db import metadata
from procession.kit.folding import index_of_unfolded
from procession.kit.pasting import index_pasted
from procession.kit.searching import index_searched, rich, searched_column

snippets = sa.Table(
    "snippets",
    metadata,
    organization_column(),
    id_column("id"),
    text_column("title"),
    folded_column("title"),
    searched_column("title", "s", of="title"),
    text_column("content"),
    searched_column("content", "s", of="content", reads=rich),
    flag_column("is_public"),
    person_column("created_by"),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    info=NO_CONTENT,
)
index_of_unfolded(snippets)
index_searched(snippets)
index_pasted(snippets, "content")

#: What the snippets said that the texts of a process name, at its launch: nobody changes it later,
#: and the snippet may be gone since.
process_snippets = sa.Table(
    "process_snippets",
    metadata,
    organization_column(),
    id_column("process_id"),
    id_column("snippet_id"),
    text_column("content"),
    flag_column("is_public"),
    belongs_to("processes", "organization_id", "process_id"),
    sa.PrimaryKeyConstraint("organization_id", "process_id", "snippet_id"),
    info=content("content"),
)
index_pasted(process_snippets, "content")
