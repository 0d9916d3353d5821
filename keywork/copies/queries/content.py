"""What could be in a copy for somebody: read as the database lets it reach them, and no more."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.copies.policy import Asked, Item
from keywork.families import queries as families
from keywork.families.policy import long_day
from keywork.families.queries import EntryView, FamilyView, MemberView, PersonView, Sought
from keywork.kernel import clock
from keywork.kernel.errors import Refusal
from keywork.kernel.viewer import copying_for
from keywork.plans import queries as plans
from keywork.plans.queries import GoalView, NeedView
from keywork.sharing import queries as sharing

MOST_ENTRIES = 200
"""More than anybody will read through before giving it."""


def content(session: Session, family: FamilyView, member: MemberView, asked: Asked) -> list[Item]:
    """Everything that may be in a copy for this member, in the order it would be printed in."""
    team = list(_team(session, family)) if "plan" in asked.parts else []
    found: list[Item] = []
    with copying_for(session, member.person_id):
        if "plan" in asked.parts:
            plan = list(_plan(session, family, member))
            found += [*plan, *team] if plan else []
        if "facts" in asked.parts:
            found += _facts(session, family, member)
        if "chronology" in asked.parts:
            found += _chronology(session, family, member, asked)
    return found


def _plan(session: Session, family: FamilyView, member: MemberView) -> Iterator[Item]:
    plan = plans.plan(session, family.ids)
    for need in plan.needs:
        if need.person_id == member.person_id and need.severity:
            yield _need(need)
    for goal in plan.goals:
        yield from _goal(goal)
    for day in sorted(families.next_dates(session, family.ids).values())[:1]:
        printed = {"text": long_day(day)}
        yield Item("next_on", "next_on", "When you meet next", long_day(day), printed)


def _need(need: NeedView) -> Item:
    change = f", {need.direction} than before" if need.direction else ""
    now = f"{need.severity_name}{change}"
    printed = {"title": need.title, "words": f"\n{need.words}" if need.words else "", "now": now}
    text = "\n".join(filter(None, [need.words, now]))
    return Item(str(need.uid), "need", need.title, text, printed, protected=need.protected)


def _goal(goal: GoalView) -> Iterator[Item]:
    score = f"{goal.baseline} out of 10 at the start, {goal.latest} now."
    printed = {"words": goal.words, "score": score}
    title = f"Goal: “{goal.words}”"
    yield Item(str(goal.uid), "goal", title, score, printed, protected=goal.protected)
    for action in goal.actions:
        if action.done_on is None:
            row = [action.words, action.owner, long_day(action.due_on)]
            yield Item(
                str(action.uid),
                "action",
                action.words,
                f"{action.owner}, by {row[2]}",
                {"row": row},
                under=str(goal.uid),
                protected=action.protected,
            )


def _team(session: Session, family: FamilyView) -> Iterator[Item]:
    """Whom to call. Others in the team are left out unless somebody puts them in: what they are
    may give away what is protected."""
    staff = accounts.staff_by_id(session, {t.staff_id for t in family.team})
    for t in family.team:
        leads = t.role == "key_worker"
        reach = staff[t.staff_id].email if leads else ""
        text = ", ".join(filter(None, [t.role_name, reach]))
        row = {"row": [t.name, t.role_name, reach]}
        yield Item(str(t.uid), "team", t.name, text, row, suggested=leads)


def _facts(session: Session, family: FamilyView, member: MemberView) -> Iterator[Item]:
    person = families.person(session, family, member.uid)
    for name, said in _about(person):
        if said:
            yield _fact("About you", name, name, said)
    known = families.places(session, family, member, clock.today())
    for home in known.residences:
        said = "\n".join(home.lines)
        yield _fact("How to find you", str(home.uid), home.kind_name, said, home.protected)
    for contact in known.contacts:
        said = f"{contact.value}\n{contact.rule.sentence}"
        yield _fact("How to find you", str(contact.uid), contact.kind_name, said, contact.protected)
    for place in known.affiliations:
        kind = place.kind_name[0].upper() + place.kind_name[1:]
        yield _fact("Where you go", str(place.uid), kind, place.name, place.protected)
    for group in sharing.consents(session, family):
        for consent in group.now if group.member_uid == member.uid else ():
            said = f"{consent.organisation}: {consent.state.lower()}"
            heading = "What you have agreed to"
            yield _fact(heading, str(consent.uid), consent.purpose, said, consent.protected)


def _about(person: PersonView) -> Iterable[tuple[str, str]]:
    """What is known of somebody, by its name; empty where nothing is."""
    member = person.member
    unknown = ("Not known", "Not recorded")
    told = {
        "Name": member.name,
        "Other names": "\n".join(other.name for other in person.names),
        "Date of birth": member.born if member.date_of_birth else "",
        "In this family": member.role_name,
        "Sex": person.sex_name,
        "Gender": person.gender,
        "Ethnic group": person.ethnicity_name,
        "Language": person.language,
        "Interpreter": {True: "Needed", False: "Not needed", None: ""}[person.interpreter_needed],
        "Disability": person.disability_name,
        "Special educational needs": person.send_name,
        "What helps": person.adjustments,
        "NHS number": member.nhs_number or "",
        "UPN": person.upn or "",
    }
    return [(name, said) for name, said in told.items() if said not in unknown]


def _fact(heading: str, key: str, name: str, said: str, protected: bool = False) -> Item:
    printed = {"heading": heading, "row": [name, said]}
    return Item(f"fact.{key}", "fact", name, said, printed, protected=protected)


def _chronology(
    session: Session, family: FamilyView, member: MemberView, asked: Asked
) -> list[Item]:
    """Oldest first, as one reads it."""
    sought = Sought(since=asked.since, until=asked.until)
    page = families.chronology(session, family.ids, limit=MOST_ENTRIES, sought=sought)
    if page.older:
        raise Refusal(
            f"There are more than {MOST_ENTRIES} entries between these days. Choose a shorter time",
            "since",
        )
    return [_entry(entry, member) for entry in reversed(page.entries)]


def _entry(entry: EntryView, member: MemberView) -> Item:
    """What a child said reaches a parent in what was meant for them alone, not by itself."""
    voices = [
        (subject.name, subject.voice)
        for subject in entry.subjects
        if subject.voice and (entry.protected or subject.member_id == member.id)
    ]
    title = f"{entry.title}, {_day(entry.happened_at)}"
    printed = {
        "title": title,
        "text": entry.text,
        "voices": voices,
        "note": f"Written by {entry.author_name}.",
    }
    text = "\n".join([entry.text, *(f"{name}: {words}" for name, words in voices)])
    return Item(str(entry.uid), "entry", title, text, printed, protected=entry.protected)


def _day(moment: datetime) -> str:
    return long_day(moment.astimezone(clock.LONDON).date())
