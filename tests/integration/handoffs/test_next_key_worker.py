"""A handoff brings a family another key worker: what they read, and who cannot be one."""

import pytest
from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.handoffs import queries, services
from keywork.handoffs.queries import HandoffView
from keywork.kernel.errors import Refusal
from keywork.kernel.viewer import set_viewer
from tests.factories.families import a_case
from tests.factories.handoffs import Place, a_handoff, a_place, accepted, two_people

SECRET = "He knows where she works"


def reads(session: Session, family_id: int, actor: Actor) -> bool:
    """Whether somebody reads what was protected."""
    set_viewer(session, actor.viewer)
    return any(entry.text == SECRET for entry in families.chronology(session, [family_id]).entries)


def allocate(session: Session, place: Place, sent: HandoffView, family: str) -> None:
    """The manager gives it to the second key worker, who is to read on."""
    set_viewer(session, place.manager.viewer)
    services.allocate(
        session,
        place.manager,
        sent.reference,
        version=sent.version,
        key_worker_id=place.second.staff_id,
        family_reference=family,
        reads=True,
    )


def test_who_takes_it_on_reads_on_and_who_knows_the_family_is_refused(session: Session) -> None:
    a_case(session)  # so that the session reads for somebody
    place, people = a_place(session), two_people()
    first = accepted(session, place, a_handoff(session, place, people))
    assert first.family_id
    family_services.record_entry(
        session, family_id=first.family_id, kind="note", text=SECRET, visibility="protected"
    )
    set_viewer(session, place.manager.viewer)
    [line] = families.families_by_id(session, [first.family_id]).values()
    again = a_handoff(session, place, people)
    allocate(session, place, again, line.reference)
    assert not reads(session, first.family_id, place.second)
    waiting = queries.handoff(session, again.reference)
    services.accept(session, place.second, again.reference, version=waiting.version)
    assert reads(session, first.family_id, place.second)
    set_viewer(session, place.second.viewer)
    family = families.family(session, line.reference)
    family_services.declare_conflict(
        session,
        place.second,
        family,
        staff_id=place.second.staff_id,
        member_ids=[family.members[0].id],
        reason="My sister",
    )
    third = a_handoff(session, place, people)
    with pytest.raises(Refusal, match="cannot work with this family"):
        allocate(session, place, third, line.reference)
