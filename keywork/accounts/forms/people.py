"""Looking after who works here."""

from collections.abc import Collection, Sequence

from keywork.accounts.policy import ROLE_NAMES
from keywork.accounts.queries import HubView
from keywork.kernel import clock
from keywork.web.fields import Choice, DateField, EmailField, Form, Required, Select, TextField


def _role() -> Select:
    return Select("Role", [Required("Choose a role")], blank="Choose")


def _hub() -> Select:
    return Select("Hub", description="Leave it empty for a role at no one hub.")


class PostForm(Form):
    """What somebody does here, and where."""

    role = _role()
    hub = _hub()

    def __init__(self, roles: Collection[str], hubs: Sequence[HubView]) -> None:
        super().__init__()
        self.role.choices = [Choice(r, name) for r, name in ROLE_NAMES.items() if r in roles]
        self.hub.choices = [Choice(hub.id, hub.name) for hub in hubs]
        if len(hubs) == 1 and self.hub.posted is None:
            self.hub.data = hubs[0].id


class NewPersonForm(PostForm):
    """Somebody new."""

    name = TextField("Full name", [Required("Enter their full name")], max_length=200)
    email = EmailField(
        "Work email address",
        [Required("Enter their work email address")],
        govuk={"autocomplete": "off"},
    )
    role = _role()
    hub = _hub()


class NewPostForm(PostForm):
    """Something that somebody does here from a day on."""

    first = DateField("First day", [Required("Enter the first day")], default=clock.today)
    last = DateField("Last day (optional)", description="Leave it empty if none is known.")


class EndPostForm(Form):
    """When somebody stops doing something."""

    last = DateField("Last day (optional)", description="Leave it empty to end it now.")


class ConfirmForm(Form):
    """Nothing but a button."""
