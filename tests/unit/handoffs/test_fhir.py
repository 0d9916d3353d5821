"""A message is read as it was meant, or refused with the place that is wrong."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keywork.families.policy import NewPerson
from keywork.handoffs.fhir import read_message
from keywork.handoffs.fhir_document import MOST_BYTES, MessageProblem
from tests.factories.messages import (
    CHILD,
    HEADER,
    MOTHER,
    NHS_NUMBER,
    REQUEST,
    REQUESTER,
    TRUST,
    a_message,
    resource,
    written,
)

Change = Callable[[dict[str, Any]], Any]


def test_everything_that_is_said() -> None:
    message = read_message(written(a_message()))
    content = message.content(7)
    assert content.people == (
        NewPerson("Etta May", "ASHDOWN", date(2025, 11, 20), "9990000018", "child"),
        NewPerson("Dana", "ASHDOWN", None, None, "parent"),
    )
    assert (content.hub_id, message.postcode) == (7, "ZZ1 1AA")
    assert content.why == "Low mood; Isolation"
    assert content.note == "Mother has agreed.\n\nText before noon."
    assert content.contact_details == "01632 960001\n1 Mill Lane, NORBRIDGE, ZZ1 1AA"
    source = message.source
    assert (source.name, source.organisation) == ("Ben OKORO", "NORBRIDGE COMMUNITY NHS TRUST")
    assert source.email == "nobody@nhs.example"


def test_nothing_is_guessed() -> None:
    content = read_message(written(a_message())).content(1)
    assert content.consent == "not_stated"
    assert content.contact is None
    assert content.domains == ()


def test_only_the_necessary() -> None:
    message = a_message()
    for place, names in (
        (REQUEST, ["reasonCode", "note", "authoredOn"]),
        (CHILD, ["identifier", "telecom", "address"]),
        (HEADER, ["sender", "reason"]),
        (REQUESTER, ["telecom"]),
    ):
        for name in names:
            del resource(message, place)[name]
    message["entry"] = message["entry"][:MOTHER] + message["entry"][REQUESTER:TRUST]
    found = read_message(written(message))
    assert (found.postcode, found.source.email, found.source.organisation) == ("", "", "")
    assert len(found.content(1).people) == 1


@pytest.mark.parametrize(
    ("code", "born", "role"),
    [
        ("FTH", None, "parent"),
        ("SIS", "2020-01-01", "child"),
        ("SIS", "1990-01-01", "other_adult"),
        ("SIS", None, None),
        ("GRMTH", None, "other_adult"),
        (None, None, "other_adult"),
    ],
)
def test_relationships(code: str | None, born: str | None, role: str | None) -> None:
    message = a_message()
    related = resource(message, MOTHER)
    related["relationship"] = [{"coding": [{"code": code}]}] if code else [{"text": "aunt"}]
    if born:
        related["birthDate"] = born
    if role is None:
        with pytest.raises(MessageProblem, match=r"entry\[3\].resource.birthDate: Enter the child"):
            read_message(written(message))
    else:
        assert read_message(written(message)).content(1).people[1].role == role


def test_a_grown_up_patient_is_a_parent() -> None:
    message = a_message()
    resource(message, CHILD)["birthDate"] = "1995-01-01"
    assert read_message(written(message)).content(1).people[0].role == "parent"


def test_a_number_that_fails_its_check_is_not_used_and_that_is_said() -> None:
    message = a_message("9990000019")
    found = read_message(written(message))
    assert [doubt.path for doubt in found.doubts] == ["entry[2].resource.identifier[1].value"]
    content = found.content(1)
    assert content.people[0].nhs_number is None
    assert content.note.endswith("9990000019 was sent but fails its check, so it is not used.")
    del resource(message, CHILD)["birthDate"]
    with pytest.raises(MessageProblem, match=r"entry\[2\].resource.birthDate: Enter the child"):
        read_message(written(message))


def test_relative_references_and_roles_lead_there_too() -> None:
    message = a_message()
    resource(message, REQUEST)["subject"] = {
        "reference": f"Patient/{resource(message, CHILD)['id']}"
    }
    role = {
        "resourceType": "PractitionerRole",
        "id": "role-1",
        "practitioner": {"reference": message["entry"][REQUESTER]["fullUrl"]},
    }
    message["entry"].append({"fullUrl": "urn:uuid:role-1", "resource": role})
    resource(message, REQUEST)["requester"] = {"reference": "urn:uuid:role-1"}
    assert read_message(written(message)).source.name == "Ben OKORO"


def into(place: int, **values: Any) -> Change:
    """Set parts of a resource."""
    return lambda message: resource(message, place).update(values)


def without(place: int, name: str) -> Change:
    """Leave a part of a resource out."""
    return lambda message: resource(message, place).pop(name)


NOWHERE = {"reference": "urn:uuid:nowhere"}
NUMBER = {"system": NHS_NUMBER, "value": "99900018"}

WRONG: list[tuple[Change, str]] = [
    (into(CHILD, birthDate="20/11/2025"), "entry[2].resource.birthDate: "),
    (into(CHILD, birthDate="2025-11"), "entry[2].resource.birthDate: must have a year, a month"),
    (into(CHILD, birthDate="2125-11-20"), "entry[2].resource.birthDate: The date of birth must"),
    (into(CHILD, identifier=[NUMBER]), "entry[2].resource.identifier[0].value: The NHS number"),
    (into(CHILD, name="Etta"), "entry[2].resource.name: "),
    (into(CHILD, name=[{"family": 5}]), "entry[2].resource.name[0].family: "),
    (into(CHILD, name=[{"family": "ASHDOWN"}]), "entry[2].resource.name[0].given: is missing"),
    (into(CHILD, name=[{"family": "A" * 201, "given": ["E"]}]), "entry[2].resource.name[0].family"),
    (
        into(CHILD, name=[{"family": "A\x00", "given": ["E"]}]),
        "entry[2].resource.name[0].family",
    ),
    (into(CHILD, name=[{"family": "\ud800", "given": ["E"]}]), "entry[2].resource.name[0].family"),
    (without(CHILD, "name"), "entry[2].resource.name[0].given: is missing"),
    (into(CHILD, resourceType="Potato"), "entry[2].resource.resourceType: is not a FHIR"),
    (into(CHILD, resourceType=5), "entry[2].resource.resourceType: is not a FHIR"),
    (into(CHILD, resourceType="Device"), "entry[2].resource"),
    (into(CHILD, hairColour="red"), "entry[2].resource.hairColour: "),
    (without(REQUEST, "subject"), "entry[1].resource.subject: is missing"),
    (without(REQUEST, "requester"), "entry[1].resource.requester.reference: is missing"),
    (without(REQUEST, "status"), "entry[1].resource.status: is missing"),
    (into(REQUEST, status="revoked"), "entry[1].resource.status: must be active"),
    (into(REQUEST, doNotPerform=True), "entry[1].resource.doNotPerform: must not be true"),
    (
        into(REQUEST, subject=NOWHERE),
        "entry[1].resource.subject.reference: urn:uuid:now",
    ),
    (into(REQUEST, note=[{"text": "x" * 5001}]), "entry[1].resource.note: must be 5,000"),
    (into(MOTHER, patient=NOWHERE), "entry[3].resource.patient.reference: urn:uuid:now"),
    (without(MOTHER, "name"), "entry[3].resource.name[0].given: is missing"),
    (into(HEADER, focus=[NOWHERE]), "entry[0].resource.focus[0].reference: "),
    (without(HEADER, "focus"), "entry[0].resource.focus: must name one ServiceRequest"),
    (without(HEADER, "eventCoding"), "entry[0].resource"),
    (into(HEADER, eventCoding={"code": "booking-request"}), "entry[0].resource.eventCoding.code"),
    (into(HEADER, reason={"coding": [{"code": "update"}]}), "entry[0].resource.reason.coding[0]"),
    (into(HEADER, source={"endpoint": []}), "entry[0].resource.source.endpoint: cannot be read"),
    (into(HEADER, source={"endpoint": True}), "entry[0].resource.source.endpoint: cannot be read"),
    (into(HEADER, sender=NOWHERE), "entry[0].resource.sender.reference: "),
    (without(REQUESTER, "name"), "entry[4].resource.name[0].given: is missing"),
    (into(TRUST, name="T" * 201), "entry[5].resource.name: must be 200"),
    (lambda message: message.update(type="searchset"), "type: must be message"),
    (lambda message: message.update(id="x" * 201), "id: must be 200"),
    (lambda message: message.update(resourceType="Patient"), "resourceType: must be Bundle"),
    (lambda message: message.update(entry=[]), "entry[0].resource: must be a MessageHeader"),
    (lambda message: message.update(entry={}), "entry: "),
    (lambda message: message.update(entry=[7]), "entry[0]"),
    (lambda message: message["entry"].reverse(), "entry[0].resource: must be a MessageHeader"),
    (lambda message: message["entry"][2].update(resource=None), "entry[2].resource: must be a"),
    (lambda message: message["entry"][2].update(resource={}), "entry[2].resource: must be a"),
    (lambda message: message["entry"].pop(CHILD), "entry[1].resource.subject.reference: "),
    (lambda message: message["entry"].extend([message["entry"][MOTHER]] * 20), "entry: is about"),
]


@pytest.mark.parametrize(("change", "complaint"), WRONG, ids=[wrong for _, wrong in WRONG])
def test_what_is_wrong_is_said_with_its_place(change: Change, complaint: str) -> None:
    message = a_message()
    change(message)
    with pytest.raises(MessageProblem) as problem:
        read_message(written(message))
    assert str(problem.value).startswith(complaint)


NO_MESSAGE = [
    (b"", "The file is not JSON"),
    (b"\x00", "The file is not JSON"),
    (b"resourceType: Bundle", "The file is not JSON"),
    (b'{"resourceType": NaN}', "The file is not JSON: NaN is not a number"),
    (b"\xff\xfe{}", "The file is not text in UTF-8"),
    (b"[]", "resourceType: must be Bundle"),
    (b"null", "resourceType: must be Bundle"),
    (b"{}", "resourceType: must be Bundle"),
    (b"[" * 100_000, "The file is nested too deeply"),
    (b" " * (MOST_BYTES + 1), "The file is larger than 2 MB"),
    (b'{"resourceType": "Bundle", "type": ' + b"9" * 5000 + b"}", "The file is not JSON"),
]


@pytest.mark.parametrize(("raw", "complaint"), NO_MESSAGE, ids=range(len(NO_MESSAGE)))
def test_what_is_no_message_at_all(raw: bytes, complaint: str) -> None:
    with pytest.raises(MessageProblem) as problem:
        read_message(raw)
    assert str(problem.value).startswith(complaint)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read_message(b"\xef\xbb\xbf" + written(a_message())).postcode == "ZZ1 1AA"


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every value of a document is."""
    found = [here] if here else []
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            found += places(item, (*here, key))
    return found


def replaced(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The document with another value at one place."""
    changed = json.loads(json.dumps(document))
    at = changed
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    return changed


KEYS = st.sampled_from(["resourceType", "reference", "text", "x"])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["resourceType", "reference", "text", "x"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


@settings(max_examples=60)
@given(st.data())
def test_whatever_is_in_it_is_read_or_refused(data: st.DataObject) -> None:
    message = a_message()
    for _ in range(data.draw(st.integers(1, 2))):
        message = replaced(message, data.draw(st.sampled_from(places(message))), data.draw(JUNK))
        if not isinstance(message, dict):
            break
    with suppress(MessageProblem):
        read_message(written(message)).content(1)
