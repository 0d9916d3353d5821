"""Having seen one's alerts."""

from uuid import UUID

from keywork.web.fields import Form, HiddenField, Required

AGAIN = "Open the page again: it did not say which alerts you have seen"


class UidField(HiddenField):
    """The id of something, as a page carries it along."""

    def parse(self, text: str) -> UUID:
        """The id; whether there is such a thing, and whose it is, the service asks."""
        try:
            return UUID(text)
        except ValueError:
            raise ValueError(AGAIN) from None


class SeenForm(Form):
    """Which alert is the newest on the page the person has in front of them."""

    newest = UidField(validators=[Required(AGAIN)])
