"""Signing in with an app on a phone, on several devices, and after having been away too long."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories.accounts import PASSWORD, a_hub, a_member_of_staff, next_code
from tests.factories.families import a_case
from tests.running import Running

NewWindow = Callable[..., BrowserContext]
WORDS = "Ring after six, and never the landline"


def give(page: Page, email: str) -> None:
    """Give an address and its password."""
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def heading(page: Page, name: str) -> None:
    """Expect a page."""
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_an_app_is_set_up_and_the_phone_lost(running: Running, new_window: NewWindow) -> None:
    with running.session() as session:
        worker = a_member_of_staff(session, "key_worker", a_hub(session), waived=False)
    page = new_window(320).new_page()
    page.goto("/account/devices")
    look(page, "sign-in")
    give(page, worker.email)
    heading(page, "Set up your authenticator app")
    look(page, "second-factor")
    secret = "".join(page.locator(".app-key").inner_text().split())
    page.get_by_role("textbox", name="Code").fill("12")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    page.get_by_role("textbox", name="Code").fill(next_code(secret, 0))
    page.get_by_role("button", name="Continue").click()
    heading(page, "Your recovery codes")
    look(page, "recovery-codes")
    codes = page.locator(".app-key").all_inner_texts()
    page.get_by_role("button", name="I have kept them").click()
    heading(page, "Where you are signed in")

    other = new_window(1280).new_page()
    other.goto("/account")
    give(other, worker.email)
    heading(other, "Enter your code")
    look(other, "code")
    other.get_by_role("link", name="I do not have my phone").click()
    heading(other, "Use a recovery code")
    look(other, "recovery-code")
    other.get_by_label("Recovery code").fill(codes[0])
    other.get_by_role("button", name="Continue").click()
    heading(other, "Your account")
    expect(other.get_by_role("link", name=worker.name)).to_be_visible()
    expect(other.get_by_text("9 left")).to_be_visible()
    look(other, "account")

    page.reload()
    look(page, "devices")
    page.get_by_role("button", name=re.compile("^Sign out of .* signed in")).click()
    expect(page.get_by_text("That browser is signed out.")).to_be_visible()
    other.reload()
    heading(other, "Sign in")


def test_what_was_typed_waits_for_the_next_sign_in(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        case = a_case(session)
    page = sign_in(case.key_worker.email)
    page.goto(f"/families/{case.reference}/safe-contact")
    page.get_by_label("Anything else").fill(WORDS)
    running.rows(
        "UPDATE staff_session SET last_seen_at = now() - interval '31 minutes'"
        " WHERE staff_id = %s RETURNING 1",
        case.key_worker.staff_id,
    )
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your work is kept. Sign in again to go on.")).to_be_visible()
    look(page, "sign-in-kept")
    give(page, case.key_worker.email)
    expect(page.get_by_text("Your work was kept.")).to_be_visible()
    expect(page.get_by_label("Anything else")).to_have_value(WORDS)
    look(page, "kept-form")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Safe contact")
    expect(page.get_by_role("region", name="Safe contact")).to_contain_text(WORDS)
