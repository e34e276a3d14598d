"""The index that search looks into: texts, each once, and what stands for a text in other rows.

A text that is searched has a number beside it, in a column of its own (`searched_column`): the
text's in `search_texts`, which holds it folded, with the terms by which it is found
(`core.searching`). So a launch of twenty tasks adds no text but the process's name: those of the
tasks are there since the launch before. `with_searched` writes both in the transaction of the
change; 0 is no text. Where a number is null nobody has indexed the text yet: `index_what_is_not`
does so (decision 0048). A trigger of the database takes the number away from who changes a text and
leaves its number as it was.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from procession.core.folding import folded
from procession.core.markup import without_tags
from procession.core.searching import ANYWHERE_FROM, LONGEST_QUERY, terms_for, terms_of
from procession.core.variables import substituted
from procession.kit.columns import organization_column, partial_index, text_column
from procession.kit.content import NO_CONTENT
from procession.kit.db import Connection, Database, Statement, any_of, metadata
from procession.kit.reading import read_stored
from procession.kit.work import Work

#: Of no text.
NOTHING = 0

search_texts = sa.Table(
    "search_texts",
    metadata,
    organization_column(),
    # Made of the organization, the use and the text itself: who writes it need not ask for it.
    sa.Column("id", sa.BigInteger, nullable=False, autoincrement=False),
    # As it is compared: without tags and variables, folded.
    text_column("folded"),
    # Its terms, each behind the use and the organization, with blanks between.
    text_column("terms"),
    sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    info=NO_CONTENT,
)
# The terms themselves are indexed by what each database has for it (migration 0015): a table of
# SQLite's FTS5 that triggers keep, and PostgreSQL's GIN.

# --- Columns ---

#: What people read of a text as it is stored.
Reader = Callable[[str], str]

_BREAK = re.compile(r"(?=</?(?:p|br|li|div|h[1-6]|tr|t[dh]|blockquote|pre)\b)", re.IGNORECASE)


def plain(text: str) -> str:
    """Variables stand in the place of answers, which are not searched."""
    return substituted(text, lambda _: " ")


def rich(text: str) -> str:
    """Without tags; where one begins a line, a word ends."""
    text = plain(text)
    if "<" in text:
        text = without_tags(_BREAK.sub(" ", text))
    return html.unescape(text) if "&" in text else text


def in_json(title: str, text: str, *, inside: str | None = None) -> Reader:
    """Of an object or of a list of them: what they have under two names, the second one rich text.
    `inside`: not they themselves, but those that they hold in a list under that name."""

    def read(stored: str) -> str:
        value = read_stored(stored)
        objects = value if isinstance(value, list) else [value]
        if inside is not None:
            objects = [each for holder in objects for each in holder.get(inside, ())]
        return "\n".join(f"{plain(each[title])}\n{rich(each.get(text) or '')}" for each in objects)

    return read


def searched_column(name: str, use: str, *, of: str, reads: Reader = plain) -> sa.Column[Any]:
    """Number of the text in column `of`. Texts of one `use` (a letter) are searched together."""
    return sa.Column(
        f"{name}_text", sa.BigInteger, nullable=True, info={"use": use, "of": of, "reads": reads}
    )


@cache
def searched_columns(table: sa.Table) -> tuple[sa.Column[Any], ...]:
    return tuple(column for column in table.c if "use" in column.info)


def index_searched(table: sa.Table, *also: sa.ColumnElement[Any]) -> None:
    """Rows by the texts they have, with other columns `also`; and those that nobody has indexed."""
    columns = searched_columns(table)
    for column in columns:
        partial_index(
            f"{table.name}_{column.name}_idx",
            table.c.organization_id,
            column,
            *also,
            where=column.is_not(None),
        )
    partial_index(
        f"{table.name}_unsearched_idx", *table.primary_key.columns, where=_is_unsearched(table)
    )


def _is_unsearched(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.or_(*[column.is_(None) for column in searched_columns(table)])


# --- Writing ---


def number_of(organization_id: str, use: str, text: str | None) -> int:
    """Two texts in a billion billion have the same: then one is not found by its own words."""
    if not text:
        return NOTHING
    said = f"{organization_id}{use}{text}".encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest()) >> 1 or 1


def with_searched(work: Work, table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` of a row's columns, and the numbers of those texts that are among them; the texts
    are written."""
    return all_with_searched(work, table, [values])[0]


def all_with_searched(
    work: Work, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """As `with_searched`, of many rows: the texts that are there already are looked up together."""
    organization_id = work.caller.organization_id
    texts: dict[int, _Source] = {}
    found = []
    for values in rows:
        numbers = _numbers(organization_id, table, values)
        texts |= numbers.texts
        found.append({**values, **numbers.columns})
    _write(work.connection, organization_id, texts)
    return found


#: What a text is made of: the use, how it is read, and the text as it is stored.
_Source = tuple[str, Reader, str]


class _Numbers:
    """Of the texts among a row's values: what its columns hold, and the texts by number."""

    def __init__(self) -> None:
        self.columns: dict[str, int] = {}
        self.texts: dict[int, _Source] = {}


def _numbers(organization_id: str, table: sa.Table, values: Mapping[str, Any]) -> _Numbers:
    numbers = _Numbers()
    for column in searched_columns(table):
        use, of, reads = column.info["use"], column.info["of"], column.info["reads"]
        if of in values:
            number = number_of(organization_id, use, values[of])
            numbers.columns[column.name] = number
            if number != NOTHING:
                numbers.texts[number] = (use, reads, values[of])
    return numbers


_KNOWN = Statement(
    sa.select(search_texts.c.id).where(
        search_texts.c.organization_id == sa.bindparam("organization_id"),
        any_of(search_texts.c.id, "text_ids"),
    )
)
_INSERT = Statement(
    search_texts.insert().from_select(
        [column.name for column in search_texts.c],
        sa.select(*[sa.bindparam(column.name, type_=column.type) for column in search_texts.c])
        .where(sa.true())
        .suffix_with("ON CONFLICT DO NOTHING"),
    )
)


def _write(connection: Connection, organization_id: str, texts: Mapping[int, _Source]) -> None:
    """Those that are new: one alone is most often, many are not."""
    numbers = sorted(texts)
    if len(numbers) > 1:
        of_these = {"organization_id": organization_id, "text_ids": numbers}
        known = {row[0] for row in connection.fetch(_KNOWN, of_these)}
        numbers = [number for number in numbers if number not in known]
    rows = [text_row(organization_id, number, texts[number]) for number in numbers]
    if len(rows) == 1:
        connection.execute_later(_INSERT, rows[0])
    elif rows:
        connection.execute_many(_INSERT, rows)


_RENEW = Statement(
    search_texts.insert().from_select(
        [column.name for column in search_texts.c],
        sa.select(*[sa.bindparam(column.name, type_=column.type) for column in search_texts.c])
        .where(sa.true())
        .suffix_with(
            "ON CONFLICT (organization_id, id) DO UPDATE "
            "SET folded = excluded.folded, terms = excluded.terms "
            "WHERE search_texts.folded <> excluded.folded OR search_texts.terms <> excluded.terms"
        ),
    )
)


def _write_anew(connection: Connection, organization_id: str, texts: Mapping[int, _Source]) -> None:
    rows = [text_row(organization_id, number, texts[number]) for number in sorted(texts)]
    if rows:
        connection.execute_many(_RENEW, rows)


def text_row(organization_id: str, number: int, source: _Source) -> dict[str, Any]:
    """Of `search_texts`."""
    use, reads, text = source
    said = folded(reads(text))
    before = _before(organization_id, use)
    return {
        "organization_id": organization_id,
        "id": number,
        "folded": said,
        "terms": " ".join(sorted(f"{before}{term}" for term in terms_of(said))),
    }


def _before(organization_id: str, use: str) -> str:
    """An organization's texts of one use are in an index of their own, so to speak."""
    return f"{use}{organization_id[:6]}"


# --- Asking ---


class Holds(sa.ColumnElement[bool]):
    """A column of numbers: of texts in which a word occurs. Its terms are bound by the name
    `terms` (`terms_bound`), itself by the name `word`.

    Without `word` only the terms are looked at: a word of more than three signs may still not
    occur, and who asks looks at the text in the row.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], terms: str, word: str | None = None) -> None:
        self.column = column
        self.organization = sa.bindparam("organization_id", type_=sa.String(32), required=False)
        self.terms = sa.bindparam(terms, type_=sa.Text, required=False)
        self.word = None if word is None else sa.bindparam(word, type_=sa.Text, required=False)

    def self_group(self, against: Any = None) -> "Holds":
        """A condition already."""
        return self


@compiles(Holds, "sqlite")
def _holds_on_sqlite(element: Holds, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    if element.word is None:
        terms = compiler.process(element.terms, **kw)
        return f"{column} IN (SELECT rowid FROM search_terms WHERE search_terms MATCH {terms})"  # noqa: S608
    organization, terms, word = (
        compiler.process(each, **kw) for each in (element.organization, element.terms, element.word)
    )
    return (
        f"{column} IN (SELECT found.id FROM search_texts AS found "  # noqa: S608
        f"WHERE found.organization_id = {organization} "
        f"AND found.id IN (SELECT rowid FROM search_terms WHERE search_terms MATCH {terms}) "
        f"AND instr(found.folded, {word}) > 0)"
    )


@compiles(Holds, "postgresql")
def _holds_on_postgres(element: Holds, compiler: Any, **kw: Any) -> str:
    column, organization, terms = (
        compiler.process(each, **kw)
        for each in (element.column, element.organization, element.terms)
    )
    occurs = ""
    if element.word is not None:
        occurs = f"AND strpos(found.folded, {compiler.process(element.word, **kw)}) > 0"
    return (
        f"{column} IN (SELECT found.id FROM search_texts AS found "  # noqa: S608
        f"WHERE found.organization_id = {organization} "
        f"AND string_to_array(found.terms, ' ') @> string_to_array({terms}, ' ') {occurs})"
    )


def terms_bound(organization_id: str, use: str, word: str) -> str:
    """All of them, for `Holds`: what both databases read as "each of these"."""
    before = _before(organization_id, use)
    return " ".join(f"{before}{term}" for term in terms_for(word))


def terms_of_text(organization_id: str, use: str, text: str) -> str:
    """As `terms_bound`, of all words of a text that is looked for as it is, also in the middle of
    words. Empty: no word of it is long enough, or it may be part of a variable."""
    said = folded(text)[:LONGEST_QUERY]
    long = [word for word in said.split() if not is_short(word)]
    if any(sign in text for sign in "{}"):
        # Names are indexed without their variables.
        return ""
    return " ".join(terms_bound(organization_id, use, word) for word in long)


def is_short(word: str) -> bool:
    """It is found at the beginning of words alone: one term of a text says that it has it."""
    return len(word) < ANYWHERE_FROM


class occurs_in(sa.sql.functions.FunctionElement[int]):  # noqa: N801  # it reads as a function
    """Where the second text begins in the first, from 1; 0: nowhere."""

    inherit_cache = True
    type = sa.Integer()


@compiles(occurs_in, "sqlite")
def _occurs_on_sqlite(element: occurs_in, compiler: Any, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(occurs_in, "postgresql")
def _occurs_on_postgres(element: occurs_in, compiler: Any, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"


# --- What nobody has indexed ---

_AT_ONCE = 200


def _searched_tables() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if searched_columns(table)]


@cache
def _anything_left() -> Statement:
    """In the organization at hand."""
    return Statement(
        sa.select(
            sa.or_(
                *[
                    sa.exists().where(
                        table.c.organization_id == sa.bindparam("organization_id"),
                        _is_unsearched(table),
                    )
                    for table in _searched_tables()
                ]
            )
        )
    )


def is_whole(work: Work) -> bool:
    """Everything of the caller's organization is indexed."""
    return not work.value(_anything_left())


def index_what_is_not(database: Database) -> int:
    """Index some texts that nobody has indexed; how many rows had them. 0: there are none."""
    look = database.connection()
    for table in _searched_tables():
        if look.fetch(_some_unsearched(table, is_held=False), {"most": 1}):
            with database.writing() as connection:
                return _index_some(connection, table)
    return 0


def _index_some(connection: Connection, table: sa.Table) -> int:
    names = _known_of(table)
    rows = connection.fetch(_some_unsearched(table, is_held=True), {"most": _AT_ONCE})
    _index(connection, table, [dict(zip(names, row, strict=True)) for row in rows])
    return len(rows)


def _index(
    connection: Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    is_anew: bool = False,
) -> None:
    """`is_anew`: also texts that are there, which may have been folded otherwise."""
    by_organization: dict[str, dict[int, _Source]] = {}
    filled = []
    for values in rows:
        organization_id = values["organization_id"]
        numbers = _numbers(organization_id, table, values)
        by_organization.setdefault(organization_id, {}).update(numbers.texts)
        filled.append({**values, **numbers.columns})
    for organization_id, texts in by_organization.items():
        if is_anew:
            _write_anew(connection, organization_id, texts)
        else:
            _write(connection, organization_id, texts)
    if filled:
        connection.execute_many(_filling(table), filled)


def reindex(database: Database, tell: Callable[[str, int], None]) -> None:
    """Every text again, as it is folded and taken apart now; then those go that no row has.

    Others write meanwhile. Whoever ends it half way runs it again. `tell` hears of each table, and
    how many of its rows are done.
    """
    for table in _searched_tables():
        done, last = 0, None
        while rows := _index_behind(database, table, last):
            done += len(rows)
            last = rows[-1]
            tell(table.name, done)
    unused = UnusedTexts(database)
    while unused.forget_some():
        tell("texts that no row has", unused.count)


def _index_behind(
    database: Database, table: sa.Table, last: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """The next rows behind `last`. One that somebody holds is indexed by who holds it."""
    names = _known_of(table)
    with database.writing() as connection:
        found = connection.fetch(_rows_behind(table, is_first=last is None), dict(last or {}))
        rows = [dict(zip(names, row, strict=True)) for row in found]
        _index(connection, table, rows, is_anew=True)
    return rows


@cache
def _rows_behind(table: sa.Table, *, is_first: bool) -> Statement:
    keys = list(table.primary_key.columns)
    some = sa.select(*[table.c[name] for name in _known_of(table)])
    if not is_first:
        behind = [sa.bindparam(key.name, type_=key.type) for key in keys]
        some = some.where(sa.tuple_(*keys) > sa.tuple_(*behind))
    some = some.order_by(*keys).limit(_AT_ONCE)
    return Statement(some.with_for_update(skip_locked=True, key_share=True))


class UnusedTexts:
    """Texts that no row has any more; they go a few at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: tuple[str, int] = ("", 0)
        #: How many have gone.
        self.count = 0

    def forget_some(self) -> bool:
        """Whether there were any; if not, the next call begins again at the first."""
        organization_id, number = self._last
        behind = {"after_organization": organization_id, "after_id": number}
        found = self._database.connection().fetch(_unused(), behind)
        for organization_id in dict.fromkeys(row[0] for row in found):
            self._forget(organization_id, [row[1] for row in found if row[0] == organization_id])
        self._last = (found[-1][0], found[-1][1]) if found else ("", 0)
        return bool(found)

    def _forget(self, organization_id: str, numbers: list[int]) -> None:
        of_these = {"organization_id": organization_id, "text_ids": numbers}
        with self._database.writing() as connection:
            self.count += connection.execute(_forgetting(), of_these)
        # Somebody may have come to have one of them in the same moment: a worker indexes it anew.
        with self._database.writing() as connection:
            for statement in _missing():
                connection.execute(statement, of_these)


def _has_text(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        column.table.c.organization_id == search_texts.c.organization_id,
        column == search_texts.c.id,
    )


@cache
def _is_unused() -> sa.ColumnElement[bool]:
    every = [column for table in _searched_tables() for column in searched_columns(table)]
    return sa.and_(*[~_has_text(column) for column in every])


@cache
def _unused() -> Statement:
    keys = [search_texts.c.organization_id, search_texts.c.id]
    behind = sa.tuple_(
        sa.bindparam("after_organization", type_=sa.String(32)),
        sa.bindparam("after_id", type_=sa.BigInteger),
    )
    return Statement(
        sa.select(*keys)
        .where(sa.tuple_(*keys) > behind, _is_unused())
        .order_by(*keys)
        .limit(_AT_ONCE)
    )


@cache
def _forgetting() -> Statement:
    return Statement(
        search_texts.delete().where(
            search_texts.c.organization_id == sa.bindparam("organization_id"),
            any_of(search_texts.c.id, "text_ids"),
            _is_unused(),
        )
    )


@cache
def _missing() -> list[Statement]:
    """Rows whose text is gone are rows that nobody has indexed."""
    return [
        Statement(
            table.update()
            .where(
                table.c.organization_id == sa.bindparam("organization_id"),
                any_of(column, "text_ids"),
                ~sa.exists().where(
                    search_texts.c.organization_id == table.c.organization_id,
                    search_texts.c.id == column,
                ),
            )
            .values({column.name: None})
        )
        for table in _searched_tables()
        for column in searched_columns(table)
    ]


@cache
def _known_of(table: sa.Table) -> tuple[str, ...]:
    """Its key, and its texts that are searched."""
    keys = [column.name for column in table.primary_key.columns]
    texts = dict.fromkeys(column.info["of"] for column in searched_columns(table))
    return (*keys, *texts)


@cache
def _some_unsearched(table: sa.Table, *, is_held: bool) -> Statement:
    """In the order of their index. Rows that somebody else holds are for the next time."""
    some = (
        sa.select(*[table.c[name] for name in _known_of(table)])
        .where(_is_unsearched(table))
        .order_by(*table.primary_key.columns)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
    return Statement(some.with_for_update(skip_locked=True, key_share=True) if is_held else some)


@cache
def _filling(table: sa.Table) -> Statement:
    keys = table.primary_key.columns
    return Statement(
        table.update()
        .where(*[column == sa.bindparam(column.name, type_=column.type) for column in keys])
        .values(
            {
                column.name: sa.bindparam(column.name, type_=column.type)
                for column in searched_columns(table)
            }
        )
    )
