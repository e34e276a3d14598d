"""The door's thread: accepts, receives, hands over, and sends on what readers were slow to take.

Each connection stands in one group at a time. What a group may cost:

- `stranger` and `idle` (nothing asked yet; nothing asked any more): half of the descriptors, the
  oldest goes first. A head is whole within `head_s` of its first byte, a stranger's within `head_s`
  of its coming; who is idle goes after `idle_s`.
- `receiving`: a body. 408 after `body_pause_s` without a byte or `body_s` in all; an upload has no
  limit in all, but `upload_pause_s` with less than `upload_least_bytes` is too slow for it.
- `working`: handed over to a place; nothing here ends it.
- `sending`: the answer is made, its reader is slow: `answer_pause_s` without taking a byte.
- `closing`: answered and shut; what still comes is thrown away, for as long as a body may take, so
  that a client that sends first and reads then finds its answer.
"""

import contextlib
import os
import select
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import structlog

from procession.kit.errors import NotYet
from procession.kit.http import Route
from procession.web.door.answering import answer
from procession.web.door.arrivals import Arrival, Environ
from procession.web.door.bodies import Body, Room
from procession.web.door.connection import Connection, Unacceptable
from procession.web.door.leaving import Leaving
from procession.web.door.limits import Limits
from procession.web.door.places import Place, place_for, sizes
from procession.web.door.refusals import (
    CRASHED,
    CUT_SHORT,
    NO_ROOM,
    OVERLOADED,
    TOO_SLOW,
    DoorRefusal,
    new_request_id,
    refusal_bytes,
)

_log = structlog.get_logger("procession.web")

_PIECE = 64 * 1024
#: How often deadlines are looked at: so much later than due something may end.
_ROUND_S = 0.25
_MOST_AT_ONCE = 64
#: Once: then the connection is nobody's but whose turn it is, until it is listened for again.
_READ, _WRITE = select.EPOLLIN | select.EPOLLONESHOT, select.EPOLLOUT | select.EPOLLONESHOT

STRANGER, IDLE, RECEIVING = "stranger", "idle", "receiving"
WORKING, SENDING, CLOSING = "working", "sending", "closing"
#: Who makes room for others, the first of each group being its oldest.
_GO_FIRST = (CLOSING, STRANGER, IDLE, RECEIVING, SENDING)


class Answers(Protocol):
    """The application: what answers requests, and knows which endpoint one is for."""

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]: ...
    def route_for(self, method: str, path: str) -> Route | None: ...


class Door:
    """`run` returns when it was told to `stop`, or when whoever holds `lifeline` is gone.

    `show_life` is called several times a second, unless its thread hangs.
    """

    def __init__(
        self,
        listener: socket.socket,
        application: Answers,
        limits: Limits,
        *,
        threads: int,
        cors_origins: str = "*",
        lifeline: int | None = None,
        end_thread: Callable[[], None] = lambda: None,
        show_life: Callable[[], None] = lambda: None,
        note_refusal: Callable[[int, str], None] = lambda *_: None,
    ) -> None:
        self._listener = listener
        self._application = application
        self._limits = limits
        self._cors_origins = cors_origins
        self._lifeline = lifeline
        self._show_life = show_life
        #: Told of each refusal by its status and request id.
        self._note_refusal = note_refusal
        self._room = Room(limits)
        self._places = {
            name: Place(name, size, end_thread) for name, size in sizes(threads).items()
        }
        #: Each in the order in which they came into the group.
        self._groups: dict[str, dict[Connection, None]] = {
            group: {} for group in (*_GO_FIRST, WORKING)
        }
        #: What workers are done with.
        self._answered: deque[tuple[Connection, Leaving]] = deque()
        #: When to do what was not yet to be done.
        self._not_yet: deque[tuple[float, Connection, Arrival]] = deque()
        self._epoll = select.epoll()
        self._connections: dict[int, Connection] = {}
        self._others: dict[int, Callable[[], None]] = {}
        self._bell, self._ringer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._is_stopping = False
        #: Nothing is accepted until the next round: there is no descriptor left.
        self._has_paused = False

    @property
    def unfinished(self) -> dict[str, int]:
        """How many requests each place has, worked on or in its line."""
        return {name: place.unfinished for name, place in self._places.items()}

    # --- Its thread ---

    def run(self, *, patience_s: float = 10.0) -> None:
        """Stopping, it lets those finish whose requests are here, for `patience_s` seconds."""
        self._listener.setblocking(False)
        self._await(self._listener.fileno(), self._accept)
        self._await(self._bell, self._hear)
        if self._lifeline is not None:
            self._await(self._lifeline, self.stop)
        next_round = time.monotonic() + _ROUND_S
        while not self._is_stopping:
            self._turn(next_round)
            if time.monotonic() >= next_round:
                self._show_life()
                self._look_at_deadlines()
                next_round = time.monotonic() + _ROUND_S
        self._finish(time.monotonic() + patience_s)

    def _await(self, descriptor: int, act: Callable[[], None]) -> None:
        """What is no connection: `act` when something comes."""
        self._others[descriptor] = act
        self._epoll.register(descriptor, select.EPOLLIN)

    def stop(self) -> None:
        """From any thread, and from a signal's handler."""
        self._is_stopping = True
        self._ring()

    def _turn(self, until: float) -> None:
        if self._not_yet:
            until = min(until, *(due for due, _, _ in list(self._not_yet)))
        events = self._epoll.poll(max(until - time.monotonic(), 0))
        self._settle()
        for descriptor, _ in events:
            connection = self._connections.get(descriptor)
            if connection is not None:
                self._serve(connection)
            elif descriptor in self._others:
                self._others[descriptor]()
        self._try_again()
        self._settle()

    def _serve(self, connection: Connection) -> None:
        """Nothing that comes on one connection may end the service of the others."""
        try:
            if connection.group == SENDING:
                self._send_on(connection)
            elif connection.group != WORKING:
                self._receive(connection)
        except Exception:
            _log.exception("connection crashed")
            self._drop(connection)

    def _finish(self, until: float) -> None:
        if not self._has_paused:
            self._epoll.unregister(self._listener)
        if self._lifeline is not None:
            self._epoll.unregister(self._lifeline)
        for group in (STRANGER, IDLE, RECEIVING, CLOSING):
            for connection in list(self._groups[group]):
                self._drop(connection)
        while (self._groups[WORKING] or self._groups[SENDING]) and time.monotonic() < until:
            self._show_life()
            self._turn(min(until, time.monotonic() + _ROUND_S))

    def _ring(self) -> None:
        with contextlib.suppress(BlockingIOError):  # It has been rung, and will be heard.
            os.write(self._ringer, b".")

    def _hear(self) -> None:
        os.read(self._bell, 4096)

    # --- Where connections stand ---

    def _move(self, connection: Connection, group: str) -> None:
        if connection.group:
            del self._groups[connection.group][connection]
        connection.group = group
        self._groups[group][connection] = None

    def _listen_for(self, connection: Connection, interest: int) -> None:
        """Any thread may: it is the last that it does with the connection."""
        self._epoll.modify(connection.socket, interest)

    def _drop(self, connection: Connection) -> None:
        """Closed at once; but not under the hands of a worker, who might write to whoever gets the
        descriptor next."""
        if connection.group in ("", WORKING):
            return
        del self._groups[connection.group][connection]
        connection.group = ""
        del self._connections[connection.socket.fileno()]
        connection.close()

    def _rest(self, connection: Connection) -> None:
        """It may ask again."""
        connection.began = 0.0
        self._move(connection, IDLE)
        connection.deadline = time.monotonic() + self._limits.idle_s
        self._keep_half_free()

    def _keep_half_free(self) -> None:
        strangers, idle = self._groups[STRANGER], self._groups[IDLE]
        while len(strangers) + len(idle) > self._limits.idle_connections:
            self._drop(next(iter(strangers or idle)))

    def _make_room(self) -> bool:
        """For one connection more; who is being worked for stays, whatever comes."""
        for group in _GO_FIRST:
            if self._groups[group]:
                self._drop(next(iter(self._groups[group])))
                return True
        return False

    @property
    def _descriptors(self) -> int:
        """Of connections, bodies in files, and answers in files."""
        connections = sum(map(len, self._groups.values()))
        return connections + self._room.descriptors.used + len(self._groups[SENDING])

    # --- Coming ---

    def _accept(self) -> None:
        for _ in range(_MOST_AT_ONCE):
            try:
                sock, address = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:  # No descriptor is left, or the other side is gone already.
                if not self._make_room():
                    self._epoll.unregister(self._listener)
                    self._has_paused = True
                return
            if self._descriptors >= self._limits.descriptors and not self._make_room():
                sock.close()
            else:
                self._welcome(sock, address[0])

    def _welcome(self, sock: socket.socket, address: str) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(sock, self._environ_for(sock, address), self._admit)
        self._move(connection, STRANGER)
        connection.deadline = time.monotonic() + self._limits.head_s
        self._connections[sock.fileno()] = connection
        self._epoll.register(sock, _READ)
        self._keep_half_free()

    def _environ_for(self, sock: socket.socket, address: str) -> Environ:
        """What all requests of a connection have in common."""
        host, port = sock.getsockname()[:2]
        return {
            "SCRIPT_NAME": "",
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "REMOTE_ADDR": address,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }

    def _admit(self, connection: Connection, arrival: Arrival) -> DoorRefusal | None:
        """Its head is whole: which endpoint is it for, and is its body received?"""
        arrival.route = self._application.route_for(arrival.method, arrival.environ["PATH_INFO"])
        length = arrival.length
        if not length and not arrival.is_chunked:
            return None
        limits = self._limits
        arrival.most_bytes = limits.upload_bytes if arrival.is_upload else limits.body_bytes
        arrival.body = Body(self._room)
        if length is not None and length > arrival.most_bytes:
            arrival.is_too_large = True
        elif length is not None and not self._room.has_room_for(length):
            return NO_ROOM
        elif "100-continue" in arrival.environ.get("HTTP_EXPECT", "").lower():
            self._say(connection, b"HTTP/1.1 100 Continue\r\n\r\n")
        return None

    def _receive(self, connection: Connection) -> None:
        try:
            data = connection.socket.recv(_PIECE)
        except BlockingIOError:
            self._listen_for(connection, _READ)
            return
        except OSError:
            self._drop(connection)  # Reset: nobody reads an answer.
            return
        if not data:
            self._hear_the_end(connection)
        elif connection.group == CLOSING:
            self._throw_away(connection)
        else:
            self._read(connection, data)

    def _read(self, connection: Connection, data: bytes) -> None:
        try:
            connection.feed(data)
        except Unacceptable as end:
            connection.last_word = end.refusal
        arriving = connection.arriving
        if arriving is not None and arriving.is_too_large and not connection.is_in_head:
            # Its endpoint says so, after all else that it may have to say.
            connection.arriving = None
            connection.arrived.append(arriving)
        if connection.arrived:
            self._hand_over(connection)
        elif connection.last_word is not None:
            self._refuse(connection, connection.last_word)
        else:
            self._set_deadline(connection, len(data))
            self._listen_for(connection, _READ)

    def _set_deadline(self, connection: Connection, size: int) -> None:
        """After `size` bytes that completed no request."""
        now, limits = time.monotonic(), self._limits
        if connection.is_in_body:
            if connection.group != RECEIVING:
                self._begin_body(connection, now)
            connection.pieces += size
            if not self._is_upload(connection):
                connection.deadline = min(
                    now + limits.body_pause_s, connection.began + limits.body_s
                )
        elif connection.is_in_head and connection.group != STRANGER and not connection.began:
            connection.began = now
            connection.deadline = now + limits.head_s

    def _begin_body(self, connection: Connection, now: float) -> None:
        self._move(connection, RECEIVING)
        connection.began, connection.pieces = now, 0
        if self._is_upload(connection):
            connection.deadline = now + self._limits.upload_pause_s

    @staticmethod
    def _is_upload(connection: Connection) -> bool:
        return connection.arriving is not None and connection.arriving.is_upload

    def _hear_the_end(self, connection: Connection) -> None:
        """The other side sends no more; perhaps it still reads."""
        connection.has_ended = True
        if connection.arriving is not None and connection.group != CLOSING:
            self._refuse(connection, CUT_SHORT)
        else:
            self._drop(connection)

    # --- Working ---

    def _hand_over(self, connection: Connection) -> None:
        """Its next request, to the place that it belongs to."""
        arrival = connection.arrived.popleft()
        self._move(connection, WORKING)
        self._submit(connection, arrival)

    def _work(self, connection: Connection, arrival: Arrival) -> None:
        """In a thread of the place."""
        leaving = Leaving(connection.socket)
        try:
            answer(self._application, arrival, leaving)
        except NotYet as waits:
            due = arrival.next_call_at(waits.patience_s)
            self._not_yet.append((due, connection, arrival))
            self._ring()
            return
        except Exception:
            _log.exception("answer crashed")
            if leaving.has_begun:
                leaving.is_lost = True
            else:
                leaving.write(self._bytes_of(CRASHED))
        arrival.close()
        if self._goes_on(connection, leaving):
            return
        self._answered.append((connection, leaving))
        # Most answers need no word: what comes next on the connection wakes the door, which then
        # looks at `_answered` first.
        if self._may_rest(connection, leaving):
            with contextlib.suppress(OSError, ValueError):  # It had to make room already.
                self._listen_for(connection, _READ)
        else:
            self._ring()

    def _goes_on(self, connection: Connection, leaving: Leaving) -> bool:
        """With the request that came along with it: back into the line, without waking the door."""
        if not connection.arrived or not self._is_out(leaving):
            return False
        self._submit(connection, connection.arrived.popleft())
        return True

    def _is_out(self, leaving: Leaving) -> bool:
        """Whole, and another may follow it."""
        return leaving.keeps_alive and not (leaving.is_kept or leaving.is_lost or self._is_stopping)

    def _may_rest(self, connection: Connection, leaving: Leaving) -> bool:
        """Nothing of it is left to be said or to be answered."""
        return self._is_out(leaving) and not (connection.arrived or connection.last_word)

    def _try_again(self) -> None:
        """What was not yet to be done, and may be by now. Meanwhile it holds no thread."""
        now = time.monotonic()
        for _ in range(len(self._not_yet)):
            due, connection, arrival = self._not_yet.popleft()
            if due > now:
                self._not_yet.append((due, connection, arrival))
            else:
                self._submit(connection, arrival)

    def _submit(self, connection: Connection, arrival: Arrival) -> None:
        if not self._places[place_for(arrival)].take(lambda: self._work(connection, arrival)):
            arrival.close()
            leaving = Leaving(connection.socket)
            leaving.write(self._bytes_of(OVERLOADED))
            self._answered.append((connection, leaving))
            self._ring()

    def _settle(self) -> None:
        """What workers are done with."""
        while self._answered:
            connection, leaving = self._answered.popleft()
            leaving.start_over()
            connection.leaving = leaving
            self._move(connection, SENDING)
            if leaving.is_kept and not leaving.is_lost:
                connection.deadline = time.monotonic() + self._limits.answer_pause_s
                self._listen_for(connection, _WRITE)
            else:
                self._answer_is_out(connection)

    # --- Going ---

    def _send_on(self, connection: Connection) -> None:
        leaving = connection.leaving
        assert leaving is not None
        if leaving.send_on():
            connection.deadline = time.monotonic() + self._limits.answer_pause_s
        if leaving.is_kept and not leaving.is_lost:
            self._listen_for(connection, _WRITE)
            return
        self._answer_is_out(connection)
        if connection.group in (IDLE, RECEIVING):
            self._listen_for(connection, _READ)

    def _answer_is_out(self, connection: Connection) -> None:
        leaving, connection.leaving = connection.leaving, None
        assert leaving is not None
        leaving.close()
        if leaving.is_lost:
            self._drop(connection)
        elif not leaving.keeps_alive or self._is_stopping:
            self._shut(connection)
        elif connection.arrived:
            self._hand_over(connection)
        elif connection.last_word is not None:
            self._refuse(connection, connection.last_word)
        else:
            self._rest(connection)
            if connection.group and connection.arriving is not None:
                self._set_deadline(connection, 0)

    def _say(self, connection: Connection, data: bytes) -> None:
        """What is small enough to be taken at once, or not at all."""
        with contextlib.suppress(OSError):
            connection.socket.send(data)

    def _refuse(self, connection: Connection, refusal: DoorRefusal) -> None:
        """The last that is said on this connection."""
        self._say(connection, self._bytes_of(refusal))
        self._shut(connection)

    def _bytes_of(self, refusal: DoorRefusal) -> bytes:
        request_id = new_request_id()
        self._note_refusal(refusal.status, request_id)
        return refusal_bytes(refusal, request_id, keep_alive=False, cors_origins=self._cors_origins)

    def _shut(self, connection: Connection) -> None:
        """No more is said. Closing at once could take the answer from who has not read it yet."""
        for arrival in (*connection.arrived, connection.arriving):
            if arrival is not None:
                arrival.close()
        connection.arrived.clear()
        connection.arriving = None
        try:
            connection.socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(connection)
            return
        if connection.has_ended:
            self._drop(connection)
            return
        self._move(connection, CLOSING)
        connection.began = time.monotonic()
        self._throw_away(connection)

    def _throw_away(self, connection: Connection) -> None:
        """What has come, and what will."""
        limits = self._limits
        until = connection.began + limits.body_s
        connection.deadline = min(time.monotonic() + limits.body_pause_s, until)
        self._listen_for(connection, _READ)

    def _look_at_deadlines(self) -> None:
        if self._has_paused:
            self._epoll.register(self._listener, select.EPOLLIN)
            self._has_paused = False
        now = time.monotonic()
        for group in _GO_FIRST:
            late = [each for each in self._groups[group] if each.deadline <= now]
            for connection in late:
                self._is_late(connection, now)

    def _is_late(self, connection: Connection, now: float) -> None:
        if self._is_upload(connection) and connection.pieces >= self._limits.upload_least_bytes:
            connection.pieces = 0
            connection.deadline = now + self._limits.upload_pause_s
        elif connection.is_in_body or (connection.is_in_head and connection.group != CLOSING):
            self._refuse(connection, TOO_SLOW)
        else:
            self._drop(connection)
