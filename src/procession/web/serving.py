"""From an HTTP request to a handler and back: the one way every request of the API takes.

Order (contract 00, 5.7 and 7): request id, client header, who asks, rate limit, idempotency, body,
handler. A refusal anywhere becomes a JSON body; an unexpected error becomes a 500 that tells
nothing but the request id.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote

import falcon
import structlog

from procession.core.scopes import EVERYTHING
from procession.core.texts import NO_NUL
from procession.domains.accounts.actions import repeating
from procession.domains.accounts.actions.authenticating import (
    UnknownToken,
    authenticate_application,
    authenticate_member,
    authenticate_user,
)
from procession.domains.accounts.actions.noticing import notice_token
from procession.domains.accounts.actions.sessions import as_user
from procession.domains.holds.actions.asking import note_refusal
from procession.domains.people.actions.admitting import admit_guest
from procession.domains.people.actions.noticing import notice
from procession.flows.files.pasting import Pictures
from procession.flows.files.unpasting import with_pictures_inside
from procession.kit import guessing
from procession.kit.binding import Unreadable, bind
from procession.kit.caller import Caller, CallerKind
from procession.kit.db import Busy, NothingKept, is_away, is_unstorable
from procession.kit.errors import (
    BadRequest,
    ChangedSince,
    Forbidden,
    Held,
    Invalid,
    NotFound,
    NotYet,
    OutcomeUnknown,
    Refusal,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    invalid,
)
from procession.kit.http import (
    APPLICATION,
    GUEST,
    HTML,
    JSON,
    MEMBER,
    OPEN_DOORS,
    PAGE,
    PUBLIC,
    USER,
    WAITING,
    Answer,
    Brought,
    Browser,
    Request,
    Route,
    Wanted,
)
from procession.kit.ids import find_id
from procession.kit.problems import crashed, refused
from procession.kit.querying import bind_query
from procession.kit.sent_files import SentFile
from procession.kit.server import Server
from procession.pages.layout import problem_page
from procession.web import bodies, browsing, conditions
from procession.web.rates import RateLimiter
from procession.web.request_log import RequestLog
from procession.web.scopes import check_scopes
from procession.web.slashes import in_link, shown

_log = structlog.get_logger("procession.web")
#: In the environment of a request: whether its server does it again after NotYet.
AGAIN_LATER = "procession.again_later"
#: What it has noted for that.
MEMORY = "procession.memory"
#: And whether it has been counted already.
AGAIN = "procession.again"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.A)
_LONGEST_KEY = 255
_SENT_AS_FORM = (
    "The body looks like JSON, but was sent as a form. Send it with the header "
    "Content-Type: application/json."
)
_PLAIN_IN_PATHS = "/:@!$&'()*+,;="

_REASONS = {
    200: "200 OK",
    201: "201 Created",
    202: "202 Accepted",
    204: "204 No Content",
    206: "206 Partial Content",
    302: "302 Found",
    303: "303 See Other",
    304: "304 Not Modified",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    409: "409 Conflict",
    410: "410 Gone",
    412: "412 Precondition Failed",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    416: "416 Range Not Satisfiable",
    422: "422 Unprocessable Content",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}


@dataclass
class Visit:
    """One request on its way through, and what its answer's headers will say."""

    http: falcon.Request
    request_id: str
    limit: int = 0
    left: int = 0
    ignored: tuple[str, ...] = ()
    #: Keys of the body.
    sent: tuple[str, ...] = ()
    #: Parameters of the query that did nothing, or not all that they said.
    useless: tuple[str, ...] = ()
    #: Taken out of the body's texts, or copied for them.
    brought: Brought | None = None
    #: For pages.
    browser: Browser | None = None
    cookies: tuple[str, ...] = ()
    #: For the log: which endpoint answers, and who was let in to it.
    route: str | None = None
    caller: Caller | None = None
    began: float = field(default_factory=time.perf_counter)


class Gate:
    """What all endpoints share: the server, its limits, and the way in."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.settings = server.settings
        self._members = RateLimiter(server.settings.rate_limit)
        self._strangers = RateLimiter(server.settings.anonymous_rate_limit)
        self.log = RequestLog(server.settings)
        #: Families of addresses of which the log has been told.
        self._told_of_proxies: set[str] = set()
        #: By path, the endpoints that read what others there change.
        self.reading: dict[str, Route] = {}

    # --- Who asks ---

    def caller_for(self, route: Route, visit: Visit, path: dict[str, str]) -> Caller:
        """Counts the request before anything is applied; see `_count`."""
        self._notice_proxy(visit.http)
        if route.is_uncounted:
            visit.limit = visit.left = self._strangers.limit
            return self._nobody(visit)
        if route.door == PUBLIC:
            self._count_stranger(visit)
            return self._nobody(visit)
        if route.door == PAGE:
            return self._reader_of_page(visit)
        if route.opens_by_link and _comes_by_link(visit.http):
            self._count_stranger(visit)
            return replace(self._nobody(visit), organization_id=find_id(path["org"]) or "")
        try:
            token = _bearer_token(visit.http)
            caller = self._authenticate(route, visit, path, token)
        except Unauthenticated as refusal:
            self._count_stranger(visit)
            if isinstance(refusal, UnknownToken):
                self._count_guess(visit)
            raise
        self._count(visit, self._members, caller.person)
        if caller.scopes != EVERYTHING:
            check_scopes(caller.scopes, route)
        if not caller.is_noticed:
            self._notice(caller, token)
        return caller

    def _notice(self, caller: Caller, token: str | None) -> None:
        """Every five minutes, beside the request's own work: whatever goes wrong with it, the
        request goes on."""
        try:
            notice(caller)
            if token is not None:
                notice_token(self.server, token)
        except Busy:
            pass  # The next request notices.
        except Exception as error:
            _log.warning("not noticed", request_id=caller.request_id, reason=repr(error))

    def _authenticate(
        self, route: Route, visit: Visit, path: dict[str, str], token: str | None
    ) -> Caller:
        if route.door == USER:
            return authenticate_user(self.server, _required(token), visit.request_id)
        organization_id = find_id(path["org"])
        if route.door == APPLICATION:
            return authenticate_application(
                self.server, _required(token), organization_id, visit.request_id
            )
        if token is None:
            code = path["guest"] if route.door == GUEST else _guest_code(visit.http)
            if code is not None:
                return self._admit_guest(route, visit, code, organization_id or "")
        assert route.door in (MEMBER, GUEST)
        return authenticate_member(self.server, _required(token), organization_id, visit.request_id)

    def _reader_of_page(self, visit: Visit) -> Caller:
        """Who is signed in, or nobody: each page decides what it shows to whom."""
        recognised = browsing.recognise(
            self.server, visit.http, is_secure=self.public_url(visit.http).startswith("https:")
        )
        visit.browser, visit.cookies = recognised.browser, recognised.cookies
        nobody = self._nobody(visit)
        if recognised.session is None:
            self._count_stranger(visit)
            return nobody
        caller = as_user(nobody, recognised.session)
        self._count(visit, self._members, caller.person)
        return caller

    def _admit_guest(self, route: Route, visit: Visit, code: str, organization_id: str) -> Caller:
        client = self.address_of(visit.http)
        guest = admit_guest(self.server, code, organization_id, visit.request_id, client=client)
        if route.door != GUEST and not route.lets_guests_in:
            raise Forbidden("Guests cannot do this.")
        return guest

    def _nobody(self, visit: Visit) -> Caller:
        return Caller(
            server=self.server,
            kind=CallerKind.GUEST,
            person_id=0,
            organization_id="",
            timezone="UTC",
            role=None,
            request_id=visit.request_id,
        )

    def _count_stranger(self, visit: Visit) -> None:
        self._count(visit, self._strangers, self.address_of(visit.http))

    def _count_guess(self, visit: Visit) -> None:
        """At a token: it names nobody but the address it comes from."""
        limits = guessing.limit_of(self.server, self.address_of(visit.http))
        wait = guessing.count(self.server, limits)
        if wait:
            raise TooMany(wait, self.settings.guess_limit)

    def _count(self, visit: Visit, limiter: RateLimiter, key: str) -> None:
        if AGAIN in visit.http.env:
            visit.limit = visit.left = limiter.limit
            return
        left, wait = limiter.take(key)
        visit.limit, visit.left = limiter.limit, max(left, 0)
        if left < 0:
            raise TooMany(wait, limiter.limit)

    def address_of(self, http: falcon.Request) -> str:
        """The client's address; what proxies say counts only from those that are trusted."""
        address = str(http.env.get("REMOTE_ADDR", ""))
        forwarded = http.get_header("X-Forwarded-For")
        if forwarded and address in self.settings.trusted_proxies:
            return str(forwarded).split(",")[-1].strip()
        return address

    # --- What was sent ---

    def _notice_proxy(self, http: falcon.Request) -> None:
        """Otherwise all who come through it are one address, and share its limits."""
        if "HTTP_X_FORWARDED_FOR" not in http.env:
            return
        address = str(http.env.get("REMOTE_ADDR", ""))
        family = "IPv6" if ":" in address else "IPv4"
        if address not in self.settings.trusted_proxies and family not in self._told_of_proxies:
            self._told_of_proxies.add(family)
            _log.warning(
                "proxy not trusted",
                address=address,
                advice="If it is your proxy, name it in PROCESSION_TRUSTED_PROXIES.",
            )

    def base_url(self, http: falcon.Request) -> str:
        scheme, host = http.env["wsgi.url_scheme"], http.env.get("HTTP_HOST", "localhost")
        if str(http.env.get("REMOTE_ADDR", "")) in self.settings.trusted_proxies:
            scheme = http.get_header("X-Forwarded-Proto") or scheme
            host = http.get_header("X-Forwarded-Host") or host
        return f"{scheme}://{host}{http.env.get('procession.mount', '')}"

    def public_url(self, http: falcon.Request) -> str:
        return self.settings.public_url or self.base_url(http).removesuffix("/api")

    def body_of(self, route: Route, visit: Visit) -> bytes:
        if not route.has_body:
            return b""
        if route.takes_upload:
            bodies.check_size(visit.http)
            return b""
        try:
            body = bodies.read_bytes(visit.http, self.settings.max_body_bytes)
        except TooLarge:
            if route.reads_body:
                raise
            return b""
        if visit.browser is not None:
            self._check_form(visit, visit.browser, body)
        return body

    def _check_form(self, visit: Visit, browser: Browser, body: bytes) -> None:
        sent = bodies.parse(body, visit.http.content_type, is_lenient=False)
        self._check_sent(visit, browser, sent)

    def _check_sent(self, visit: Visit, browser: Browser, sent: Mapping[str, Any]) -> None:
        """Every form of every page goes through here, with files and without: none can forget
        it."""
        addresses = (self.public_url(visit.http), self.base_url(visit.http))
        origins = {browsing.origin_of(address) for address in addresses}
        browsing.check_form(visit.http, browser, origins, sent)

    def request_for(
        self, route: Route, visit: Visit, caller: Caller, path: dict[str, str], body: bytes
    ) -> Request:
        http = visit.http
        file: SentFile | None = None
        files: Mapping[str, SentFile] = {}
        if route.takes_upload and route.body is not None:
            fields, file, files = bodies.parse_upload(
                http.env["wsgi.input"],
                http.content_type,
                self.settings.max_body_bytes,
                encoding=http.get_header("Content-Encoding"),
            )
            if visit.browser is not None:
                self._check_sent(visit, visit.browser, fields)
            typed, ignored, wrong = self._typed_fields(route, visit, fields)
        else:
            typed, ignored, wrong = self._typed_body(route, visit, body)
        query_text = _utf8(http.query_string)
        query, useless = self._typed_query(route, visit, query_text)
        if useless is not None:
            wrong = useless if wrong is None else wrong.beside(useless)
        return Request(
            caller=caller if wrong is None else _keeping_nothing(caller, wrong),
            settings=self.settings,
            path=path,
            query=query,
            body=typed,
            base_url=self.base_url(http),
            path_text=in_link(quote(_utf8(http.env["PATH_INFO"]), safe=_PLAIN_IN_PATHS)),
            query_text=query_text,
            ignored=ignored,
            unreadable=wrong,
            method=route.method,
            accept=http.get_header("Accept") or "",
            wait_s=wait_of(http.get_header("Prefer")),
            upload=http.env["wsgi.input"] if route.takes_upload else None,
            upload_type=(http.content_type or "") if route.takes_upload else "",
            file=file,
            files=files,
            wanted=_wanted(http) if route.gives_file else None,
            **self._for_strangers(route, visit, body),
        )

    def _for_strangers(self, route: Route, visit: Visit, body: bytes) -> dict[str, Any]:
        """What a public route may use to find out by itself who asks; and what one that waits may
        use to wait."""
        http = visit.http
        if route.door == PAGE:
            return {
                "address": self.address_of(http),
                "browser": visit.browser,
                "may_wait": AGAIN_LATER in http.env,
            }
        if route.place == WAITING:
            return {"may_wait": AGAIN_LATER in http.env, "memory": http.env.get(MEMORY, {})}
        if route.door != PUBLIC:
            return {}
        return {
            "address": self.address_of(http),
            "authorization": http.env.get("HTTP_AUTHORIZATION"),
            "may_wait": AGAIN_LATER in http.env,
            "repeated": bodies.repeated_fields(body, http.content_type),
        }

    def _typed_query(self, route: Route, visit: Visit, text: str) -> tuple[Any, Invalid | None]:
        """As far as it can be read, and what is wrong with it for who wants it handled strictly.

        Pages are reached by links that others put their own parameters on: nothing is told there.
        """
        bound = bind_query(_query(text), route.query, includes=route.includes, unused=route.unused)
        if not bound.useless or route.door == PAGE:
            return bound.value, None
        visit.useless = tuple(bound.useless)
        if not _is_strict(visit):
            return bound.value, None
        return bound.value, Invalid({name: [said] for name, said in bound.useless.items()})

    def _typed_body(
        self, route: Route, visit: Visit, body: bytes
    ) -> tuple[Any, tuple[str, ...], Invalid | None]:
        """As far as it can be read, the keys that nothing reads, and what is wrong with it."""
        if not route.has_body:
            return None, (), None
        is_lenient = route.method == "DELETE" or not route.reads_body
        kind = visit.http.content_type
        sent = bodies.parse(
            body,
            kind,
            encoding=visit.http.get_header("Content-Encoding"),
            is_lenient=is_lenient,
            list_key=route.list_key,
        )
        if route.body is None:
            return None, (), None
        if not route.reads_body:
            sent = {name: sent[name] for name in route.body.__struct_fields__ if name in sent}
            return self._typed_fields(route, visit, sent)
        if bodies.looks_like_json(body, kind):
            return Unreadable(invalid("body", _SENT_AS_FORM)), (), None
        if b"data:image" in body and route.takes_pictures:
            sent = _without_pictures(visit, sent)
        return self._typed_fields(route, visit, sent, may_hold_nul=bodies.holds_nul(body, kind))

    def _typed_fields(
        self, route: Route, visit: Visit, sent: dict[str, Any], *, may_hold_nul: bool = True
    ) -> tuple[Any, tuple[str, ...], Invalid | None]:
        assert route.body is not None
        visit.sent = tuple(sent)
        bound = bind(sent, route.body, may_hold_nul=may_hold_nul)
        visit.ignored = tuple(name for name in bound.ignored if name not in route.echoes)
        problems = dict(bound.problems)
        if _is_strict(visit):
            problems |= {name: [f"The {name} field is unknown."] for name in visit.ignored}
        if not problems:
            return bound.value, visit.ignored, None
        wrong = Invalid(problems)
        # Pages show their own sentences, and what is meant must be known before all else.
        if route.door == PAGE or bound.hides_what_is_meant:
            return Unreadable(wrong), visit.ignored, None
        return bound.value, visit.ignored, wrong


#: RFC 7240: how long a client would wait, in seconds.
_WAIT = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,6})(?:$|[,;\s])", re.ASCII)


def wait_of(prefer: str | None) -> int:
    found = _WAIT.search(prefer or "")
    return int(found[1]) if found else 0


def _is_strict(visit: Visit) -> bool:
    return "handling=strict" in (visit.http.get_header("Prefer") or "")


def _keeping_nothing(caller: Caller, wrong: Invalid) -> Caller:
    """Who sent something that cannot be read whole: the use case looks at the rest."""
    database = NothingKept(caller.server.database, wrong)
    return replace(caller, server=replace(caller.server, database=database))


def _is_ours(error: Exception) -> bool:
    """What the client can do nothing about. Where something was committed before, it cannot be
    said that nothing was applied, nor may it be done again."""
    return isinstance(error, Unavailable | NotYet) or not isinstance(error, Refusal)


def _required(token: str | None) -> str:
    if token is None:
        raise Unauthenticated(token_was_sent=False)
    return token


def _bearer_token(http: falcon.Request) -> str | None:
    header = http.env.get("HTTP_AUTHORIZATION")
    if not header:
        return None
    words = header.split()
    if len(words) != 2 or words[0].lower() != "bearer":
        raise Unauthenticated
    return str(words[1])


def _guest_code(http: falcon.Request) -> str | None:
    """Compared by its digest alone, so how long that takes tells nothing about any code."""
    return (http.env.get("HTTP_X_GUEST_CODE") or "").strip() or None


def _comes_by_link(http: falcon.Request) -> bool:
    """With the token of a link, and with nothing that says who asks."""
    is_named = "HTTP_AUTHORIZATION" in http.env or _guest_code(http) is not None
    return not is_named and "token" in _query(_utf8(http.query_string))


def _without_pictures(visit: Visit, sent: dict[str, Any]) -> dict[str, Any]:
    """Only where it is known whose the files would be; the worker makes files of the others."""
    caller = visit.caller
    if caller is None or not caller.organization_id or not caller.person_id:
        return sent
    visit.brought = pictures = Pictures(caller.organization_id)
    return {key: pictures.taken_from(value) for key, value in sent.items()}


def _wanted(http: falcon.Request) -> Wanted:
    env = http.env
    return Wanted(
        is_head=http.method == "HEAD",
        range=env.get("HTTP_RANGE"),
        if_range=env.get("HTTP_IF_RANGE"),
        if_none_match=env.get("HTTP_IF_NONE_MATCH"),
    )


def _utf8(text: str) -> str:
    """What WSGI hands over as if it were Latin-1 (PEP 3333)."""
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "replace")


def _query(text: str) -> dict[str, list[str]]:
    """A NUL becomes the sign for what cannot be read: no text of ours holds either."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True) if text else ():
        values.setdefault(name, []).append(value.replace("\x00", "\ufffd"))
    return values


class Endpoint:
    """One route, callable by Falcon."""

    def __init__(self, gate: Gate, route: Route) -> None:
        self._gate = gate
        self._route = route

    def __call__(self, http: falcon.Request, resp: falcon.Response, **path: str) -> None:
        visit = Visit(http, request_id_of(http), route=self._route.path)
        answer = self._answer(visit, shown(path))
        if self._route.door == PAGE:
            answer = self._for_browser(visit, answer)
        if self._route.door in (PAGE, PUBLIC) and answer.body:
            body = with_pictures_inside(self._gate.server, answer.body)
            answer = answer if body is answer.body else replace(answer, body=body)
        write(resp, visit, answer, self._gate)

    def _for_browser(self, visit: Visit, answer: Answer) -> Answer:
        """Problems as pages; the cookie that the forms of a page go with."""
        if answer.content_type == JSON and answer.body:
            answer = problem_page(answer, visit.browser)
        return replace(answer, cookies=answer.cookies or visit.cookies)

    def _answer(self, visit: Visit, path: dict[str, str]) -> Answer:
        caller = None
        try:
            self._check_client_header(visit)
            caller = visit.caller = self._gate.caller_for(self._route, visit, path)
            body = self._gate.body_of(self._route, visit)
            return self._act_as_expected(visit, caller, path, body)
        except NotYet as refusal:
            if visit.http.env.get(AGAIN_LATER):
                raise
            return refused(refusal)
        except TooMany as refusal:
            visit.limit, visit.left = refusal.limit, 0
            return refused(refusal)
        except NotFound as refusal:
            is_inside = caller is not None and caller.kind is CallerKind.MEMBER
            return refused(refusal.for_member() if is_inside else refusal)
        except Refusal as refusal:
            return refused(refusal)
        except Exception as error:
            if is_away(error):
                _log.exception("database away", request_id=visit.request_id)
                return refused(Unavailable())
            if is_unstorable(error):
                _log.warning("text not storable", request_id=visit.request_id)
                return refused(invalid("body", f"A text {NO_NUL}"))
            # Never the path itself: it may hold a guest's code.
            route = f"{self._route.method} {self._route.path}"
            _log.exception("request crashed", request_id=visit.request_id, route=route)
            return crashed(visit.request_id)

    def _act_as_expected(
        self, visit: Visit, caller: Caller, path: dict[str, str], body: bytes
    ) -> Answer:
        """As far as conditions in the headers hold (ruling 31)."""
        subject = self._route.subject
        if subject is None:
            return self._act(visit, caller, path, body)
        if self._route.method == "GET":
            answer = self._act(visit, caller, path, body)
            return conditions.unless_known(visit.http, answer)
        expecting = conditions.expecting(visit.http, caller, subject, path)
        try:
            return self._act(visit, expecting, path, body)
        except ChangedSince as refusal:
            reading = self._gate.reading.get(self._route.path)
            if reading is None:
                raise
            request = self._gate.request_for(reading, visit, caller, path, b"")
            return conditions.changed(refusal, reading.act(request), request, visit.sent)

    def _act(self, visit: Visit, caller: Caller, path: dict[str, str], body: bytes) -> Answer:
        try:
            return self._act_bringing(visit, caller, path, body)
        except Held as refusal:
            # What was refused is undone, a key with it: the entry is a transaction of its own.
            note_refusal(caller, refusal)
            raise

    def _act_bringing(
        self, visit: Visit, caller: Caller, path: dict[str, str], body: bytes
    ) -> Answer:
        """With the files that the request brings along."""
        key = self._key_of(visit)
        request = self._gate.request_for(self._route, visit, caller, path, body)
        if request.unreadable is not None:
            return self._act_in_time(visit, request, key, body)
        if self._route.brings is not None:
            visit.brought = self._route.brings(request)
            request = replace(request, brought=visit.brought)
        if not visit.brought:
            return self._act_in_time(visit, request, key, body)
        with visit.brought.kept(caller) as keeping:
            return self._act_in_time(visit, replace(request, caller=keeping), key, body)

    def _act_in_time(self, visit: Visit, request: Request, key: str | None, body: bytes) -> Answer:
        commits = self._gate.server.database.commits
        try:
            if key is None:
                return self._act_whole(request)
            return self._act_once(request, key, _request_digest(visit, body))
        except Exception as error:
            if isinstance(error, OutcomeUnknown) or (
                _is_ours(error) and self._gate.server.database.commits > commits
            ):
                _log.exception("outcome unknown", request_id=visit.request_id)
                may_repeat = key is not None or self._route.method != "POST"
                raise OutcomeUnknown(may_repeat=may_repeat) from error
            raise

    def _act_whole(self, request: Request) -> Answer:
        """Or not at all: what the use case finds wrong is told with what could not be read."""
        unreadable = request.unreadable
        if unreadable is None:
            return self._route.act(request)
        try:
            self._route.act(request)
        except Invalid as wrong:
            raise wrong.beside(unreadable) from None
        raise unreadable

    def _check_client_header(self, visit: Visit) -> None:
        if not self._gate.settings.require_client_header or self._needs_no_token(visit):
            return
        if not (visit.http.get_header("X-Tallyfy-Client") or "").strip():
            raise Unauthenticated(
                "The X-Tallyfy-Client header is required.",
                code="CLIENT_HEADER_REQUIRED",
                token_was_sent=False,
            )

    def _needs_no_token(self, visit: Visit) -> bool:
        by_link = self._route.opens_by_link and _comes_by_link(visit.http)
        if self._route.door in OPEN_DOORS or by_link:
            return True
        is_guests = self._route.door == GUEST or _guest_code(visit.http) is not None
        return is_guests and "HTTP_AUTHORIZATION" not in visit.http.env

    def _act_once(self, request: Request, key: str, digest: str) -> Answer:
        """Everything that the request does is one transaction, and its answer is kept in it."""
        with repeating.claiming(request.caller, key, digest) as claim:
            if claim.kept is not None:
                replayed = Answer(claim.kept.status, claim.kept.body)
                return replayed.with_header("Idempotent-Replayed", "true")
            answer = self._act_whole(replace(request, caller=claim.caller))
            if answer.status < 300:
                claim.keep(answer.status, answer.body)
            return answer

    def _key_of(self, visit: Visit) -> str | None:
        """The Idempotency-Key, where one counts."""
        key = visit.http.get_header("Idempotency-Key")
        if key is None or not self._route.keeps_answers:
            return None
        if not 0 < len(key) <= _LONGEST_KEY:
            raise BadRequest("The Idempotency-Key must have 1 to 255 characters.")
        return str(key)


def _request_digest(visit: Visit, body: bytes) -> str:
    http = visit.http
    if visit.brought is not None and not body:
        body = visit.brought.digest()
    address = f"{http.path}?{http.query_string}" if http.query_string else http.path
    content = f"{http.method} {address}\n".encode() + body
    return hashlib.sha256(content).hexdigest()


def request_id_of(http: falcon.Request) -> str:
    sent = http.env.get("HTTP_X_REQUEST_ID")
    return sent if sent and _REQUEST_ID.fullmatch(sent) else secrets.token_hex(8)


def write(resp: falcon.Response, visit: Visit, answer: Answer, gate: Gate) -> None:
    """Status, body and the headers that every answer carries (contract 00, 2 and 10)."""
    resp.status = _REASONS[answer.status]
    if answer.pieces is None:
        resp.data = answer.body
    else:
        resp.stream = answer.pieces
    has_body = answer.body or answer.pieces or answer.length is not None
    resp.content_type = answer.content_type if has_body else None
    if answer.length is not None:
        resp.content_length = answer.length
    resp.set_headers(
        [
            ("X-Request-Id", visit.request_id),
            ("X-RateLimit-Limit", str(visit.limit)),
            ("X-RateLimit-Remaining", str(visit.left)),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            *(() if visit.browser or answer.content_type == HTML else _cors(gate)),
            *answer.headers,
        ]
    )
    for cookie in answer.cookies:
        resp.append_header("Set-Cookie", cookie)
    if ignored := (*visit.ignored, *answer.dropped):
        resp.set_header("X-Ignored-Fields", header_list(ignored))
    if visit.useless:
        resp.set_header("X-Ignored-Parameters", header_list(visit.useless))
    method = str(visit.http.method)
    gate.log.note(
        began=visit.began,
        status=answer.status,
        request_id=visit.request_id,
        method=method,
        route=visit.route,
        size=_size(answer, method),
        caller=visit.caller,
    )


def _size(answer: Answer, method: str) -> int | None:
    """Of the body that is sent; None where nobody knows yet."""
    if method == "HEAD":
        return 0
    return answer.length if answer.pieces else len(answer.body)


def _cors(gate: Gate) -> tuple[tuple[str, str], ...]:
    """Other sites' programs may read what the API answers, and no page."""
    return (
        ("Access-Control-Allow-Origin", gate.settings.cors_origins),
        ("Access-Control-Expose-Headers", EXPOSED_HEADERS),
    )


#: What stands for itself in a list in a header: all that can be seen, but the list's own sign and
#: that of the encoding.
_PLAIN_IN_LISTS = "".join(sign for sign in map(chr, range(33, 127)) if sign not in ",%")
_LONGEST_LIST = 2000


def header_list(names: Sequence[str]) -> str:
    """Names as a header: UTF-8, percent-encoded. As many whole names as fit."""
    listed = ""
    for name in names:
        if len(listed) + len(name) > _LONGEST_LIST:  # Encoded it is no shorter.
            continue
        longer = f"{listed}{',' if listed else ''}{quote(name, safe=_PLAIN_IN_LISTS)}"
        if len(longer) <= _LONGEST_LIST:
            listed = longer
    return listed


EXPOSED_HEADERS = (
    "X-Request-Id, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, "
    "X-Ignored-Fields, X-Ignored-Parameters, Content-Disposition, ETag"
)
