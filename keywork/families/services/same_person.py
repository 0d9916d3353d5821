"""Deciding whether a pair of persons is one."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries
from keywork.families.models import SamePerson
from keywork.families.services.merging import TASK, merge_persons
from keywork.kernel import audit, clock
from keywork.kernel.errors import NotVisible, Stale
from keywork.kernel.viewer import acting_as


def keep_apart(session: Session, actor: Actor, uid: UUID, *, words: str) -> None:
    """These are two persons. They are not asked about again until what is known of them changes."""
    pair = _pair(session, actor, uid)
    decide(pair, actor, "different", words)
    session.flush()
    audit.record(session, "person.keep_apart", str(uid))


def merge_people(
    session: Session,
    actor: Actor,
    uid: UUID,
    *,
    version: str,
    chosen: Mapping[str, str],
    reason: str,
) -> UUID:
    """Make one person of a pair; returns the merge's uid.

    `version` is that of the two as the page showed them, `chosen` whose fact stays where both are
    known and differ: see `policy.settled`.
    """
    pair = _pair(session, actor, uid)
    if queries.same_person(session, uid).version != version:
        raise Stale(
            "One of these records has changed since you opened this page. Compare them again"
        )
    merged = merge_persons(session, actor, pair.a_id, pair.b_id, chosen=chosen, reason=reason)
    with acting_as(session, TASK):  # whoever was merged is in no family that the actor may open
        decide(pair, actor, "merged", reason)
        session.flush()
    return merged


def _pair(session: Session, actor: Actor, uid: UUID) -> SamePerson:
    """A pair to decide on, locked; nobody has decided on it yet."""
    if not actor.managed_hub_ids:
        raise NotVisible
    pair = session.scalar(
        select(SamePerson)
        .where(SamePerson.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if pair is None:
        raise NotVisible
    if pair.state != "open" and pair.decided_by:
        name = accounts.staff_name(session, pair.decided_by)
        what = "put these records together" if pair.state == "merged" else "kept these two apart"
        raise Stale(f"{name} has {what} already")
    return pair


def decide(pair: SamePerson, actor: Actor, state: str, words: str) -> None:
    """Note what the actor has decided on a pair, and why."""
    pair.state, pair.words = state, words
    pair.decided_by, pair.decided_at = actor.staff_id, clock.now()
