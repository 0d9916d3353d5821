"""The search box."""

from keywork.families.policy import Search, parse_search
from keywork.web.fields import Form, Required
from keywork.web.fields.text import TypedField


class SearchField(TypedField):
    """Whatever is known of somebody, typed in one line."""

    data: Search | None

    def parse(self, text: str) -> Search:
        """What was typed, in its parts."""
        return parse_search(text)


class FindForm(Form):
    """One box for everything."""

    text = SearchField(
        "Name, date of birth, NHS number, UPN, postcode or reference",
        [Required("Enter a name, a date of birth or a number")],
        what="What you search for",
        autocomplete="off",
    )
