"""`keywork handoff FILE.json`: stored once and whole, or not at all."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from keywork.accounts import queries as accounts
from keywork.accounts.policy import Actor
from keywork.families import queries as families
from keywork.handoffs import queries
from keywork.kernel.viewer import set_viewer, system_task
from tests.conftest import PageClient
from tests.factories.families import an_nhs_number
from tests.factories.handoffs import Place, a_place, accepted, seen_by
from tests.factories.messages import CHILD, REQUEST, a_message, resource, written

DISTRICT = "QQ7"


@pytest.fixture
def place(session: Session) -> Place:
    """A hub with a postcode district that no other has."""
    return a_place(session, DISTRICT)


@pytest.fixture
def message(place: Place) -> dict[str, Any]:
    """A message for that hub, from its health visitor."""
    made = a_message(an_nhs_number(), place.health_visitor.email.upper())
    resource(made, CHILD)["address"][0]["postalCode"] = f"{DISTRICT} 1AA"
    return made


@pytest.fixture
def intake(app: Flask, session: Session, tmp_path: Path) -> Callable[..., Result]:
    """Run the command on a file that holds this."""

    def run(content: Any, *options: str) -> Result:
        session.commit()
        file = tmp_path / "message.json"
        file.write_bytes(content if isinstance(content, bytes) else written(content))
        return app.test_cli_runner().invoke(args=["handoff", str(file), *options])

    return run


def stored(session: Session) -> int:
    """How many messages have been taken in."""
    session.expire_all()
    set_viewer(session, system_task("handoffs"))
    return int(session.scalar(text("SELECT count(*) FROM handoff")) or 0)


def reference_in(result: Result) -> str:
    """The reference the command printed."""
    assert result.exit_code == 0, result.output
    found = re.search(r"H-[0-9A-Z]{7}", result.output)
    assert found
    return found[0]


def test_a_message_goes_into_the_queue_of_its_hub(
    session: Session, place: Place, message: dict[str, Any], intake: Callable[..., Result]
) -> None:
    result = intake(message)
    reference = reference_in(result)
    assert place.hub in result.output
    set_viewer(session, place.manager.viewer)
    [line] = queries.waiting(session, [place.hub_id])
    assert (line.reference, line.title) == (reference, "Etta May ASHDOWN")
    view = queries.handoff(session, reference)
    assert (view.sender, view.organisation) == (
        place.health_visitor.name,
        "NORBRIDGE COMMUNITY NHS TRUST",
    )
    assert (view.consent, view.contact, view.domains) == ("not_stated", None, [])
    assert "Mother has agreed." in view.note


def test_its_author_follows_it_by_the_address_in_the_message(
    session: Session, place: Place, message: dict[str, Any], intake: Callable[..., Result]
) -> None:
    reference_in(intake(message))
    set_viewer(session, place.health_visitor.viewer)
    assert [line.title for line in queries.sent_by(session, place.health_visitor.staff_id)] == [
        "Etta May ASHDOWN"
    ]


def test_somebody_without_an_account_stays_named(
    session: Session, place: Place, message: dict[str, Any], intake: Callable[..., Result]
) -> None:
    resource(message, 4)["telecom"][0]["value"] = "somebody@else.example"
    reference = reference_in(intake(message))
    set_viewer(session, place.manager.viewer)
    view = queries.handoff(session, reference)
    assert (view.author_id, view.sender) == (None, "Ben OKORO")


def test_reasons_nobody_stated_are_protected(
    session: Session, place: Place, message: dict[str, Any], intake: Callable[..., Result]
) -> None:
    reference = reference_in(intake(message))
    set_viewer(session, place.manager.viewer)
    taken = accepted(session, place, queries.handoff(session, reference))
    family_id = taken.family_id or 0
    [entry] = families.latest_entries(session, [family_id])
    assert (entry.kind, entry.protected) == ("handoff", True)
    assert families.safe_contact(session, [family_id]) is None
    assert "Consent: Not stated" in entry.text


@pytest.mark.parametrize("same", ["both", "bundle", "header"])
def test_a_message_sent_twice_is_received_once(
    session: Session, message: dict[str, Any], intake: Callable[..., Result], same: str
) -> None:
    first = reference_in(intake(message))
    if same == "bundle":
        header = message["entry"][0]
        header["fullUrl"], header["resource"]["id"] = "urn:uuid:another", "another"
    elif same == "header":
        message["id"] = "another"
    again = intake(message)
    assert reference_in(again) == first
    assert "already received" in again.output
    assert stored(session) == 1


def test_the_hub_can_be_named(
    session: Session, place: Place, message: dict[str, Any], intake: Callable[..., Result]
) -> None:
    del resource(message, CHILD)["address"]
    refused = intake(message)
    assert refused.exit_code == 1
    assert "entry[2].resource.address: has no postcode; name the hub with --hub" in refused.output
    assert "--hub: there is no hub nowhere" in intake(message, "--hub", "nowhere").output
    code = next(hub.code for hub in accounts.hubs(session) if hub.id == place.hub_id)
    reference_in(intake(message, "--hub", code.lower()))


def test_a_postcode_of_no_hub(
    session: Session, message: dict[str, Any], intake: Callable[..., Result]
) -> None:
    resource(message, CHILD)["address"][0]["postalCode"] = "XX99 9XX"
    result = intake(message)
    assert result.exit_code == 1
    assert "entry[2].resource.address[0].postalCode: XX99 9XX is in no hub's" in result.output
    assert stored(session) == 0


def test_a_bad_file_is_refused_and_nothing_stored(
    session: Session, message: dict[str, Any], intake: Callable[..., Result]
) -> None:
    resource(message, CHILD)["birthDate"] = "yesterday"
    for content, complaint in (
        (message, "entry[2].resource.birthDate: "),
        (b"not JSON", "The file is not JSON"),
        (b"\x00" * 100, "The file is not JSON"),
        (b" " * 5_000_000, "The file is larger than 2 MB"),
        ({"resourceType": "Patient"}, "resourceType: must be Bundle"),
    ):
        result = intake(content)
        assert result.exit_code == 1
        assert result.output.startswith(f"Error: {complaint}")
    assert stored(session) == 0


def test_a_file_that_is_not_there(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["handoff", "nowhere.json"])
    assert result.exit_code == 2


def test_pages_show_what_a_message_left_unsaid(
    session: Session,
    place: Place,
    message: dict[str, Any],
    intake: Callable[..., Result],
    browse: Callable[[Actor], PageClient],
) -> None:
    del resource(message, REQUEST)["reasonCode"]
    reference = reference_in(intake(message))
    shown = browse(place.manager).get(f"/allocation/{reference}").text
    assert shown.count("Not stated") >= 4
    assert browse(place.health_visitor).get(f"/handoffs/{reference}").status_code == 200
    assert seen_by(session, place.health_visitor, queries.handoff(session, reference))
