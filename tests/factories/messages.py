"""FHIR R4 messages that hand off a family, as dictionaries to change and break."""

import json
from typing import Any
from uuid import uuid4

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
HEADER, REQUEST, CHILD, MOTHER, REQUESTER, TRUST = range(6)
"""The places of the resources in the message."""


def a_message(nhs_number: str = "9990000018", email: str = "nobody@nhs.example") -> dict[str, Any]:
    """A request about a child and her mother."""
    urls = [f"urn:uuid:{uuid4()}" for _ in range(6)]
    resources = [
        header(urls),
        request(urls),
        child(nhs_number),
        mother(urls),
        requester(email),
        {"resourceType": "Organization", "name": "NORBRIDGE COMMUNITY NHS TRUST"},
    ]
    return {
        "resourceType": "Bundle",
        "id": str(uuid4()),
        "type": "message",
        "timestamp": "2026-03-02T15:00:10+00:00",
        "entry": [
            {"fullUrl": url, "resource": resource | {"id": url.removeprefix("urn:uuid:")}}
            for url, resource in zip(urls, resources, strict=True)
        ],
    }


def header(urls: list[str]) -> dict[str, Any]:
    """What kind of message it is, from whom, about which request."""
    return {
        "resourceType": "MessageHeader",
        "eventCoding": {
            "system": "https://fhir.nhs.uk/CodeSystem/message-events-bars",
            "code": "servicerequest-request",
        },
        "sender": {"reference": urls[TRUST]},
        "source": {"endpoint": "https://sender.example/fhir"},
        "reason": {"coding": [{"code": "new"}]},
        "focus": [{"reference": urls[REQUEST]}],
    }


def request(urls: list[str]) -> dict[str, Any]:
    """The request itself."""
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "plan",
        "subject": {"reference": urls[CHILD]},
        "authoredOn": "2026-03-02T15:00:00+00:00",
        "requester": {"reference": urls[REQUESTER]},
        "reasonCode": [{"text": "Low mood"}, {"coding": [{"code": "1", "display": "Isolation"}]}],
        "note": [{"text": "Mother has agreed."}, {"text": "Text before noon."}],
    }


def child(nhs_number: str) -> dict[str, Any]:
    """The patient."""
    return {
        "resourceType": "Patient",
        "identifier": [
            {"system": "https://other.example", "value": "not an NHS number"},
            {"system": NHS_NUMBER, "value": nhs_number},
        ],
        "name": [{"use": "official", "family": "ASHDOWN", "given": ["Etta", "May"]}],
        "telecom": [{"system": "phone", "value": "01632 960001"}],
        "birthDate": "2025-11-20",
        "address": [{"line": ["1 Mill Lane"], "city": "NORBRIDGE", "postalCode": "ZZ1 1AA"}],
    }


def mother(urls: list[str]) -> dict[str, Any]:
    """Somebody related to the patient."""
    return {
        "resourceType": "RelatedPerson",
        "patient": {"reference": urls[CHILD]},
        "relationship": [{"coding": [{"code": "MTH", "display": "mother"}]}],
        "name": [{"family": "ASHDOWN", "given": ["Dana"]}],
    }


def requester(email: str) -> dict[str, Any]:
    """The practitioner who asks."""
    return {
        "resourceType": "Practitioner",
        "name": [{"family": "OKORO", "given": ["Ben"]}],
        "telecom": [{"system": "email", "value": email}],
    }


def resource(message: dict[str, Any], place: int) -> Any:
    """The resource at a place."""
    return message["entry"][place]["resource"]


def written(message: Any) -> bytes:
    """The message as a file holds it."""
    return json.dumps(message).encode()
