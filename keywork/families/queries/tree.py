"""The family tree: who is in it on a day, and how they are related."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case
from sqlalchemy.orm import Session

from keywork.families.models import Member
from keywork.families.queries.members import MEMBER_ORDER, MemberView, member_rows, member_views
from keywork.families.queries.records import FamilyView, in_record
from keywork.families.queries.relationships import RelationshipView, relationships

TIES = frozenset({"parent", "couple"})


@dataclass(frozen=True)
class TreeView:
    """A family on a day: its members then, and former ones who are related to them."""

    at: date
    members: list[MemberView]
    former: list[MemberView]
    relationships: list[RelationshipView]
    """Among all of these, those that had begun."""

    @property
    def people(self) -> list[MemberView]:
        """Everybody in the picture."""
        return [*self.members, *self.former]


def tree(session: Session, family: FamilyView, at: date) -> TreeView:
    """The family as it was on a day, in two statements.

    A former member belongs in it who is by blood or as a couple related to a member.
    """
    then = (Member.started_on <= at) & (Member.ended_on.is_(None) | (Member.ended_on > at))
    rows = session.execute(
        member_rows(at)
        .where(in_record(Member.family_id, family.ids), Member.started_on <= at)
        .order_by(case((then, 0), else_=1), (Member.family_id == family.id).desc(), *MEMBER_ORDER)
    ).all()
    everyone: dict[int, MemberView] = {}
    for view in member_views(rows):
        everyone.setdefault(view.person_id, view)
    known = [
        tie
        for tie in relationships(session, list(everyone.values()))
        if not tie.started_on or tie.started_on <= at
    ]
    current = {id_ for id_, view in everyone.items() if not view.until or view.until > at}
    drawn = current | _related(current, known)
    return TreeView(
        at=at,
        members=[view for id_, view in everyone.items() if id_ in current],
        former=[view for id_, view in everyone.items() if id_ in drawn - current],
        relationships=[t for t in known if {t.first.person_id, t.second.person_id} <= drawn],
    )


def _related(current: set[int], ties: Sequence[RelationshipView]) -> set[int]:
    """Who is a parent, child or partner of one of these people, or sibling."""
    pairs = [
        {tie.first.person_id, tie.second.person_id}
        for tie in ties
        if tie.kind.group in TIES or tie.kind.key in ("sibling", "half_sibling")
    ]
    return set().union(*(pair for pair in pairs if pair & current))
