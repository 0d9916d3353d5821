"""Forms of documents."""

from typing import Any

from tests.factories.documents import PDF
from tests.integration.scenarios.forms import FAMILY, Case
from tests.integration.scenarios.sites import Site


def a_letter(site: Site) -> dict[str, Any]:
    """A letter from school about the first member."""
    return {
        "file": ("letter.pdf", PDF),
        "title": "Letter about attendance",
        "members": str(site.place.family.members[0].id),
        "source": "partner",
        "source_name": "Mill Lane School",
        "readers": "team",
    }


CASES = (Case("documents.add", "worker", f"{FAMILY}/documents/new", a_letter),)
