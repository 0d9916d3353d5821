"""Writing up a visit."""

from datetime import datetime
from typing import Any

from markupsafe import Markup

from keywork.families.forms.choices import colleagues, members
from keywork.families.queries import FamilyView
from keywork.kernel import clock
from keywork.web.fields import (
    Checkboxes,
    DateField,
    Form,
    IntegerField,
    Required,
    TextArea,
    TimeField,
)
from keywork.web.widgets import render


class VisitForm(Form):
    """One visit, for everybody it concerned."""

    on = DateField("When was it?", [Required("Enter the date of the visit")], what="The date")
    at = TimeField("What time?", [Required("Enter the time, like 2:30pm")], what="The time")
    minutes = IntegerField(
        "How long did it last?",
        [Required("Enter how many minutes it lasted")],
        what="How long it lasted",
        least=1,
        most=1440,
        govuk={"suffix": {"text": "minutes"}},
    )
    seen = Checkboxes("Who did you see?")
    seen_alone = Checkboxes("Who did you see alone?")
    about = Checkboxes("Who else was it about?")
    text = TextArea(
        "What happened?",
        [Required("Write what happened", when=lambda form: not form.protected_text.data)],
        description="Everyone in the team around the family can read this.",
    )
    protected_text = TextArea(
        "Is there anything that must be protected?",
        description="Such as domestic abuse, or a new address. If nobody else may know that you "
        "visited at all, write everything here and nothing above.",
        rows=3,
    )
    named_staff = Checkboxes(
        "Who may read what is protected?",
        description="You and the hub manager always can. Nobody else will know that it is there.",
    )

    def __init__(self, family: FamilyView, staff_id: int) -> None:
        super().__init__(data={"on": clock.today()})
        self.seen.choices = members(family.members)
        self.about.choices = members(family.members)
        self.seen_alone.choices = members(m for m in family.members if m.is_child)
        self.named_staff.choices = colleagues(family.team, staff_id)

    def alone_boxes(self) -> dict[int, Markup]:
        """For each child, the box to tick beside it; the first has the id errors lead to."""
        ticked = self.seen_alone.chosen()
        return {
            child: render(
                "checkboxes",
                {
                    "name": "seen_alone",
                    "idPrefix": f"seen_alone-{child}" if place else "seen_alone",
                    "classes": "govuk-checkboxes--small",
                    "items": [
                        {"value": str(child), "text": "Alone", "checked": str(child) in ticked}
                    ],
                },
            )
            for place, child in enumerate(map(int, self.seen_alone.known()))
        }

    def happened_at(self) -> datetime:
        """When the visit began."""
        assert self.on.data is not None and self.at.data is not None
        return datetime.combine(self.on.data, self.at.data, clock.LONDON)

    def values(self) -> dict[str, Any]:
        """What the service takes. "Alone" counts only for a child who was seen at all."""
        seen = set(self.seen.data)
        return {
            "happened_at": self.happened_at(),
            "minutes": self.minutes.data,
            "seen": seen,
            "seen_alone": seen & set(self.seen_alone.data),
            "about": seen | set(self.about.data),
            "text": self.text.data,
            "protected_text": self.protected_text.data,
            "named_staff": self.named_staff.data,
        }
