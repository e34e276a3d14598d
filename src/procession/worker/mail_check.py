"""Whether mails can be sent, found out before the first one is: at the start, and by the doctor."""

import smtplib
import tempfile
import threading
from urllib.parse import urlsplit

import structlog

from procession.kit.settings import Settings
from procession.worker.post import smtp_server

_log = structlog.get_logger("procession.mail")


def mail_goes_to(settings: Settings) -> str:
    """Where, for people; never with a password."""
    if not settings.smtp_url:
        return f"files in {settings.mails.absolute()}"
    return f"by the mail server {_place(settings)}"


def mail_problem(settings: Settings) -> str | None:
    """A sentence that says what to do; None when a mail could be sent now. Nothing is sent."""
    try:
        if settings.smtp_url:
            with smtp_server(settings, settings.outside_timeout) as server:
                server.noop()
        else:
            settings.mails.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=settings.mails):
                pass
    except smtplib.SMTPAuthenticationError:
        return (
            f"The mail server {_place(settings)} refuses the user name or the password. "
            "See PROCESSION_SMTP_URL."
        )
    except (smtplib.SMTPException, OSError) as wrong:
        # Only the kind: what servers say may repeat what they were sent.
        kind = type(wrong).__name__
        if settings.smtp_url:
            return (
                f"The mail server {_place(settings)} cannot be used ({kind}). "
                "See PROCESSION_SMTP_URL."
            )
        return (
            f"Nothing can be written to the folder of mails, {settings.mails.absolute()} ({kind}). "
            "See PROCESSION_MAIL_FOLDER."
        )
    return None


def warn_of_mail(settings: Settings) -> None:
    """One line in the log when there is a problem. Nobody waits for a mail server."""
    threading.Thread(target=_warn, args=(settings,), name="mail check", daemon=True).start()


def _warn(settings: Settings) -> None:
    problem = mail_problem(settings)
    if problem is not None:
        _log.warning("mails cannot be sent", reason=problem)


def _place(settings: Settings) -> str:
    address = urlsplit(settings.smtp_url)
    return address.hostname or "" if address.port is None else f"{address.hostname}:{address.port}"
