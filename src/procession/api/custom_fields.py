"""Endpoints of custom fields: the keys, and the values of ten kinds of records."""

from typing import Annotated, ClassVar

from msgspec import Meta

from procession.core.sorting import Sorting
from procession.domains.custom_fields.actions import keys
from procession.domains.custom_fields.types import KEY_SORTING, KIND_WORDS, KeyFilter, RecordKind
from procession.domains.custom_fields.wire import (
    KeyChangesIn,
    KeyIn,
    KeyOut,
    ValueIn,
    ValuesIn,
    ValuesOut,
    key_out,
    values_out,
)
from procession.flows.organizing import describing, unkeying
from procession.kit.http import GUEST, MEMBER, Answer, Request, Routes, item, listing
from procession.kit.paging import WORDS, PageQuery, Search, sort_keys

routes = Routes("Custom fields")

KEYS = "/organizations/{org}/custom-field-keys"
KEY = f"{KEYS}/{{key}}"


class KeysQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = KEY_SORTING

    applies_to: Annotated[
        str | None,
        Meta(
            description="One of: process, task, member, guest, folder, tag, template, step, "
            "form_field, kickoff_field."
        ),
    ] = None
    key_type: Annotated[
        str | None, Meta(description="org or system.", extra={WORDS: ("org", "system")})
    ] = None
    field_type: Annotated[str | None, Meta(description="Type of the values.")] = None
    is_required: Annotated[bool | None, Meta(description="Only required ones, or others.")] = None
    is_active: Annotated[bool | None, Meta(description="Only active ones, or others.")] = None
    q: Search = None


@routes.get(KEYS, policy="visible", answers=KeyOut, query=KeysQuery, is_list=True)
def list_keys(request: Request) -> Answer:
    """List the keys of custom fields."""
    query: KeysQuery = request.query
    applies_to = query.applies_to
    if applies_to is not None:
        applies_to = KIND_WORDS.get(applies_to.lower(), applies_to)
    wanted = KeyFilter(
        applies_to=applies_to,
        field_type=query.field_type,
        is_system=None if query.key_type is None else query.key_type == "system",
        is_required=query.is_required,
        is_active=query.is_active,
        q=query.q or "",
        sort=tuple(sort_keys(query)),
    )
    page = keys.list_keys(request.caller, request.page(query), wanted)
    return listing(request, page, [key_out(key) for key in page.rows])


@routes.get(KEY, policy="visible", answers=KeyOut)
def get_key(request: Request) -> Answer:
    """Read a key of custom fields."""
    return item(key_out(keys.get_key(request.caller, request.id("key"))))


@routes.post(
    KEYS, policy="can_change_keys", answers=KeyOut, status=201, body=KeyIn, raises=(403, 422)
)
def create_key(request: Request) -> Answer:
    """Create a key: a custom field of one kind of records."""
    return item(key_out(keys.create_key(request.caller, request.body)), 201)


@routes.put(KEY, policy="can_change_keys", answers=KeyOut, body=KeyChangesIn, raises=(403, 422))
def update_key(request: Request) -> Answer:
    """Change a key. Its name, kind of records and type stay as they are."""
    return item(key_out(keys.update_key(request.caller, request.id("key"), request.body)))


@routes.delete(KEY, policy="can_change_keys", answers=KeyOut, reads_body=False, raises=(403, 409))
def delete_key(request: Request) -> Answer:
    """Delete a key and all its values."""
    return item(key_out(unkeying.delete_key(request.caller, request.id("key"))))


def _named(request: Request, kind: RecordKind) -> describing.Named:
    return describing.Named(kind, {**request.path})


def _declare(kind: RecordKind, below: str, policy: str, *, one_by_one: bool = True) -> None:
    """The same calls for each kind of records."""
    path = f"/organizations/{{org}}/{below}/custom-fields"
    door = GUEST if kind is RecordKind.GUEST else MEMBER
    what = kind.value.replace("_", " ")
    # A task is reached by two paths; its process's comes first.
    word = "process_task" if below.startswith("runs/") and kind is RecordKind.TASK else kind.value

    def get(request: Request) -> Answer:
        return item(values_out(describing.get_values(request.caller, _named(request, kind))))

    def put(request: Request) -> Answer:
        named = _named(request, kind)
        return item(values_out(describing.replace(request.caller, named, request.body)))

    def patch(request: Request) -> Answer:
        named, key = _named(request, kind), request.path["key"]
        return item(values_out(describing.set_one(request.caller, named, key, request.body)))

    def delete(request: Request) -> Answer:
        named, key = _named(request, kind), request.path["key"]
        return item(values_out(describing.clear_one(request.caller, named, key)))

    for act in (get, put, patch, delete):
        act.__name__ = f"{act.__name__}_{word}"
    get.__doc__ = f"Read the custom fields of a {what}."
    put.__doc__ = f"Replace the custom fields of a {what}: what is left out is cleared."
    patch.__doc__ = f"Set one custom field of a {what}."
    delete.__doc__ = f"Clear one custom field of a {what}."
    routes.get(path, policy="visible", door=door, answers=ValuesOut, raises=(403,))(get)
    routes.put(path, policy=policy, door=door, answers=ValuesOut, body=ValuesIn, raises=(403, 422))(
        put
    )
    one = f"{path}/{{key}}"
    if one_by_one:
        routes.patch(
            one, policy=policy, door=door, answers=ValuesOut, body=ValueIn, raises=(403, 422)
        )(patch)
    routes.delete(
        one, policy=policy, door=door, answers=ValuesOut, reads_body=False, raises=(403, 422)
    )(delete)


_TEMPLATE = "checklists/{checklist}"
_STEP = f"{_TEMPLATE}/steps/{{step}}"
_declare(RecordKind.PROCESS, "runs/{run}", "can_arrange")
_declare(RecordKind.TASK, "runs/{run}/tasks/{task}", "can_describe_task")
_declare(RecordKind.TASK, "tasks/{task}", "can_describe_task")
_declare(RecordKind.MEMBER, "users/{user}", "can_describe_member")
_declare(RecordKind.GUEST, "guests/{guest}", "can_describe_guest")
_declare(RecordKind.FOLDER, "folders/{folder}", "visible")
_declare(RecordKind.TAG, "tags/{tag}", "visible")
_declare(RecordKind.TEMPLATE, _TEMPLATE, "can_edit", one_by_one=False)
_declare(RecordKind.STEP, _STEP, "can_edit", one_by_one=False)
_declare(RecordKind.FIELD, f"{_STEP}/captures/{{capture}}", "can_edit", one_by_one=False)
_declare(RecordKind.KICKOFF_FIELD, f"{_TEMPLATE}/preruns/{{field}}", "can_edit", one_by_one=False)
