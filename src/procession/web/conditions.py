"""Conditions that a request makes in its headers (ruling 31): `If-Match` and `If-None-Match`."""

from collections.abc import Collection
from dataclasses import replace

import falcon

from procession.core.times import wire_time
from procession.flows.telling.changing import last_change
from procession.kit.caller import Caller, Expected
from procession.kit.errors import ChangedSince
from procession.kit.expecting import ANY, tags_in
from procession.kit.http import Answer, Request
from procession.kit.ids import find_id
from procession.kit.problems import ChangedByOut, DetailsOut, problem
from procession.kit.reading import read_body

_PARAMETERS = ("with", "include")


def expecting(
    http: falcon.Request, caller: Caller, subject: tuple[str, str], path: dict[str, str]
) -> Caller:
    """The caller with what they expect the thing to be, where they say so."""
    header = http.get_header("If-Match")
    kind, name = subject
    thing_id = find_id(path[name])
    if header is None or thing_id is None:
        return caller
    return replace(caller, expected=Expected(kind, thing_id, tags_in(header)))


def unless_known(http: falcon.Request, answer: Answer) -> Answer:
    """304 for what the client has. What is included beside a thing is not counted with it, so that
    is always sent."""
    header = http.get_header("If-None-Match")
    if header is None or answer.status != 200 or _includes(http):
        return answer
    tag = dict(answer.headers).get("ETag")
    good = tags_in(header)
    if tag is None or (ANY not in good and tag.strip('"') not in good):
        return answer
    return Answer(304, headers=(("ETag", tag),))


def _includes(http: falcon.Request) -> bool:
    names = {pair.partition("=")[0] for pair in (http.query_string or "").split("&")}
    return any(name.removesuffix("[]").removesuffix("%5B%5D") in _PARAMETERS for name in names)


def changed(refusal: ChangedSince, now: Answer, request: Request, sent: Collection[str]) -> Answer:
    """Who changed it and when, and what the fields are now that were to be changed."""
    thing = read_body(now.body)["data"]
    change = last_change(request.caller, str(thing["id"]))
    details = DetailsOut(
        changed_by=None if change is None else ChangedByOut(**change.who),
        changed_at=None if change is None else wire_time(change.at),
        current={name: thing[name] for name in sent if name in thing},
    )
    tag = dict(now.headers).get("ETag")
    headers = () if tag is None else (("ETag", tag),)
    return problem(412, refusal.code, refusal.message, headers=headers, details=details)
