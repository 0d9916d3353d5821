"""What the acts on a spend share: the lock, the posting, the chronology, the refusals."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.commissioning import queries
from keywork.commissioning.models import Purse, Spend, SpendMember, State
from keywork.families.policy import members_of, staff_of
from keywork.families.services import record_entry
from keywork.kernel.clock import LONDON
from keywork.kernel.errors import NotVisible, Refusal, Stale
from keywork.kernel.money import format_pence
from keywork.kernel.viewer import system_task
from keywork.ledger.services import NOT_OVERDRAWN, Account, Move, post

TASK = system_task("commissioning")

WAITING = "spend.waiting"
"""The alert that a spend waits for a decision."""

DECIDED = "spend.decided"
"""The alert, to the person who asked, that somebody has decided, or that time has run out."""


def lock_spend(session: Session, reference: str) -> Spend:
    """The spend, held by this transaction. Raises NotVisible unless the viewer may change it."""
    row = session.scalar(
        select(Spend)
        .where(Spend.reference == reference)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotVisible
    return row


def move(session: Session, row: Spend, act: str, *moves: tuple[Account, Account, int]) -> None:
    """Post one act of a spend, from and to accounts of its purse; moves of nothing are left out."""
    book = session.scalars(select(Purse.book_id).where(Purse.id == row.purse_id)).one()
    post(
        session,
        key=f"{row.reference}/{act}",
        act=act,
        reference=row.reference,
        moves=[Move(book, source, target, pence) for source, target, pence in moves if pence],
    )


def note(session: Session, row: Spend, text: str) -> None:
    """Add to the family's chronology, for the same readers as the spend."""
    session.flush()
    members = select(SpendMember.member_id).where(SpendMember.spend_id == row.id)
    record_entry(
        session,
        family_id=row.family_id,
        kind="spend",
        text=f"{text} ({row.reference})",
        member_ids=session.scalars(members).all(),
        visibility=row.visibility,
        named_staff=staff_of(row.readers),
        named_members=members_of(row.readers),
        source="system",
    )


def refuse_short(
    session: Session, error: IntegrityError, purse_id: int, field: str = "amount"
) -> Refusal:
    """What to tell a person whom a purse has not enough money for. Other errors are raised."""
    diagnosis = getattr(error.orig, "diag", None)
    if getattr(diagnosis, "constraint_name", None) != NOT_OVERDRAWN:
        raise error
    available = queries.purse_by_id(session, purse_id).balances.available
    return Refusal(short_purse(available), field)


def short_purse(available_pence: int) -> str:
    """The sentence for a purse that has not enough money."""
    return (
        f"The purse has {format_pence(available_pence)} available: ask for less, or speak to the"
        " hub manager"
    )


def changed_since(session: Session, row: Spend) -> Stale:
    """The refusal for a page that shows a spend as it no longer is: who did what, and when."""
    people = accounts.staff_by_id(session, {row.requested_by, row.decided_by or row.requested_by})
    asker = people[row.requested_by].name
    decider = people[row.decided_by].name if row.decided_by else "The approval policy"
    said = {
        State.RESERVED: "This request has changed since you opened the page",
        State.WAITING: "This request has gone to a person to decide since you opened the page",
        State.APPROVED: f"{decider} has approved this already",
        State.BOUGHT: "This has been bought already",
        State.EVIDENCED: "This has been bought already",
        State.DECLINED: f"{decider} has declined this already",
        State.WITHDRAWN: f"{asker} has withdrawn this",
        State.LAPSED: "This request has lapsed: nobody decided it in time",
    }[State(row.state)]
    if row.state == State.WAITING and row.escalated_at:
        said = "This request has gone on to the service leads since you opened the page"
    if row.decided_at is None:
        return Stale(f"{said}. Look at it again")
    moment = row.decided_at.astimezone(LONDON)
    return Stale(f"{said}, on {moment.day} {moment:%B} at {moment:%H:%M}")
