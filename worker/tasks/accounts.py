"""E-mail about accounts, and what is done about them by night."""

from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from sqlalchemy.orm import Session

from config.settings import ROOT, settings
from keywork.accounts import queries, services
from keywork.accounts.services.notices import NOTICES
from keywork.kernel import kept_forms, mail
from worker.tasks.shell import periodic, work

SUBJECTS = {False: "Choose a new keywork password", True: "Your keywork account"}
"""By whether a colleague asked for the link."""


@work("accounts.email_reset")
def email_reset(session: Session, reset_id: int) -> None:
    """Send the link with which somebody chooses a password, if there is such a person.

    A worker that dies on the way makes another link, and the one before works no more.
    """
    letter = services.take_for_email(session, reset_id)
    if letter is None:
        return
    base = settings().base_url.rstrip("/")
    link = f"{base}/sign-in/reset?token={letter.token}"
    body = _template("email/password.txt").render(link=link, invited=letter.invited)
    subject = SUBJECTS[letter.invited]
    _send(mail.Letter(letter.key, letter.address, subject, body))


@work("accounts.email_notice")
def email_notice(session: Session, staff_id: int, what: str, key: str) -> None:
    """Tell somebody that how they sign in was changed, in case it was not they who did it."""
    found = queries.staff_by_id(session, [staff_id])[staff_id]
    line = NOTICES[what]
    body = _template("email/notice.txt").render(line=line, what=what)
    _send(mail.Letter(key, found.email, line, body))


@periodic("accounts.sweep")
def sweep(session: Session) -> None:
    """Forget sign-ins that ended long ago, and typed work that nobody came back for."""
    services.sweep_sessions(session)
    kept_forms.sweep(session)


def _send(letter: mail.Letter) -> None:
    mail.send(settings().smtp_url, settings().mail_from, letter)


@lru_cache
def _template(name: str) -> Template:
    plain_text = Environment(  # noqa: S701 - there is no markup in it to escape
        loader=FileSystemLoader(ROOT / "templates"), undefined=StrictUndefined
    )
    return plain_text.get_template(name)
