"""How a family may be reached."""

from keywork.families.forms.choices import version_of
from keywork.families.policy import SafeContact
from keywork.families.queries import StoredContact
from keywork.web.fields import Checkboxes, Choice, Form, HiddenField, TextField

CONTACT_WAYS = (
    Choice("may_call", "Call"),
    Choice("may_text", "Text"),
    Choice("may_leave_message", "Leave a message"),
    Choice("may_write", "Write to the home address"),
)


class SafeContactForm(Form):
    """How the family may be reached."""

    version = HiddenField()
    ways = Checkboxes("What is safe to do?", choices=CONTACT_WAYS)
    advice = TextField(
        "Anything else to know before making contact",
        description="For example: before 3pm only, or ask for her by her first name.",
        max_length=500,
    )

    def __init__(self, stored: StoredContact | None) -> None:
        contact = stored.contact if stored else None
        ways = [str(way.value) for way in CONTACT_WAYS]
        allowed = [way for way in ways if contact and getattr(contact, way)]
        super().__init__(
            data={
                "version": stored.version if stored else 0,
                "ways": allowed,
                "advice": contact.advice if contact else "",
            }
        )

    def seen_version(self) -> int:
        """The version that the page showed; one that is not ours is no version at all."""
        return version_of(self.version)

    def show_version(self, stored: StoredContact | None) -> None:
        """Let what is sent next be an answer to this version, which the page now shows."""
        self.version.text = str(stored.version if stored else 0)

    def contact(self) -> SafeContact:
        """What was answered."""
        chosen = {str(way.value): way.value in self.ways.data for way in CONTACT_WAYS}
        return SafeContact(**chosen, advice=self.advice.data)
