"""Everything that can be recorded of a family, each with a word by which it is known again."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from keywork.accounts.policy import Actor
from keywork.commissioning import queries as money
from keywork.commissioning import services as commissioning
from keywork.documents import services as documents
from keywork.families import queries as families
from keywork.families import services as family_services
from keywork.families.policy import ContactRule
from keywork.families.services import Address, Readers
from keywork.kernel import clock
from keywork.kernel.files import Upload
from keywork.kernel.viewer import set_viewer
from keywork.plans import services as plans
from keywork.sharing import services as sharing
from tests.factories import commissioning as places
from tests.leaks.world import Wanted, World

Recorder = Callable[[World, Wanted, Actor, list[int] | None, str], dict[str, str]]


def record(world: World, wanted: Wanted, marker: str) -> dict[str, str]:
    """Record it with the marker in each of its texts; its addresses, by what they are called."""
    actor = world.people[wanted.author]
    named = None if wanted.named is None else [world.people[n].staff_id for n in wanted.named]
    set_viewer(world.session, actor.viewer)
    return KINDS[wanted.kind](world, wanted, actor, named, marker)


def _member(world: World, wanted: Wanted) -> families.MemberView:
    return world.family.members[wanted.about % len(world.family.members)]


def _given(world: World, wanted: Wanted) -> frozenset[int]:
    members = world.family.members
    return frozenset(members[place % len(members)].id for place in wanted.given_to)


def _readers(world: World, wanted: Wanted, named: list[int] | None) -> Readers:
    given = _given(world, wanted)
    return Readers() if named is None else Readers(True, frozenset(named), given)


def _visit(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    member = _member(world, wanted)
    notes = family_services.VisitNotes(
        happened_at=clock.now() - timedelta(hours=3),
        minutes=37,
        about=[member.id],
        seen=[member.id],
        text="" if named is not None else marker,
        protected_text=marker if named is not None else "",
        named_staff=named or (),
        named_members=_given(world, wanted),
        voices={member.id: f"said {marker}"},
        next_on=clock.today() + timedelta(days=3),
    )
    written = family_services.record_visit(world.session, world.family, notes)
    entry = written.team or written.protected
    uid = world.session.scalars(text("SELECT uid FROM entry WHERE id = :id"), {"id": entry}).one()
    return {"chronology": str(uid)}


def _need(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    return {"needs": str(_a_need(world, wanted, actor, named, marker))}


def _a_need(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> UUID:
    return plans.add_need(
        world.session,
        actor,
        world.family.id,
        member_id=_member(world, wanted).id,
        domain=next(world.domains),
        severity=3,
        words=marker,
        protected=named is not None,
        named_staff=named or (),
        named_members=_given(world, wanted),
    )


def _goal(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    need = _a_need(world, wanted, actor, named, marker)
    goal = _a_goal(world, actor, need, marker)
    action = plans.add_action(
        world.session,
        actor,
        world.family.id,
        goal,
        words=f"Do {marker}",
        owner=plans.Owner(staff_id=actor.staff_id),
        due_on=clock.today(),
    )
    return {"needs": str(need), "goals": str(goal), "actions": str(action)}


def _a_goal(world: World, actor: Actor, need: UUID, marker: str) -> UUID:
    return plans.add_goal(
        world.session, actor, world.family.id, words=marker, baseline=2, need_uids=[need]
    )


def _spend(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    need = _a_need(world, wanted, actor, named, marker)
    wish = places.replace(
        world.place.wish,
        goal=_a_goal(world, actor, need, marker),
        member_ids=[_member(world, wanted).id],
        what=f"Lock {marker}",
        why=f"For {marker}",
        amount_pence=113_37,
    )
    reference = commissioning.ask_for_money(world.session, actor, world.family, wish)
    spend = money.spend(world.session, reference)
    set_viewer(world.session, places.TASK)
    commissioning.decide(world.session, spend.id)
    set_viewer(world.session, actor.viewer)
    return {"spends": reference, "needs": str(need)}


def _home(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    family_services.add_residence(
        world.session,
        actor,
        world.family,
        [_member(world, wanted).id],
        Address("home" if named is None else "refuge", f"{marker} House", "NB1 2AB"),
        since=clock.today() - timedelta(days=2),
        leaves=False,
        readers=_readers(world, wanted, named),
    )
    return _newest(world, "residence", "addresses")


def _number(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    family_services.add_contact(
        world.session,
        actor,
        world.family,
        _member(world, wanted),
        value=f"{marker}@example.test",
        rule=ContactRule("email", may_write=True),
        readers=_readers(world, wanted, named),
    )
    return _newest(world, "contact_point", "contacts")


def _school(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    family_services.add_affiliation(
        world.session,
        actor,
        world.family,
        _member(world, wanted),
        kind="school",
        name=f"{marker} School",
        since=clock.today() - timedelta(days=2),
        readers=_readers(world, wanted, named),
    )
    return _newest(world, "affiliation", "affiliations")


def _newest(world: World, table: str, called: str) -> dict[str, str]:
    found = text(f"SELECT uid FROM {table} WHERE family_id = :id ORDER BY id DESC LIMIT 1")
    return {called: str(world.session.scalars(found, {"id": world.family.id}).one())}


def _professional(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    new = family_services.NewProfessional(marker, "Adviser", "Refuge", marker, clock.today())
    uid = family_services.add_professional(
        world.session,
        actor,
        world.family.id,
        new,
        protected=named is not None,
        named_staff=named or (),
        named_members=_given(world, wanted),
    )
    return {"professionals": str(uid)}


def _document(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    about = documents.About(marker, [_member(world, wanted).id], "partner", f"{marker} Court")
    documents.add_document(
        world.session,
        actor,
        world.family,
        Upload("a.pdf", b"%PDF-1.7 an order"),
        about,
        named_staff=named,
        named_members=_given(world, wanted),
    )
    found = text(
        "SELECT e.uid FROM document d JOIN entry e ON e.id = d.entry_id ORDER BY d.id DESC LIMIT 1"
    )
    return {"documents": str(world.session.scalars(found).one())}


def _consent(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    question = sharing.Question(_member(world, wanted).id, "family_help", f"{marker} Court")
    state = "given" if named is None else "not_asked_unsafe"
    given = sharing.Given(state, "public_task", words=f"because {marker}")
    sharing.record_consent(
        world.session,
        actor,
        world.family.id,
        question,
        given,
        named_staff=named,
        named_members=_given(world, wanted),
    )
    return _newest(world, "consent", "consent")


def _disclosure(
    world: World, wanted: Wanted, actor: Actor, named: list[int] | None, marker: str
) -> dict[str, str]:
    decision = sharing.Decision(
        shared=named is None,
        happened_on=clock.today(),
        member_ids=[_member(world, wanted).id],
        purpose="family_help",
        organisation_kind="school",
        organisation=f"{marker} School",
        person=marker,
        what=marker,
        basis="public_task" if named is None else None,
        reason=marker,
    )
    sharing.record_decision(world.session, actor, world.family, decision, named_staff=named)
    return {}


KINDS: dict[str, Recorder] = {
    "visit": _visit,
    "need": _need,
    "goal": _goal,
    "spend": _spend,
    "home": _home,
    "number": _number,
    "school": _school,
    "professional": _professional,
    "document": _document,
    "consent": _consent,
    "disclosure": _disclosure,
}
