"""Spends: one in full, a family's, and those that wait for the actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.commissioning.models import (
    DROPPED,
    UNDECIDED,
    Purchase,
    Purse,
    Receipt,
    Spend,
    SpendMember,
    State,
)
from keywork.commissioning.policy import Rule, may_decide
from keywork.commissioning.reference import PAYING, categories
from keywork.families import queries as families
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible
from keywork.kernel.files import StoredFile
from keywork.kernel.scanning import CLEAN

TO_DO = (State.APPROVED, State.BOUGHT)
UNFINISHED = (*UNDECIDED, *TO_DO)


@dataclass(frozen=True)
class PurchaseView:
    """What was bought."""

    paid_pence: int
    vat_pence: int | None
    supplier: str
    bought_on: date
    recorded_by: str


@dataclass(frozen=True)
class ReceiptView:
    """A receipt's file."""

    uid: UUID
    kind: str
    size_bytes: int
    recorded_at: datetime
    scanned: bool


@dataclass(frozen=True)
class SpendView:
    """A spend in full."""

    id: int
    reference: str
    family_id: int
    family_reference: str | None
    """None when the viewer may not open it."""

    goal_id: int
    purse_id: int
    hub_id: int
    category: str
    category_name: str
    what: str
    why: str
    amount_pence: int
    vat_pence: int | None
    paying: str
    needed_by: date
    member_ids: tuple[int, ...]
    requested_by: int
    asker: str
    requested_at: datetime
    state: State
    version: int
    policy_version_id: int | None
    fired: tuple[Rule, ...]
    decider_role: str | None
    decide_by: datetime | None
    escalated_at: datetime | None
    decided_by: int | None
    decider: str | None
    decided_at: datetime | None
    decision_reason: str
    visibility: str
    purchase: PurchaseView | None
    receipts: tuple[ReceiptView, ...]

    @property
    def undecided(self) -> bool:
        """Whether it is still to be decided."""
        return self.state in UNDECIDED

    def may_be_decided_by(self, actor: Actor) -> bool:
        """Whether it waits, and is the actor's to decide."""
        return self.state == State.WAITING and may_decide(
            actor,
            asker_id=self.requested_by,
            hub_id=self.hub_id,
            decider_role=self.decider_role,
            escalated=self.escalated_at is not None,
        )


@dataclass(frozen=True)
class FamilySpend:
    """A spend in a list of one family's, or of those that wait."""

    reference: str
    family_id: int
    what: str
    category_name: str
    amount_pence: int
    paid_pence: int | None
    state: State
    requested_at: datetime
    needed_by: date
    asker: str
    decide_by: datetime | None

    @property
    def cost_pence(self) -> int:
        """What it costs: what was paid, or else what was asked."""
        return self.amount_pence if self.paid_pence is None else self.paid_pence


@dataclass(frozen=True)
class ReceiptFile:
    """Where a receipt's file is and what it is sent as."""

    family_id: int
    spend_reference: str
    stored_name: str
    media_type: str


def spend(session: Session, reference: str) -> SpendView:
    """One spend. Raises NotVisible unless the session's viewer may read it."""
    found = session.execute(
        select(Spend, Purse.hub_id, Purchase)
        .join(Purse, Purse.id == Spend.purse_id)
        .outerjoin(Purchase, Purchase.spend_id == Spend.id)
        .where(Spend.reference == reference)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotVisible
    row, hub_id, bought = found
    people = [row.requested_by, row.decided_by or 0, bought.recorded_by if bought else 0]
    names = {id_: view.name for id_, view in accounts.staff_by_id(session, people).items()}
    family = families.families_by_id(session, [row.family_id]).get(row.family_id)
    return SpendView(
        id=row.id,
        reference=row.reference,
        family_id=row.family_id,
        family_reference=family.reference if family else None,
        goal_id=row.goal_id,
        purse_id=row.purse_id,
        hub_id=hub_id,
        category=row.category,
        category_name=categories()[row.category],
        what=row.what,
        why=row.why,
        amount_pence=row.amount_pence,
        vat_pence=row.vat_pence,
        paying=PAYING[row.paying],
        needed_by=row.needed_by,
        member_ids=_member_ids(session, row.id),
        requested_by=row.requested_by,
        asker=names[row.requested_by],
        requested_at=row.requested_at,
        state=State(row.state),
        version=row.version,
        policy_version_id=row.policy_version_id,
        fired=tuple(Rule(**rule) for rule in row.fired),
        decider_role=row.decider_role,
        decide_by=row.decide_by,
        escalated_at=row.escalated_at,
        decided_by=row.decided_by,
        decider=names.get(row.decided_by or 0),
        decided_at=row.decided_at,
        decision_reason=row.decision_reason,
        visibility=row.visibility,
        purchase=_purchase(bought, names) if bought else None,
        receipts=_receipts(session, row.id),
    )


def family_spends(session: Session, family_ids: Sequence[int]) -> list[FamilySpend]:
    """Every spend for a family that the viewer may read, newest first."""
    return _lines(session, families.in_record(Spend.family_id, family_ids))


def unfinished_for(session: Session, family_ids: Sequence[int]) -> list[FamilySpend]:
    """What is still to be decided, bought or proved for a family, as the viewer may know."""
    return _lines(
        session, families.in_record(Spend.family_id, family_ids), Spend.state.in_(UNFINISHED)
    )


def family_total(session: Session, family_ids: Sequence[int], weeks: int = 12) -> int:
    """What has been spent, or is set aside, for a family in these weeks, as the viewer may know."""
    since = clock.now() - timedelta(weeks=weeks)
    return (
        session.scalar(
            select(func.sum(func.coalesce(Purchase.paid_pence, Spend.amount_pence)))
            .select_from(Spend)
            .outerjoin(Purchase, Purchase.spend_id == Spend.id)
            .where(
                families.in_record(Spend.family_id, family_ids),
                Spend.requested_at > since,
                Spend.state.not_in(DROPPED),
            )
        )
        or 0
    )


def waiting_for(session: Session, actor: Actor) -> list[FamilySpend]:
    """The spends that wait for this actor to decide, the most urgent first."""
    hers = Purse.hub_id.in_(actor.managed_hub_ids) & or_(
        Spend.decider_role == "hub_manager", Spend.escalated_at.is_not(None)
    )
    leads = Spend.decider_role == "service_lead"
    found = _lines(
        session,
        Spend.state == State.WAITING,
        Spend.requested_by != actor.staff_id,
        or_(hers, leads) if actor.has("service_lead") else hers,
    )
    return sorted(found, key=lambda line: line.decide_by or line.requested_at)


def unfinished(session: Session, actor: Actor) -> list[FamilySpend]:
    """What the actor has yet to buy, or to bring the receipt for."""
    to_do = Spend.state.in_(TO_DO)
    return _lines(session, Spend.requested_by == actor.staff_id, to_do)


def receipt_file(session: Session, uid: UUID) -> ReceiptFile:
    """A receipt's file. Raises NotVisible unless the viewer may read its spend."""
    row = session.execute(
        select(Spend.family_id, Spend.reference, Receipt.stored_name, Receipt.media_type)
        .join(Spend, Spend.id == Receipt.spend_id)
        .where(Receipt.uid == uid)
    ).first()
    if row is None:
        raise NotVisible
    return ReceiptFile(*row)


def _lines(session: Session, *wanted: ColumnElement[bool]) -> list[FamilySpend]:
    rows = session.execute(
        select(Spend, Purchase.paid_pence)
        .join(Purse, Purse.id == Spend.purse_id)
        .outerjoin(Purchase, Purchase.spend_id == Spend.id)
        .where(*wanted)
        .order_by(Spend.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    names = accounts.staff_by_id(session, {row.requested_by for row, _ in rows}) if rows else {}
    return [
        FamilySpend(
            reference=row.reference,
            family_id=row.family_id,
            what=row.what,
            category_name=categories()[row.category],
            amount_pence=row.amount_pence,
            paid_pence=paid,
            state=State(row.state),
            requested_at=row.requested_at,
            needed_by=row.needed_by,
            asker=names[row.requested_by].name,
            decide_by=row.decide_by,
        )
        for row, paid in rows
    ]


def _member_ids(session: Session, spend_id: int) -> tuple[int, ...]:
    return tuple(
        session.scalars(select(SpendMember.member_id).where(SpendMember.spend_id == spend_id))
    )


def _purchase(row: Purchase, names: dict[int, str]) -> PurchaseView:
    return PurchaseView(
        row.paid_pence, row.vat_pence, row.supplier, row.bought_on, names[row.recorded_by]
    )


def _receipts(session: Session, spend_id: int) -> tuple[ReceiptView, ...]:
    rows = session.execute(
        select(Receipt, StoredFile.scan)
        .join(StoredFile, StoredFile.name == Receipt.stored_name)
        .where(Receipt.spend_id == spend_id)
        .order_by(Receipt.id)
    )
    kinds = {"application/pdf": "PDF", "image/jpeg": "photo", "image/png": "picture"}
    return tuple(
        ReceiptView(
            row.uid,
            kinds.get(row.media_type, "photo"),
            row.size_bytes,
            row.recorded_at,
            scan == CLEAN,
        )
        for row, scan in rows
    )
