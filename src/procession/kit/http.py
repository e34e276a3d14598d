"""The one declaration of an endpoint, from which routing, binding, descriptions and tests are made.

A file of `api` or `pages` holds a `Routes` list and decorates plain functions with it:

    @routes.delete(RUN, policy="can_archive", answers=ProcessOut, reads_body=False)
    def archive(request: Request) -> Answer:
        '''Archive a process.'''
        return item(process_out(archiving.archive_process(request.caller, request.id("run"))))
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, BinaryIO, Protocol, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from procession.core.times import Instant
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, NotFound, NotYet
from procession.kit.guessing import Origin
from procession.kit.ids import find_id, find_number
from procession.kit.paging import IncludeQuery, Page, PageQuery, PageRequest, page_request
from procession.kit.sent_files import SentFile
from procession.kit.settings import Settings

T = TypeVar("T")

#: Who gets past the door of a route; what they may do there is the route's policy.
PUBLIC = "public"  # nobody needs to be known
USER = "user"  # a valid token, no organization in the path
MEMBER = "member"  # an active member of the organization in the path
APPLICATION = "application"  # a client's own token, for the organization in the path
GUEST = "guest"  # a guest code in the path, or a member's token
PAGE = "page"  # a browser, known by the cookie of its session or not at all
#: Nobody needs a token here. Cookies are read for pages alone: no route of the API sees them.
OPEN_DOORS = (PUBLIC, PAGE)

#: Where a request is worked on, if not with all others that read or write (web/door/places.py).
HASHING = "hashing"  # it hashes passwords: one at a time
WAITING = "waiting"  # it waits for somebody outside: a provider, a name server
LONG = "long"  # its answer is long; so is that of every list of a hundred rows or more
VITAL = "vital"  # it is answered whatever else goes on
TAKING = "taking"  # it takes a file in, which may go to a store elsewhere
GIVING = "giving"  # it gives one out

#: Content types of answers.
JSON = "application/json"
CSV = "text/csv; charset=utf-8"
JSON_LINES = "application/jsonl"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Browser:
    """What asks for a page. Who uses it is the caller; what it may send back is known by a token.

    `session` is the digest that its session is kept under; None: nobody is signed in.
    """

    session: str | None
    #: Each form of a page holds it, and no page of anybody else can know it.
    form_token: str
    #: Its cookies never leave TLS.
    is_secure: bool
    #: What it keeps while its user is at a provider to sign in there.
    journey: str | None = None
    #: That somebody has signed in with it before (`kit.guessing`).
    mark: str | None = None
    #: What has just been done with it, to be told on the next page (`pages.toasts`).
    toast: str | None = None
    #: How its user likes pages to look, and where they were last (`pages.framing`).
    look: str | None = None
    organization: str | None = None
    #: The part of a page that it asks for, by the id of the element that takes it; empty: the
    #: whole page.
    part: str = ""


#: What the ids in paths name, in people's words. Processes are not among them: contract 30, 1 says
#: what is answered for one that nobody knows.
_KINDS = {
    "capture": "Field", "checklist": "Template", "client": "Client", "domain": "Domain",
    "endpoint": "Webhook", "field": "Field", "file": "File", "folder": "Folder",
    "group": "Group", "key": "Custom field",
    "list": "Option list", "operation": "Operation", "hold": "Hold", "preset": "Preset",
    "role": "Role", "rule": "Rule",
    "schedule": "Schedule",
    "snippet": "Snippet", "stage": "Milestone", "step": "Step", "tag": "Tag",
    "task": "Task", "thread": "Comment", "token": "Token", "user": "User", "watcher": "Watcher",
}  # fmt: skip


#: What counts its changes, by its name in paths: its kind, and where its id stands. A step's are
#: counted with those of its template.
_COUNTED = {
    "checklist": ("checklist", "checklist"), "step": ("checklist", "checklist"),
    "run": ("run", "run"), "task": ("task", "task"), "thread": ("thread", "thread"),
}  # fmt: skip
#: Their own paths: `completed-tasks/{task}` and the like are about something else.
_OF_THINGS = (
    "}/checklists/{checklist}", "/steps/{step}", "}/runs/{run}", "/tasks/{task}",
    "/comment/{thread}",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """Which part of a file is asked for, by the headers of RFC 9110, as they were sent."""

    #: No bytes are wanted, only what is said about them.
    is_head: bool
    range: str | None
    if_range: str | None
    if_none_match: str | None


@dataclass(frozen=True)
class Request:
    """What a handler gets: who asks, and what was sent, already typed."""

    caller: Caller
    settings: Settings
    path: Mapping[str, str]
    query: Any
    body: Any
    #: Origin and mount the request came in on, without a trailing slash.
    base_url: str
    #: Path below the mount, and the query string as sent: for the links of lists.
    path_text: str
    query_text: str
    #: Keys of the body that nothing reads.
    ignored: tuple[str, ...] = ()
    #: What could not be read of the body: it holds stand-ins there, and nothing that is written
    #: is kept.
    unreadable: Invalid | None = None
    #: For public routes: the client's address, what it sent as authorization, and the fields that
    #: a form holds more than once.
    address: str = ""
    authorization: str | None = None
    repeated: tuple[str, ...] = ()
    #: For pages: what asks for them.
    browser: Browser | None = None
    #: Of the route: PUT and PATCH share their handlers.
    method: str = "GET"
    #: What the client says that it reads; only for answers that come in several forms.
    accept: str = ""
    #: How long the client would wait for the end of what it begins, in seconds.
    wait_s: int = 0
    #: Of routes that take one: the body as it was sent, whole, and what kind it says it is.
    upload: BinaryIO | None = None
    upload_type: str = ""
    #: It is done again a little later, holding no thread, when it says NotYet.
    may_wait: bool = False
    #: What it remembers of itself when it is done again.
    memory: dict[str, Any] = field(default_factory=dict)
    #: Of routes that take a file in a form with other fields: the file; None where none was sent.
    file: SentFile | None = None
    #: All files of the form, by the names of their parts: a page may have several.
    files: Mapping[str, SentFile] = field(default_factory=dict)
    #: Of routes that give one out.
    wanted: Wanted | None = None
    #: Of routes that bring something.
    brought: Any = None  # a Brought

    @property
    def origin(self) -> Origin:
        """Where a password or a secret comes from."""
        return Origin(self.address, self.may_wait, self.browser.mark if self.browser else None)

    @cached_property
    def now(self) -> Instant:
        return self.caller.server.clock()

    def id(self, name: str) -> str:
        """The id in the path; one that cannot be an id names nothing."""
        found = find_id(self.path[name])
        if found is None:
            raise NotFound(kind=_KINDS.get(name))
        return found

    def number(self, name: str) -> int:
        """The number in the path; what cannot be one names nothing."""
        found = find_number(self.path[name])
        if found is None:
            raise NotFound(kind=_KINDS.get(name))
        return found

    @cached_property
    def includes(self) -> frozenset[str]:
        """Names asked for in `with`; every route that answers an object takes them."""
        return self.query.includes  # type: ignore[no-any-return]

    @cached_property
    def public_url(self) -> str:
        """Address of the web pages, for links in answers."""
        return self.settings.public_url or self.base_url.removesuffix("/api")

    @property
    def mailed_url(self) -> str:
        """Address of the web pages, for links in mails to others than who asks.

        Never from the request: whoever sends a `Host` of their own would be mailed other people's
        password links and invitations.
        """
        return self.settings.public_url or self.settings.local_url

    def awaited(self, begin: "Callable[[], Future[T]]", words: str, patience_s: float) -> T:
        """What comes of something outside that `begin` has begun, which it does once, however often
        the request is done again. Raises NotYet with `words` while that may still be done."""
        reply: Future[T] | None = self.memory.get("reply")
        if reply is None:
            reply = self.memory["reply"] = begin()
        if self.may_wait and not reply.done():
            raise NotYet(words, patience_s=patience_s)
        return reply.result(patience_s)

    def page(self, query: PageQuery, *, default: int = 10, cap: int = 1000) -> PageRequest:
        return page_request(query, default=default, cap=cap, most=self.settings.max_unpaginated)


class FileBody:
    """Bytes of an open file as the body of an answer: the door sends them straight from the file.

    Whoever gets it closes it.
    """

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self.file = file
        self.start = start
        self.length = length

    def __iter__(self) -> Iterator[bytes]:
        """For a server that knows no better."""
        self.file.seek(self.start)
        left = self.length
        while left and (piece := self.file.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        self.file.close()


_PIECE = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """A status and a body of JSON bytes; an empty body has no content type."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = JSON
    #: Whole `Set-Cookie` values; pages alone have any.
    cookies: tuple[str, ...] = ()
    #: In the stead of `body`: sent piece by piece, as they are made. Nothing may go wrong then.
    pieces: Iterable[bytes] | None = None
    #: Of `pieces`, where it is known; also of what is not sent because only the head is wanted.
    length: int | None = None
    #: Dot paths of what was sent and dropped, besides the keys that nothing reads.
    dropped: tuple[str, ...] = ()

    def with_header(self, name: str, value: str) -> "Answer":
        return replace(self, headers=(*self.headers, (name, value)))


class Item(msgspec.Struct):
    data: Any


class ItemWithMeta(msgspec.Struct):
    data: Any
    meta: dict[str, Any]


class Listing(msgspec.Struct):
    data: Sequence[Any]
    meta: dict[str, Any]


_json = msgspec.json.Encoder()


def item(
    value: Any,
    status: int = 200,
    *,
    warnings: Sequence[str] = (),
    dropped: Sequence[str] = (),
    undo: str | None = None,
    **more: Any,
) -> Answer:
    """One object. `warnings`: what was accepted but is worth knowing (`meta.warnings`).

    `dropped`: dot paths of what was sent and not taken. `undo`: the path that takes it back.
    `more`: what else is in `meta`.
    """
    meta: dict[str, Any] = {"warnings": list(warnings)} if warnings else {}
    meta |= more
    if undo is not None:
        meta["undo"] = undo
    body = ItemWithMeta(value, meta) if meta else Item(value)
    return Answer(status, _json.encode(body), dropped=tuple(dropped))


def plain(value: Any, status: int = 200) -> Answer:
    """A body that is not wrapped in `data`."""
    return Answer(status, _json.encode(value))


def download(pieces: Iterable[bytes], content_type: str, name: str) -> Answer:
    """A file to keep, under this name."""
    headers = (("Content-Disposition", disposition("attachment", name)),)
    return Answer(pieces=pieces, content_type=content_type, headers=headers)


def disposition(kind: str, name: str) -> str:
    """The header's value: the name in every alphabet, and what is left of it in ASCII for clients
    that know no other. `kind`: attachment or inline."""
    plain_name = "".join(
        sign if " " <= sign <= "~" and sign not in '"\\/' else "_" for sign in name
    )
    said = f'{kind}; filename="{plain_name}"'
    if plain_name != name:
        said += f"; filename*=UTF-8''{quote(name, safe='')}"
    return said


def tagged(answer: Answer, *version: int) -> Answer:
    """With the `ETag` of what it holds: the row's own counter (ruling 31), and what else counts."""
    return answer.with_header("ETag", f'"{".".join(map(str, version))}"')


def nothing(status: int = 204) -> Answer:
    return Answer(status)


def listing(request: Request, page: Page[Any], rows: Sequence[Any], **meta: int) -> Answer:
    """A page of a list with its `meta.pagination` (contract 00, 4.2)."""
    if page.request.cursor is not None:
        return _walked(request, page, rows, meta)
    told = pagination(request, page, len(rows))
    return Answer(200, _json.encode(Listing(rows, {"pagination": told, **meta})))


def pagination(request: Request, page: Page[Any], count: int) -> dict[str, Any]:
    """`meta.pagination` of a page that shows `count` rows."""
    number, last = page.request.number, page.page_count
    links = {}
    if number > 1:
        links["previous"] = _link(request, "page", str(number - 1))
    if number < last:
        links["next"] = _link(request, "page", str(number + 1))
    return {
        "total": page.total,
        "count": count,
        "per_page": page.size,
        "current_page": number,
        "total_pages": last,
        "links": links,
        "has_more_pages": number < last,
    }


def _walked(
    request: Request, page: Page[Any], rows: Sequence[Any], meta: Mapping[str, int]
) -> Answer:
    """By cursors there is no way back, and a page's number says nothing: it stays the first."""
    following = page.next_cursor
    pagination = {
        "total": page.total,
        "count": len(rows),
        "per_page": page.size,
        "current_page": page.request.number,
        "total_pages": page.page_count,
        "links": {} if following is None else {"next": _link(request, "cursor", following)},
        "has_more_pages": following is not None,
        "next_cursor": following,
    }
    return Answer(200, _json.encode(Listing(rows, {"pagination": pagination, **meta})))


def _link(request: Request, key: str, value: str) -> str:
    """The same list, but for this one parameter."""
    sent = parse_qsl(request.query_text, keep_blank_values=True)
    kept = [(name, said) for name, said in sent if name not in (key, f"{key}[]")]
    return f"{request.base_url}{request.path_text}?{urlencode([*kept, (key, value)])}"


Handler = Callable[[Request], Answer]


class Brought(Protocol):
    """Of a request: bytes that are on their way into the store, where it is not false."""

    def __bool__(self) -> bool: ...

    def kept(self, caller: Caller) -> AbstractContextManager[Caller]:
        """They are in the store meanwhile, and stay there if the caller that it gives has written
        what names them."""

    def digest(self) -> bytes:
        """Of what was sent and is not in the body that was read."""


@dataclass(frozen=True)
class Route:
    """One method on one path. `path` is written as in the contract, `{name}` for its parts."""

    method: str
    path: str
    act: Handler
    tag: str
    door: str
    #: The rule that decides who may: a function of the domain's `policy.py`, or "visible" when
    #: being able to read the object is enough.
    policy: str
    answers: Any
    status: int
    body: type[Any] | None
    query: type[Any]
    #: False where nothing that the body holds is a fault (contract 30, 1.3): of one that has keys
    #: of `body` those are read, and nothing of any other.
    reads_body: bool
    is_list: bool
    raises: tuple[int, ...]
    #: Another way to say the same, kept for clients that say it so.
    is_alias: bool = False
    #: Read-only keys that clients send back with what they read: ignored without being named.
    echoes: frozenset[str] = frozenset()
    #: The answer is not wrapped in `data`: the handler makes it with `plain`.
    is_plain: bool = False
    #: Another status that comes with the same body, or with that of `also_answers`. Where the usual
    #: answer is empty and there is no such status: what the usual one may hold.
    also_status: int | None = None
    also_answers: Any = None
    content_type: str = JSON
    #: The answer holds a secret that is shown once: not kept for repeats, not even sealed.
    is_secret: bool = False
    #: Changes nothing although it is a POST: repeating it needs no keeping of the answer.
    only_reads: bool = False
    #: Where the body may be a list: the key that it then stands for.
    list_key: str | None = None
    #: Of routes for members: guests may come too, with their code in a header (contract 00, 5.8).
    lets_guests_in: bool = False
    #: HASHING, WAITING, LONG or VITAL. Who waits for others holds up nobody but his like.
    place: str | None = None
    #: Its body may be a file: large, and as slow as its sender. The handler reads `upload`; where
    #: the route has a `body`, too, the fields of the form are bound to it and the handler reads
    #: `file`.
    takes_upload: bool = False
    #: It gives out files: the handler heeds `wanted`.
    gives_file: bool = False
    #: Whoever has the link that is meant for it needs nothing else (contract 45, 8).
    opens_by_link: bool = False
    #: Of a page: only a browser's navigation gets it. Whatever else asks gets the endpoint of the
    #: API on the same path, or is told that there is none.
    is_for_navigation: bool = False
    #: The names that `with` takes, where they are not those of what is answered.
    with_names: tuple[str, ...] = ()
    #: Parameters of `query` that do nothing here.
    unused: frozenset[str] = frozenset()
    #: Its texts are people's: pictures pasted into them become files (ruling 19). Not where what
    #: programs keep is kept as it is.
    takes_pictures: bool = True
    #: What it has to do outside of any transaction, and before an Idempotency-Key opens one.
    brings: Callable[[Request], Brought] | None = None
    #: It counts towards no limit: a page needs several of these at once, and keeps them.
    is_uncounted: bool = False

    @property
    def has_body(self) -> bool:
        """Something in it may be read."""
        return self.method != "GET" and (self.reads_body or self.body is not None)

    @property
    def includes(self) -> tuple[str, ...]:
        """The names that `with` takes (contract 00, 4.3)."""
        return self.with_names or getattr(self.answers, "INCLUDES", ())

    @property
    def subject(self) -> tuple[str, str] | None:
        """Kind and place in the path of the one thing that it reads or changes, where that counts
        its changes (ruling 31): its GET answers an `ETag`, all else takes `If-Match`."""
        if self.door not in (MEMBER, GUEST):
            return None
        name = self.path.rpartition("/{")[2]
        kind = _COUNTED.get(name.removesuffix("}")) if name.endswith("}") else None
        if kind is None or not self.path.endswith(_OF_THINGS):
            return None
        return kind

    @property
    def keeps_answers(self) -> bool:
        """Under an Idempotency-Key (contract 00, 2).

        Not where somebody outside is waited for: no transaction may be open meanwhile. What does
        so must be harmless to repeat.
        """
        waits = self.place == WAITING or (self.place == TAKING and self.brings is None)
        is_left_out = self.is_secret or self.only_reads or waits
        return self.method == "POST" and self.door not in OPEN_DOORS and not is_left_out

    @property
    def summary(self) -> str:
        return (self.act.__doc__ or "").strip().split("\n")[0]

    @property
    def description(self) -> str:
        lines = (self.act.__doc__ or "").strip().split("\n")[1:]
        return "\n".join(line.strip() for line in lines).strip()


@dataclass
class Routes:
    """The endpoints of one domain, in the order they are declared."""

    tag: str
    all: list[Route] = field(default_factory=list)

    def _declare(
        self,
        method: str,
        path: str,
        *,
        policy: str,
        door: str = MEMBER,
        answers: Any = None,
        status: int = 200,
        body: type[Any] | None = None,
        query: type[Any] = IncludeQuery,
        reads_body: bool = True,
        is_list: bool = False,
        raises: tuple[int, ...] = (),
        is_alias: bool = False,
        echoes: frozenset[str] = frozenset(),
        is_plain: bool = False,
        also_status: int | None = None,
        also_answers: Any = None,
        content_type: str = JSON,
        is_secret: bool = False,
        only_reads: bool = False,
        list_key: str | None = None,
        lets_guests_in: bool = False,
        place: str | None = None,
        takes_upload: bool = False,
        gives_file: bool = False,
        opens_by_link: bool = False,
        is_for_navigation: bool = False,
        with_names: tuple[str, ...] = (),
        unused: Collection[str] = (),
        takes_pictures: bool = True,
        brings: Callable[[Request], Any] | None = None,
        is_uncounted: bool = False,
    ) -> Callable[[Handler], Handler]:
        def declare(act: Handler) -> Handler:
            self.all.append(
                Route(
                    method,
                    path,
                    act,
                    self.tag,
                    door,
                    policy,
                    answers,
                    status,
                    body,
                    query,
                    reads_body,
                    is_list,
                    raises,
                    is_alias,
                    echoes,
                    is_plain,
                    also_status,
                    also_answers,
                    content_type,
                    is_secret,
                    only_reads,
                    list_key,
                    lets_guests_in,
                    place,
                    takes_upload,
                    gives_file,
                    opens_by_link,
                    is_for_navigation,
                    with_names,
                    frozenset(unused),
                    takes_pictures,
                    brings,
                    is_uncounted,
                )
            )
            return act

        return declare

    def get(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        return self._declare("GET", path, **declared)

    def post(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        return self._declare("POST", path, **declared)

    def delete(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        return self._declare("DELETE", path, **declared)

    def patch(self, path: str, **declared: Any) -> Callable[[Handler], Handler]:
        """Where only PATCH is meant; elsewhere it comes with `put`."""
        return self._declare("PATCH", path, **declared)

    def put(
        self, path: str, *, patch: type[Any] | None = None, **declared: Any
    ) -> Callable[[Handler], Handler]:
        """PATCH is an alias wherever PUT updates a resource (contract 00, 1).

        `patch`: its body, where PUT demands keys that PATCH does not.
        """
        patched = {**declared, "is_alias": True}
        if patch is not None:
            patched["body"] = patch

        def declare(act: Handler) -> Handler:
            self._declare("PUT", path, **declared)(act)
            self._declare("PATCH", path, **patched)(act)
            return act

        return declare
