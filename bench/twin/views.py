"""The views: they read the request, call one reading or one change, and answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bench.twin import reading, writing
from bench.twin.bodies import full_task_body, json_of, process_body, task_body
from bench.twin.reading import Member

View = Callable[..., HttpResponse]


def _answer(body: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(json_of(body), status=status, content_type="application/json")


def _refusal(status: int, message: str) -> HttpResponse:
    return _answer({"error": True, "message": message}, status)


def for_members(*methods: str) -> Callable[[View], View]:
    """Only with a good token of a member; the view gets the member instead of their organization's
    id."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, organization: str, **rest: str) -> HttpResponse:
            if request.method not in methods:
                return _refusal(405, "This address has no such method.")
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            member = reading.find_member(organization, token)
            if member is None:
                return _refusal(401, "Who are you?")
            try:
                return view(request, member, **rest)
            except ObjectDoesNotExist:
                return _refusal(404, "There is no such thing, or you may not see it.")
            except writing.Refused as refused:
                return _refusal(refused.status, str(refused))

        return guarded

    return decorate


@for_members("GET", "POST")
def processes(request: HttpRequest, member: Member) -> HttpResponse:
    return _launch(request, member) if request.method == "POST" else _list(request, member)


def _list(request: HttpRequest, member: Member) -> HttpResponse:
    page, size = _number(request, "page", 1), min(_number(request, "per_page", 10), 100)
    now = timezone.now()
    live = reading.visible_processes(member).filter(archived_at=None)
    found = list(live.order_by("-created_at", "-number")[(page - 1) * size : page * size])
    reading.gather(found, member, now)
    rows = [process_body(each, now) for each in found]
    pagination = _pagination(request, member, page, size, len(rows))
    return _answer({"data": rows, "meta": {"pagination": pagination}})


def _pagination(
    request: HttpRequest, member: Member, page: int, size: int, count: int
) -> dict[str, Any]:
    total = reading.count_live(member)
    pages = -(-total // size) or 1
    links = {}
    for name, other in (("previous", page - 1), ("next", page + 1)):
        if 1 <= other <= pages:
            query = request.GET.copy()
            query["page"] = str(other)
            links[name] = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return {
        "total": total,
        "count": count,
        "per_page": size,
        "current_page": page,
        "total_pages": pages,
        "links": links,
        "has_more_pages": page < pages,
    }


def _number(request: HttpRequest, name: str, default: int) -> int:
    try:
        return max(int(request.GET.get(name, default)), 1)
    except ValueError:
        raise writing.Refused(422, f"{name} must be a number.") from None


def _sent(request: HttpRequest, *names: str) -> list[str]:
    """Texts of the body, which must be there."""
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise writing.Refused(422, "The body is no JSON.") from None
    values = [body.get(name) if isinstance(body, dict) else None for name in names]
    for name, value in zip(names, values, strict=True):
        if not isinstance(value, str) or not value:
            raise writing.Refused(422, f"{name} is missing.")
    return [str(value) for value in values]


def _launch(request: HttpRequest, member: Member) -> HttpResponse:
    template_id, name = _sent(request, "checklist_id", "name")
    made, now = writing.launch(member, template_id, name)
    return _answer({"data": process_body(made, now)}, 201)


@for_members("GET", "DELETE")
def process(request: HttpRequest, member: Member, process: str) -> HttpResponse:
    if request.method == "DELETE":
        archived, now = writing.archive(member, process)
        undo = f"/organizations/{member.organization_id}/runs/{process}/activate"
        return _answer({"data": process_body(archived, now), "meta": {"undo": undo}})
    now = timezone.now()
    found = reading.visible_processes(member).get(pk=process)
    reading.gather([found], member, now)
    body = process_body(found, now)
    if request.GET.get("with") == "tasks":
        tasks = reading.tasks_of(found, member)
        body["tasks"] = {"data": [task_body(task, found, now) for task in tasks]}
    return _answer({"data": body})


@for_members("PUT")
def activate(request: HttpRequest, member: Member, process: str) -> HttpResponse:
    restored, now = writing.restore(member, process)
    return _answer({"data": process_body(restored, now)})


@for_members("DELETE")
def delete(request: HttpRequest, member: Member, process: str) -> HttpResponse:
    writing.delete(member, process)
    return HttpResponse(status=200)


@for_members("POST")
def completed_tasks(request: HttpRequest, member: Member) -> HttpResponse:
    (task_id,) = _sent(request, "task_id")
    task, of_process, now = writing.complete(member, task_id)
    return _answer({"data": full_task_body(task, of_process, now)})
