"""Purchases and receipts."""

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from config.settings import settings
from keywork.commissioning import queries
from keywork.commissioning.models import State
from keywork.commissioning.queries import SpendView
from keywork.kernel import clock
from keywork.kernel.viewer import set_viewer
from tests.conftest import PageClient
from tests.factories.commissioning import (
    Place,
    ask_and_decide,
    buy,
)
from tests.integration.commissioning.browsing import signed_in, spends

JPEG = b"\xff\xd8\xff\xe0" + bytes(200)


def upload(browser: PageClient, spend: SpendView, content: bytes, name: str) -> TestResponse:
    """Send a file as a receipt. (The test client's own way leaves large ones open.)"""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return browser.post(
        f"/spends/{spend.reference}/receipt",
        data=head.encode() + content + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )


def bought(**changes: str) -> dict[str, str]:
    """The purchase form, filled in."""
    today = clock.today()
    return {
        "paid": "79.99",
        "supplier": "Norbridge Reuse",
        "bought_on-day": str(today.day),
        "bought_on-month": str(today.month),
        "bought_on-year": str(today.year),
        "submission": str(uuid4()),
    } | changes


def test_buying_and_the_receipt(client: PageClient, session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place)
    browser = signed_in(client, session, place.worker)
    address = f"/spends/{spend.reference}"
    form = bought(version=str(spend.version))
    answers = [browser.post(f"{address}/purchase", data=form) for _ in range(2)]
    assert {answer.location for answer in answers} == {f"{address}/receipt"}
    assert upload(browser, spend, JPEG, "../../etc/passwd.jpg").location == address
    set_viewer(session, place.worker.viewer)
    [receipt] = queries.spend(session, spend.reference).receipts
    page = browser.get(address).text
    assert "£79.99" in page and f"/receipts/{receipt.uid}" in page
    sent = browser.get(f"/receipts/{receipt.uid}")
    assert sent.data == JPEG
    assert sent.mimetype == "image/jpeg"
    assert sent.headers["Content-Disposition"].startswith("attachment; filename=receipt-S-")
    assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    stored = session.execute(text("SELECT stored_name FROM receipt")).scalar_one()
    assert (Path(settings().files_dir) / "receipts" / stored).read_bytes() == JPEG
    sent.close()
    assert "uploaded already" in upload(browser, spend, JPEG, "again.jpg").text
    purse = signed_in(client, session, place.manager).get(f"/purses/{place.purse}").text
    assert "£920.01 available of £1,000.00" in purse and "Norbridge Reuse" in purse


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html><script>alert(1)</script>", "a.pdf", "called .pdf but is not a PDF"),
        (b"", "a.pdf", "The file you chose is empty"),
        (b"%PDF-", "", "Choose a photo or file of the receipt"),
        (b"%PDF-" + bytes(10 * 1024 * 1024), "a.pdf", "10 MB or smaller"),
        (b"%PDF-" + bytes(50 * 1024 * 1024), "a.pdf", "10 MB or smaller"),
    ],
)
def test_files_that_are_no_receipt(
    client: PageClient, session: Session, place: Place, content: bytes, name: str, said: str
) -> None:
    spend = buy(session, place, ask_and_decide(session, place), 79_99)
    browser = signed_in(client, session, place.worker)
    page = upload(browser, spend, content, name)
    assert page.status_code == 200 and said in page.text
    assert spends(session, place)[0].state == State.BOUGHT


@pytest.mark.parametrize(
    "changes",
    [
        {"paid": "0"},
        {"paid": "100"},
        {"paid": ""},
        {"supplier": ""},
        {"supplier": "x" * 201},
        {"vat": "80"},
        {"bought_on-year": "2999"},
        {"bought_on-year": "1999"},
        {"version": "0"},
    ],
)
def test_purchases_that_are_refused(
    client: PageClient, session: Session, place: Place, changes: dict[str, str]
) -> None:
    spend = ask_and_decide(session, place)
    browser = signed_in(client, session, place.worker)
    form = bought(version=str(spend.version)) | changes
    page = browser.post(f"/spends/{spend.reference}/purchase", data=form)
    assert page.status_code == 200 and "There is a problem" in page.text
    assert spends(session, place)[0].state == State.APPROVED


def test_withdrawing(client: PageClient, session: Session, place: Place) -> None:
    spend = ask_and_decide(session, place)
    browser = signed_in(client, session, place.worker)
    address = f"/spends/{spend.reference}/withdraw"
    assert browser.get(address).status_code == 200
    stale = browser.post(address, data={"version": "1"})
    assert "has approved this already" in stale.text
    assert browser.post(address, data={"version": str(spend.version)}).status_code == 303
    assert spends(session, place)[0].state == State.WITHDRAWN
