"""The team around a family, and professionals without an account."""

from collections.abc import Mapping, Sequence

from keywork.accounts.queries import StaffView
from keywork.families.forms.choices import version_of
from keywork.families.forms.readers import (
    named_members_field,
    named_staff_field,
    offer_readers,
    readers_field,
)
from keywork.families.queries import FamilyView
from keywork.families.services import NewProfessional
from keywork.kernel import clock
from keywork.web.fields import (
    Checkbox,
    Choice,
    DateField,
    Form,
    HiddenField,
    Radios,
    Required,
    Select,
    TextField,
)
from keywork.web.filters import plural


class PractitionerForm(Form):
    """Who of the hub joins the team."""

    staff = Select("Who joins the team?", [Required("Choose who joins the team")], blank="Choose")
    role = Radios(
        "What do they do for this family?",
        [Required("Choose what they do for this family")],
        choices=[Choice("specialist", "Specialist"), Choice("other", "Other practitioner")],
    )

    def __init__(self, people: Sequence[StaffView]) -> None:
        super().__init__()
        self.staff.choices = [Choice(person.id, person.name) for person in people]


class ReasonForm(Form):
    """Why somebody leaves."""

    reason = TextField("Why?", [Required("Say why")], what="The reason", max_length=500)


class KeyWorkerForm(Form):
    """Who is accountable from now on, and why."""

    version = HiddenField()
    key_worker = Radios("Who is the key worker?", [Required("Choose the key worker")])
    reason = TextField("Why?", [Required("Say why")], what="The reason", max_length=500)
    reads = Checkbox("May read what was protected for the key worker before")

    def __init__(
        self, now: tuple[int, str], people: Sequence[StaffView], families: Mapping[int, int]
    ) -> None:
        """`now` is who is the key worker, by id and name; 0 when nobody is."""
        super().__init__(data={"version": now[0]})
        self.key_worker.choices = key_workers(people, families)
        self.reads.label.text = f"May read what was protected for {now[1]} in this family"
        if not now[0]:
            del self.reads

    def seen_version(self) -> int:
        """The id of the key worker that the page showed."""
        return version_of(self.version)


class ProfessionalForm(Form):
    """Somebody outside who works with the family, and who may know of it."""

    name = TextField("Name", [Required("Enter their name")], what="The name", max_length=200)
    role = TextField(
        "What do they do?",
        [Required("Enter what they do")],
        description="For example: class teacher, midwife, IDVA.",
        max_length=200,
    )
    organisation = TextField("Where do they work? (optional)", max_length=200)
    contact = TextField("Telephone or e-mail (optional)", max_length=200)
    since = DateField(
        "Since when have they worked with the family?",
        [Required("Enter the date since when")],
        what="The date",
    )
    readers = readers_field("Not where their name gives domestic abuse away: an IDVA, a refuge.")
    named_staff = named_staff_field()
    named_members = named_members_field()

    def __init__(self, family: FamilyView, staff_id: int) -> None:
        super().__init__(data={"since": clock.today()})
        offer_readers(self, family, staff_id)

    def professional(self) -> NewProfessional:
        """What was answered."""
        assert self.since.data is not None
        return NewProfessional(
            self.name.data,
            self.role.data,
            self.organisation.data,
            self.contact.data,
            self.since.data,
        )


class ProfessionalEndForm(Form):
    """Since when somebody works with the family no more."""

    on = DateField("When did it end?", [Required("Enter when it ended")], what="The date")
    reason = TextField("Why? (optional)", what="The reason", max_length=500)

    def __init__(self) -> None:
        super().__init__(data={"on": clock.today()})


def key_workers(people: Sequence[StaffView], families: Mapping[int, int]) -> list[Choice]:
    """A choice for each key worker of a hub, with how many families they have."""
    return [
        Choice(person.id, person.name, plural(families[person.id], "family", "families"))
        for person in people
    ]
