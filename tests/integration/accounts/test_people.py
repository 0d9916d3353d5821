"""Who works here: adding people, their posts, leaving and coming back, as pages and as acts."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts import queries, services
from keywork.accounts.policy import Actor
from keywork.alerts.services import raise_alert
from keywork.families import queries as families
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories import commissioning
from tests.factories.accounts import a_hub, a_member_of_staff
from tests.factories.commissioning import Place
from tests.factories.staffing import away


@pytest.fixture
def place(session: Session) -> Place:
    """A hub at work, with a family."""
    return commissioning.a_place(session)


def listed(session: Session, actor: Actor, *, left: bool = False) -> dict[int, queries.PersonView]:
    """The people on the actor's page, by id."""
    set_viewer(session, actor.viewer)
    return {person.id: person for person in queries.people(session, actor, left=left)}


def test_a_manager_finds_her_hubs_people_and_a_lead_everybody(
    session: Session, place: Place
) -> None:
    stranger = a_member_of_staff(session, "key_worker", a_hub(session))
    hers = listed(session, place.manager)
    assert set(hers) == {a.staff_id for a in (place.worker, place.manager, place.second_manager)}
    assert [hers[a.staff_id].may_change for a in (place.worker, place.manager)] == [True, False]
    assert not hers[place.second_manager.staff_id].may_change
    assert {stranger.staff_id, place.finance.staff_id, *hers} <= set(listed(session, place.lead))
    theirs = listed(session, place.lead)[stranger.staff_id]
    set_viewer(session, place.manager.viewer)
    for act in (services.mark_left, services.end_colleagues_sessions):
        with pytest.raises(NotVisible):
            act(session, place.manager, theirs.uid)


def test_somebody_new_is_invited_and_works_from_today(session: Session, place: Place) -> None:
    set_viewer(session, place.manager.viewer)
    new = {"name": "Jo Bright", "role": "specialist", "hub_id": place.hub_id}
    uid = services.add_person(session, place.manager, email="jo@example.test", **new)
    person = queries.person(session, place.manager, uid)
    assert [post.role for post in person.posts] == ["specialist"]
    sent = text("SELECT count(*) FROM outbox WHERE task = 'accounts.email_reset'")
    assert session.scalar(sent) == 1
    for role, hub, sentence in (
        ("service_lead", None, "yours to give"),
        ("key_worker", a_hub(session), "yours to give"),
        ("key_worker", None, "Choose the hub"),
    ):
        other = {"name": "X", "email": "x@example.test", "role": role, "hub_id": hub}
        with pytest.raises(Refusal, match=sentence):
            services.add_person(session, place.manager, **other)


def test_a_post_has_a_first_and_a_last_day(session: Session, place: Place) -> None:
    uid = listed(session, place.lead)[place.worker.staff_id].uid
    tomorrow = clock.today() + timedelta(days=1)
    post = {"role": "hub_manager", "hub_id": place.hub_id}
    services.give_post(session, place.lead, uid, first=tomorrow, last=tomorrow, **post)
    acting = queries.actor(session, place.worker.staff_id)
    assert acting and acting.roles == {"key_worker"}, "not before its first day"
    held = queries.person(session, place.lead, uid).held
    assert [(p.role, p.last_day) for p in held] == [("key_worker", None), ("hub_manager", tomorrow)]
    set_viewer(session, place.manager.viewer)
    with pytest.raises(NotVisible):
        services.end_post(session, place.manager, uid, held[1].uid, None)
    services.end_post(session, place.manager, uid, held[0].uid, None)
    acting = queries.actor(session, place.worker.staff_id)
    assert acting and not acting.roles
    set_viewer(session, place.lead.viewer)
    with pytest.raises(Stale):
        services.end_post(session, place.lead, uid, held[0].uid, None)


def test_a_leaver_loses_everything_at_once_and_comes_back_with_one_post(
    session: Session, client: PageClient, place: Place
) -> None:
    reference = place.family.reference
    uid = listed(session, place.manager)[place.worker.staff_id].uid
    session.commit()
    client.sign_in(place.worker.staff_id)
    assert client.get(f"/families/{reference}").status_code == 200
    set_viewer(session, place.manager.viewer)
    services.mark_left(session, place.manager, uid)
    session.commit()
    assert client.get(f"/families/{reference}").location.startswith("/sign-in")
    person = listed(session, place.manager, left=True)[place.worker.staff_id]
    assert not person.held
    client.sign_in(place.manager.staff_id)
    assert "1 family</a> whose key worker has left" in client.get("/").text
    assert place.worker.name in client.get("/key-worker-left").text
    set_viewer(session, place.manager.viewer)
    with pytest.raises(Stale):
        services.mark_left(session, place.manager, uid)
    services.bring_back(session, place.manager, uid, role="specialist", hub_id=place.hub_id)
    acting = queries.actor(session, place.worker.staff_id)
    assert acting and acting.roles == {"specialist"}
    set_viewer(session, acting.viewer)
    with pytest.raises(NotVisible):
        families.family(session, reference)


def test_a_page_that_has_grown_old_says_so(
    session: Session, client: PageClient, place: Place
) -> None:
    uid = listed(session, place.manager)[place.worker.staff_id].uid
    session.commit()
    client.sign_in(place.manager.staff_id)
    assert client.post(f"/staff/{uid}/left").status_code == 303
    again = client.post(f"/staff/{uid}/left")
    assert f"{place.worker.name} is marked as left already" in again.text
    taken = {"name": "X", "email": place.worker.email, "role": "specialist", "hub": place.hub_id}
    assert "has an account with this email" in client.post("/staff/new", data=taken).text
    assert (
        f'<h1 class="govuk-heading-l">{place.worker.name}</h1>' in client.get(f"/staff/{uid}").text
    )


def test_whoever_stands_in_has_the_families_approvals_and_alerts_until_the_last_day(
    session: Session, client: PageClient, place: Place
) -> None:
    stand_in = a_member_of_staff(session, "key_worker", a_hub(session))
    away(session, place.lead, absent=place.worker, stand_in=stand_in)
    away(session, place.lead, absent=place.manager, stand_in=stand_in)
    reference = place.family.reference
    waiting = commissioning.ask_and_decide(session, place, amount_pence=185_00)
    session.commit()
    client.sign_in(stand_in.staff_id)
    day = client.get("/").text
    assert f"You stand in for {place.worker.name} until" in " ".join(day.split())
    assert reference in day
    assert f"for {place.worker.name}" in day
    assert "waits for your decision" in day
    assert waiting.what in client.get("/approvals").text
    assert client.get(f"/families/{reference}").status_code == 200
    set_viewer(session, place.lead.viewer)
    session.execute(text("UPDATE cover SET ended_on = london_today()"))
    session.commit()
    assert client.get(f"/families/{reference}").status_code == 404
    assert "You stand in" not in client.get("/").text


def test_the_alerts_of_the_absent_go_to_both_and_each_reads_their_own(
    session: Session, place: Place
) -> None:
    stand_in = a_member_of_staff(session, "key_worker", place.hub_id)
    away(session, place.manager, absent=place.worker, stand_in=stand_in)
    raise_alert(
        session,
        kind="spend.decided",
        subject="S-2222222",
        about_family_id=None,
        staff_ids=[place.worker.staff_id],
        path="/",
        line="Something",
    )
    told = text("SELECT staff_id FROM alert WHERE subject = 'S-2222222'")
    for actor in (place.worker, stand_in):
        set_viewer(session, actor.viewer)
        assert list(session.scalars(told)) == [actor.staff_id]


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [(-1, 3, "today or later"), (2, 1, "not be before"), (0, 400, "no more than a year")],
)
def test_cover_has_days_that_make_sense(
    session: Session, place: Place, first: int, last: int, sentence: str
) -> None:
    set_viewer(session, place.manager.viewer)
    today = clock.today()
    with pytest.raises(Refusal, match=sentence):
        services.arrange_cover(
            session,
            place.manager,
            absent_id=place.worker.staff_id,
            cover_id=place.second_manager.staff_id,
            first=today + timedelta(days=first),
            last=today + timedelta(days=last),
            reason="Leave",
        )


def test_nobody_stands_in_twice_and_an_end_comes_once(session: Session, place: Place) -> None:
    away(session, place.manager, absent=place.worker, stand_in=place.second_manager)
    with pytest.raises(Refusal, match="some of these days already"):
        away(session, place.manager, absent=place.worker, stand_in=place.second_manager)
    [cover] = queries.covers(session)
    services.end_cover(session, place.manager, cover.uid)
    with pytest.raises(Stale):
        services.end_cover(session, place.manager, cover.uid)
    assert queries.covers(session) == []
