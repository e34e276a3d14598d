"""The letters that one change writes to one person, in the transaction of the change.

What people are told of tasks, processes and comments is worked out later (`flows.announcing`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from procession.domains.people.types import Invitation, Member
from procession.flows.telling.language import Words, language_of, words_of
from procession.flows.telling.letter import Letter, Line, laid_out, rich_page
from procession.flows.telling.recipients import Recipient
from procession.flows.telling.replying import reply_address
from procession.kit.mail import Mail


@dataclass(frozen=True)
class Watched:
    """What has happened to something that somebody watches."""

    title: str
    lines: Sequence[Line]
    #: How many more things happened than there are lines.
    left: int
    #: To what is watched.
    link: str
    #: Pages and links of whoever is told; "" for guests.
    preferences: str
    unsubscribe: str


@dataclass(frozen=True)
class Changed:
    """Processes that somebody watches, changed by one operation."""

    #: "" for the server itself.
    actor: str
    count: int
    #: The first of them.
    lines: Sequence[Line]
    #: Pages and links of whoever is told; "" for others.
    preferences: str
    unsubscribe: str


#: Who sends what concerns an account, whatever organizations it belongs to.
_SERVER = "Procession"
_INVITED = (
    "You have been invited to work together in {organization}: get your tasks, tick them off, "
    "and see how things are going."
)


def _words(member: Member) -> Words:
    return words_of(language_of(member.locale))


def _to_member(
    member: Member,
    organization: str,
    subject: str,
    *paragraphs: str,
    button: tuple[str, str] | None = None,
) -> Mail:
    """Sentences in the member's language, filled in."""
    words = _words(member)
    hello = words("Hello {name},", name=member.first_name)
    return _letter(member.email, words, organization, subject, hello, *paragraphs, button=button)


def _letter(
    to: str,
    words: Words,
    organization: str,
    subject: str,
    *paragraphs: str,
    button: tuple[str, str] | None = None,
) -> Mail:
    return laid_out(
        Letter(
            to=to,
            words=words,
            subject=subject,
            heading=subject,
            sender=organization,
            paragraphs=paragraphs,
            button=button,
        )
    )


def invitation(
    member: Member, organization: str, inviter: str, invitation: Invitation, link: str, *, zone: str
) -> Mail:
    """`zone`: whose clocks times are told by."""
    words = _words(member)
    said = invitation.message or words(_INVITED, organization=organization)
    until = words.time(invitation.expires_at, zone)
    return _to_member(
        member,
        organization,
        words(
            "{inviter} invites you to {organization}", inviter=inviter, organization=organization
        ),
        said,
        words("The link is good until {when}.", when=until),
        button=(words("Accept the invitation"), link),
    )


def welcome(member: Member, organization: str) -> Mail:
    words = _words(member)
    return _to_member(
        member,
        organization,
        words("Welcome to {organization}", organization=organization),
        words("You are a member of {organization} now.", organization=organization),
    )


def accepted(inviter: Member, member: Member, organization: str) -> Mail:
    words = _words(inviter)
    return _to_member(
        inviter,
        organization,
        words("{name} has joined {organization}", name=member.full_name, organization=organization),
        words(
            "{name} ({address}) has accepted your invitation to {organization}.",
            name=member.full_name,
            address=member.email,
            organization=organization,
        ),
    )


def made_guest(member: Member, organization: str, link: str) -> Mail:
    words = _words(member)
    return _to_member(
        member,
        organization,
        words("You are a guest of {organization} now", organization=organization),
        words(
            "You are no member of {organization} any more, but a guest. You need no password.",
            organization=organization,
        ),
        button=(words("See your tasks"), link),
    )


def guest_link(to: str, organization: str, link: str, locale: str | None = None) -> Mail:
    """`locale`: the guest's, where it is known."""
    words = words_of(language_of(locale))
    return _letter(
        to,
        words,
        organization,
        words("Your tasks for {organization}", organization=organization),
        words(
            "You are a guest of {organization}. You need no password.", organization=organization
        ),
        words("Whoever has this link can work on them: keep it to yourself."),
        button=(words("See your tasks"), link),
    )


def form_link(to: str, organization: str, title: str, link: str) -> Mail:
    words = words_of(language_of())
    return _letter(
        to,
        words,
        organization,
        words("Your link to fill in: {title}", title=title),
        words(
            'Somebody, probably you, wants to fill in "{title}" of {organization}. You need no '
            "password.",
            title=title,
            organization=organization,
        ),
        words(
            "Whoever has this link fills it in as you: keep it to yourself. If it was not you, do "
            "nothing."
        ),
        button=(words("Fill in the form"), link),
    )


def form_for_member(to: str, organization: str, title: str, link: str) -> Mail:
    words = words_of(language_of())
    return _letter(
        to,
        words,
        organization,
        words("Your link to fill in: {title}", title=title),
        words(
            'Somebody, probably you, wants to fill in "{title}" of {organization}. You are a '
            "member there: sign in, and launch it. If it was not you, do nothing.",
            title=title,
            organization=organization,
        ),
        button=(words("Launch it"), link),
    )


def role_changed(member: Member, organization: str, before: str, now: str) -> Mail:
    words = _words(member)
    return _to_member(
        member,
        organization,
        words("Your role in {organization}", organization=organization),
        words(
            "Your role in {organization} was {before}. It is {now} now.",
            organization=organization,
            before=before,
            now=now,
        ),
    )


def profile_changed(member: Member, organization: str, fields: list[str]) -> Mail:
    words = _words(member)
    names = ", ".join(field.replace("_", " ") for field in fields)
    return _to_member(
        member,
        organization,
        words("Your profile in {organization}", organization=organization),
        words(
            "An administrator of {organization} has changed this in your profile: {fields}.",
            organization=organization,
            fields=names,
        ),
    )


def enabled(member: Member, organization: str) -> Mail:
    words = _words(member)
    return _to_member(
        member,
        organization,
        words("You have access to {organization} again", organization=organization),
        words("Your account in {organization} has been enabled again.", organization=organization),
    )


def handed_over(heir: Member, member: Member, organization: str, counts: Mapping[str, int]) -> Mail:
    """`counts`: how many of what; `steps of templates` are said so."""
    words = _words(heir)
    named = [f"- {count} {words(what)}" for what, count in counts.items() if count]
    return _to_member(
        heir,
        organization,
        words(
            "You have the work of {name} in {organization}",
            name=member.full_name,
            organization=organization,
        ),
        words("This was handed from {name} to you:", name=member.full_name),
        "\n".join(named),
    )


def single_sign_on_changed(admin: Member, organization: str, what: str) -> Mail:
    words = _words(admin)
    return _to_member(
        admin,
        organization,
        words("Single sign-on of {organization} has changed", organization=organization),
        what,
        words("If you do not know why, ask whoever runs this server."),
    )


def webhook_paused(admin: Member, organization: str, url: str, error: str) -> Mail:
    words, host = _words(admin), urlsplit(url).hostname or url
    return _to_member(
        admin,
        organization,
        words("Webhook paused: {host}", host=host),
        words(
            "Nothing is sent to {host} for {organization} any more: it has failed 20 times in a "
            "row, the last time because of this: {error}.",
            host=host,
            organization=organization,
            error=error,
        ),
        words(
            "What is to be sent is kept for 30 days. When the receiver is mended, resume the "
            "webhook, and it is sent in its order."
        ),
    )


def sweep_waits(admin: Member, organization: str, verb: str, count: int, operation: int) -> Mail:
    """`verb`: archive or delete."""
    words = _words(admin)
    counted = {"organization": organization, "count": str(count)}
    what = (
        words(
            "By its rules of retention, {organization} would delete {count} processes.", **counted
        )
        if verb == "delete"
        else words(
            "By its rules of retention, {organization} would archive {count} processes.", **counted
        )
    )
    return _to_member(
        admin,
        organization,
        words("Operation #{number} waits for approval", number=str(operation)),
        what,
        words(
            "Nothing happens before an administrator approves of it. After 14 days it lapses, and "
            "nothing has been changed."
        ),
    )


def watched(person: Recipient, organization: str, news: Watched) -> Mail:
    """To who watches something; a line for each thing that happened."""
    words = person.words
    more = words("And {count} more.", count=news.left) if news.left else ""
    return laid_out(
        Letter(
            to=person.email,
            words=words,
            subject=words("News of {title}", title=news.title),
            heading=words("News of {title}", title=news.title),
            sender=organization,
            more=more,
            lines=tuple(news.lines),
            button=(words("Look at it"), news.link),
            preferences=news.preferences,
            unsubscribe=news.unsubscribe,
        )
    )


def operation_ended(
    person: Recipient, organization: str, news: Changed, *, is_archived: bool
) -> Mail:
    """To who watches processes that an operation archived, or restored."""
    words = person.words
    subject = (
        words.many("{count} process archived", "{count} processes archived", news.count)
        if is_archived
        else words.many("{count} process restored", "{count} processes restored", news.count)
    )
    left = news.count - len(news.lines)
    who = news.actor or words("The server")
    return laid_out(
        Letter(
            to=person.email,
            words=words,
            subject=subject,
            heading=words("{what} - by {actor}", what=subject, actor=who),
            sender=organization,
            lines=tuple(news.lines),
            more=words("And {count} more.", count=left) if left else "",
            preferences=news.preferences,
            unsubscribe=news.unsubscribe,
        )
    )


def password_link(member: Member, link: str) -> Mail:
    words = _words(member)
    return _to_member(
        member,
        _SERVER,
        words("Choose another password"),
        words("Somebody asked for another password for your account."),
        words("The link is good for 60 minutes."),
        words("If that was not you, do nothing: your password stays as it is."),
        button=(words("Choose a password"), link),
    )


def password_changed(member: Member) -> Mail:
    words = _words(member)
    return _to_member(
        member,
        _SERVER,
        words("Your password was changed"),
        words("The password of your account was changed."),
        words("If that was not you, tell your administrator at once."),
    )


def address_changed(member: Member, old: str, new: str) -> list[Mail]:
    """To the old and the new address."""
    words = _words(member)
    said = (
        words("The address of your account was changed from {old} to {new}.", old=old, new=new),
        words("If that was not you, tell your administrator at once."),
    )
    subject = words("Your address was changed")
    return [_letter(to, words, _SERVER, subject, *said) for to in (old, new)]


def template_shared(admin: Member, organization: str, title: str, who: str) -> Mail:
    words = _words(admin)
    return _to_member(
        admin,
        organization,
        words("Template shared publicly: {title}", title=title),
        words(
            '{name} has made the template "{title}" of {organization} public: anybody who has its '
            "address can read it now.",
            name=who,
            title=title,
            organization=organization,
        ),
    )


def form_closed(admin: Member, organization: str, title: str) -> Mail:
    words = _words(admin)
    return _to_member(
        admin,
        organization,
        words("Public form closed: {title}", title=title),
        words(
            'The public kick-off form of the template "{title}" of {organization} is closed: the '
            "member in whose name it ran has left. Open it again to run it in yours.",
            title=title,
            organization=organization,
        ),
    )


def template_handed(owner: Member, organization: str, title: str) -> Mail:
    words = _words(owner)
    return _to_member(
        owner,
        organization,
        words("You own a template: {title}", title=title),
        words(
            'The template "{title}" of {organization} is yours now.',
            title=title,
            organization=organization,
        ),
    )


def template_opened(member: Member, organization: str, title: str) -> Mail:
    words = _words(member)
    return _to_member(
        member,
        organization,
        words("You have access to a template: {title}", title=title),
        words(
            'You can see the template "{title}" of {organization} now.',
            title=title,
            organization=organization,
        ),
    )


def launch_refused(
    to: str, organization: str, subject: str, reasons: Sequence[str], link: str | None
) -> Mail:
    """`link`: to the form in which they can mend it; None where that would not help."""
    words = words_of(language_of())
    why = (
        reasons[0]
        if len(reasons) == 1
        else words("This is why:") + "\n\n" + "\n".join(f"- {reason}" for reason in reasons)
    )
    return _letter(
        to,
        words,
        organization,
        words("Not launched: {title}", title=subject),
        words('Your mail "{title}" launched no process.', title=subject),
        why,
        button=None if link is None else (words("You can fill in the form instead"), link),
    )


def reply_refused(
    person: Recipient, organization: str, subject: str, reasons: Sequence[str], link: str
) -> Mail:
    """`link`: to the task."""
    words = person.words
    return _letter(
        person.email,
        words,
        organization,
        words("Not added: {title}", title=subject),
        words('Your mail "{title}" did not become a comment.', title=subject),
        *reasons,
        button=(words("Open the task"), link),
    )


def reminder(person: Recipient, organization: str, line: Line, task_id: str, page: str) -> Mail:
    """`line`: the task. `page`: of preferences; "" for guests."""
    words = person.words
    return laid_out(
        Letter(
            to=person.email,
            words=words,
            reply_to=reply_address(person, task_id),
            subject=words("Reminder: {title}", title=line.title),
            heading=words("This task waits for you"),
            sender=organization,
            lines=(line,),
            button=(words("Open the task"), line.link),
            is_request=True,
            preferences=page,
        )
    )


def of_task(
    to: str, subject: str, text: str, html: str, *, sender: str | None, reply_to: str
) -> Mail:
    """What an e-mail task says. `html`: clean. `sender`: the organization, named below it; None:
    nothing is, and it looks as if somebody had typed it."""
    below = "" if sender is None else f"\n\n-- \nSent by {sender}.\n"
    shown = rich_page(html, sender)
    return Mail(to, subject, f"{text}{below}" or "\n", html=shown, reply_to=reply_to)
