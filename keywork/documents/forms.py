"""Adding a document."""

from keywork.documents.services import LARGEST_MB, About
from keywork.families.forms import (
    members,
    named_members_field,
    named_staff_field,
    offer_readers,
    readers_field,
)
from keywork.families.queries import FamilyView
from keywork.kernel.file_kinds import DOCUMENTS
from keywork.web.fields import Checkboxes, Choice, FileField, Form, Radios, Required, TextField


class DocumentForm(Form):
    """A file, what it is, whom it is about, where it is from, and who may read it."""

    file = FileField(
        "File",
        [Required("Choose a file")],
        description="PDF, photo (JPEG, PNG, HEIC), Word, Excel, PowerPoint, ODT or text,"
        f" up to {LARGEST_MB} MB. Save an e-mail as a PDF first.",
        accept=",".join(f".{ending}" for kind in DOCUMENTS for ending in kind.endings),
        megabytes=LARGEST_MB,
    )
    title = TextField(
        "What is it?",
        [Required("Enter what it is")],
        what="What it is",
        description="For example, letter from school about attendance",
    )
    members = Checkboxes("Who is it about?", [Required("Choose who it is about")])
    source = Radios(
        "Where is it from?",
        [Required("Choose where it is from")],
        choices=[
            Choice("own_observation", "I made it"),
            Choice("family", "The family"),
            Choice("partner", "Someone else"),
        ],
    )
    source_name = TextField(
        "Who is that?",
        [Required("Enter who it is from", when=lambda form: form.source.data == "partner")],
        description="A person and where they work, or an organisation.",
    )
    readers = readers_field()
    named_staff = named_staff_field()
    named_members = named_members_field()

    def __init__(self, family: FamilyView, staff_id: int) -> None:
        super().__init__()
        self.members.choices = members(family.members)
        offer_readers(self, family, staff_id)

    def about(self) -> About:
        """What was said of the file."""
        source = self.source.data
        name = self.source_name.data if source == "partner" else ""
        return About(self.title.data, self.members.data, source, name)
