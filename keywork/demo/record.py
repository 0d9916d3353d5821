"""What an invented record holds besides its plan: kin, homes, contacts, school, sharing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from keywork.accounts.policy import Actor
from keywork.demo.stories import Story
from keywork.documents import services as documents
from keywork.families import queries as families
from keywork.families import services
from keywork.families.policy import ContactRule
from keywork.families.services import Readers
from keywork.kernel import clock
from keywork.kernel.files import Upload
from keywork.sharing import services as sharing

LETTER: Final = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
"""An empty sheet of paper."""


@dataclass(frozen=True)
class Telling:
    """A story being told: whose it is, and who writes it down."""

    session: Session
    worker: Actor
    story: Story
    family: families.FamilyView
    named: frozenset[int]
    """The colleagues who may read what is protected."""

    @property
    def members(self) -> list[families.MemberView]:
        """The members in the order of the story."""
        by_name = {(m.given_name, m.family_name): m for m in self.family.members}
        return [by_name[m.given_name, m.family_name] for m in self.story.members]

    def given(self, places: Iterable[int]) -> frozenset[int]:
        """The members at these places in the story."""
        return frozenset(self.members[place].id for place in places)

    def readers(self, protected: bool, given_to: Iterable[int] = ()) -> Readers:
        """Who may read something, and who may be given it."""
        return Readers(True, self.named, self.given(given_to)) if protected else Readers()


def tell(telling: Telling) -> None:
    """Write down what the story says of people and places."""
    _people(telling)
    _kin(telling)
    _homes(telling)
    _contacts(telling)
    _places(telling)
    _professionals(telling)
    _sharing(telling)


def days_ago(days: int) -> date:
    """The day so many days before today."""
    return clock.today() - timedelta(days=days)


def _people(telling: Telling) -> None:
    for told, member in zip(telling.story.members, telling.members, strict=True):
        view = families.person(telling.session, telling.family, member.uid)
        facts = {"sex": told.sex, **told.facts}
        if told.died_days:
            facts["died_on"] = days_ago(told.died_days)
        if view.member.sex != told.sex or len(facts) > 1:
            services.change_person(
                telling.session,
                telling.worker,
                telling.family,
                member.uid,
                facts,
                version=view.version,
            )
        if told.former:
            services.add_other_name(
                telling.session,
                telling.worker,
                telling.family,
                member.uid,
                name=told.former,
                kind="former",
                version=view.version + 1,
            )


def _kin(telling: Telling) -> None:
    members = telling.members
    for kin in telling.story.kin:
        facts = services.RelationshipFacts(
            parental_responsibility=kin.responsible,
            started_on=days_ago(kin.since_days) if kin.since_days else None,
            separated_on=days_ago(kin.apart_days) if kin.apart_days else None,
        )
        services.add_relationship(
            telling.session,
            telling.worker,
            telling.family,
            first=members[kin.first].person_id,
            second=members[kin.second].person_id,
            kind=kin.kind,
            facts=facts,
        )


def _homes(telling: Telling) -> None:
    members = telling.members
    for home in telling.story.homes:
        services.add_residence(
            telling.session,
            telling.worker,
            telling.family,
            [members[number].id for number in home.members],
            services.Address(home.kind, home.lines, home.postcode),
            since=days_ago(home.since_days),
            leaves=home.leaves,
            readers=telling.readers(home.protected, home.given_to),
        )


def _contacts(telling: Telling) -> None:
    for contact in telling.story.contacts:
        kind = "email" if "@" in contact.value else "mobile"
        kind = "landline" if contact.value.startswith("01") else kind
        services.add_contact(
            telling.session,
            telling.worker,
            telling.family,
            telling.members[contact.member],
            value=contact.value,
            rule=ContactRule(kind, **contact.rule),
            readers=telling.readers(contact.protected, contact.given_to),
        )


def _places(telling: Telling) -> None:
    for place in telling.story.places:
        services.add_affiliation(
            telling.session,
            telling.worker,
            telling.family,
            telling.members[place.member],
            kind=place.kind,
            name=place.name,
            since=days_ago(place.since_days),
            readers=telling.readers(place.protected),
        )


def _professionals(telling: Telling) -> None:
    for someone in telling.story.professionals:
        services.add_professional(
            telling.session,
            telling.worker,
            telling.family.id,
            services.NewProfessional(
                someone.name, someone.role, someone.organisation, "", clock.today()
            ),
            protected=someone.protected,
            named_staff=telling.named,
        )


def _sharing(telling: Telling) -> None:
    session, worker, family = telling.session, telling.worker, telling.family
    for told, member in zip(telling.story.members, telling.members, strict=True):
        if told.role == "parent":
            sharing.record_consent(
                session,
                worker,
                family.id,
                sharing.Question(member.id, "family_help"),
                sharing.Given("given", "public_task", "in_person"),
            )
        if told.role == "non_resident_parent" and telling.named:
            sharing.record_consent(
                session,
                worker,
                family.id,
                sharing.Question(member.id, "family_help"),
                sharing.Given("not_asked_unsafe", "public_task", words="Asking him is not safe"),
                named_staff=telling.named,
            )
    for place in telling.story.places[:1]:
        _school(telling, place.member, place.name)


def _school(telling: Telling, number: int, name: str) -> None:
    """A letter came from a place that a child goes to, and an answer went back."""
    member = telling.members[number]
    documents.add_document(
        telling.session,
        telling.worker,
        telling.family,
        Upload("letter.pdf", LETTER),
        documents.About("Letter about attendance", [member.id], "partner", name),
    )
    decision = sharing.Decision(
        shared=True,
        happened_on=clock.today(),
        member_ids=[member.id],
        purpose="family_help",
        organisation_kind="school",
        organisation=name,
        person="",
        what="That we work with the family, and who their key worker is",
        basis="public_task",
        reason="So that the school calls us first",
    )
    sharing.record_decision(telling.session, telling.worker, telling.family, decision)
