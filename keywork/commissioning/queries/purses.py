"""Purses: what is in them, and every spend from them on one line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, Date, DateTime, Text, column, select, table
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.commissioning.models import Purse, Spend, State
from keywork.commissioning.policy import sees_every_purse
from keywork.commissioning.reference import categories, funds
from keywork.kernel import clock
from keywork.kernel.errors import NotVisible
from keywork.ledger import queries as ledger
from keywork.ledger.queries import Balances, Line
from keywork.ledger.services import Account

_LINE = table(
    "spend_line",
    column("id", BigInteger),
    column("reference", Text),
    column("purse_id", BigInteger),
    column("category", Text),
    column("state", Text),
    column("amount_pence", BigInteger),
    column("requested_at", DateTime(timezone=True)),
    column("requested_by", BigInteger),
    column("decided_by", BigInteger),
    column("paid_pence", BigInteger),
    column("supplier", Text),
    column("bought_on", Date),
)


@dataclass(frozen=True)
class PurseView:
    """A purse and what it holds."""

    id: int
    reference: str
    hub_id: int
    hub_name: str
    fund: str
    fund_name: str
    year: int
    book_id: int
    balances: Balances

    @property
    def name(self) -> str:
        """How a purse is called: `Seacroft, Early help, 2026 to 2027`."""
        return f"{self.hub_name}, {self.fund_name}, {self.year} to {self.year + 1}"

    @property
    def last_day(self) -> date:
        """The day until which the money can be asked for."""
        return clock.financial_year_end(self.year)

    def lasts_to(self, more_pence: int = 0) -> date | None:
        """When it runs out at the present rate, with `more_pence` used as well.

        None when that is not before the end of its year.
        """
        began, today = date(self.year, 4, 1), clock.today()
        used = self.balances.allocated - self.balances.available + more_pence
        left = self.balances.available - more_pence
        if used <= 0 or today < began:
            return None
        out = today + timedelta(days=left * ((today - began).days + 1) // used)
        return out if out < self.last_day else None


@dataclass(frozen=True)
class SpendLine:
    """A spend in a purse's list: nothing of the family."""

    reference: str
    category_name: str
    state: State
    amount_pence: int
    requested_at: datetime
    asker: str
    decider: str | None
    paid_pence: int | None
    supplier: str | None
    bought_on: date | None
    may_open: bool
    """Whether the viewer may open the spend itself."""


def purses(session: Session, actor: Actor) -> list[PurseView]:
    """The purses the actor may see: their hubs', or all; newest year first."""
    wanted = select(Purse).order_by(Purse.year.desc(), Purse.reference)
    if not sees_every_purse(actor):
        wanted = wanted.where(Purse.hub_id.in_(actor.hub_ids))
    return _views(session, session.scalars(wanted))


def purse(session: Session, actor: Actor, reference: str) -> PurseView:
    """One purse. Raises NotVisible unless the actor may see it."""
    row = session.scalar(select(Purse).where(Purse.reference == reference))
    if row is None or not (sees_every_purse(actor) or row.hub_id in actor.hub_ids):
        raise NotVisible
    return _views(session, [row])[0]


def purse_by_id(session: Session, purse_id: int) -> PurseView:
    """The purse of a spend that the viewer may read."""
    return _views(session, [session.get_one(Purse, purse_id)])[0]


def purses_to_ask(session: Session, hub_id: int) -> list[PurseView]:
    """The hub's purses for the present financial year, which its families are helped from."""
    year = clock.financial_year(clock.today())
    rows = session.scalars(
        select(Purse).where(Purse.hub_id == hub_id, Purse.year == year).order_by(Purse.id)
    )
    return _views(session, rows)


def lines(session: Session, purse_id: int) -> list[SpendLine]:
    """Every spend from a purse that the viewer may know of, newest first."""
    readable = select(Spend.id).where(Spend.id == _LINE.c.id).exists()
    rows = session.execute(
        select(_LINE, readable.label("may_open"))
        .where(_LINE.c.purse_id == purse_id)
        .order_by(_LINE.c.id.desc())
    ).all()
    people = {row.requested_by for row in rows} | {row.decided_by for row in rows}
    names = accounts.staff_by_id(session, people - {None})
    return [
        SpendLine(
            reference=row.reference,
            category_name=categories()[row.category],
            state=State(row.state),
            amount_pence=row.amount_pence,
            requested_at=row.requested_at,
            asker=names[row.requested_by].name,
            decider=names[row.decided_by].name if row.decided_by else None,
            paid_pence=row.paid_pence,
            supplier=row.supplier,
            bought_on=row.bought_on,
            may_open=row.may_open,
        )
        for row in rows
    ]


def statement(session: Session, purse: PurseView, account: Account) -> list[Line]:
    """The postings that one figure of a purse is made of, oldest first."""
    return ledger.statement(session, purse.book_id, account)


def _views(session: Session, rows: Iterable[Purse]) -> list[PurseView]:
    found: Sequence[Purse] = list(rows)
    hubs = {hub.id: hub.name for hub in accounts.hubs(session)} if found else {}
    held = ledger.balances(session, {row.book_id for row in found}) if found else {}
    return [
        PurseView(
            id=row.id,
            reference=row.reference,
            hub_id=row.hub_id,
            hub_name=hubs[row.hub_id],
            fund=row.fund,
            fund_name=funds()[row.fund].name,
            year=row.year,
            book_id=row.book_id,
            balances=held[row.book_id],
        )
        for row in found
    ]
