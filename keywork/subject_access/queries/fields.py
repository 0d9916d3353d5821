"""What each kind of item says, under which keys and in which words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from keywork.commissioning.reference import categories
from keywork.families.ethnicities import ethnicities
from keywork.families.kinds import SOURCES, domain_names, kind_name
from keywork.families.policy import (
    AFFILIATION_KINDS,
    CONTACT_KINDS,
    DISABILITY,
    MEMBER_ROLES,
    PARENTAL_RESPONSIBILITY,
    RESIDENCE_KINDS,
    SEND,
    SEXES,
    long_day,
)
from keywork.handoffs.policy import CONSENT, STAGES
from keywork.kernel.clock import LONDON
from keywork.kernel.money import format_pence
from keywork.plans.domains import SEVERITIES, domains
from keywork.sharing.policy import STATES as CONSENT_STATES
from keywork.sharing.reference import BASES, ORGANISATION_KINDS, PURPOSES, WAYS, terms

Words = Callable[[Any], str]


@dataclass(frozen=True)
class Field:
    """One thing that an item says."""

    key: str
    """Its name in the file that the person gets; never changed."""

    label: str
    words: Words = str
    """How its value is said."""

    free: bool = False
    """Whether somebody wrote it in their own words, so that words can be taken out of it."""


@dataclass(frozen=True)
class Source:
    """A kind of item."""

    key: str
    name: str
    held: str
    """How the covering page names what is held of this kind."""

    fields: tuple[Field, ...]


def day(value: str) -> str:
    """A date in full."""
    return long_day(date.fromisoformat(value))


def moment(value: str) -> str:
    """A moment in London: 23 November 2026, 14:05."""
    here = datetime.fromisoformat(value).astimezone(LONDON)
    return f"{long_day(here.date())}, {here:%H:%M}"


def flag(value: bool) -> str:
    """Yes or no."""
    return "Yes" if value else "No"


def of(vocabulary: Mapping[str, str]) -> Words:
    """The words for a key of a list."""
    return lambda key: vocabulary.get(key, key)


def term(list_: str) -> Words:
    """The words for a term of sharing."""
    return lambda key: terms(list_)[key].name if key in terms(list_) else str(key)


def domain_list(keys: list[str]) -> str:
    """Need domains by name."""
    return ", ".join(domain_names().get(key, key) for key in keys)


def over_time(key: str, words: Words) -> Words:
    """What was found from time to time: `2 (23 November 2026, 14:05); …`."""
    return lambda rows: "; ".join(f"{words(r[key])} ({moment(r['recorded_at'])})" for r in rows)


def past_roles(rows: list[dict[str, str]]) -> str:
    """What somebody was before."""
    return "; ".join(f"{MEMBER_ROLES[r['role']]} until {day(r['ended_on'])}" for r in rows)


def ways(keys: list[str]) -> str:
    """What is safe to do with a number or address."""
    said = {
        "may_call": "call",
        "may_text": "text",
        "may_leave_message": "leave a message",
        "may_write": "write",
    }
    return ", ".join(said[key] for key in keys) or "nothing"


def _free(key: str, label: str) -> Field:
    return Field(key, label, free=True)


_RECORDED: Final = Field("recorded_at", "Recorded", moment)
_SINCE: Final = (
    Field("started_on", "From", day),
    Field("ended_on", "Until", day),
    _RECORDED,
)
_TOLD: Final = (
    Field("source", "Who said so", of(SOURCES)),
    _free("source_name", "Who that is"),
)


_BORN: Final = {"exact": "", "estimated": "The date is an estimate", "expected": "Not yet born"}

_WHO_THEY_ARE: Final = (
    Source(
        "person",
        "Personal details",
        "who you are",
        (
            _free("given_name", "First name"),
            _free("family_name", "Last name"),
            _free("known_as", "Known as"),
            Field("date_of_birth", "Date of birth", day),
            Field("birth", "About the date", of(_BORN)),
            Field("sex", "Sex", of(SEXES)),
            _free("gender", "Gender"),
            Field("ethnicity", "Ethnic group", lambda key: ethnicities().get(key, key)),
            _free("language", "Language"),
            Field("interpreter_needed", "Needs an interpreter", flag),
            Field("disability", "Disabled", of(DISABILITY)),
            Field("send", "Special educational needs", of(SEND)),
            _free("adjustments", "What helps"),
            Field("nhs_number", "NHS number"),
            Field("upn", "Pupil number"),
            Field("died_on", "Died on", day),
        ),
    ),
    Source(
        "name",
        "Another name",
        "who you are",
        (
            Field("kind", "Kind", of({"former": "Former name", "alias": "Other name"})),
            _free("given_name", "First name"),
            _free("family_name", "Last name"),
            _RECORDED,
        ),
    ),
    Source(
        "member",
        "Place in a family",
        "which family's record you are in",
        (
            Field("reference", "Record"),
            Field("role", "Role", of(MEMBER_ROLES)),
            Field("started_on", "From", day),
            Field("ended_on", "Until", day),
            _free("end_reason", "Why it ended"),
            Field("past_roles", "Before", past_roles),
            Field("opened_on", "Record opened", day),
            Field("closed_on", "Record closed", day),
        ),
    ),
    Source(
        "relationship",
        "Relationship",
        "who you are related to",
        (
            _free("relative", "What they are"),
            Field(
                "parental_responsibility",
                "Parental responsibility",
                of(PARENTAL_RESPONSIBILITY),
            ),
            _free("words", "In words"),
            Field("started_on", "From", day),
            Field("separated_on", "Separated", day),
            Field("ended_on", "Until", day),
            Field("removed_on", "Removed as untrue", day),
            _RECORDED,
        ),
    ),
    Source(
        "residence",
        "Address",
        "where you live and have lived",
        (
            Field("kind", "Kind", of(RESIDENCE_KINDS)),
            _free("address", "Address"),
            Field("postcode", "Postcode"),
            Field("uprn", "Property number (UPRN)"),
            *_SINCE,
        ),
    ),
    Source(
        "contact_point",
        "Contact details",
        "how to reach you safely",
        (
            Field("kind", "Kind", of(CONTACT_KINDS)),
            _free("value", "Number or address"),
            Field("ways", "Safe to", ways),
            _free("at_times", "When"),
            _free("seen_by", "Who else sees it"),
            *_SINCE,
        ),
    ),
    Source(
        "affiliation",
        "School, GP or service",
        "your school, GP or other services",
        (Field("kind", "Kind", of(AFFILIATION_KINDS)), _free("name", "Name"), *_SINCE),
    ),
)


_WHAT_HAPPENED: Final = (
    Source(
        "entry",
        "Entry",
        "notes of visits, calls, meetings and decisions",
        (
            Field("kind", "Kind", kind_name),
            Field("happened_at", "Happened", moment),
            Field("minutes", "Minutes"),
            Field("author_name", "Recorded by"),
            _RECORDED,
            *_TOLD,
            _free("text", "Text"),
            Field("seen", "Seen", flag),
            Field("seen_alone", "Seen alone", flag),
            _free("voice", "What they said or showed"),
            Field("domains", "About", domain_list, free=True),
            Field("next_on", "Next date", day),
            _free("correction_reason", "Why an earlier entry was corrected"),
            Field("corrected", "Corrected by a later entry", flag),
        ),
    ),
    Source(
        "document",
        "Document",
        "documents",
        (
            _free("title", "Title"),
            Field("media_type", "Kind of file"),
            Field("author_name", "Added by"),
            _RECORDED,
            *_TOLD,
            Field("sha256", "Fingerprint of the file (SHA-256)"),
        ),
    ),
    Source(
        "disclosure",
        "Sharing",
        "what we shared about you or decided not to",
        (
            Field("shared", "Shared", flag),
            Field("happened_on", "When", day),
            Field("organisation_kind", "Kind of organisation", term(ORGANISATION_KINDS)),
            _free("organisation", "Organisation"),
            _free("person", "Who there"),
            Field("purpose", "What for", term(PURPOSES)),
            _free("what", "What"),
            Field("basis", "Lawful basis", term(BASES)),
            _free("reason", "Why"),
            _RECORDED,
        ),
    ),
    Source(
        "consent",
        "Consent",
        "whether you agree to sharing",
        (
            Field("purpose", "What for", term(PURPOSES)),
            _free("organisation", "With whom"),
            Field("state", "Answer", of(CONSENT_STATES)),
            Field("basis", "Lawful basis", term(BASES)),
            Field("way", "How they answered", term(WAYS)),
            _free("words", "In words"),
            _free("decided_by", "Who decided"),
            Field("valid_until", "Until", day),
            _RECORDED,
        ),
    ),
    Source(
        "copy",
        "Copy",
        "copies that we gave you",
        (
            Field("reference", "Reference"),
            Field("parts", "What was in it", ", ".join),
            Field("made_at", "Made", moment),
        ),
    ),
    Source(
        "handoff",
        "Handoff",
        "what was sent to us when we were asked to help",
        (
            Field("reference", "Reference"),
            Field("sent_at", "Sent", moment),
            Field("author_name", "Sent by"),
            _free("source_name", "Who sent it"),
            _free("source_organisation", "Their organisation"),
            Field("domains", "About", domain_list, free=True),
            _free("why", "Why"),
            _free("tried", "What was tried"),
            _free("note", "Note"),
            _free("contact_details", "How to reach the family"),
            _free("advice", "Advice on contact"),
            Field("consent", "Consent", of(CONSENT)),
            _free("consent_reason", "Why nobody was asked"),
            Field("stage", "Stage", lambda key: STAGES[key][0]),
        ),
    ),
)


_THE_PLAN: Final = (
    Source(
        "need",
        "Need",
        "your needs and how severe they were",
        (
            Field("domain", "Part of life", lambda key: domains()[key].name),
            Field("type_name", "Kind"),
            _free("words", "In words"),
            Field("severities", "How severe", over_time("severity", SEVERITIES.__getitem__)),
            _RECORDED,
            *_TOLD,
        ),
    ),
    Source(
        "goal",
        "Goal",
        "goals, and how far they were reached",
        (
            _free("words", "Goal"),
            Field("baseline", "At first, of 10"),
            Field("scores", "Later, of 10", over_time("score", str)),
            _RECORDED,
            *_TOLD,
        ),
    ),
    Source(
        "action",
        "Action",
        "actions towards your goals",
        (
            _free("words", "Action"),
            _free("owner", "Who"),
            Field("due_on", "By", day),
            Field("done_on", "Done", day),
            _RECORDED,
        ),
    ),
    Source(
        "spend",
        "Spend",
        "money spent or asked for to help you",
        (
            Field("reference", "Reference"),
            Field("category", "Kind", lambda key: categories().get(key, key)),
            _free("what", "What"),
            _free("why", "Why"),
            Field("amount_pence", "Asked for", format_pence),
            Field("state", "State", str.capitalize),
            Field("requested_at", "Asked on", moment),
            _free("decision_reason", "Reason for the decision"),
            Field("paid_pence", "Paid", format_pence),
            _free("supplier", "Supplier"),
            Field("bought_on", "Bought on", day),
        ),
    ),
)


@cache
def sources() -> Mapping[str, Source]:
    """Every kind of item by its key, in the order in which they are sent."""
    return {source.key: source for source in (*_WHO_THEY_ARE, *_WHAT_HAPPENED, *_THE_PLAN)}
