"""A handoff from sent to handed over, and every step that is not allowed."""

import pytest
from sqlalchemy.orm import Session

from keywork.alerts import queries as alerts
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.families.policy import SafeContact
from keywork.handoffs import queries, services
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import set_viewer
from tests.factories.accounts import a_member_of_staff
from tests.factories.families import a_case
from tests.factories.handoffs import (
    Place,
    a_handoff,
    a_place,
    accepted,
    allocated,
    named,
    seen_by,
    two_people,
)


def test_the_whole_way(session: Session, place: Place) -> None:
    sent = a_handoff(session, place)
    assert (sent.stage, sent.sender) == ("sent", place.health_visitor.name)
    set_viewer(session, place.manager.viewer)
    assert [line.reference for line in queries.waiting(session, [place.hub_id])] == [sent.reference]
    taken = accepted(session, place, sent)
    assert [step.stage for step in taken.steps] == ["sent", "allocated", "accepted"]
    line = families.families_by_id(session, [taken.family_id or 0])[taken.family_id or 0]
    family = families.family(session, line.reference)
    assert family.key_worker == (place.key_worker.staff_id, place.key_worker.name)
    assert [member.name for member in family.members] == ["Joy Kettlewell", "Rosa Kettlewell"]
    assert family.safe_contact == (
        "Text only. Do not leave messages. Do not write to the home address. Before noon."
    )
    services.hand_over(
        session, place.key_worker, sent.reference, version=taken.version, message="They sleep."
    )
    seen = seen_by(session, place.health_visitor, sent)
    assert (seen.stage, seen.steps[-1].note) == ("handed_over", "They sleep.")


def test_what_was_sent_goes_into_the_chronology_for_those_it_is_about(
    session: Session, place: Place
) -> None:
    taken = accepted(session, place, a_handoff(session, place))
    entries = families.latest_entries(session, [taken.family_id or 0])
    entry = next(entry for entry in entries if entry.kind == "handoff")
    assert not entry.protected
    assert {subject.name for subject in entry.subjects} == {"Joy Kettlewell", "Rosa Kettlewell"}
    assert entry.source_name == place.health_visitor.name
    for said in ("Parental mental health", "Nobody sleeps.", "Listening visits.", "07700 900123"):
        assert said in entry.text


@pytest.mark.parametrize("reasons", [["domestic_abuse", "housing"], ["domestic_abuse"]])
def test_domestic_abuse_is_for_the_key_worker_alone(
    session: Session, place: Place, reasons: list[str]
) -> None:
    taken = accepted(session, place, a_handoff(session, place, domains=reasons))
    family_id = taken.family_id or 0
    specialist = a_member_of_staff(session, "specialist", place.hub_id)
    family_services.join_team(session, family_id, specialist.staff_id, "specialist")
    entry = families.latest_entries(session, [family_id])[-1]
    assert (entry.kind, entry.protected) == ("handoff", True)
    set_viewer(session, specialist.viewer)
    assert "handoff" not in [e.kind for e in families.latest_entries(session, [family_id])]
    set_viewer(session, place.manager.viewer)
    assert "handoff" in [e.kind for e in families.latest_entries(session, [family_id])]


def test_a_known_child_is_attached_and_the_key_worker_stays(session: Session) -> None:
    case = a_case(session)
    place = a_place_at(session, case.hub_id)
    known = next(member for member in case.members if member.nhs_number and member.is_child)
    people = [
        named(person, "Leonora") if person.role == "parent" else person for person in two_people()
    ]
    baby = people[0].__class__(
        known.given_name, known.family_name, known.date_of_birth, known.nhs_number, "child"
    )
    handoff = a_handoff(session, place, [baby, people[1]])
    set_viewer(session, place.manager.viewer)
    [match] = families.find_existing(session, [place.hub_id], handoff.persons)
    assert match.key_worker_id == case.key_worker.staff_id
    waiting = allocated(session, place, handoff, case.key_worker, match.family_reference)
    assert (waiting.family_id, waiting.joined) == (case.id, True)
    set_viewer(session, case.key_worker.viewer)
    services.accept(session, case.key_worker, handoff.reference, version=waiting.version)
    family = families.family(session, case.reference)
    assert family.key_worker == (case.key_worker.staff_id, case.key_worker.name)
    assert [member.name for member in family.members].count(baby.given_name + " Marsh") == 1
    assert len(family.members) == len(case.members) + 1


def a_place_at(session: Session, hub_id: int) -> Place:
    """People for a hub that is there already."""
    roles = ("hub_manager", "key_worker", "key_worker")
    manager, first, second = (a_member_of_staff(session, role, hub_id) for role in roles)
    visitor = a_member_of_staff(session, "health_visitor", None)
    return Place(hub_id, "", manager, first, second, visitor)


def test_a_new_key_worker_takes_the_place_of_the_one_before(session: Session) -> None:
    case = a_case(session)
    place = a_place_at(session, case.hub_id)
    handoff = a_handoff(session, place, known_people(case))
    waiting = allocated(session, place, handoff, place.second, case.reference)
    set_viewer(session, case.key_worker.viewer)
    assert families.family(session, case.reference).key_worker == (
        case.key_worker.staff_id,
        case.key_worker.name,
    )
    set_viewer(session, place.second.viewer)
    services.accept(session, place.second, handoff.reference, version=waiting.version)
    worker = (place.second.staff_id, place.second.name)
    assert families.family(session, case.reference).key_worker == worker
    set_viewer(session, case.key_worker.viewer)
    with pytest.raises(NotVisible):
        families.family(session, case.reference)


def known_people(case: object) -> list[object]:
    """The family's members as somebody outside would describe them."""
    from keywork.families.policy import NewPerson

    return [
        NewPerson(m.given_name, m.family_name, m.date_of_birth, m.nhs_number, m.role)
        for m in case.members  # type: ignore[attr-defined]
    ]


def test_safe_contact_is_never_loosened_by_joining(session: Session) -> None:
    case = a_case(session)
    place = a_place_at(session, case.hub_id)
    ways = ["may_call", "may_text", "may_write"]
    handoff = a_handoff(session, place, known_people(case), ways=ways, advice="not on Fridays")
    waiting = allocated(session, place, handoff, place.second, case.reference)
    stored = families.safe_contact(session, [waiting.family_id or 0])
    assert stored is not None
    assert stored.contact == SafeContact(False, True, False, False, "not on Fridays; before 3pm")


def test_a_name_alone_is_taken_for_the_member_of_that_name(session: Session) -> None:
    from keywork.families.policy import NewPerson

    case = a_case(session)
    place = a_place_at(session, case.hub_id)
    people = [*known_people(case)[2:], NewPerson("LEAH", "marsh", None, None, "parent")]
    waiting = allocated(
        session, place, a_handoff(session, place, people), place.second, case.reference
    )
    assert waiting.family_id == case.id
    assert len(families.family(session, case.reference).members) == len(case.members)


def test_returned_to_the_manager_and_allocated_again(session: Session, place: Place) -> None:
    first = allocated(session, place, a_handoff(session, place))
    set_viewer(session, place.key_worker.viewer)
    services.give_back(
        session, place.key_worker, first.reference, version=first.version, reason="My cousin."
    )
    seen = seen_by(session, place.health_visitor, first)
    assert [step.stage for step in seen.steps] == ["sent", "allocated"]
    assert queries.tracker(session, seen)[1].at is None
    back = seen_by(session, place.manager, first)
    assert (back.stage, back.steps[-1].note) == ("returned", "My cousin.")
    assert [line.note for line in queries.waiting(session, [place.hub_id])] == ["My cousin."]
    again = allocated(session, place, back, place.second)
    assert again.family_id == first.family_id
    assert "My cousin." not in str(seen_by(session, place.second, first))
    with pytest.raises(NotVisible):
        seen_by(session, place.key_worker, first)


def test_alerts_go_to_who_must_act(session: Session, place: Place) -> None:
    sent = a_handoff(session, place)
    set_viewer(session, place.manager.viewer)
    [alert] = alerts.open_alerts(session, place.manager.staff_id)
    assert (alert.subject, alert.path) == (sent.reference, f"/allocation/{sent.reference}")
    waiting = allocated(session, place, sent)
    assert alerts.open_alerts(session, place.manager.staff_id) == []
    set_viewer(session, place.key_worker.viewer)
    [alert] = alerts.open_alerts(session, place.key_worker.staff_id)
    assert alert.path == f"/handoffs/{sent.reference}"
    assert "Kettlewell" not in alert.line
    services.accept(session, place.key_worker, sent.reference, version=waiting.version)
    assert alerts.open_alerts(session, place.key_worker.staff_id) == []


def test_only_the_one_who_is_asked_may_answer(session: Session, place: Place) -> None:
    waiting = allocated(session, place, a_handoff(session, place))
    stranger = a_place(session)
    for someone in (place.manager, place.second, place.health_visitor, stranger.key_worker):
        set_viewer(session, someone.viewer)
        with pytest.raises(NotVisible):
            services.accept(session, someone, waiting.reference, version=waiting.version)


def test_only_the_manager_of_the_hub_may_allocate(session: Session, place: Place) -> None:
    sent = a_handoff(session, place)
    other = a_place(session)
    for someone in (other.manager, place.key_worker, place.health_visitor):
        set_viewer(session, someone.viewer)
        with pytest.raises(NotVisible):
            services.allocate(
                session,
                someone,
                sent.reference,
                version=sent.version,
                key_worker_id=place.key_worker.staff_id,
                family_reference=None,
            )


def test_a_key_worker_of_another_hub_cannot_be_chosen(session: Session, place: Place) -> None:
    sent = a_handoff(session, place)
    elsewhere = a_place(session)
    for someone in (elsewhere.key_worker, place.manager, place.health_visitor):
        with pytest.raises(Refusal, match="Choose a key worker of this hub"):
            allocated(session, place, sent, someone)


def test_only_a_family_that_matches_can_be_attached(session: Session) -> None:
    case = a_case(session)
    place = a_place_at(session, case.hub_id)
    with pytest.raises(Refusal, match="one of the families shown"):
        allocated(session, place, a_handoff(session, place), None, case.reference)


def test_a_stale_page_says_who_did_what(session: Session, place: Place) -> None:
    sent = a_handoff(session, place)
    allocated(session, place, sent)
    with pytest.raises(Stale, match=f"{place.manager.name} allocated this handoff to"):
        allocated(session, place, sent)
    set_viewer(session, place.key_worker.viewer)
    with pytest.raises(Stale):
        services.accept(session, place.key_worker, sent.reference, version=sent.version)
    waiting = seen_by(session, place.key_worker, sent)
    services.accept(session, place.key_worker, sent.reference, version=waiting.version)
    with pytest.raises(Stale, match=f"{place.key_worker.name} accepted this handoff"):
        services.give_back(
            session, place.key_worker, sent.reference, version=waiting.version, reason="No room"
        )
