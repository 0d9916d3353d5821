"""Writes of plans. Each is also an entry in the chronology, for the same readers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import services as families
from keywork.families.policy import members_of, row_readers, staff_of
from keywork.families.queries import in_record, members_by_id, members_in, records_of
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Refusal, Stale, explain_constraint
from keywork.plans import queries
from keywork.plans.domains import SEVERITIES, Domain, domains
from keywork.plans.models import Action, Goal, GoalNeed, GoalScore, Need, NeedSeverity

explain_constraint("need_severity_turn", "Someone has just changed this need. Open it again")
explain_constraint("goal_score_turn", "Someone has just scored this goal. Open it again")


@dataclass(frozen=True)
class Owner:
    """Who is to do something: one of staff, member of the family, or a named partner."""

    staff_id: int | None = None
    member_id: int | None = None
    partner_name: str | None = None


@dataclass(frozen=True)
class _Readers:
    """Who may read a row and the entry made with it."""

    visibility: str
    named_staff: frozenset[int]
    named_members: frozenset[int] = frozenset()
    """Who in the family may be given a copy of it, when it is protected."""

    def columns(self, author: Actor) -> dict[str, Any]:
        """As the row keeps them."""
        named = self.named_staff if self.visibility == "protected" else None
        return row_readers(author.viewer, named, self.named_members)


@dataclass(frozen=True)
class _Said:
    """What the chronology says of a change to the plan."""

    kind: str
    text: str
    member_ids: Collection[int]
    domains: Collection[str]


def add_need(
    session: Session,
    actor: Actor,
    family_id: int,
    *,
    member_id: int,
    domain: str,
    severity: int,
    type_: str = "",
    words: str = "",
    protected: bool = False,
    named_staff: Collection[int] = (),
    named_members: Collection[int] = (),
) -> UUID:
    """Put a need into the plan; returns its uid.

    A need in a protected domain is protected whatever is said. If it is, the actor, `named_staff`
    and the hub manager alone may read it, and `named_members` alone may be given a copy.
    """
    known = _domain(domain, type_)
    _refuse_repetition(session, family_id, member_id, known, type_)
    readers = _named(named_staff, named_members) if protected or known.protected else _TEAM
    text = f"New need: {known.describe(type_)}, {SEVERITIES[severity].lower()}.\n{words}"
    entry_id = _entry(session, family_id, _Said("need", text, [member_id], [domain]), readers)
    need = Need(
        family_id=family_id,
        entry_id=entry_id,
        author=actor.viewer,
        **readers.columns(actor),
        member_id=member_id,
        domain=domain,
        type=type_,
        words=words,
    )
    session.add(need)
    session.flush()
    session.add(_severity(actor, need, entry_id, number=1, severity=severity))
    session.flush()
    audit.record(session, "plan.add_need", str(need.uid), family_id=family_id)
    return need.uid


def set_severity(
    session: Session,
    actor: Actor,
    family_id: int,
    uid: UUID,
    severity: int,
    *,
    version: int,
    words: str = "",
) -> None:
    """Say how severe a need is now. `version` counts the severities that the actor saw."""
    seen = queries.need(session, records_of(session, family_id), uid)
    last = seen.severities[-1]
    if version != len(seen.severities):
        raise Stale(
            f"{last.given_by} has set this need to {SEVERITIES[last.value].lower()} since you"
            " opened this page. Check it and send your answer again"
        )
    need = session.get_one(Need, seen.id)
    change = f"was {seen.severity_name.lower()}, now {SEVERITIES[severity].lower()}"
    text = f"{seen.title}: {change}.\n{words}"
    said = _Said("need", text, [need.member_id], [need.domain])
    entry_id = _entry(session, need.family_id, said, _of(need))
    session.add(_severity(actor, need, entry_id, number=version + 1, severity=severity))
    session.flush()
    audit.record(session, "plan.set_severity", str(uid), family_id=need.family_id)


def add_goal(
    session: Session,
    actor: Actor,
    family_id: int,
    *,
    words: str,
    baseline: int,
    need_uids: Collection[UUID],
) -> UUID:
    """Put a goal into the plan that answers to these needs; returns its uid.

    It may be read by those who may read each of the needs, and stands in the record they stand in.
    """
    records = records_of(session, family_id)
    needs = session.scalars(
        select(Need)
        .where(in_record(Need.family_id, records), Need.uid.in_(need_uids))
        .order_by(Need.id)
    ).all()
    if not needs or len(needs) != len(set(need_uids)):
        raise Refusal("Choose needs from this plan", "needs")
    family_id, *others = {need.family_id for need in needs}
    if others:
        raise Refusal(
            "These needs were recorded before two records were joined, in each of them. Make a goal"
            " for each",
            "needs",
        )
    readers = _shared(needs)
    text = f"New goal: “{words}”, {baseline} out of 10 at the start."
    said = _Said("goal", text, {n.member_id for n in needs}, {n.domain for n in needs})
    goal = Goal(
        family_id=family_id,
        entry_id=_entry(session, family_id, said, readers),
        author=actor.viewer,
        **readers.columns(actor),
        words=words,
        baseline=baseline,
    )
    session.add(goal)
    session.flush()
    session.add_all(
        GoalNeed(goal_id=goal.id, need_id=need.id, family_id=family_id) for need in needs
    )
    session.flush()
    audit.record(session, "plan.add_goal", str(goal.uid), family_id=family_id)
    return goal.uid


def score_goal(
    session: Session,
    actor: Actor,
    family_id: int,
    uid: UUID,
    score: int,
    *,
    version: int,
    words: str = "",
) -> None:
    """Say where the goal stands now. `version` counts the scores that the actor saw."""
    seen = queries.goal(session, records_of(session, family_id), uid)
    if version != len(seen.scores):
        by = seen.scores[-1].given_by if seen.scores else ""
        done = f"{by} has scored this goal {seen.latest}" if by else "This goal has changed"
        raise Stale(f"{done} since you opened this page. Check it and send your answer again")
    goal = session.get_one(Goal, seen.id)
    text = f"Goal “{goal.words}”: was {seen.latest}, now {score} out of 10.\n{words}"
    said = _Said("goal", text, seen.member_ids, seen.domains)
    entry_id = _entry(session, goal.family_id, said, _of(goal))
    session.add(
        GoalScore(
            family_id=goal.family_id,
            entry_id=entry_id,
            author=actor.viewer,
            goal_id=goal.id,
            number=version + 1,
            score=score,
        )
    )
    session.flush()
    audit.record(session, "plan.score_goal", str(uid), family_id=goal.family_id)


def add_action(
    session: Session,
    actor: Actor,
    family_id: int,
    goal_uid: UUID,
    *,
    words: str,
    owner: Owner,
    due_on: date,
) -> UUID:
    """Put an action towards a goal into the plan; returns its uid. Who reads the goal reads it."""
    seen = queries.goal(session, records_of(session, family_id), goal_uid)
    if due_on < clock.today():
        raise Refusal("The date it is due must be today or later", "due_on")
    if seen.protected and owner.staff_id not in (None, actor.staff_id, *seen.named_staff):
        raise Refusal("Choose someone who may read this goal, because it is protected", "owner")
    goal = session.get_one(Goal, seen.id)
    text = f"New action: {words}, by {due_on.day} {due_on:%B %Y}.\nTowards “{goal.words}”"
    said = _Said("action", text, seen.member_ids, seen.domains)
    owners = [owner.member_id] if owner.member_id else []
    places = members_in(session, goal.family_id, owners, "owner")
    action = Action(
        family_id=goal.family_id,
        entry_id=_entry(session, goal.family_id, said, _of(goal)),
        author=actor.viewer,
        **_of(goal).columns(actor),
        goal_id=goal.id,
        words=words,
        staff_id=owner.staff_id,
        member_id=next(iter(places), None),
        partner_name=owner.partner_name,
        due_on=due_on,
    )
    session.add(action)
    session.flush()
    audit.record(session, "plan.add_action", str(action.uid), family_id=goal.family_id)
    return action.uid


def complete_action(
    session: Session, actor: Actor, family_id: int, uid: UUID, words: str = ""
) -> None:
    """Say that an action is done, and what came of it."""
    action = session.scalar(
        select(Action)
        .where(in_record(Action.family_id, records_of(session, family_id)), Action.uid == uid)
        .with_for_update()
    )
    if action is None:
        raise NotVisible
    if action.done_by is not None:
        name = accounts.staff_name(session, action.done_by)
        raise Stale(f"{name} has marked this action as done already")
    goal = queries.goals_by_id(session, [action.goal_id])[action.goal_id]
    action.done_on = clock.today()
    action.done_by = actor.staff_id
    text = f"Done: {action.words}.\n{words}"
    said = _Said("action", text, goal.member_ids, goal.domains)
    _entry(session, action.family_id, said, _of(action))
    audit.record(session, "plan.complete_action", str(uid), family_id=action.family_id)


_TEAM = _Readers("team", frozenset())


def _named(staff_ids: Collection[int], member_ids: Collection[int]) -> _Readers:
    return _Readers("protected", frozenset(staff_ids), frozenset(member_ids))


def _domain(key: str, type_: str) -> Domain:
    domain = domains().get(key)
    if domain is None or (type_ and type_ not in domain.types):
        raise Refusal("Choose a need from the list", "need")
    return domain


def _refuse_repetition(
    session: Session, family_id: int, member_id: int, domain: Domain, type_: str
) -> None:
    person_id = members_by_id(session, [member_id])[member_id].person_id
    for need in queries.needs(session, records_of(session, family_id)):
        if (need.person_id, need.domain, need.type) == (person_id, domain, type_):
            raise Refusal(
                f"{need.title} is in the plan for {need.member_name} already."
                " Open it there to change how severe it is",
                "need",
            )


def _of(row: Need | Goal | Action) -> _Readers:
    if row.visibility == "team":
        return _TEAM
    return _named(staff_of(row.readers), members_of(row.readers))


def _shared(needs: Collection[Need]) -> _Readers:
    """Those who may read, and may be given, each of the needs."""
    protected = [_of(need) for need in needs if need.visibility == "protected"]
    if not protected:
        return _TEAM
    return _named(
        frozenset.intersection(*(readers.named_staff for readers in protected)),
        frozenset.intersection(*(readers.named_members for readers in protected)),
    )


def _entry(session: Session, family_id: int, said: _Said, readers: _Readers) -> int:
    return families.record_entry(
        session,
        family_id=family_id,
        kind=said.kind,
        text=said.text.strip(),
        member_ids=said.member_ids,
        visibility=readers.visibility,
        named_staff=readers.named_staff,
        named_members=readers.named_members,
        domains=said.domains,
    )


def _severity(
    actor: Actor, need: Need, entry_id: int, *, number: int, severity: int
) -> NeedSeverity:
    return NeedSeverity(
        family_id=need.family_id,
        entry_id=entry_id,
        author=actor.viewer,
        need_id=need.id,
        number=number,
        severity=severity,
    )
