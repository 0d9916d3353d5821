"""A request that nobody decides in time goes on to the next in the policy."""

from datetime import timedelta
from email.message import EmailMessage

from celery import Celery

from keywork.commissioning.policy import parse_policy
from keywork.kernel.clock import working_time
from tests.factories.commissioning import POLICY
from tests.integration.scenarios.conftest import NewPlace, SignIn, ask, until_state
from tests.running import Running, until
from worker.schedule import SCHEDULE

OVERDUE = """UPDATE spend SET decide_by = now() - interval '1 minute', version = version + 1
  WHERE reference = %s"""


def test_an_undecided_request_goes_to_the_service_lead(
    running: Running, new_place: NewPlace, sign_in: SignIn
) -> None:
    place = new_place()
    spend = ask(running, place, 185_00)
    until_state(running, spend, "waiting")
    [(asked, due)] = running.rows(
        "SELECT requested_at, decide_by FROM spend WHERE reference = %s", spend
    )
    hours = parse_policy(POLICY).deadlines.decide_hours
    assert abs(due - working_time().deadline(asked, hours)) < timedelta(minutes=1)
    assert letters_about(running, place.lead.email, spend) == []

    with running.database() as connection:
        connection.execute(OVERDUE, (spend,))
    beat_sends(running, "commissioning.escalate")
    until(lambda: letters_about(running, place.lead.email, spend))
    [letter] = letters_about(running, place.lead.email, spend)
    assert place.family.surnames[0] not in letter.as_string()
    assert place.family.reference not in letter.as_string()

    lead = sign_in(place.lead.email)
    assert spend in lead.get("/alerts").html
    page = lead.get(f"/spends/{spend}/decide")
    assert "£185.00" in page.text
    lead.submit(page, button="approve")
    until_state(running, spend, "approved")


def beat_sends(running: Running, name: str) -> None:
    """Send what beat would send by this name."""
    entry = next(entry for entry in SCHEDULE.values() if entry["task"] == name)
    capability = name.partition(".")[0]
    with Celery(broker=running.redis_url) as beat:
        beat.send_task(entry["task"], queue=capability, **entry.get("options", {}))


def letters_about(running: Running, to: str, reference: str) -> list[EmailMessage]:
    """The e-mails somebody was sent about a spend."""
    return [letter for letter in running.letters(to) if reference in letter.get_content()]
