"""Forms about what is kept; the review and the hold are the same at every hub."""

from datetime import timedelta

from keywork.kernel import clock
from tests.integration.scenarios.forms import Case, on

SOON = clock.today() + timedelta(days=40)

CASES = (
    Case(
        "retention.review",
        "keeper",
        "/retention/{site.retention.review}",
        lambda site: {"decision": "keep", "reason": "A claim may come"} | on("until", SOON),
    ),
    Case(
        "retention.place_hold",
        "keeper",
        "/retention/holds/new",
        lambda site: (
            {
                "subject": site.retention.held,
                "reference": "Q-13",
                "reason": "Another inquiry",
            }
            | on("look_again_on", SOON)
        ),
    ),
    Case(
        "retention.hold",
        "keeper",
        "/retention/holds/{site.retention.hold}",
        lambda site: {"decision": "lift", "reason": "The inquiry is over"},
    ),
)
