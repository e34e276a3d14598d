"""Members: who is here, inviting, roles, deactivating and bringing back (contract 95, 3.12)."""

from urllib.parse import urlencode

from procession.domains.people import policy
from procession.domains.people.types import Member
from procession.domains.people.wire import ProfileIn, ResendingIn
from procession.flows.people import inviting, leaving, profiles, standing, surveying
from procession.flows.people.leaving import Handover
from procession.flows.telling import addresses
from procession.kit.errors import BadRequest, Forbidden, Invalid, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.ids import find_number
from procession.kit.paging import PageRequest
from procession.pages.forms import (
    ActionForm,
    Beside,
    DeactivationForm,
    DeleteForm,
    InvitingForm,
    MembersQuery,
    NextQuery,
    RightsForm,
    RoleForm,
    by_field,
)
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.lists import Pager, Tab, page_number
from procession.pages.people.frame import ROLE_WORDS, ROLES, require_may_look, tabs
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

_SIZE = 50
_PLACE = "people/members"
#: By their keys in the address: what each is called, whom it holds, what an empty one says.
TABS = {
    "all": Tab("All", ("active", "invited"), "Nobody is here."),
    "invited": Tab("Invited", ("invited",), "No invitation is open."),
    "deactivated": Tab(
        "Deactivated",
        ("disabled",),
        "Nobody was deactivated. Who is cannot sign in; what they did stays, with their name.",
    ),
}


@routes.get(addresses.MEMBERS, door=PAGE, policy="visible", query=MembersQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show the members of the organization."""
    require_may_look(here)
    query: MembersQuery = here.request.query
    tab = query.tab if query.tab in TABS else "all"
    role = query.role if query.role in ROLES else ""
    text = (query.q or "").strip()
    page, everybody = surveying.survey_members(
        here.caller,
        PageRequest(page_number(query.page), _SIZE),
        text,
        lambda each: each.status in TABS[tab].holds and (not role or each.role == role),
    )

    def address(**changed: str) -> str:
        said = {"tab": "" if tab == "all" else tab, "role": role, "q": text, **changed}
        return f"{addresses.MEMBERS}?{urlencode({key: each for key, each in said.items() if each})}"

    return app_page(
        here,
        "people/members.html",
        title="People",
        places=tabs(addresses.MEMBERS),
        cuts=[(each.name, address(tab=key, page=""), key == tab) for key, each in TABS.items()],
        roles=[
            ("Every role", address(role="", page=""), not role),
            *(
                (words, address(role=key, page=""), key == role)
                for key, (words, _) in ROLES.items()
            ),
        ],
        tab=TABS[tab],
        text=text,
        kept={"tab": tab, "role": role},
        without_text=address(q=""),
        is_narrowed=bool(text or role),
        lines=page.rows,
        everybody=everybody,
        pager=Pager.of(page, address),
        role_words=ROLE_WORDS,
        may_change=policy.can_change_members(here.caller),
        may_invite=may_invite(here),
        me=here.caller.person_id,
    )


def may_invite(here: Here) -> bool:
    """As far as can be told without their role: the server looks again."""
    return policy.can_invite(
        here.caller, None, is_allowed=inviting.lets_members_invite(here.caller)
    )


# --- Inviting ---


@routes.get(
    addresses.INVITE_MEMBER, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_invite(here: Here) -> Answer:
    """Ask who is invited, and as what."""
    blank = InvitingForm(email="", role="standard", next=here.request.query.next)
    return _inviting(here, blank, Beside())


@routes.post(addresses.INVITE_MEMBER, door=PAGE, policy="visible", body=InvitingForm, status=303)
@for_members
def invite(here: Here) -> Answer:
    """Invite somebody by mail; whoever is invited already gets a new link."""
    sent: InvitingForm = here.request.body
    try:
        member = inviting.invite_member(here.caller, sent, here.request.mailed_url)
    except Invalid as wrong:
        return _inviting(here, sent, Beside(by_field(wrong)))
    return back_to(here, sent.next or addresses.MEMBERS, _toast("invited", member))


def _inviting(here: Here, sent: InvitingForm, problems: Beside) -> Answer:
    if not may_invite(here):
        raise Forbidden("Your role cannot invite people. An administrator can.")
    roles = {
        role: words for role, words in ROLES.items() if here.caller.is_admin or role != "admin"
    }
    return app_page(
        here,
        "people/invite.html",
        422 if problems else 200,
        title="Invite a member",
        sent=sent,
        next=safe_target(sent.next or addresses.MEMBERS),
        roles=roles,
        problems=problems,
    )


@routes.get(
    addresses.MEMBER_INVITATION, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def show_invitation(here: Here) -> Answer:
    """Show the link of an open invitation, to hand it over without mail."""
    name = _named(here)
    link = inviting.get_invitation_link(here.caller, name, here.request.public_url)
    return app_page(
        here,
        "people/invitation.html",
        title="Invitation",
        member=surveying.survey_member(here.caller, name).member,
        link=link,
        next=safe_target(here.request.query.next or addresses.MEMBERS),
    )


@routes.post(addresses.MEMBER_INVITATION, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def resend(here: Here) -> Answer:
    """Send an invitation again; the link before leads nowhere from now on."""
    name = _named(here)
    member = inviting.resend_invitation(here.caller, name, ResendingIn(), here.request.mailed_url)
    return back_to(here, here.request.body.next, _toast("reinvited", member))


@routes.post(
    addresses.WITHDRAW_INVITATION, door=PAGE, policy="visible", body=ActionForm, status=303
)
@for_members
def withdraw(here: Here) -> Answer:
    """Withdraw an invitation: its link leads nowhere."""
    member = leaving.withdraw_invitation(here.caller, _named(here), Handover())
    return back_to(here, here.request.body.next, _toast("withdrawn", member))


# --- One member ---


@routes.get(addresses.MEMBER, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show_member(here: Here) -> Answer:
    """Show one member: who they are, and what they may do."""
    require_may_look(here)
    line = surveying.survey_member(here.caller, _named(here))
    return _member(here, line)


@routes.post(addresses.MEMBER_ROLE, door=PAGE, policy="visible", body=RoleForm, status=303)
@for_members
def change_role(here: Here) -> Answer:
    """Change a member's role, from their next click on."""
    name = _named(here)
    try:
        standing.change_member_role(here.caller, name, here.request.body)
    except (BadRequest, Invalid) as wrong:
        return _member(here, surveying.survey_member(here.caller, name), problem=_why(wrong))
    return back_to(here, addresses.MEMBER.format(user=name), Toast("saved"))


@routes.post(addresses.MEMBER_RIGHTS, door=PAGE, policy="visible", body=RightsForm, status=303)
@for_members
def change_rights(here: Here) -> Answer:
    """Say whether a member may create templates, and archive processes."""
    name, sent = _named(here), here.request.body
    rights = ProfileIn(
        can_create_templates=bool(sent.can_create_templates),
        can_archive_processes=bool(sent.can_archive_processes),
    )
    profiles.change_profile(here.caller, name, rights)
    return back_to(here, addresses.MEMBER.format(user=name), Toast("saved"))


def _member(here: Here, line: surveying.MemberLine, problem: str | None = None) -> Answer:
    return app_page(
        here,
        "people/member.html",
        200 if problem is None else 422,
        title=line.member.full_name or line.member.email,
        line=line,
        member=line.member,
        roles=ROLES,
        role_words=ROLE_WORDS,
        may_change=policy.can_change_members(here.caller) and not line.member.is_bot,
        me=here.caller.person_id,
        problem=problem,
    )


# --- Leaving, and coming back ---


@routes.get(
    addresses.DEACTIVATE_MEMBER, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_deactivate(here: Here) -> Answer:
    """Say what a member has to do and owns, and ask who takes over."""
    return _deactivating(here, DeactivationForm(next=here.request.query.next))


@routes.post(
    addresses.DEACTIVATE_MEMBER, door=PAGE, policy="visible", body=DeactivationForm, status=303
)
@for_members
def deactivate(here: Here) -> Answer:
    """Shut a member out; whoever is named takes over."""
    sent: DeactivationForm = here.request.body
    to = find_number(sent.to or "")
    hands_over = sent.work != "keep"
    name = _named(here)
    try:
        member = leaving.disable_member(here.caller, name, Handover(hands_over, to))
    except Invalid:
        return _deactivating(here, sent, "Choose who takes over.")
    except BadRequest as refusal:
        return _deactivating(here, sent, refusal.message)
    if not hands_over:
        return back_to(here, sent.next, _toast("deactivated", member))
    heir = surveying.survey_member(here.caller, str(to)).member
    toast = _toast("handed-over", member)._replace(by=heir.full_name or heir.email)
    return back_to(here, sent.next, toast)


def _deactivating(here: Here, sent: DeactivationForm, problem: str | None = None) -> Answer:
    left = surveying.look_at_leaving(here.caller, _named(here))
    if left.member.status != "active" or left.member.is_bot:
        raise NotFound("Only active members can be deactivated.")
    return app_page(
        here,
        "people/deactivate.html",
        200 if problem is None else 422,
        title="Deactivate a member",
        left=left,
        sent=sent,
        next=safe_target(sent.next or addresses.MEMBERS),
        problem=problem,
    )


@routes.post(addresses.REACTIVATE_MEMBER, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def reactivate(here: Here) -> Answer:
    """Let a deactivated member in again."""
    member = standing.enable_member(here.caller, _named(here))
    return back_to(here, here.request.body.next, _toast("reactivated", member))


@routes.get(
    addresses.DELETE_MEMBER, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say what becomes of what a deactivated member had, once they are gone."""
    return _deleting(here, here.request.query.next)


@routes.post(addresses.DELETE_MEMBER, door=PAGE, policy="visible", body=DeleteForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a deactivated member for ever."""
    sent: DeleteForm = here.request.body
    if not sent.understood:
        return _deleting(here, sent.next, "Tick the box first: nobody was deleted.")
    name = _named(here)
    member = surveying.survey_member(here.caller, name).member
    leaving.purge_member(here.caller, name)
    return back_to(here, sent.next or addresses.MEMBERS, _toast("gone", member))


def _deleting(here: Here, wanted: str | None, problem: str | None = None) -> Answer:
    left = surveying.look_at_leaving(here.caller, _named(here))
    if left.member.status != "disabled":
        raise NotFound("Only who is deactivated can be deleted for ever.")
    return app_page(
        here,
        "people/delete_member.html",
        200 if problem is None else 422,
        title="Delete for ever",
        left=left,
        next=safe_target(wanted or addresses.MEMBERS),
        problem=problem,
    )


def _named(here: Here) -> str:
    """By their number: pages of ours know no other name."""
    return str(here.request.number("user"))


def _toast(kind: str, member: Member) -> Toast:
    return Toast(kind, _PLACE, str(member.id), member.full_name or member.email)


def _why(wrong: BadRequest | Invalid) -> str:
    return " ".join(by_field(wrong).values()) if isinstance(wrong, Invalid) else wrong.message
