"""Making a copy for a member: a file, a disclosure in the record, and the row that joins both."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.copies import policy, queries
from keywork.copies.models import Copy
from keywork.copies.policy import Asked, Item
from keywork.families.policy import long_day, row_readers
from keywork.families.queries import FamilyView, MemberView
from keywork.kernel import audit, clock, files, paper
from keywork.kernel.errors import Refusal, Stale
from keywork.kernel.file_kinds import PDF
from keywork.kernel.files import Upload
from keywork.kernel.references import new_reference
from keywork.sharing import services as sharing
from keywork.sharing.services import Decision

LARGEST_MB = 20


@dataclass(frozen=True)
class Giving:
    """What it is given for, on what basis, and how it gets to them."""

    way: str
    purpose: str
    basis: str


def make_copy(
    session: Session,
    actor: Actor,
    family: FamilyView,
    member: MemberView,
    asked: Asked,
    *,
    keys: Collection[str],
    giving: Giving,
    version: str,
) -> str:
    """Print what was chosen of what may reach the member, and record it as shared with them.

    `version` is the fingerprint of what the actor read. With something protected in it the copy,
    and that it was made, is for the actor and the hub manager alone. Returns its reference.
    """
    items = queries.content(session, family, member, asked)
    if version != policy.fingerprint(items):
        raise Stale(
            f"What may be given to {member.name} has changed since you opened this page. Read it"
            " again"
        )
    items = policy.chosen(items, keys)
    if not items:
        raise Refusal("Tick at least one thing to give")
    parts = [part for part in policy.PARTS if any(item.part == part for item in items)]
    row = Copy(reference=new_reference("C"), made_at=clock.now(), parts=parts, items=len(items))
    _keep(session, row, _printed(actor, member, row, items))
    named = () if any(item.protected for item in items) else None
    decision = _decision(member, row, giving, asked)
    row.entry_id = sharing.record_decision(session, actor, family, decision, named_staff=named)
    row.family_id, row.member_id = family.id, member.id
    row.author, row.made_by = actor.viewer, actor.staff_id
    for column, value in row_readers(actor.viewer, named).items():
        setattr(row, column, value)
    session.add(row)
    session.flush()
    audit.record(session, "copy.made", row.reference, family_id=family.id)
    return row.reference


def _printed(actor: Actor, member: MemberView, row: Copy, items: list[Item]) -> bytes:
    title = policy.TITLES.get(row.parts[0], "") if len(row.parts) == 1 else ""
    data = {
        "title": title or "Your record",
        "person": member.name,
        "reference": row.reference,
        "made_on": long_day(row.made_at.astimezone(clock.LONDON).date()),
        "made_by": actor.name,
        **policy.pages(items),
    }
    return paper.render("record", data, made_at=row.made_at)


def _keep(session: Session, row: Copy, content: bytes) -> None:
    upload = Upload(f"{row.reference}.pdf", content)
    kept = files.keep(session, queries.FOLDER, upload, kinds=[PDF], megabytes=LARGEST_MB)
    row.stored_name, row.size_bytes, row.sha256 = kept.stored_name, kept.size_bytes, kept.sha256


def _decision(member: MemberView, row: Copy, giving: Giving, asked: Asked) -> Decision:
    what = [policy.PARTS[part].lower() for part in row.parts]
    if "chronology" in row.parts:
        what[-1] = f"what happened from {long_day(asked.since)} to {long_day(asked.until)}"
    return Decision(
        shared=True,
        happened_on=clock.today(),
        member_ids=[member.id],
        purpose=giving.purpose,
        organisation_kind="family_member",
        organisation=member.name[:200],
        person="",
        what=f"copy {row.reference}: {', '.join(what)}",
        basis=giving.basis,
        reason=policy.WAY_DONE[giving.way],
    )
