"""What is known of a person, one short form for each part of it."""

from typing import Any, ClassVar, Final, Protocol

from wtforms import ValidationError
from wtforms.widgets import HiddenInput

from keywork.families.ethnicities import ethnicities
from keywork.families.forms.choices import LateRadios, version_of
from keywork.families.nhs_number import format_nhs_number, parse_nhs_number
from keywork.families.policy import DISABILITY, SEND, SEXES
from keywork.families.queries import PersonView
from keywork.families.upn import parse_upn
from keywork.kernel import clock
from keywork.kernel.ages import months_between, years_before
from keywork.web.fields import (
    Choice,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    Radios,
    Required,
    Select,
    TextArea,
    TextField,
)

OLDEST: Final = 120
INTERPRETER: Final = {"yes": True, "no": False, "not_known": None}


class NhsNumberField(TextField):
    """An NHS number, typed with or without spaces."""

    width = 10
    inputmode = "numeric"
    max_length = 20

    def parse(self, text: str) -> str:
        """The ten digits."""
        return parse_nhs_number(text)

    def show(self, value: str) -> str:
        """In groups, as it is written."""
        return format_nhs_number(value)


class UpnField(TextField):
    """A unique pupil number."""

    width = 20
    max_length = 20

    def parse(self, text: str) -> str:
        """The number in capitals, without spaces."""
        return parse_upn(text)


class Versioned(Protocol):
    """What has a version, such as what is known of a person."""

    @property
    def version(self) -> int:
        """Which one it is."""


class VersionedForm(Form):
    """An answer to one version of something."""

    version = HiddenField()

    def seen_version(self) -> int:
        """The version that the page showed; one that is not ours is no version at all."""
        return version_of(self.version)

    def show_version(self, shown: Versioned) -> None:
        """Let what is sent next be an answer to this version, which the page now shows."""
        self.version.text = str(shown.version)

    @property
    def questions(self) -> list[Any]:
        """The fields to be seen, in their order."""
        return [field for field in self if not isinstance(field.widget, HiddenInput)]


class FactsForm(VersionedForm):
    """Some of what is known of a person."""

    title: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]
    """The facts it asks for, each by a field of the same name."""

    def __init__(self, shown: PersonView) -> None:
        facts = {key: fact(shown, key) for key in self.keys}
        super().__init__(data={"version": shown.version, **facts})

    def facts(self) -> dict[str, Any]:
        """What was answered, as `services.change_person` takes it."""
        return {key: getattr(self, key).data for key in self.keys}


class NamesForm(FactsForm):
    """What a person is called."""

    title = "Change name"
    keys = ("given_name", "family_name", "known_as")
    given_name = TextField(
        "First name",
        [Required("Enter the first name")],
        description="If the name has changed, the one before is kept as a former name.",
    )
    family_name = TextField("Last name", [Required("Enter the last name")])
    known_as = TextField("Known as", description="Only if people call them by another first name.")


class BirthFields(Form):
    """When somebody was born, as far as it is known."""

    date_of_birth = DateField("Date of birth", description="For an unborn child, when it is due")
    age = IntegerField(
        "If you do not know it, about how old are they?",
        what="The age",
        most=OLDEST,
        govuk={"suffix": {"text": "years"}},
    )

    def validate_age(self, field: IntegerField) -> None:
        """An age is a guess at a date that is not known."""
        if field.data is not None and self.date_of_birth.data:
            raise ValidationError("Enter the date of birth or about how old they are, not both")

    def birth_facts(self) -> dict[str, Any]:
        """The date, and what it is."""
        if self.age.data is None:
            return {"date_of_birth": self.date_of_birth.data, "birth": "exact"}
        born = years_before(clock.today(), self.age.data)
        return {"date_of_birth": born, "birth": "estimated"}


class BirthForm(BirthFields, FactsForm):
    """When a person was born."""

    title = "Change date of birth"
    keys = ()

    def __init__(self, shown: PersonView) -> None:
        super().__init__(shown)
        self.shown = shown.member
        born = shown.member.date_of_birth
        if shown.member.birth == "expected":
            del self.age
            self.date_of_birth.label.text = "When is the child due?"
            self.date_of_birth.description = ""
        if self.is_submitted() or born is None:
            return
        if shown.member.birth == "estimated":
            self.age.process_data(months_between(born, clock.today()) // 12)
        else:
            self.date_of_birth.process_data(born)

    def facts(self) -> dict[str, Any]:
        """What was answered. A guess that is the same as before is the date of before."""
        if self.shown.birth == "expected":
            return {"date_of_birth": self.date_of_birth.data}
        facts = self.birth_facts()
        born = self.shown.date_of_birth
        if born and facts["birth"] == self.shown.birth == "estimated":
            same = months_between(born, clock.today()) // 12 == self.age.data
            return {} if same else facts
        return facts


class IdentityForm(FactsForm):
    """A person's sex, and gender in their own words."""

    title = "Change sex and gender"
    keys = ("sex", "gender")
    sex = Radios(
        "Sex",
        [Required("Choose the sex, or not known")],
        choices=[Choice(key, name) for key, name in SEXES.items()],
    )
    gender = TextField(
        "Gender, in their own words", description="Only if it matters to them.", max_length=100
    )


class BackgroundForm(FactsForm):
    """A person's ethnic group and language."""

    title = "Change ethnic group and language"
    keys = ("ethnicity", "language")
    ethnicity = Select(
        "Ethnic group",
        blank="Not known",
        description="What they said themselves, or a parent said.",
    )
    language = TextField("Main language", max_length=100)
    interpreter = Radios(
        "Do they need an interpreter?",
        [Required("Choose whether they need an interpreter")],
        choices=[Choice("yes", "Yes"), Choice("no", "No"), Choice("not_known", "Not known")],
    )

    def __init__(self, shown: PersonView) -> None:
        super().__init__(shown)
        self.ethnicity.choices = [Choice(key, name) for key, name in ethnicities().items()]
        if not self.is_submitted():
            needed = {value: key for key, value in INTERPRETER.items()}
            self.interpreter.data = needed[shown.interpreter_needed]

    def facts(self) -> dict[str, Any]:
        """What was answered."""
        return {
            "ethnicity": self.ethnicity.data or "",
            "language": self.language.data,
            "interpreter_needed": INTERPRETER[self.interpreter.data],
        }


class NeedsForm(FactsForm):
    """Disability, special educational needs, and what helps."""

    title = "Change disability and SEND"
    keys = ("disability", "send", "adjustments")
    disability = Radios(
        "Are they disabled?",
        [Required("Choose whether they are disabled")],
        choices=[Choice(key, name) for key, name in DISABILITY.items()],
    )
    send = Radios(
        "Special educational needs",
        [Required("Choose what support they have")],
        choices=[Choice(key, name) for key, name in SEND.items()],
    )
    adjustments = TextArea(
        "What helps?",
        description="For example: large print, a quiet room, more time.",
        rows=3,
        max_length=500,
    )


class NumbersForm(FactsForm):
    """NHS number and unique pupil number."""

    title = "Change NHS number and UPN"
    keys = ("nhs_number", "upn")
    nhs_number = NhsNumberField("NHS number", description="Like 943 476 5919")
    upn = UpnField(
        "Unique pupil number (UPN)", description="The school has it. Like H801200001001."
    )

    def facts(self) -> dict[str, Any]:
        """What was answered; an empty number is none."""
        return {key: value or None for key, value in super().facts().items()}


class DeathForm(FactsForm):
    """When a person died."""

    title = "Record a death"
    keys = ("died_on",)
    died_on = DateField(
        "When did they die?",
        description="Leave it empty if a death was recorded by mistake.",
        what="The date of death",
    )


FACTS_FORMS: Final[dict[str, type[FactsForm]]] = {
    "names": NamesForm,
    "birth": BirthForm,
    "identity": IdentityForm,
    "background": BackgroundForm,
    "needs": NeedsForm,
    "numbers": NumbersForm,
    "death": DeathForm,
}
"""The parts of what is known of a person, by their name in addresses."""


class OtherNameForm(VersionedForm):
    """Another name somebody has, or had."""

    given_name = TextField("First name", [Required("Enter the first name")])
    family_name = TextField("Last name", [Required("Enter the last name")])
    kind = Radios(
        "What is it?",
        [Required("Choose what kind of name it is")],
        choices=[
            Choice("former", "A former name", "Such as a name before marriage."),
            Choice("alias", "Another name they use or were recorded under"),
        ],
    )


class RemoveNameForm(VersionedForm):
    """Which other name was never theirs."""

    name_id = LateRadios("Which name is wrong?")

    def __init__(self, shown: PersonView) -> None:
        super().__init__(data={"version": shown.version})
        self.name_id.choices = [Choice(other.id, other.name) for other in shown.names]

    def chosen(self) -> int:
        """The id of the name. Raises Refusal when none of them was chosen."""
        id_: int = self.name_id.pick("Choose the name to remove")
        return id_


def fact(shown: PersonView, key: str) -> Any:
    """A fact by its name: some are the member's, some the person's alone."""
    return getattr(shown if hasattr(shown, key) else shown.member, key)
