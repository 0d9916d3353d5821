"""Human beings, their other names, and how they are related."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, Computed, FetchedValue, ForeignKey, Integer, func
from sqlalchemy.orm import Mapped, mapped_column

from keywork.kernel.database import Base, BigId, Recorded


class Person(Base):
    """A human being, known once however many families they are in."""

    __tablename__ = "person"

    id: Mapped[BigId]
    given_name: Mapped[str]
    family_name: Mapped[str]
    known_as: Mapped[str] = mapped_column(server_default="")
    """The given name they prefer, when it is another."""

    name_key: Mapped[str]
    """The name as it is compared: see `policy.name_key`."""

    name_variants: Mapped[list[int]] = mapped_column(
        ARRAY(Integer),
        Computed("name_variants(given_name, family_name, known_as)", persisted=True),
        deferred=True,
    )
    """What the name is found by, however it is misspelt."""

    date_of_birth: Mapped[date | None]
    birth: Mapped[str] = mapped_column(server_default="exact")
    """What the date is: exact, estimated (from an age), or expected (not yet born)."""

    sex: Mapped[str] = mapped_column(server_default="not_known")
    gender: Mapped[str] = mapped_column(server_default="")
    """In their own words."""

    ethnicity: Mapped[str] = mapped_column(server_default="")
    language: Mapped[str] = mapped_column(server_default="")
    interpreter_needed: Mapped[bool | None]
    disability: Mapped[str] = mapped_column(server_default="not_known")
    send: Mapped[str] = mapped_column(server_default="not_known")
    """Special educational needs: none, SEN support, or an education, health and care plan."""

    adjustments: Mapped[str] = mapped_column(server_default="")
    nhs_number: Mapped[str | None]
    upn: Mapped[str | None]
    died_on: Mapped[date | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The person that this one turned out to be."""

    version: Mapped[int] = mapped_column(server_default="1")
    written_by: Mapped[str] = mapped_column(server_default=FetchedValue())
    """The viewer who wrote them down, and may see them before they are in a family."""

    recorded_at: Mapped[Recorded]


class PersonName(Base):
    """Another name somebody has, or had."""

    __tablename__ = "person_name"

    id: Mapped[BigId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    name_key: Mapped[str]
    name_variants: Mapped[list[int]] = mapped_column(
        ARRAY(Integer),
        Computed("name_variants(given_name, family_name, '')", persisted=True),
        deferred=True,
    )
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[Recorded]


class Relationship(Base):
    """What one person is to another; the other way round follows from it."""

    __tablename__ = "relationship"

    id: Mapped[BigId]
    uid: Mapped[UUID] = mapped_column(server_default=func.gen_random_uuid())
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """The older of the two where the kind has a direction: the parent, say, or the carer."""

    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    parental_responsibility: Mapped[str] = mapped_column(server_default="not_known")
    words: Mapped[str] = mapped_column(server_default="")
    started_on: Mapped[date | None]
    separated_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    removed_on: Mapped[date | None]
    """When it turned out never to have been true."""

    removed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[Recorded]
    version: Mapped[int] = mapped_column(server_default="1")
