"""The unit of work: one transaction, one point in time, one list of facts.

A change and what is told about it (activity row, and an outbox row where somebody receives events)
are written together or not at all.
Nothing outside the database is called while a unit of work is open.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import msgspec

from procession.core.times import Instant
from procession.kit.caller import Caller
from procession.kit.db import Connection, OpenTransaction, Statement, decode, savepoint
from procession.kit.destroying import Clearance, Destroying
from procession.kit.facts import Fact
from procession.kit.folding import with_folds
from procession.kit.journal import INSERT_ACTIVITY, INSERT_NOTICE, INSERT_OUTBOX, activity
from procession.kit.leasing import AFTER_OTHERS, AT_ONCE

Row = TypeVar("Row")

_json = msgspec.json.Encoder()


class _Recorded(NamedTuple):
    """A fact, who was acting, and stored keys of everybody it may concern (None: not known)."""

    actor: Caller
    fact: Fact
    among: Collection[str] | None


class NewsItem(msgspec.Struct, frozen=True):
    """A fact that people may have to be told."""

    event: str
    #: `u:7` or `e:3`.
    actor: str
    fact: msgspec.Raw


class News(msgspec.Struct, frozen=True):
    """Of one change: what happened in it, and everybody who acted, the bot too."""

    actors: list[str]
    items: list[NewsItem]


class Work:
    """Runs statements for one caller. Use cases get it from `writing` or `reading`."""

    __slots__ = ("_always", "_connection", "_facts", "_is_quiet", "caller", "now")

    def __init__(self, connection: Connection, caller: Caller) -> None:
        self._connection = connection
        self._facts: list[_Recorded] = []
        self._is_quiet = False
        self.now: Instant = 0
        self.caller = caller
        self.read_clock()

    @property
    def connection(self) -> Connection:
        """For what `kit` writes with the rows of others (`kit.searching`)."""
        return self._connection

    def read_clock(self) -> None:
        """Again after waiting for a lock: what was done later must also be told as later."""
        self.now = self.caller.server.clock()
        self.act_as(self.caller)

    def now_for_all(self) -> Instant:
        """By the clock that leases go by (`kit.leasing`)."""
        return self.caller.server.now_for_all(self._connection)

    def act_as(self, caller: Caller) -> None:
        self.caller = caller
        #: Bound in every statement that names them.
        self._always = {
            "organization_id": caller.organization_id,
            "caller_id": caller.person_id,
            "caller_person": caller.person,
            "now": self.now,
        }

    def all(self, statement: Statement, row: type[Row], **values: Any) -> list[Row]:
        """Every row, decoded. Organization, caller and clock are always bound (`_always`)."""
        return decode(self._connection.fetch(statement, self._always | values), row)

    def first(self, statement: Statement, row: type[Row], **values: Any) -> Row | None:
        rows = self.all(statement, row, **values)
        return rows[0] if rows else None

    def value(self, statement: Statement, **values: Any) -> Any:
        """The one value of a statement that answers one row of one column; None without a row."""
        rows = self._connection.fetch(statement, self._always | values)
        return rows[0][0] if rows else None

    def run(self, statement: Statement, **values: Any) -> int:
        """Number of rows changed."""
        return self._connection.execute(statement, self._always | values)

    def run_later(self, statement: Statement, **values: Any) -> None:
        """Where nobody asks what it changed: with the next statement that somebody does ask of, or
        with the end of the work. What goes wrong with it is told then; `run_many` is the same."""
        self._connection.execute_later(statement, self._always | values)

    def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._connection.execute_many(statement, rows)

    def destroy(
        self, clearance: Clearance, subject_id: str, statement: Destroying, /, **values: Any
    ) -> int:
        """Number of rows changed. `subject_id`: the process, template, task or organization whose
        content it is; `clearance` says that it is not on hold (`domains.holds`)."""
        return self.run(statement.cleared(clearance, self, subject_id), **values)

    def destroy_later(
        self, clearance: Clearance, subject_id: str, statement: Destroying, /, **values: Any
    ) -> None:
        """See `run_later`."""
        self.run_later(statement.cleared(clearance, self, subject_id), **values)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """What is done inside is undone when it raises; the rest of the work may go on."""
        recorded = len(self._facts)
        try:
            with savepoint(self._connection):
                yield
        except BaseException:
            del self._facts[recorded:]
            raise

    def inside(self) -> Caller:
        """The caller, for use cases that shall be part of this transaction."""
        server = self.caller.server
        database = OpenTransaction(server.database, self._connection)
        return replace(self.caller, server=replace(server, database=database))

    def record(self, fact: Fact, *, among: Collection[str] | None = None) -> None:
        """Tell that something happened; written with the change when the work ends.

        `among`: stored keys (`u:7`, `e:3`, `g:...`) of everybody whom it may concern, where that is
        known. When nobody but those who act is among them, there is nobody to be told.
        """
        self._facts.append(_Recorded(self.caller, fact, among))

    def keep_quiet(self) -> None:
        """Nobody is mailed about it; it is in the feed, and goes to programs, as ever."""
        self._is_quiet = True

    def write_facts(self) -> None:
        """Who hears of what happened (`Server.hearers`) writes first, in the same transaction."""
        facts = self._facts
        if not facts:
            return
        told = [(each.actor, each.fact) for each in facts]
        for hear in self.caller.server.hearers:
            hear(self, told)
        self._write_all(INSERT_ACTIVITY, [self._activity_row(*each) for each in told])
        if self.caller.server.tells_events:
            self._write_all(INSERT_OUTBOX, [self._outbox_row(*each) for each in told])
        if self.caller.server.tells_people and not self._is_quiet:
            self._write_news(facts)
        facts.clear()

    def _write_news(self, facts: Sequence[_Recorded]) -> None:
        """One row for all of one change: nobody gets two mails about it."""
        actors = {each.actor.person for each in facts}
        items = [
            NewsItem(each.fact.event, each.actor.person, msgspec.Raw(_json.encode(each.fact)))
            for each in facts
            if each.fact.is_news and (each.among is None or not actors.issuperset(each.among))
        ]
        if items:
            self._connection.execute_later(
                INSERT_NOTICE,
                {
                    "organization_id": self.caller.organization_id,
                    "payload": _json.encode(News(sorted(actors), items)).decode(),
                    "created_at": self.now,
                    "due_at": AT_ONCE,
                },
            )

    def _write_all(self, statement: Statement, rows: list[dict[str, Any]]) -> None:
        """In one round trip, however many there are."""
        if len(rows) == 1:
            self._connection.execute_later(statement, rows[0])
        else:
            self._connection.execute_many(statement, rows)

    def _activity_row(self, actor: Caller, fact: Fact) -> dict[str, Any]:
        subject, parent, old_value = fact.subject, fact.parent, fact.old_value
        row = {
            "organization_id": actor.organization_id,
            "process_id": fact.process_id,
            "occurred_at": self.now,
            "event": fact.event,
            "verb": fact.verb,
            "category": fact.told_among,
            "actor_kind": actor.kind.value,
            "actor_id": actor.person_id,
            "subject_kind": subject.kind,
            "subject_id": subject.id,
            "parent_kind": parent.kind if parent else None,
            "parent_id": parent.id if parent else None,
            "sentence": fact.sentence(),
            "field": fact.changed_field,
            "old_value": None if old_value is None else _json.encode(old_value).decode(),
            "text": fact.text,
            "subject_state": _json.encode(fact).decode(),
            "operation": actor.operation,
        }
        return with_folds(activity, row)

    def _outbox_row(self, actor: Caller, fact: Fact) -> dict[str, Any]:
        payload = {
            "event": fact.event,
            "occurred_at": self.now,
            "actor": {"kind": actor.kind.value, "id": actor.person_id},
            "request_id": actor.request_id,
            "fact": fact,
        }
        return {
            "organization_id": actor.organization_id,
            "event": fact.event,
            "payload": _json.encode(payload).decode(),
            "created_at": self.now,
            "due_at": AT_ONCE if actor.operation is None else AFTER_OTHERS,
        }


@contextmanager
def writing(
    caller: Caller, *, survives_power_cut: bool = True, patience_s: float | None = None
) -> Iterator[Work]:
    """A transaction that may write; its facts are written and everything commits at the end.

    `survives_power_cut`, `patience_s`: see `Database`.
    """
    database = caller.server.database
    with database.writing(
        survives_power_cut=survives_power_cut, patience_s=patience_s
    ) as connection:
        work = Work(connection, caller)
        yield work
        work.write_facts()


@contextmanager
def reading(caller: Caller, *, by_key: bool = False) -> Iterator[Work]:
    """One consistent view of the database for several statements. `by_key`: each finds few rows by
    what they are called, whoever asks (see `Database.reading`)."""
    with caller.server.database.reading(by_key=by_key) as connection:
        yield Work(connection, caller)


def looking(caller: Caller) -> Work:
    """For a read of a single statement, which needs no transaction around it."""
    return Work(caller.server.database.connection(), caller)
