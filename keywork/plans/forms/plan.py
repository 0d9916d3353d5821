"""Adding to a plan, and saying how things stand."""

from wtforms import ValidationError

from keywork.families.forms import (
    members,
    named_members_field,
    named_staff_field,
    offer_readers,
    readers_field,
)
from keywork.families.queries import FamilyView
from keywork.plans.domains import SEVERITIES, domains
from keywork.plans.queries import GoalView, NeedView
from keywork.plans.services import Owner
from keywork.web.fields import (
    Checkboxes,
    Choice,
    DateField,
    Form,
    HiddenField,
    Radios,
    Required,
    ScoreField,
    Select,
    TextArea,
    TextField,
)


class NeedForm(Form):
    """A member's need, how severe it is, and who may read it."""

    member = Radios("Whose need is it?", [Required("Choose whose need it is")])
    need = Select(
        "What is the need?",
        [Required("Choose a need from the list")],
        blank="Choose one",
        description="Domestic abuse, substance misuse and parental mental health come first.",
    )
    severity = Radios(
        "How severe is it now?",
        [Required("Choose how severe it is")],
        choices=[Choice(value, name) for value, name in SEVERITIES.items() if value],
    )
    words = TextArea("What does it look like in daily life? (optional)", rows=3, max_length=1000)
    readers = readers_field()
    named_staff = named_staff_field()
    named_members = named_members_field()

    def __init__(self, family: FamilyView, staff_id: int) -> None:
        super().__init__()
        self.member.choices = members(family.members)
        self.need.choices = [
            Choice(f"{domain.key}.{type_}", domain.describe(type_))
            for domain in domains().values()
            for type_ in ("", *domain.types)
        ]
        offer_readers(self, family, staff_id)

    def domain_and_type(self) -> tuple[str, str]:
        """The keys of what was chosen; the type is empty where only the domain is known."""
        domain, _, type_ = (self.need.data or "").partition(".")
        return domain, type_

    def validate_readers(self, field: Radios) -> None:
        """Domestic abuse is never for the whole team to read unless each is chosen."""
        domain, _ = self.domain_and_type()
        if domain in domains() and domains()[domain].protected and field.data == "team":
            raise ValidationError(
                f"{domains()[domain].name} is always protected: choose the people who may read this"
            )


class SeverityForm(Form):
    """How severe a need is now."""

    version = HiddenField()
    severity = Radios(
        "How severe is it now?",
        [Required("Choose how severe it is")],
        choices=[Choice(value, name) for value, name in SEVERITIES.items()],
    )
    words = TextArea("What has changed? (optional)", rows=3, max_length=1000)


class GoalForm(Form):
    """A goal in the family's words."""

    words = TextField(
        "What does the family want to be different?",
        [Required("Write the goal in the family's words")],
        description="In their own words, for example: everyone sleeps through the night.",
        what="The goal",
    )
    needs = Checkboxes("Which needs is it for?", [Required("Choose at least one need")])
    baseline = ScoreField(
        "Where are they now?",
        [Required("Enter a score from 0 to 10")],
        description="0 is as far away as can be, 10 is there.",
        what="The score",
    )

    def __init__(self, needs: list[NeedView]) -> None:
        super().__init__()
        self.needs.choices = [Choice(n.uid, f"{n.title} ({n.member_name})") for n in needs]


class ScoreForm(Form):
    """Where a goal stands now."""

    version = HiddenField()
    score = ScoreField(
        "Where are they now?",
        [Required("Enter a score from 0 to 10")],
        description="0 is as far away as can be, 10 is there.",
        what="The score",
    )
    words = TextArea("What makes it so? (optional)", rows=3, max_length=1000)


class ActionForm(Form):
    """Who does what by when."""

    words = TextField(
        "What will be done?", [Required("Write what will be done")], what="The action"
    )
    owner = Radios("Who will do it?", [Required("Choose who will do it")])
    partner_name = TextField(
        "Who is that?",
        [Required("Enter who will do it", when=lambda form: form.owner.data == "partner")],
        description="A person and where they work, or an organisation.",
    )
    due_on = DateField("By when?", [Required("Enter the date it is due")], what="The date")

    def __init__(self, family: FamilyView, goal: GoalView) -> None:
        super().__init__()
        team = [t for t in family.team if not goal.protected or t.staff_id in goal.named_staff]
        self.owner.choices = [
            *(Choice(f"staff.{t.staff_id}", t.name, t.role_name) for t in team),
            *(Choice(f"member.{m.id}", m.name, m.role_name) for m in family.members),
            Choice("partner", "Someone else"),
        ]

    def chosen_owner(self) -> Owner:
        """Who will do it."""
        if self.owner.data == "partner":
            return Owner(partner_name=self.partner_name.data)
        kind, _, id_ = self.owner.data.partition(".")
        return Owner(staff_id=int(id_)) if kind == "staff" else Owner(member_id=int(id_))


class DoneForm(Form):
    """What came of an action."""

    words = TextArea("What came of it? (optional)", rows=3, max_length=1000)
