"""What can go wrong in a use case. No HTTP here: `web/problems.py` maps each kind to a status once.

A domain's own error subclasses one of these and owns a stable `code`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

Problems = Mapping[str, Sequence[str]]


class Refusal(Exception):
    """A request that was understood and refused; nothing has been applied."""

    code = "BAD_REQUEST"
    message = "The request was refused."

    def __init__(self, message: str | None = None, *, code: str | None = None) -> None:
        self.message = message or type(self).message
        self.code = code or type(self).code
        super().__init__(self.message)


class BadRequest(Refusal):
    pass


class MalformedBody(BadRequest):
    code = "MALFORMED_JSON"
    message = "The request body is not a JSON object."


class Unauthenticated(Refusal):
    code = "UNAUTHENTICATED"
    message = "Unauthenticated."

    def __init__(
        self, message: str | None = None, *, code: str | None = None, token_was_sent: bool = True
    ) -> None:
        super().__init__(message, code=code)
        self.token_was_sent = token_was_sent


class Forbidden(Refusal):
    """Readable, but the caller lacks the role, right or relation."""

    code = "FORBIDDEN"
    message = "You do not have the right to perform this action."


@dataclass(frozen=True)
class Dependant:
    """Something that would lose what it rests on. `kind` is the contract's word for it."""

    kind: str
    id: str
    title: str


class InUse(Forbidden):
    """Other things depend on it; they are named, so that somebody can see to them first."""

    def __init__(self, message: str, dependants: Sequence[Dependant]) -> None:
        super().__init__(message)
        self.dependants = dependants


class NotFound(Refusal):
    """Unknown, or not readable by the caller: both look the same on purpose.

    `kind`: what was looked for, in people's words; members are told it, inside their organization.
    """

    code = "RESOURCE_NOT_FOUND"
    message = "Resource not found"

    def __init__(
        self, message: str | None = None, *, code: str | None = None, kind: str | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.kind = kind

    def for_member(self) -> "NotFound":
        return self if self.kind is None else NotFound(f"{self.kind} not found", code=self.code)


class Conflict(Refusal):
    code = "CONFLICT"
    message = "The request conflicts with the current state."


class Expired(Refusal):
    """It was good for some time, and is no more."""

    code = "EXPIRED"


class ChangedSince(Refusal):
    """Somebody else was quicker: it is not what the caller looked at any more (ruling 31)."""

    code = "CHANGED_SINCE"
    message = "This has changed since you read it. Nothing was applied."


@dataclass(frozen=True)
class NamedHold:
    """A hold, as those are told of it who may place one."""

    id: str
    reason: str
    reference: str | None


class Held(Conflict):
    """It is on hold, so nothing of it may be destroyed (contract 70, 4).

    `kind` and `id`: what it was that somebody would have destroyed, or part of it. `holds`: those
    that forbid it; None: not for whoever asked.
    """

    code = "HELD"

    def __init__(
        self, message: str, kind: str, thing_id: str, holds: Sequence[NamedHold] | None
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.id = thing_id
        self.holds = holds


class NotYet(Conflict):
    """Something that is going on just now must end first, which it soon does.

    Whoever serves the request may do it again a little later, holding no thread meanwhile; this
    refusal is what the client gets when that was in vain. Nothing has been applied.
    `patience_s`: for how long it may be done again, where that is more than a second.
    """

    retry_after = 1

    def __init__(self, message: str | None = None, *, patience_s: float = 0.0) -> None:
        super().__init__(message)
        self.patience_s = patience_s


class SeatsExhausted(Conflict):
    """Nobody more fits into the organization in this kind of role; it has a shape of its own."""

    code = "SEAT_POOL_EXHAUSTED"

    def __init__(self, pool: str, message: str) -> None:
        super().__init__(message)
        self.pool = pool


class TooMany(Refusal):
    code = "RATE_LIMIT_EXCEEDED"
    message = "Too many requests. Please try again later."

    def __init__(self, retry_after: int, limit: int, message: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = max(retry_after, 1)
        self.limit = limit


class Unavailable(Refusal):
    code = "UNAVAILABLE"
    message = "The server cannot reach its database at the moment. Please try again."


class OutcomeUnknown(Unavailable):
    """The database went away between being told to commit and saying that it did.

    The one error after which something may have been applied (contract 00, 3.9).
    """

    code = "OUTCOME_UNKNOWN"
    message = (
        "The connection to the database was lost at the very end, so it is not known whether this "
        "was done. Look first, or repeat it with the Idempotency-Key that it was sent with."
    )

    def __init__(self, *, may_repeat: bool = False) -> None:
        #: By itself: what was sent does the same when it is done twice.
        self.may_repeat = may_repeat
        super().__init__()


class TooLarge(Refusal):
    code = "PAYLOAD_TOO_LARGE"


class UnsupportedType(Refusal):
    code = "UNSUPPORTED_MEDIA_TYPE"
    message = (
        "Send the body as application/json, application/x-www-form-urlencoded "
        "or multipart/form-data."
    )


class OAuthRefusal(Refusal):
    """A client that asked for a token gets none; `error` is one of the words of RFC 6749."""

    def __init__(self, error: str, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description, code=error)
        self.error = error
        self.retry_after = retry_after


class Invalid(Refusal):
    """State or body is wrong. `problems` maps a dot path into the request to its sentences."""

    code = "VALIDATION_ERROR"

    def __init__(self, problems: Problems, *, code: str | None = None) -> None:
        self.problems = {path: list(texts) for path, texts in problems.items()}
        super().__init__(summarise(self.problems), code=code)

    def beside(self, found: "Invalid") -> "Invalid":
        """Both at once, where `found` is what could not be read of a body.

        What concerns the same key is told by `found` alone: the rest was looked at without it.
        """
        own = problems_elsewhere(self.problems, found.problems)
        if not own:
            return found
        if self.code == Invalid.code:
            return Invalid({**found.problems, **own})
        # A state that has a code of its own is what its clients look for.
        return Invalid({**own, **found.problems}, code=self.code)


def problems_elsewhere(problems: Problems, told: Problems) -> dict[str, Sequence[str]]:
    """Those that concern no key of `told`, nor what lies around or inside of one."""
    around: set[str] = set()
    for path in told:
        for whole in _around(path):
            if whole in around:  # And so is all that holds it.
                break
            around.add(whole)
    return {
        path: texts
        for path, texts in problems.items()
        if path not in told and path not in around and told.keys().isdisjoint(_around(path))
    }


def _around(path: str) -> Iterator[str]:
    """Paths of the lists and objects that hold it."""
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


class Archived(Invalid):
    """A write to something that is archived."""

    code = "ARCHIVED"


#: Sentences of one refusal that a person is told outside of a form.
_MOST_SENTENCES = 20


def sentences_of(refusal: Refusal) -> list[str]:
    """Everything that is wrong, for people who are told by mail or in a comment: so that they can
    mend it all at once."""
    if not isinstance(refusal, Invalid):
        return [refusal.message]
    sentences = [sentence for texts in refusal.problems.values() for sentence in texts]
    left_out = len(sentences) - _MOST_SENTENCES
    more = [f"... and {left_out} more."] if left_out > 0 else []
    return [*sentences[:_MOST_SENTENCES], *more]


@contextmanager
def gathering(problems: dict[str, list[str]]) -> Iterator[None]:
    """What is found wrong inside is noted instead, so that it can be told with everything else.

    A state with a code of its own (`ARCHIVED`) goes on: nothing else matters then.
    """
    try:
        yield
    except Invalid as wrong:
        if wrong.code != Invalid.code:
            raise
        for path, sentences in wrong.problems.items():
            problems.setdefault(path, []).extend(sentences)


def raise_if_any(problems: Problems) -> None:
    """Where a use case has looked at everything that was sent."""
    if problems:
        raise Invalid(problems)


def invalid(field: str, sentence: str) -> Invalid:
    return Invalid({field: [sentence]})


def summarise(problems: Problems) -> str:
    """The first sentence, and how many more there are (contract 00, 6.2)."""
    sentences = [text for texts in problems.values() for text in texts]
    more = len(sentences) - 1
    if more <= 0:
        return sentences[0]
    return f"{sentences[0]} (and {more} more {'error' if more == 1 else 'errors'})"
