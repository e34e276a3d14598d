"""What has just been done, told once on the page that comes next, with its undo.

It travels in a cookie of a minute: so it comes after any redirect, with or without scripts. What a
cookie holds may be anybody's invention: only sentences of ours are made from it, and its undo is a
form like all others.
"""

from typing import NamedTuple
from urllib.parse import quote, unquote

from procession.kit.cookies import telling
from procession.kit.http import Browser
from procession.kit.ids import find_id, find_number

_LONGEST_NAME = 60


class _Kind(NamedTuple):
    """`{0}` is the name, `{1}` who did it; `undo`: what takes it back, below the address of the
    thing."""

    sentence: str
    undo: str = ""
    #: It is not on the page that tells it: a link leads there.
    opens: bool = False


_KINDS = {
    "archived": _Kind("Archived “{0}”.", "restore"),
    "restored": _Kind("“{0}” is back where it was.", "archive"),
    #: By the undo of another toast: it needs none of its own.
    "undone": _Kind("Undone: “{0}” is as before."),
    "deleted": _Kind("Deleted “{0}” for ever."),
    "duplicated": _Kind("Made “{0}”. Changing it leaves the original as it is."),
    "version": _Kind("{0} is what is edited now. What was edited before is a version, too."),
    "version-parts": _Kind(
        "{0} is what is edited now, without people and things that are gone. "
        "What was edited before is a version, too."
    ),
    "tagged": _Kind("“{0}” has the tags that you chose."),
    "moved": _Kind("“{0}” lies where you put it."),
    "folder-made": _Kind("Made the folder “{0}”."),
    "folder-changed": _Kind("Changed the folder “{0}”."),
    "folder-deleted": _Kind("Deleted the folder “{0}”. What lay in it is still there."),
    "launched": _Kind("Launched “{0}”."),
    "launched-another": _Kind("Launched “{0}”.", opens=True),
    #: Of a template: processes keep what they have of it.
    "left-out": _Kind("Deleted “{0}” from this template."),
    "invited": _Kind("Invited {0}."),
    "reinvited": _Kind("Sent the invitation of {0} again."),
    "withdrawn": _Kind("Withdrew the invitation of {0}."),
    "deactivated": _Kind("Deactivated {0}. Nothing else has changed.", "reactivate"),
    "handed-over": _Kind("Deactivated {0}. {1} has their work now."),
    "reactivated": _Kind("{0} is a member again."),
    "gone": _Kind("{0} is gone for ever. What they did keeps their name."),
    "guest-added": _Kind("{0} is a guest now."),
    "guest-mailed": _Kind("Sent {0} their link."),
    "guest-reset": _Kind("{0} has another link. The old one leads nowhere."),
    "guest-disabled": _Kind("{0} cannot come in any more.", "enable"),
    "guest-enabled": _Kind("{0} can come in again, by the link they had."),
    "guest-deleted": _Kind("{0} is no guest any more. What they did keeps their address."),
    "created": _Kind("Created “{0}”."),
    "group-deleted": _Kind("Deleted the group “{0}”. Its people have its tasks."),
    "saved": _Kind("Saved."),
    "held": _Kind("On hold: “{0}”. Nobody can delete it until the hold is released."),
    "released": _Kind("Released a hold on “{0}”."),
    "webhook-made": _Kind("{0} is told of what happens from now on."),
    "webhook-deleted": _Kind("{0} is told no more."),
    "webhook-paused": _Kind("Paused {0}. What there is to send waits, for 30 days.", "resume"),
    "webhook-resumed": _Kind("{0} is sent to again, beginning with what has waited.", "pause"),
    "webhook-again": _Kind("Sent to {0} once more."),
    "revoked": _Kind("Revoked “{0}”. It is good no longer."),
    "already-archived": _Kind("“{0}” was archived already, by {1}."),
    #: It has no undo: files are archived where they are taken out.
    "restored-file": _Kind("“{0}” is back where it was."),
    "preset-saved": _Kind("Saved the preset “{0}”."),
    "preset-deleted": _Kind("Deleted the preset “{0}”. The list stays as it is."),
    #: Of operations: the name is how many of what.
    "archived-many": _Kind("Archived {0}.", "undo"),
    "restored-many": _Kind("Restored {0}.", "undo"),
    "deleted-many": _Kind("Deleted {0} for ever."),
    "undone-many": _Kind("Undone: {0} as before."),
    "watched": _Kind("You are told what happens to “{0}”."),
    "unwatched": _Kind("You are told of “{0}” no more."),
    #: `{1}`: who was named in a comment.
    "let-in": _Kind("Posted. {1} can read “{0}” from now on."),
    "comment-deleted": _Kind("Deleted a comment on “{0}” for ever."),
    "issue-resolved": _Kind("Resolved an issue of “{0}”."),
    "issue-reopened": _Kind("The issue of “{0}” is open again."),
    #: Of what was ticked in the list of tasks: the name is how many.
    "completed-many": _Kind("Completed {0}.", "reopen"),
    "reopened-many": _Kind("Reopened {0}."),
    "changed-many": _Kind("Changed {0}."),
    "completed": _Kind("Completed “{0}”.", "reopen"),
    "approved": _Kind("Approved “{0}”.", "reopen"),
    "rejected": _Kind("Rejected “{0}”.", "reopen"),
    "acknowledged": _Kind("Acknowledged “{0}”.", "reopen"),
    #: Who may not reopen it, and what a mail went out with.
    "done": _Kind("Done: “{0}”."),
    "sent": _Kind("Sent “{0}”. It is done."),
    "part-done": _Kind("Your part of “{0}” is done: {1}."),
    "reopened": _Kind("Reopened “{0}”."),
    "created-task": _Kind("Created “{0}”.", opens=True),
    "saved-task": _Kind("Saved “{0}”."),
    "reminded": _Kind("Reminded {1} of “{0}”."),
    "reminded-nobody": _Kind("Nobody is to be reminded of “{0}” but you."),
    "assigned": _Kind("{1} has “{0}” now."),
    "unassigned": _Kind("{1} does not have “{0}” any more."),
    "due": _Kind("“{0}” is due {1}."),
    "hidden": _Kind("Hid “{0}”.", "show"),
    "shown": _Kind("“{0}” shows again.", "hide"),
    "added": _Kind("Added “{0}”.", "archive"),
    "asks-answers": _Kind("“{0}” has questions to answer first.", opens=True),
    "has-issue": _Kind("“{0}” has an open issue: it has to be resolved first.", opens=True),
    "not-now": _Kind("“{0}” cannot be completed as it is.", opens=True),
}
_PLACES = ("processes", "templates", "tasks", "files", "folders", "presets", "settings/webhooks")
#: Below the archive, known by their number, as people are.
_OPERATIONS = "archive/operations"
_NUMBERED = (_OPERATIONS, "people/members", "people/guests")
#: Below the list of tasks, in the place of an id: what was ticked there, and how many of them a
#: cookie has room for.
TICKED = "ticked"
MOST_TOLD = 100


class Toast(NamedTuple):
    """`kind`: a key of `_KINDS`. `place`: where the thing is, below `/app`; it and the id say only
    where the undo goes."""

    kind: str
    place: str = ""
    id: str = ""
    name: str = ""
    #: Who did it, where it was not the reader.
    by: str = ""
    #: Of what was ticked: what its undo is about.
    ids: tuple[str, ...] = ()

    def cookie(self, browser: Browser) -> str:
        name, by = (quote(each[:_LONGEST_NAME], safe="") for each in (self.name, self.by))
        ids = f":{'.'.join(self.ids)}" if self.ids else ""
        return telling(browser, f"{self.kind}:{self.place}:{self.id}:{name}:{by}{ids}")

    @property
    def sentence(self) -> str:
        return _KINDS[self.kind].sentence.format(self.name, self.by)

    @property
    def undo(self) -> str | None:
        """Where its undo is sent."""
        verb = _KINDS[self.kind].undo
        is_lost = self.id == TICKED and not self.ids
        return f"/app/{self.place}/{self.id}/{verb}" if verb and not is_lost else None

    @property
    def details(self) -> str | None:
        """Where an operation tells what became of each."""
        return f"/app/{self.place}/{self.id}" if self.place == _OPERATIONS else None

    @property
    def leads_to(self) -> str | None:
        """Where the thing itself is, if not on the page that tells it."""
        return f"/app/{self.place}/{self.id}" if _KINDS[self.kind].opens else None


def toast_of(browser: Browser) -> Toast | None:
    """None for what no page of ours has put there."""
    kind, _, rest = (browser.toast or "").partition(":")
    place, _, rest = rest.partition(":")
    thing, _, rest = rest.partition(":")
    name, _, rest = rest.partition(":")
    by, _, ids = rest.partition(":")
    if kind not in _KINDS:
        return None
    is_known = (
        find_number(thing) is not None
        if place in _NUMBERED
        else place in _PLACES and (thing == TICKED or find_id(thing) is not None)
    )
    if (place or _KINDS[kind].undo or _KINDS[kind].opens) and not is_known:
        return None
    about = tuple(each for each in ids.split(".")[:MOST_TOLD] if find_id(each) is not None)
    name, by = (unquote(each)[:_LONGEST_NAME] for each in (name, by))
    return Toast(kind, place, thing, name, by, about)
