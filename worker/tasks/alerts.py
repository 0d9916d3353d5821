"""E-mail for the alerts."""

from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from sqlalchemy.orm import Session

from config.settings import ROOT, settings
from keywork.alerts import services
from keywork.kernel import mail
from worker.tasks.shell import work


@work("alerts.email")
def email(session: Session, alert_id: int) -> None:
    """Send one alert to its addressee, if that is still wanted.

    It is marked as sent in the same transaction: a worker that dies between the two sends it
    again, with the same Message-ID, rather than never.
    """
    alert = services.take_for_email(session, alert_id)
    if alert is None:
        return
    base = settings().base_url.rstrip("/")
    body = _template().render(
        line=alert.line, subject=alert.subject, link=f"{base}{alert.path}", inbox=f"{base}/alerts"
    )
    letter = mail.Letter(str(alert.uid), alert.address, alert.line, body)
    mail.send(settings().smtp_url, settings().mail_from, letter)


@lru_cache
def _template() -> Template:
    plain_text = Environment(  # noqa: S701 - there is no markup in it to escape
        loader=FileSystemLoader(ROOT / "templates"), undefined=StrictUndefined
    )
    return plain_text.get_template("email/alert.txt")
