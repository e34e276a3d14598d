"""The mails: what each says. Plain text, and no more than the reader needs."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from procession.core.telling_time import told_time
from procession.domains.people.types import Invitation, Member
from procession.kit.mail import Mail

_INVITED = (
    "You have been invited to work together in {organization}: get your tasks, tick them off, "
    "and see how things are going."
)


def invitation(
    member: Member, organization: str, inviter: str, invitation: Invitation, link: str, *, zone: str
) -> Mail:
    """`zone`: whose clocks times are told by."""
    words = invitation.message or _INVITED.format(organization=organization)
    return Mail(
        member.email,
        f"{inviter} invites you to {organization}",
        f"Hello {member.first_name},\n\n{words}\n\nAccept the invitation of {inviter} here:\n"
        f"{link}\n\nThe link is good until {told_time(invitation.expires_at, zone)}.\n",
    )


def welcome(member: Member, organization: str) -> Mail:
    return Mail(
        member.email,
        f"Welcome to {organization}",
        f"Hello {member.first_name},\n\nYou are a member of {organization} now.\n",
    )


def accepted(inviter: Member, member: Member, organization: str) -> Mail:
    return Mail(
        inviter.email,
        f"{member.full_name} has joined {organization}",
        f"Hello {inviter.first_name},\n\n{member.full_name} ({member.email}) has accepted your "
        f"invitation to {organization}.\n",
    )


def made_guest(member: Member, organization: str, link: str) -> Mail:
    return Mail(
        member.email,
        f"You are a guest of {organization} now",
        f"Hello {member.first_name},\n\nYou are no member of {organization} any more, but a guest. "
        f"You need no password. Your tasks are here:\n{link}\n",
    )


def guest_link(to: str, organization: str, link: str) -> Mail:
    return Mail(
        to,
        f"Your tasks for {organization}",
        f"Hello,\n\nyou are a guest of {organization}. You need no password. Your tasks are here:\n"
        f"{link}\n\nWhoever has this link can work on them: keep it to yourself.\n",
    )


def form_link(to: str, organization: str, title: str, link: str) -> Mail:
    return Mail(
        to,
        f"Your link to fill in: {title}",
        f'Hello,\n\nsomebody, probably you, wants to fill in "{title}" of {organization}. You need '
        f"no password. The form is here:\n{link}\n\nWhoever has this link fills it in as you: keep "
        "it to yourself. If it was not you, do nothing.\n",
    )


def form_for_member(to: str, organization: str, title: str, link: str) -> Mail:
    return Mail(
        to,
        f"Your link to fill in: {title}",
        f'Hello,\n\nsomebody, probably you, wants to fill in "{title}" of {organization}. You are '
        f"a member there: sign in, and launch it here:\n{link}\n\nIf it was not you, do nothing.\n",
    )


def role_changed(member: Member, organization: str, before: str, now: str) -> Mail:
    return Mail(
        member.email,
        f"Your role in {organization}",
        f"Hello {member.first_name},\n\nYour role in {organization} was {before}. It is {now} "
        "now.\n",
    )


def profile_changed(member: Member, organization: str, fields: list[str]) -> Mail:
    names = ", ".join(field.replace("_", " ") for field in fields)
    return Mail(
        member.email,
        f"Your profile in {organization}",
        f"Hello {member.first_name},\n\nAn administrator of {organization} has changed this in "
        f"your profile: {names}.\n",
    )


def enabled(member: Member, organization: str) -> Mail:
    return Mail(
        member.email,
        f"You have access to {organization} again",
        f"Hello {member.first_name},\n\nYour account in {organization} has been enabled again.\n",
    )


def handed_over(heir: Member, member: Member, organization: str, counts: dict[str, int]) -> Mail:
    lines = "\n".join(f"- {count} {what}" for what, count in counts.items() if count)
    return Mail(
        heir.email,
        f"You have the work of {member.full_name} in {organization}",
        f"Hello {heir.first_name},\n\nThis was handed from {member.full_name} to you:\n{lines}\n",
    )


def single_sign_on_changed(admin: Member, organization: str, what: str) -> Mail:
    return Mail(
        admin.email,
        f"Single sign-on of {organization} has changed",
        f"Hello {admin.first_name},\n\n{what} If you do not know why, ask whoever runs "
        "this server.\n",
    )


def webhook_paused(admin: Member, organization: str, url: str, error: str) -> Mail:
    host = urlsplit(url).hostname or url
    return Mail(
        admin.email,
        f"Webhook paused: {host}",
        f"Hello {admin.first_name},\n\nnothing is sent to {host} for {organization} any more: it "
        f"has failed 20 times in a row, the last time because of this: {error}. What is to be sent "
        "is kept for 30 days. When the receiver is mended, resume the webhook, and it is sent in "
        "its order.\n",
    )


def password_link(member: Member, link: str) -> Mail:
    return Mail(
        member.email,
        "Choose another password",
        f"Hello {member.first_name},\n\nSomebody asked for another password for your account. "
        f"Choose one here within 60 minutes:\n{link}\n\nIf that was not you, do nothing: your "
        "password stays as it is.\n",
    )


def password_changed(member: Member) -> Mail:
    return Mail(
        member.email,
        "Your password was changed",
        f"Hello {member.first_name},\n\nThe password of your account was changed. If that was not "
        "you, tell your administrator at once.\n",
    )


def address_changed(member: Member, old: str, new: str) -> list[Mail]:
    """To the old and the new address."""
    text = (
        f"Hello {member.first_name},\n\nThe address of your account was changed from {old} to "
        f"{new}. If that was not you, tell your administrator at once.\n"
    )
    return [Mail(to, "Your address was changed", text) for to in (old, new)]


def template_shared(admin: Member, organization: str, title: str, who: str) -> Mail:
    return Mail(
        admin.email,
        f"Template shared publicly: {title}",
        f'Hello {admin.first_name},\n\n{who} has made the template "{title}" of {organization} '
        "public: anybody who has its address can read it now.\n",
    )


def form_closed(admin: Member, organization: str, title: str) -> Mail:
    return Mail(
        admin.email,
        f"Public form closed: {title}",
        f'Hello {admin.first_name},\n\nThe public kick-off form of the template "{title}" of '
        f"{organization} is closed: the member in whose name it ran has left. Open it again to run "
        "it in yours.\n",
    )


def template_handed(owner: Member, organization: str, title: str) -> Mail:
    return Mail(
        owner.email,
        f"You own a template: {title}",
        f'Hello {owner.first_name},\n\nThe template "{title}" of {organization} is yours now.\n',
    )


def template_opened(member: Member, organization: str, title: str) -> Mail:
    return Mail(
        member.email,
        f"You have access to a template: {title}",
        f'Hello {member.first_name},\n\nYou can see the template "{title}" of {organization} '
        "now.\n",
    )


def launch_refused(to: str, subject: str, reasons: Sequence[str], link: str | None) -> Mail:
    """`link`: to the form in which they can mend it; None where that would not help."""
    why = (
        reasons[0]
        if len(reasons) == 1
        else "This is why:\n\n" + "\n".join(f"- {reason}" for reason in reasons)
    )
    mending = "" if link is None else f"\n\nYou can fill in the form instead:\n{link}"
    return Mail(
        to,
        f"Not launched: {subject}",
        f'Hello,\n\nyour mail "{subject}" launched no process. {why}{mending}\n',
    )


def reminder(to: str, organization: str, what: str, due: str | None, link: str) -> Mail:
    """`due`: when, as people read it."""
    when = "" if due is None else f" It is due on {due}."
    return Mail(
        to,
        f"Reminder: {what}",
        f"Hello,\n\nthis task of {organization} waits for you: {what}.{when} You find it here:\n"
        f"{link}\n",
    )


def of_task(to: str, subject: str, text: str, sender: str | None) -> Mail:
    """What an e-mail task says. `sender`: the organization, named below it; None: nothing is."""
    below = "" if sender is None else f"\n\n-- \nSent by {sender}.\n"
    return Mail(to, subject, f"{text}{below}" or "\n")
