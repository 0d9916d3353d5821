"""Asking for money, deciding, buying, receipts, and putting money in a purse."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from keywork.accounts.queries import HubView
from keywork.commissioning.queries import PurseView
from keywork.commissioning.reference import PAYING, categories, funds
from keywork.commissioning.services import Purchased, Wish
from keywork.families.queries import FamilyView
from keywork.kernel import clock
from keywork.plans.queries import GoalView
from keywork.web.fields import (
    Checkboxes,
    Choice,
    DateField,
    FileField,
    Form,
    HiddenField,
    MoneyField,
    Radios,
    Required,
    Select,
    TextArea,
    TextField,
)

KINDS = tuple(Choice(code, name) for code, name in categories().items())
WAYS = tuple(Choice(code, name) for code, name in PAYING.items())


class VersionedForm(Form):
    """A form about something that others may change; it knows which version it shows."""

    version = HiddenField()

    def seen_version(self) -> int:
        """The version the page showed; 0, which there never is, for one that is not ours."""
        text = self.version.text
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def show_version(self, version: int) -> None:
        """Go on from the present version, the person having been told what has changed."""
        self.version.text = str(version)


class AskForm(Form):
    """What for, for whom, towards which goal, how much, how it is paid and by when."""

    category = Select(
        "What kind of help is it?", [Required("Choose what kind of help it is")], choices=KINDS
    )
    what = TextField(
        "What do you want to buy?",
        [Required("Enter what you want to buy")],
        what="What you want to buy",
        description="For example, cot and blackout blinds",
    )
    members = Checkboxes("Who is it for?", [Required("Choose who it is for")])
    goal = Radios("Which goal is it towards?", [Required("Choose the goal it is towards")])
    purse = Radios("Which fund does it come from?", [Required("Choose the fund")])
    amount = MoneyField("How much is it?", [Required("Enter how much it is")], what="The amount")
    vat = MoneyField(
        "How much of that is VAT?",
        what="The VAT",
        description="Leave empty if you do not know.",
        zero=True,
    )
    paying = Radios("How will it be paid?", [Required("Choose how it will be paid")], choices=WAYS)
    needed_by = DateField(
        "When is it needed by?", [Required("Enter the date it is needed by")], what="The date"
    )
    why = TextArea(
        "Why do they need it?",
        [Required("Write why they need it")],
        what="Why they need it",
        max_length=2000,
        rows=3,
    )

    def __init__(
        self, family: FamilyView, goals: Iterable[GoalView], purses: Sequence[PurseView]
    ) -> None:
        super().__init__()
        self.purses = {purse.reference: purse for purse in purses}
        self.members.choices = [Choice(member.id, member.name) for member in family.members]
        self.goal.choices = [Choice(goal.uid, goal.words) for goal in goals]
        if len(purses) == 1:
            del self.purse
        else:
            self.purse.choices = [
                Choice(purse.reference, purse.fund_name) for purse in self.purses.values()
            ]

    def chosen_purse(self) -> PurseView | None:
        """The purse it is to come from: the one there is, or the one chosen."""
        if "purse" in self:
            return self.purses.get(self.purse.data)
        return next(iter(self.purses.values()))

    def wish(self, purse: PurseView) -> Wish:
        """What is asked for."""
        return Wish(
            purse_id=purse.id,
            goal=self.goal.data,
            member_ids=self.members.data,
            category=self.category.data,
            what=self.what.data,
            why=self.why.data,
            amount_pence=self.amount.data or 0,
            vat_pence=self.vat.data,
            paying=self.paying.data,
            needed_by=self.needed_by.data or clock.today(),
        )


class DecisionForm(VersionedForm):
    """Approve, or decline with a reason."""

    reason = TextArea(
        "Reason",
        description="Needed to decline. The person who asked will see it.",
        max_length=2000,
        rows=2,
    )


class PurchaseForm(VersionedForm):
    """What was paid, to whom and when."""

    paid = MoneyField(
        "How much did you pay?", [Required("Enter how much you paid")], what="The amount"
    )
    vat = MoneyField(
        "How much of that was VAT?",
        what="The VAT",
        description="Leave empty if you do not know.",
        zero=True,
    )
    supplier = TextField(
        "Who did you buy it from?", [Required("Enter who you bought it from")], what="The supplier"
    )
    bought_on = DateField(
        "When did you buy it?", [Required("Enter the date you bought it")], what="The date"
    )

    def __init__(self, version: int) -> None:
        super().__init__(data={"version": version, "bought_on": clock.today()})

    def purchased(self) -> Purchased:
        """What was bought."""
        paid: int = self.paid.data or 0
        bought_on: date = self.bought_on.data or clock.today()
        return Purchased(paid, self.vat.data, self.supplier.data, bought_on)


class ReceiptForm(Form):
    """A receipt, photographed or as a file."""

    file = FileField(
        "Photo or file of the receipt",
        [Required("Choose a photo or file of the receipt")],
        description="PDF, JPEG, PNG or HEIC, up to 10 MB",
        accept="application/pdf,image/jpeg,image/png,image/heic,.heic",
    )


class ConfirmForm(VersionedForm):
    """A yes to one act."""


class AllocationForm(Form):
    """Money for a hub's purse."""

    hub = Radios("Which hub?", [Required("Choose a hub")])
    fund = Radios("Which fund?", [Required("Choose a fund")])
    year = Radios("Which financial year?", [Required("Choose a financial year")])
    amount = MoneyField("How much?", [Required("Enter how much")], what="The amount")

    def __init__(self, hubs: Iterable[HubView], **chosen: Any) -> None:
        year = clock.financial_year(clock.today())
        super().__init__(data={"year": year, **chosen})
        self.hub.choices = [Choice(hub.id, hub.name) for hub in hubs]
        self.fund.choices = [Choice(fund.code, fund.name) for fund in funds().values()]
        self.year.choices = [
            Choice(each, f"1 April {each} to 31 March {each + 1}") for each in (year, year + 1)
        ]
