"""A father about whom there is something of every kind, beside what is about others alone."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.commissioning.services import Wish, ask_for_money
from keywork.families import queries, services
from keywork.families.policy import NewPerson
from keywork.families.queries import FamilyView, MemberView
from keywork.kernel.viewer import set_viewer
from keywork.plans import services as plans
from tests.factories import commissioning, handoffs
from tests.factories.documents import a_document
from tests.factories.families import Case, a_case
from tests.factories.people import was_called
from tests.factories.places import days_ago, goes_to, is_known
from tests.factories.plans import a_goal, a_need, an_action
from tests.factories.relationships import related
from tests.factories.sharing import a_consent, a_decision

OWN = "He sleeps better now."
SHARED = "They argued about money."
TOLD = "School says that he was late."
PROTECTED = "He may not learn where she lives."
NAMING = "Leah rang twice while he spoke."
OTHERS = ("Ava draws horses all day.", "She keeps a motorbike.", "Horse riding lessons")
"""What is held about others alone."""

COPY = """
  INSERT INTO copy (reference, family_id, member_id, entry_id, author, made_by, made_at, parts,
    items, stored_name, size_bytes, sha256, visibility, readers)
  SELECT 'C-2345678', e.family_id, :member, e.id, e.author, :staff, now(), '{plan}', 1, f.name, 1,
    sha256('x'), 'team', e.readers
  FROM entry e, stored_file f WHERE e.family_id = :family
    AND e.author = current_setting('keywork.viewer') LIMIT 1"""


@dataclass(frozen=True)
class Life:
    """The family, the father, and one goal of his."""

    case: Case
    tom: MemberView
    family: FamilyView
    goal: UUID


def a_life(session: Session) -> Life:
    """Make it; the session reads for the family's key worker."""
    place = commissioning.a_place(session)
    case = a_case(session, hub_id=place.hub_id)
    family = queries.family(session, case.reference)
    tom, leah, ava, _ = case.members
    _is_told(session, case)
    was_called(session, case.key_worker, family, tom, "Thomas")
    is_known(session, case.key_worker, family, tom, "Rose Cottage")
    goes_to(session, case, OTHERS[2])
    related(session, case.key_worker, family, tom, "birth_parent", ava)
    related(session, case.key_worker, family, leah, "carer", ava)
    need = a_need(session, case)
    goal = a_goal(session, case, need)
    an_action(session, case, goal)
    a_goal(session, case, need, a_need(session, case, "education", member=2), words="Mornings")
    wish = Wish(
        purse_id=place.wish.purse_id,
        goal=goal,
        member_ids=[tom.id],
        category="bed",
        what="a bed",
        why="The old one is broken",
        amount_pence=80_00,
        vat_pence=None,
        paying="card",
        needed_by=days_ago(-3),
    )
    ask_for_money(session, case.key_worker, family, wish)
    a_consent(session, case.key_worker, case.reference)
    a_decision(session, case.key_worker, case.reference)
    a_document(session, case.key_worker, case.reference)
    _is_copied_and_handed_off(session, case)
    return Life(case, tom, family, goal)


def _is_told(session: Session, case: Case) -> None:
    tom, leah, ava, _ = (member.id for member in case.members)

    def told(words: str, *about: int, **more: object) -> None:
        services.record_entry(
            session,
            family_id=case.id,
            kind="note",
            text=words,
            member_ids=about,
            **more,  # type: ignore[arg-type]
        )

    told(OWN, tom)
    told(SHARED, tom, leah)
    told(TOLD, tom, source="partner", source_name="Mill Lane School")
    told(PROTECTED, tom, visibility="protected", named_staff=[case.specialist.staff_id])
    told(NAMING, tom)
    told(OTHERS[0], ava)
    told(OTHERS[1], leah)


def _is_copied_and_handed_off(session: Session, case: Case) -> None:
    values = {"member": case.members[0].id, "staff": case.key_worker.staff_id, "family": case.id}
    session.execute(text(COPY), values)
    people = [
        NewPerson("TOM", "marsh", date(1992, 1, 30), None, "parent"),
        NewPerson("Rosa", "Kettlewell", None, None, "child"),
    ]
    handoffs.a_handoff(session, handoffs.a_place(session, "ZZ9"), people)
    set_viewer(session, case.key_worker.viewer)


def score(session: Session, life: Life) -> None:
    """The father's goal is reached a little more. The session reads for the key worker."""
    set_viewer(session, life.case.key_worker.viewer)
    plans.score_goal(session, life.case.key_worker, life.case.id, life.goal, score=5, version=0)
