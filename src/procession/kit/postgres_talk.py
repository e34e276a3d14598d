"""Talking to PostgreSQL: statements gather until somebody wants an answer, and go in one message.

psycopg's cursor waits for the answer to each statement, and works out each time how to send it.
Where a change writes what nobody reads before it ends, that is most of what a statement costs both
sides. This is libpq's pipeline, by psycopg's own binding of it (decision 0051).
"""

import select
from collections.abc import Sequence
from typing import Any

import msgspec
import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

from procession.kit.postgres import PatientConnection

#: A session keeps so many prepared statements; then it begins anew.
_MOST_PREPARED = 1000
_FORGET_PREPARED = b"DEALLOCATE ALL"
_WELL = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class Word(msgspec.Struct):
    """A statement that goes with the next message."""

    sql: bytes
    #: None: it takes none, and is not worth being prepared.
    values: Sequence[Any] | None = None
    types: tuple[int, ...] = ()
    formats: Sequence[pq.Format] | None = None


class Talk:
    """With one session. `is_pooled`: it is everybody's, so nothing is prepared in it."""

    def __init__(self, connection: PatientConnection, *, is_pooled: bool) -> None:
        self._connection = connection
        self._line = connection.pgconn
        self._poll = select.poll()
        self._is_pooled = is_pooled
        self._waiting: list[Word] = []
        #: Names, by text and types of what is bound.
        self._prepared: dict[tuple[bytes, tuple[int, ...]], bytes] = {}
        self._names = 0
        self._writer, self._reader = Transformer(connection), Transformer(connection)

    # --- What waits ---

    def add(self, sql: bytes, values: Sequence[Any]) -> None:
        """Raises DataError at once for what cannot be sent."""
        writer = self._writer
        sent = writer.dump_sequence(values, [PyFormat.AUTO] * len(values))
        self._waiting.append(Word(sql, sent, writer.types or (), writer.formats))

    def add_word(self, sql: bytes) -> None:
        """What takes no values, such as COMMIT."""
        self._waiting.append(Word(sql))

    def take_waiting(self) -> list[Word]:
        """Nothing waits afterwards; `exchange` says it, or nobody does."""
        taken, self._waiting = self._waiting, []
        return taken

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    # --- Said and answered ---

    def exchange(self, said: Sequence[Word]) -> pq.abc.PGresult:
        """All of them, in this order. Returns the answer to the last one.

        Raises what the first one met that failed; none after it was done.
        """
        try:
            return self._exchange(said)
        except psycopg.Error:
            raise
        except BaseException:
            # Interrupted: what still comes would be taken for the answer to something else.
            self._line.finish()
            raise

    def rows(self, answer: pq.abc.PGresult) -> list[Any]:
        self._reader.set_pgresult(answer)
        return self._reader.load_rows(0, answer.ntuples, tuple)

    def _exchange(self, said: Sequence[Word]) -> pq.abc.PGresult:
        line = self._line
        if line.status != pq.ConnStatus.OK:
            raise psycopg.OperationalError("the connection is closed")
        line.enter_pipeline_mode()
        #: Of each answer that will come: what is prepared by it, if anything.
        expected: list[tuple[bytes, tuple[int, ...]] | None] = []
        is_failed = line.transaction_status == pq.TransactionStatus.INERROR
        if len(self._prepared) >= _MOST_PREPARED and not is_failed:
            self._prepared.clear()
            line.send_query_params(_FORGET_PREPARED, None)
            expected.append(None)
        for each in said:
            new = self._send(each)
            if new is not None:
                expected.append(new)
            expected.append(None)
        line.pipeline_sync()
        answers = self._answers()
        line.exit_pipeline_mode()
        failed = _first_failed(answers)
        if failed is not None:
            for key, answer in zip(expected, answers, strict=True):
                if key is not None and answer.status not in _WELL:
                    self._prepared.pop(key, None)
            raise error_from_result(failed, encoding="utf-8")
        return answers[-1]

    def _send(self, each: Word) -> tuple[bytes, tuple[int, ...]] | None:
        """Returns what it had to prepare first."""
        line = self._line
        if each.values is None or self._is_pooled:
            line.send_query_params(each.sql, each.values, each.types or None, each.formats)
            return None
        key = (each.sql, each.types)
        name = self._prepared.get(key)
        if name is not None:
            line.send_query_prepared(name, each.values, each.formats)
            return None
        self._names += 1
        name = self._prepared[key] = b"said_%d" % self._names
        line.send_prepare(name, each.sql, each.types)
        line.send_query_prepared(name, each.values, each.formats)
        return key

    def _answers(self) -> list[pq.abc.PGresult]:
        """Until the end of the message is answered, too."""
        answers: list[pq.abc.PGresult] = []
        try:
            while self._goes_on(answers):
                pass
        except psycopg.OperationalError:
            # Whoever ends a session says why, and then nothing more.
            failed = _first_failed(answers)
            if failed is None:
                raise
            raise error_from_result(failed, encoding="utf-8") from None
        return answers

    def _goes_on(self, answers: list[pq.abc.PGresult]) -> bool:
        """Takes what has come; False at the end."""
        line = self._line
        self._hear()
        answer = line.get_result()
        if answer is None:
            # Between two statements; or nothing will come any more.
            if line.status != pq.ConnStatus.OK:
                raise psycopg.OperationalError(line.get_error_message())
            return True
        if answer.status == pq.ExecStatus.PIPELINE_SYNC:
            return False
        answers.append(answer)
        return True

    def _hear(self) -> None:
        """Until the next answer has come; sends meanwhile what did not go at once."""
        line, silence_s = self._line, self._connection.silence_s
        while True:
            is_left = line.flush()
            if not line.is_busy():
                return
            self._poll.register(line.socket, select.POLLIN | (select.POLLOUT if is_left else 0))
            if not self._poll.poll(None if silence_s is None else silence_s * 1000):
                raise self._connection.give_up()
            line.consume_input()


def _first_failed(answers: Sequence[pq.abc.PGresult]) -> pq.abc.PGresult | None:
    """What follows it was not begun."""
    return next((answer for answer in answers if answer.status not in _WELL), None)
