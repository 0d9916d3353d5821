"""A mother in refuge with her children, on one record with the father who must not find them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.families import queries, services
from keywork.families.queries import FamilyView, MemberView
from keywork.families.services import Readers, RelationshipFacts
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from keywork.plans import services as plans
from tests.factories.families import Case, a_case
from tests.factories.places import ELM_ROAD, REFUGE, lives_at, member

HERS, HIS = "She has asked for a new school place", "He goes to the fathers' group"
BOTH = "They quarrelled at the door"
HEARD = "The school says he shouted at the gate"
CHILDS = "Ava sleeps badly"
VOICE = "Mummy cried in the car"
SECRET = "He followed her home on Friday"
HIDDEN = "The solicitor fears he will take the children"
"""Protected, and to be given to nobody."""

ALARM = "Fit the door alarm"
NEED, HER_GOAL, HIS_NEED = "He threatens her", "We feel safe at night", "He drinks at weekends"


@dataclass(frozen=True)
class Story:
    """The family, and who is who in it."""

    case: Case
    mother: MemberView
    father: MemberView
    ava: MemberView
    noah: MemberView
    goal: UUID
    """The mother's, protected, that she may be given."""

    @property
    def reference(self) -> str:
        """The family's."""
        return self.case.reference


def a_story(session: Session) -> Story:
    """The record as its key worker has written it. The session reads as the key worker."""
    case = a_case(session)
    people = {name: member(case, name) for name in ("Leah", "Tom", "Ava", "Noah")}
    family = queries.family(session, case.reference)
    for parent in ("Leah", "Tom"):
        for child in ("Ava", "Noah"):
            is_parent(session, case, family, people[parent], people[child])
    leaves(session, case, family, people["Tom"])
    lives_at(session, case, ELM_ROAD, "Tom")
    named = Readers(True, frozenset(), frozenset({people["Leah"].id}))
    lives_at(session, case, REFUGE, "Leah", "Ava", "Noah", readers=named)
    say(session, case, HERS, "Leah")
    say(session, case, HIS, "Tom")
    say(session, case, BOTH, "Leah", "Tom")
    say(session, case, CHILDS, "Ava", voice=VOICE)
    say(session, case, HEARD, "Leah", source="partner", source_name="Elm School")
    say(session, case, SECRET, "Leah", given_to=("Leah",))
    say(session, case, HIDDEN, "Leah", given_to=())
    return Story(
        case,
        *(people[name] for name in ("Leah", "Tom", "Ava", "Noah")),
        goal=_plan(session, case, people),
    )


def is_parent(
    session: Session, case: Case, family: FamilyView, parent: MemberView, child: MemberView
) -> None:
    """Record a parent who has parental responsibility."""
    services.add_relationship(
        session,
        case.key_worker,
        family,
        first=parent.person_id,
        second=child.person_id,
        kind="birth_parent",
        facts=RelationshipFacts(parental_responsibility="yes"),
    )


def leaves(session: Session, case: Case, family: FamilyView, who: MemberView) -> None:
    """A parent does not live with the family any more."""
    version = queries.person(session, family, who.uid).version
    services.change_role(
        session,
        case.key_worker,
        family,
        who.uid,
        role="non_resident_parent",
        on=clock.today(),
        version=version,
    )


def say(
    session: Session,
    case: Case,
    text: str,
    *about: str,
    given_to: tuple[str, ...] | None = None,
    voice: str = "",
    **facts: str,
) -> int:
    """Write an entry; with `given_to` it is protected, and for these. A voice is of the last."""
    set_viewer(session, case.key_worker.viewer)
    ids = [member(case, name).id for name in about]
    return services.record_entry(
        session,
        family_id=case.id,
        kind=facts.pop("kind", "note"),
        text=text,
        member_ids=ids,
        voices={ids[-1]: voice} if voice else {},
        visibility="team" if given_to is None else "protected",
        named_members=[member(case, name).id for name in given_to or ()],
        **facts,
    )


def _plan(session: Session, case: Case, people: dict[str, MemberView]) -> UUID:
    def need(who: str, domain: str, words: str, *given_to: str) -> UUID:
        return plans.add_need(
            session,
            case.key_worker,
            case.id,
            member_id=people[who].id,
            domain=domain,
            severity=2,
            words=words,
            named_members=[people[name].id for name in given_to],
        )

    hers = need("Leah", "domestic_abuse", NEED, "Leah")
    his = need("Tom", "substance_misuse", HIS_NEED)
    goal = plans.add_goal(
        session, case.key_worker, case.id, words=HER_GOAL, baseline=2, need_uids=[hers]
    )
    plans.add_goal(
        session, case.key_worker, case.id, words="He stops drinking", baseline=1, need_uids=[his]
    )
    plans.add_action(
        session,
        case.key_worker,
        case.id,
        goal,
        words=ALARM,
        owner=plans.Owner(staff_id=case.key_worker.staff_id),
        due_on=clock.today(),
    )
    return goal
