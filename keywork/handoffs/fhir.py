"""From a FHIR R4 message, of the shape the NHS Booking and Referral Standard uses, to a handoff.

Every complaint names the place in the document. Nothing is guessed: reasons, safe contact and
consent that the message does not state in a form we can read are left unstated.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from keywork.families.nhs_number import parse_nhs_number
from keywork.families.policy import NewPerson
from keywork.handoffs.fhir_document import MessageProblem, read_bundle
from keywork.handoffs.policy import MOST_PEOPLE, birth_problem
from keywork.handoffs.services import Content, Source
from keywork.kernel import clock
from keywork.kernel.reference import reference_data

NHS_NUMBER: Final = "https://fhir.nhs.uk/Id/nhs-number"
REQUEST: Final = "servicerequest-request"
TEN_DIGITS: Final = re.compile("[0-9]{10}")
ADULT_AT: Final = 18


@dataclass(frozen=True)
class Found:
    """A resource of the message, where it stands and the names it goes by."""

    path: str
    resource: Any
    names: tuple[str, ...]

    @property
    def type(self) -> str:
        """What kind of resource it is."""
        return str(self.resource.get_resource_type())


@dataclass(frozen=True)
class Doubt:
    """An NHS number that fails its check, and where it stands."""

    path: str
    number: str

    @property
    def sentence(self) -> str:
        """What those who work on the handoff are told."""
        return f"The NHS number {self.number} was sent but fails its check, so it is not used."


@dataclass(frozen=True)
class Message:
    """What a message says, with the postcode that tells the hub."""

    source: Source
    postcode: str
    postcode_path: str
    doubts: tuple[Doubt, ...]
    content: Callable[[int], Content]
    """Made once the hub is known."""


def read_message(raw: bytes) -> Message:
    """The handoff in the bytes of a file. Raises MessageProblem."""
    bundle = read_bundle(raw)
    entries = [
        _found(f"entry[{index}].resource", entry)
        for index, entry in enumerate(bundle.entry or [])
        if entry.resource is not None
    ]
    return _Reader(bundle.id, entries).message()


def _found(path: str, entry: Any) -> Found:
    resource = entry.resource
    names = [str(entry.fullUrl)] if entry.fullUrl else []
    if resource.id:
        names += [f"{resource.get_resource_type()}/{resource.id}", resource.id]
    return Found(path, resource, tuple(names))


class _Reader:
    """Follows a message from its header to everything it refers to."""

    def __init__(self, bundle_id: str | None, entries: Sequence[Found]) -> None:
        self.bundle_id = bundle_id
        self.entries = entries
        self.doubts: list[Doubt] = []
        self.by_name = {name: found for found in entries for name in found.names}

    def message(self) -> Message:
        """The whole message."""
        header = self._header()
        request = self._request(header)
        subject = self._follow(request, "subject", request.resource.subject, "Patient")
        people = (self._person(subject, _patient_role), *self._relatives(subject))
        numbers = [person.nhs_number for person in people if person.nhs_number]
        if len(numbers) > len(set(numbers)):
            raise MessageProblem("entry", "gives two people the same NHS number")
        postcode, postcode_path = _postcode(subject)
        reasons = [_said(concept) for concept in request.resource.reasonCode or []]
        notes = [note.text for note in request.resource.note or []]
        notes += [doubt.sentence for doubt in self.doubts]
        why, note = "; ".join(filter(None, reasons)), "\n\n".join(notes)
        for name, text in (("reasonCode", why), ("note", note)):
            _limit(f"{request.path}.{name}", text, 5000)
        details = _contact_details(subject)
        _limit(f"{subject.path}.telecom", details, 1000)
        return Message(
            source=self._source(header, request),
            postcode=postcode,
            postcode_path=postcode_path,
            doubts=tuple(self.doubts),
            content=lambda hub_id: Content(
                hub_id=hub_id,
                people=people,
                domains=(),
                why=why,
                tried="",
                contact=None,
                contact_details=details,
                consent="not_stated",
                note=note,
            ),
        )

    def _header(self) -> Found:
        if not self.entries or self.entries[0].type != "MessageHeader":
            raise MessageProblem("entry[0].resource", "must be a MessageHeader")
        header = self.entries[0]
        event = header.resource.eventCoding
        if event is None or event.code != REQUEST:
            raise MessageProblem(f"{header.path}.eventCoding.code", f"must be {REQUEST}")
        reason = header.resource.reason
        for index, coding in enumerate(reason.coding or [] if reason else []):
            if coding.code != "new":
                path = f"{header.path}.reason.coding[{index}].code"
                raise MessageProblem(path, "must be new: changes to a request are not taken in")
        return header

    def _request(self, header: Found) -> Found:
        focus = header.resource.focus or []
        if len(focus) != 1:
            raise MessageProblem(f"{header.path}.focus", "must name one ServiceRequest")
        request = self._follow(header, "focus[0]", focus[0], "ServiceRequest")
        if request.resource.status != "active":
            raise MessageProblem(f"{request.path}.status", "must be active")
        if request.resource.doNotPerform:
            raise MessageProblem(f"{request.path}.doNotPerform", "must not be true")
        return request

    def _follow(self, origin: Found, field: str, reference: Any, *types: str) -> Found:
        """The resource that a reference leads to, which must be of one of these types."""
        path = f"{origin.path}.{field}"
        name = reference.reference if reference is not None else None
        if not name:
            raise MessageProblem(f"{path}.reference", "is missing")
        found = self.by_name.get(str(name))
        if found is None:
            raise MessageProblem(f"{path}.reference", f"{name} is not in the message")
        if found.type not in types:
            raise MessageProblem(f"{path}.reference", f"must lead to a {' or '.join(types)}")
        return found

    def _relatives(self, subject: Found) -> list[NewPerson]:
        people = []
        for found in self.entries:
            if found.type == "RelatedPerson":
                patient = self._follow(found, "patient", found.resource.patient, "Patient")
                if patient == subject:
                    people.append(self._person(found, _relative_role))
        if len(people) >= MOST_PEOPLE:
            raise MessageProblem("entry", f"is about more than {MOST_PEOPLE} people")
        return people

    def _person(self, found: Found, role_of: Callable[[Any], str]) -> NewPerson:
        given, family = _name(found)
        born = _born(found)
        number = self._nhs_number(found)
        role = role_of(found.resource)
        if problem := birth_problem(role, born, number, clock.today()):
            raise MessageProblem(f"{found.path}.birthDate", problem)
        return NewPerson(given, family, born, number, role)

    def _nhs_number(self, found: Found) -> str | None:
        """The NHS number, if its last digit agrees with the others.

        A family does not wait for help because of one digit: a number that fails its check is
        not used, the person goes by name and date of birth, and the note says so.
        """
        for index, identifier in enumerate(found.resource.identifier or []):
            if identifier.system == NHS_NUMBER and identifier.value:
                path = f"{found.path}.identifier[{index}].value"
                try:
                    return parse_nhs_number(identifier.value)
                except ValueError as problem:
                    if not TEN_DIGITS.fullmatch(identifier.value):
                        raise MessageProblem(path, str(problem)) from None
                self.doubts.append(Doubt(path, identifier.value))
        return None

    def _source(self, header: Found, request: Found) -> Source:
        requester = self._follow(
            request, "requester", request.resource.requester, "Practitioner", "PractitionerRole"
        )
        if requester.type == "PractitionerRole":
            practitioner = requester.resource.practitioner
            requester = self._follow(requester, "practitioner", practitioner, "Practitioner")
        organisation = ""
        if header.resource.sender is not None:
            sender = self._follow(header, "sender", header.resource.sender, "Organization")
            organisation = _limit(f"{sender.path}.name", sender.resource.name or "", 200)
        if not header.names:
            raise MessageProblem(f"{header.path}.id", "is missing")
        message_id = header.names[-1].removeprefix("urn:uuid:")
        return Source(
            bundle_id=_limit("id", self.bundle_id, 200) if self.bundle_id else None,
            message_id=_limit(f"{header.path}.id", message_id, 200),
            name=" ".join(_name(requester)),
            organisation=organisation,
            email=_limit(f"{requester.path}.telecom", _telecom(requester, "email"), 254),
        )


def _name(found: Found) -> tuple[str, str]:
    names = found.resource.name or []
    index = next((i for i, name in enumerate(names) if name.use == "official"), 0)
    path = f"{found.path}.name[{index}]"
    given = " ".join(part for part in names[index].given or [] if part) if names else ""
    family = (names[index].family or "") if names else ""
    for part, text in (("given", given), ("family", family)):
        if not text.strip():
            raise MessageProblem(f"{path}.{part}", "is missing")
        _limit(f"{path}.{part}", text, 200)
    return given, family


def _born(found: Found) -> date | None:
    born = found.resource.birthDate
    if born is None or type(born) is date:
        return born
    raise MessageProblem(f"{found.path}.birthDate", "must have a year, a month and a day")


def _patient_role(patient: Any) -> str:
    """A patient is the child, unless the date of birth says that they are grown up."""
    born = patient.birthDate
    return "parent" if type(born) is date and _years_since(born) >= ADULT_AT else "child"


def _relative_role(relative: Any) -> str:
    """What the relationship's code says; anything we do not know is another adult."""
    codes = {
        coding.code for concept in relative.relationship or [] for coding in concept.coding or []
    }
    known = _relationships()
    if codes & known["parents"]:
        return "parent"
    born = relative.birthDate
    grown = type(born) is date and _years_since(born) >= ADULT_AT
    return "child" if codes & known["children"] and not grown else "other_adult"


@lru_cache
def _relationships() -> dict[str, frozenset[str]]:
    return {role: frozenset(codes) for role, codes in reference_data("relationships").items()}


def _years_since(born: date) -> int:
    today = clock.today()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _postcode(subject: Found) -> tuple[str, str]:
    for index, address in enumerate(subject.resource.address or []):
        if address.postalCode:
            return address.postalCode, f"{subject.path}.address[{index}].postalCode"
    return "", f"{subject.path}.address"


def _contact_details(found: Found) -> str:
    """Phone numbers, e-mail addresses and postal addresses, as sent."""
    reach = [point.value for point in found.resource.telecom or [] if point.value]
    for address in found.resource.address or []:
        parts = [*(address.line or []), address.city, address.district, address.postalCode]
        reach.append(", ".join(part for part in parts if part) or (address.text or ""))
    return "\n".join(filter(None, reach))


def _telecom(found: Found, system: str) -> str:
    points = found.resource.telecom or []
    return next((point.value for point in points if point.system == system and point.value), "")


def _said(concept: Any) -> str:
    """A concept in words: its text, or else what its code is called."""
    displays = (coding.display for coding in concept.coding or [])
    return concept.text or next(filter(None, displays), "")


def _limit(path: str, text: str, most: int) -> str:
    if len(text) > most:
        raise MessageProblem(path, f"must be {most:,} characters or fewer")
    return text
