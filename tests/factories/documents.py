"""Documents of a family."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.documents import queries, services
from keywork.families import queries as families
from keywork.kernel.files import Upload
from keywork.kernel.viewer import set_viewer

PDF = b"%PDF-1.7 a letter from school"


def a_document(
    session: Session,
    actor: Actor,
    reference: str,
    title: str = "Letter",
    named: Collection[int] | None = None,
) -> UUID:
    """A document about the first member; the uid of its entry. The session reads as the actor."""
    set_viewer(session, actor.viewer)
    family = families.family(session, reference)
    about = services.About(title, [family.members[0].id], "partner", "Mill Lane School")
    services.add_document(session, actor, family, Upload("a.pdf", PDF), about, named_staff=named)
    return queries.documents(session, family.ids).documents[0].entry.uid
