"""Builds the demonstration through the same services that people use, step by step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from config.settings import ROOT
from keywork.accounts import queries as accounts
from keywork.accounts import services as accounts_services
from keywork.accounts.policy import Actor
from keywork.commissioning import queries as money
from keywork.commissioning import services as commissioning
from keywork.copies import queries as copies
from keywork.copies import services as copies_services
from keywork.copies.policy import Asked, fingerprint
from keywork.demo import people
from keywork.demo.record import Telling, days_ago, tell
from keywork.demo.stories import STORIES, DemoMember, DemoSpend, Story
from keywork.families import queries as families
from keywork.families import services as families_services
from keywork.families.policy import NewPerson, SafeContact
from keywork.handoffs.services.sending import Content, store_draft
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer, system_task
from keywork.plans import services as plans

Step = Callable[[], object]


@dataclass
class Locality:
    """What the steps have made so far."""

    session: Session
    hubs: dict[str, int] = field(default_factory=dict)
    staff: dict[str, int] = field(default_factory=dict)
    families: dict[str, families_services.Opened] = field(default_factory=dict)
    """By the first member's family name."""

    def act_as(self, name: str) -> Actor:
        """Read and write as this person from now on."""
        actor = accounts.actor(self.session, self.staff[name])
        if actor is None:
            raise LookupError(name)
        set_viewer(self.session, actor.viewer)
        return actor


def is_empty(session: Session) -> bool:
    """Whether nobody works here yet."""
    set_viewer(session, system_task("accounts"))
    return not accounts.hubs(session)


def steps(session: Session) -> list[Step]:
    """What there is to do, in order; the caller commits after each."""
    place = Locality(session)
    return [
        partial(_staff, place),
        partial(_purses, place),
        *(partial(_family, place, story) for story in STORIES),
        partial(_apart_and_together, place),
        partial(_closed_and_opened, place),
        partial(_recorded_twice, place),
        partial(_copies, place),
        partial(_exceptions, place),
        partial(_handoff, place),
    ]


def _staff(place: Locality) -> None:
    set_viewer(place.session, system_task("accounts"))
    for hub in people.HUBS:
        place.hubs[hub.code] = accounts_services.add_hub(
            place.session, hub.code, hub.name, list(hub.districts)
        )
    hashed = accounts_services.hash_password(people.PASSWORD)
    for person in people.STAFF:
        post = (person.role, place.hubs.get(person.hub))
        place.staff[person.name] = accounts_services.add_staff(
            place.session, person.email, person.name, hashed, post, waived=True
        )


def _purses(place: Locality) -> None:
    set_viewer(place.session, system_task("commissioning"))
    rules = ROOT / "config" / "policy" / "approval.toml"
    commissioning.load_policy(place.session, rules.read_text(encoding="utf-8"))
    lead = place.act_as("Olive Thornton")
    year = clock.financial_year(clock.today())
    for hub in people.HUBS:
        purse = commissioning.open_purse(place.session, lead, place.hubs[hub.code], "EH", year)
        commissioning.allocate(place.session, lead, purse, hub.purse_pence)


def _family(place: Locality, story: Story) -> None:
    session = place.session
    hub = next(person.hub for person in people.STAFF if person.name == story.key_worker)
    manager = next(p.name for p in people.STAFF if (p.role, p.hub) == ("hub_manager", hub))
    since = days_ago(story.open_days)
    opened = families_services.open_family(
        session, place.act_as(manager), place.hubs[hub], [_person(m) for m in story.members], since
    )
    place.families[story.members[0].family_name] = opened
    team = {story.key_worker: "key_worker"} | dict.fromkeys(story.specialists, "specialist")
    for name, role in team.items():
        families_services.join_team(session, opened.id, place.staff[name], role, since)
    worker = place.act_as(story.key_worker)
    families_services.set_safe_contact(session, worker, opened.id, story.contact)
    family = families.family(session, opened.reference)
    named = frozenset(place.staff[name] for name in story.specialists)
    telling = Telling(session, worker, story, family, named)
    tell(telling)
    _visits(telling)
    for goal, spend in _plan(telling):
        _spend(place, telling, goal, spend, manager)


def _visits(telling: Telling) -> None:
    session, family, members = telling.session, telling.family, telling.members
    for visit in telling.story.visits:
        about = [members[number].id for number in visit.about]
        notes = families_services.VisitNotes(
            happened_at=clock.now() - timedelta(days=visit.days_ago),
            minutes=50,
            about=about,
            seen=about,
            text=visit.text,
            protected_text=visit.protected_text,
            named_staff=telling.named,
            named_members=telling.given(visit.given_to),
            voices={members[number].id: words for number, words in visit.voices.items()},
            next_on=days_ago(-visit.next_in_days) if visit.next_in_days else None,
        )
        families_services.record_visit(session, family, notes)
    visits = families.chronology(session, family.ids, sought=families.Sought(kind="visit")).entries
    if len(visits) > 1:
        families_services.mark_significant(session, family, visits[-1].uid)


def _plan(telling: Telling) -> list[tuple[UUID, DemoSpend]]:
    """Write the plan, and return each spend with the goal that it is for."""
    session, worker, family = telling.session, telling.worker, telling.family
    members, story = telling.members, telling.story
    needs = [
        plans.add_need(
            session,
            worker,
            family.id,
            member_id=members[need.member].id,
            domain=need.domain,
            severity=need.severity,
            words=need.words,
            named_staff=telling.named,
            named_members=telling.given(need.given_to),
        )
        for need in story.needs
    ]
    goals = []
    for goal in story.goals:
        uid = plans.add_goal(
            session,
            worker,
            family.id,
            words=goal.words,
            baseline=goal.scores[0],
            need_uids=[needs[goal.need]],
        )
        for version, score in enumerate(goal.scores[1:]):
            plans.score_goal(session, worker, family.id, uid, score, version=version)
        plans.add_action(
            session,
            worker,
            family.id,
            uid,
            words=goal.action,
            owner=plans.Owner(staff_id=worker.staff_id),
            due_on=clock.today() + timedelta(days=goal.due_in_days),
        )
        goals.append(uid)
    return [(goals[spend.goal], spend) for spend in story.spends]


def _spend(place: Locality, telling: Telling, goal: UUID, spend: DemoSpend, manager: str) -> None:
    """Ask, let policy look, and take it as far as the story says."""
    session, asker, family = telling.session, telling.worker, telling.family
    wish = commissioning.Wish(
        purse_id=money.purses_to_ask(session, family.hub_id)[0].id,
        goal=goal,
        member_ids=[family.members[-1].id],
        category=spend.category,
        what=spend.what,
        why=spend.why,
        amount_pence=spend.pence,
        vat_pence=None,
        paying="card",
        needed_by=clock.today() + timedelta(days=5),
    )
    reference = commissioning.ask_for_money(session, asker, family, wish)
    asked = money.spend(session, reference)
    set_viewer(session, system_task("commissioning"))
    commissioning.decide(session, asked.id)
    if spend.decided:
        decider = place.act_as(manager)
        version = money.spend(session, reference).version
        commissioning.approve(session, decider, reference, version, "It keeps him in school")
    place.act_as(asker.name)
    if spend.bought_pence:
        bought = commissioning.Purchased(spend.bought_pence, None, "Norbridge Reuse", clock.today())
        version = money.spend(session, reference).version
        commissioning.record_purchase(session, asker, reference, version, bought)


def _apart_and_together(place: Locality) -> None:
    """The father had a record of his own while he lived elsewhere, until they came together."""
    session, manager = place.session, place.act_as("Helen Marsh")
    family = families.family(session, place.families["Begum"].reference)
    father = next(m.id for m in family.members if m.given_name == "Imran")
    split = families_services.Split(
        leaving=[father],
        in_both=[],
        on=days_ago(160),
        reason="separated",
        words="He stays with his brother while he is in treatment",
        key_worker_id=place.staff["Amy Collins"],
    )
    own = families_services.split_family(session, manager, family, split)
    families_services.join_families(
        session, manager, family.id, own.id, reason="reunited", words="He is home again"
    )


def _closed_and_opened(place: Locality) -> None:
    """The help for one family had ended, and it came back."""
    session, manager = place.session, place.act_as("Beth Sanders")
    dunn = place.families["Dunn"].id
    families_services.close_family(session, manager, dunn, reason="needs_met")
    families_services.reopen_family(
        session,
        manager,
        dunn,
        reason="asked_again",
        words="Stacey rang: the bad days are back",
        key_worker_id=place.staff["Leon Grant"],
    )


def _recorded_twice(place: Locality) -> None:
    """A boy whom somebody else put into a record with his name misspelt."""
    session, manager = place.session, place.act_as("Helen Marsh")
    told = DemoMember("Darren", "Pike", "parent", 33), DemoMember("Calum", "Hartly", "child", 6)
    families_services.open_family(
        session, manager, place.hubs["NORTH"], [_person(m) for m in told], days_ago(20)
    )
    set_viewer(session, system_task("families"))
    families_services.find_same_people(session)


def _copies(place: Locality) -> None:
    """The mother and the man she left each have their own, of the same record."""
    session, worker = place.session, place.act_as("Chloe Barnes")
    family = families.family(session, place.families["Mohamud"].reference)
    asked = Asked(("plan", "facts", "chronology"), days_ago(60), clock.today())
    for member in family.members:
        if member.role != "child":
            items = copies.content(session, family, member, asked)
            copies_services.make_copy(
                session,
                worker,
                family,
                member,
                asked,
                keys=[item.key for item in items if item.suggested],
                giving=copies_services.Giving("in_person", "family_help", "public_task"),
                version=fingerprint(items),
            )


def _exceptions(place: Locality) -> None:
    """A colleague who is a cousin opens no record of hers, and one was opened in an emergency."""
    session, manager = place.session, place.act_as("Helen Marsh")
    family = families.family(session, place.families["Kowalska"].reference)
    families_services.declare_conflict(
        session,
        manager,
        family,
        staff_id=place.staff["Gareth Lloyd"],
        member_ids=[family.members[0].id],
        reason="They are cousins",
    )
    hurried = place.act_as("Amy Collins")
    families_services.break_glass(
        session,
        hurried,
        place.families["Dunn"].id,
        kind="out_of_hours",
        reason="Stacey rang the duty line in tears and nobody of her team could be reached",
    )


def _handoff(place: Locality) -> None:
    visitor = place.act_as("Nadia Rahman")
    wanted = (
        DemoMember("Hannah", "Booth", "parent", 26),
        DemoMember("Ellis", "Booth", "child", 0, 7),
    )
    content = Content(
        hub_id=place.hubs["NORTH"],
        people=tuple(_person(member) for member in wanted),
        domains=("parental_mental_health", "money"),
        why="Low mood since the six to eight week review; behind with the electricity.",
        tried="Three listening visits and a referral to the children's centre.",
        contact=SafeContact(True, True, False, True, "Mornings are best"),
        contact_details="Mobile 07700 900123",
        consent="agreed",
    )
    store_draft(place.session, visitor.staff_id, uuid4(), content)


def _person(member: DemoMember) -> NewPerson:
    born = days_ago(-member.due_in_days) if member.due_in_days else None
    if member.years or member.months:
        today = clock.today()
        months = today.year * 12 + today.month - 1 - member.years * 12 - member.months
        born = date(months // 12, months % 12 + 1, min(today.day, 28))
    return NewPerson(member.given_name, member.family_name, born, None, member.role)
