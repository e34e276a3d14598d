"""The two trees of folders: reading them, and changing them (contract 60, 6).

What deleting one changes in templates is the flow's part (`flows/organizing/filing.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from procession.core.folding import occurs, sorting_key
from procession.domains.organizing import policy, store
from procession.domains.organizing.events import (
    FolderChanged,
    FolderCreated,
    FolderDeleted,
    told,
)
from procession.domains.organizing.types import (
    FOLDER_KINDS,
    FOLDER_SORTING,
    Folder,
    FolderFilter,
    FolderKind,
    FolderView,
)
from procession.domains.organizing.wire.folders import FolderChangesIn, FolderIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, gathering, invalid, raise_if_any
from procession.kit.ids import find_id, new_id
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading, writing

#: How many folders may lie in each other: trees are answered nested.
DEEPEST = 50
#: Every tree is small.
_WHOLE = PageRequest(1, 10_000)
_NO_KIND = "The selected folder type is invalid."
_NO_PARENT = "The selected parent id is invalid."

Folders = Mapping[str, Folder]


def read_kind(word: str | None) -> str:
    """The kind that a client means; templates unless it says so."""
    kind = FOLDER_KINDS.get((word or FolderKind.TEMPLATES.value).lower())
    if kind is None:
        raise invalid("folder_type", _NO_KIND)
    return kind.value


def list_folders(caller: Caller, request: PageRequest, wanted: FolderFilter) -> Page[FolderView]:
    """Of one kind. With `q` a tree holds what matches and what that lies in."""
    with reading(caller) as work:
        return list_in(work, request, wanted)


def list_in(work: Work, request: PageRequest, wanted: FolderFilter) -> Page[FolderView]:
    """Two statements, however many there are."""
    known = {each.id: each for each in store.list_folders(work) if each.kind == wanted.kind}
    found = [folder for folder in known.values() if occurs(wanted.q, folder.name)]
    if wanted.as_tree and wanted.q:
        kept = {each.id for folder in found for each in (folder, *ancestors(known, folder))}
        found = [folder for folder in known.values() if folder.id in kept]
    found = _sorted(found, wanted.sort)
    totals = store.count_contents(work, [folder.id for folder in found])
    listed = _trees(found, known, totals) if wanted.as_tree else _flat(found, known, totals)
    rows = listed[request.offset : request.offset + request.size]
    page = Page(rows, len(listed), request)
    check_everything_fits(page)
    return page


def tree_of(work: Work, kind: FolderKind) -> Sequence[FolderView]:
    """Those at the top, with what is inside of each."""
    return list_in(work, _WHOLE, FolderFilter(kind=kind.value, as_tree=True)).rows


def get_folder(caller: Caller, folder_id: str, *, as_tree: bool = False) -> FolderView:
    with reading(caller) as work:
        return view(work, _all(work), folder_id, as_tree=as_tree)


def view(work: Work, known: Folders, folder_id: str, *, as_tree: bool = False) -> FolderView:
    folder = known.get(folder_id)
    if folder is None:
        raise NotFound(kind="Folder")
    shown = [folder, *inside(known, folder)] if as_tree else [folder]
    totals = store.count_contents(work, [each.id for each in shown])
    if not as_tree:
        return _flat([folder], known, totals)[0]
    return _nested(folder, known, totals, _by_parent(_sorted(shown, ())))


def views_among(work: Work, folder_ids: Iterable[str]) -> tuple[dict[str, FolderView], Folders]:
    """Folders that things lie in, by id, and the trees they are in: two statements for all."""
    wanted = set(folder_ids)
    if not wanted:
        return {}, {}
    known = _all(work)
    found = [known[folder_id] for folder_id in wanted if folder_id in known]
    totals = store.count_contents(work, [folder.id for folder in found])
    return {shown.folder.id: shown for shown in _flat(found, known, totals)}, known


def create_folder(caller: Caller, sent: FolderIn) -> FolderView:
    with writing(caller) as work:
        _check_right(caller)
        store.lock_folders(work)
        known = _all(work)
        problems: dict[str, list[str]] = {}
        kind, parent = FolderKind.TEMPLATES.value, None
        with gathering(problems):
            kind = read_kind(sent.folder_type if isinstance(sent.folder_type, str) else None)
        with gathering(problems):
            # Of which kind it must be cannot be said where that is unknown.
            parent = _parent(known, sent.parent_id, None if problems else kind)
        if parent is not None and len(ancestors(known, parent)) + 2 > DEEPEST:
            problems["parent_id"] = [f"Folders can be nested {DEEPEST} deep at most."]
        raise_if_any(problems)
        beside = _children(known, _id_of(parent), kind)
        folder = Folder(
            id=new_id(),
            kind=kind,
            name=sent.name,
            parent_id=_id_of(parent),
            position=len(beside) + 1,
            created_at=work.now,
            updated_at=work.now,
        )
        store.add_folder(work, folder)
        work.record(told(FolderCreated, folder, caller.organization_id))
        if isinstance(sent.position, int):
            folder = _place(work, known, folder, folder, sent.position)
        return view(work, {**known, folder.id: folder}, folder.id)


def update_folder(caller: Caller, folder_id: str, sent: FolderChangesIn) -> FolderView:
    with writing(caller) as work:
        store.lock_folders(work)
        known = _all(work)
        folder = known.get(folder_id)
        if folder is None:
            raise NotFound(kind="Folder")
        _check_right(caller)
        moved = _changed(known, folder, sent)
        position = sent.position if isinstance(sent.position, int) else None
        changed = _move(work, known, folder, moved, position)
        _tell(work, folder, changed)
        return view(work, {**known, folder.id: changed}, folder.id)


def _changed(known: Folders, folder: Folder, sent: FolderChangesIn) -> Folder:
    """With the name and parent that were sent, everything wrong reported at once."""
    problems: dict[str, list[str]] = {}
    if isinstance(sent.folder_type, str):
        kind = FOLDER_KINDS.get(sent.folder_type.lower())
        if kind is None or kind != folder.kind:
            problems["folder_type"] = [
                _NO_KIND if kind is None else "The folder type cannot be changed."
            ]
    parent_id = folder.parent_id
    if sent.parent_id is not msgspec.UNSET:
        try:
            parent = _parent(known, sent.parent_id, folder.kind)
            parent_id = _id_of(parent)
            _check_place(known, folder, parent)
        except Invalid as wrong:
            problems |= wrong.problems
    if problems:
        raise Invalid(problems)
    name = sent.name if isinstance(sent.name, str) else folder.name
    return msgspec.structs.replace(folder, name=name, parent_id=parent_id)


def _check_place(known: Folders, folder: Folder, parent: Folder | None) -> None:
    if parent is None:
        return
    above = [parent, *ancestors(known, parent)]
    if folder in above:
        sentence = "A folder cannot be moved into itself or into a folder inside of it."
        raise invalid("parent_id", sentence)
    below = max((len(ancestors(known, each)) for each in inside(known, folder)), default=None)
    height = 0 if below is None else below - len(ancestors(known, folder))
    if len(above) + 1 + height > DEEPEST:
        raise invalid("parent_id", f"Folders can be nested {DEEPEST} deep at most.")


def _move(work: Work, known: Folders, was: Folder, folder: Folder, position: int | None) -> Folder:
    """Store the folder's new name and place; those beside it move up or down."""
    if folder.parent_id != was.parent_id:
        left = [each for each in _children(known, was.parent_id, was.kind) if each.id != was.id]
        _number(work, left)
        position = position or len(_children(known, folder.parent_id, folder.kind)) + 1
    folder = _place(work, known, was, folder, position or was.position)
    columns = {
        name: getattr(folder, name)
        for name in ("name", "parent_id")
        if getattr(folder, name) != getattr(was, name)
    }
    if not columns and folder.position == was.position:
        return was
    store.set_folder_columns(work, folder.id, {**columns, "updated_at": work.now})
    return msgspec.structs.replace(folder, updated_at=work.now)


def _place(work: Work, known: Folders, was: Folder, folder: Folder, position: int) -> Folder:
    """Among those beside it, at the position or last."""
    beside = [
        each for each in _children(known, folder.parent_id, folder.kind) if each.id != folder.id
    ]
    at = min(position, len(beside) + 1) - 1
    _number(work, [*beside[:at], msgspec.structs.replace(folder, position=was.position),
                   *beside[at:]])  # fmt: skip
    return msgspec.structs.replace(folder, position=at + 1)


def _number(work: Work, in_order: Sequence[Folder]) -> None:
    """Positions from 1, written where they differ."""
    for place, folder in enumerate(in_order, start=1):
        if folder.position != place:
            store.set_folder_columns(work, folder.id, {"position": place})


def _tell(work: Work, was: Folder, now: Folder) -> None:
    """One fact for each key; a folder that went elsewhere has another position anyway."""
    names = [name for name in ("name", "parent_id") if getattr(now, name) != getattr(was, name)]
    if "parent_id" not in names and now.position != was.position:
        names.append("position")
    for name in names:
        organization_id = work.caller.organization_id
        before = getattr(was, name)
        work.record(told(FolderChanged, now, organization_id, field=name, before=before))


def hold_folder(work: Work, folder_id: str) -> FolderView:
    """What is about to be deleted: it exists, the caller may, and nobody else changes the tree."""
    store.lock_folders(work)
    shown = view(work, _all(work), folder_id)
    _check_right(work.caller)
    return shown


def discard(work: Work, folder: Folder) -> None:
    """Folders inside take its place; processes and tasks in it lie in it no more."""
    known = _all(work)
    inner = _children(known, folder.id, folder.kind)
    beside = _children(known, folder.parent_id, folder.kind)
    for child in inner:
        changes = {"parent_id": folder.parent_id, "updated_at": work.now}
        store.set_folder_columns(work, child.id, changes)
    at = folder.position - 1
    kept = [each for each in beside if each.id != folder.id]
    _number(work, [*kept[:at], *inner, *kept[at:]])
    store.delete_folder(work, folder.id)
    work.record(told(FolderDeleted, folder, work.caller.organization_id))


def _check_right(caller: Caller) -> None:
    if not policy.can_change_folders(caller):
        raise Forbidden


# --- The tree ---


def _id_of(folder: Folder | None) -> str | None:
    return None if folder is None else folder.id


def _all(work: Work) -> dict[str, Folder]:
    return {folder.id: folder for folder in store.list_folders(work)}


def ancestors(known: Folders, folder: Folder) -> list[Folder]:
    """What it lies in, nearest first."""
    found: list[Folder] = []
    parent = known.get(folder.parent_id or "")
    while parent is not None:
        found.append(parent)
        parent = known.get(parent.parent_id or "")
    return found


def inside(known: Folders, folder: Folder) -> list[Folder]:
    """Everything below it."""
    children = _by_parent(known.values())
    found: list[Folder] = []
    left = list(children.get(folder.id, ()))
    while left:
        found.append(left.pop())
        left += children.get(found[-1].id, ())
    return found


def _children(known: Folders, parent_id: str | None, kind: str) -> list[Folder]:
    """In their order."""
    found = [each for each in known.values() if each.parent_id == parent_id and each.kind == kind]
    return sorted(found, key=lambda folder: (folder.position, folder.id))


def _parent(known: Folders, parent_id: Any, kind: str | None) -> Folder | None:
    if parent_id in (None, msgspec.UNSET):
        return None
    parent = known.get(find_id(parent_id) or "")
    if parent is None or kind not in (None, parent.kind):
        raise invalid("parent_id", _NO_PARENT)
    return parent


_SORTS: dict[str, Any] = {
    "position": lambda folder: folder.position,
    "name": lambda folder: sorting_key(folder.name),
    "created_at": lambda folder: folder.created_at,
    "updated_at": lambda folder: folder.updated_at,
    "id": lambda folder: folder.id,
}


def _sorted(found: Iterable[Folder], sort: tuple[tuple[str, bool], ...]) -> list[Folder]:
    in_order = sorted(found, key=lambda folder: folder.id)
    keys = FOLDER_SORTING.known(sort, usual=("position", False))
    for key, is_descending in reversed(keys):
        in_order.sort(key=_SORTS[key], reverse=is_descending)
    return in_order


def _by_parent(found: Iterable[Folder]) -> dict[str | None, list[Folder]]:
    children: dict[str | None, list[Folder]] = {}
    for folder in found:
        children.setdefault(folder.parent_id, []).append(folder)
    return children


def _parent_name(known: Folders, folder: Folder) -> str | None:
    parent = known.get(folder.parent_id or "")
    return None if parent is None else parent.name


def _flat(found: Iterable[Folder], known: Folders, totals: Mapping[str, int]) -> list[FolderView]:
    return [
        FolderView(folder, _parent_name(known, folder), totals.get(folder.id, 0))
        for folder in found
    ]


def _trees(found: Sequence[Folder], known: Folders, totals: Mapping[str, int]) -> list[FolderView]:
    children = _by_parent(found)
    return [_nested(folder, known, totals, children) for folder in children.get(None, ())]


def _nested(
    folder: Folder,
    known: Folders,
    totals: Mapping[str, int],
    children: Mapping[str | None, Sequence[Folder]],
) -> FolderView:
    """Never deeper than DEEPEST."""
    return FolderView(
        folder,
        _parent_name(known, folder),
        totals.get(folder.id, 0),
        tuple(_nested(each, known, totals, children) for each in children.get(folder.id, ())),
    )
