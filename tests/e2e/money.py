"""Asking for money, deciding, buying, and what the purse holds afterwards."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from keywork.kernel import clock
from tests.e2e.looking import fill_date, look
from tests.e2e.record import GOAL
from tests.e2e.town import Town

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
    b"\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


def asks_within_his_limit(page: Page, family: str) -> str:
    """£85.00 for a cot and blackout blinds is decided while he watches; returns its reference."""
    fills_in(page, family, "Poppy", "Cot and blackout blinds", "85.00")
    forecast = page.locator("[data-live-from]")
    expect(forecast).to_contain_text("£1,000.00 left")
    expect(forecast).to_contain_text("Within your £100 limit: you will be able to buy it")
    look(page, "ask-for-money")
    page.get_by_role("button", name="Ask for money").click()
    expect(page.get_by_role("button", name="Record the purchase")).to_be_visible()
    expect(page.locator("[data-live]")).to_contain_text("within your £100 limit")
    look(page, "spend-approved")
    return page.url.rpartition("/")[2]


def asks_above_it(page: Page, family: str) -> str:
    """£185.00 for a bed goes to the hub manager; returns its reference."""
    fills_in(page, family, "Poppy", "Single bed and mattress", "185")
    forecast = page.locator("[data-live-from]")
    expect(forecast).to_contain_text("£915.00 left")
    expect(forecast).to_contain_text("Goes to the hub manager; usually decided within 4 working")
    look(page, "ask-above-limit")
    page.get_by_role("button", name="Ask for money").click()
    expect(page.locator("[data-live]")).to_contain_text(
        "Waiting for the hub manager: because over your £100 limit"
    )
    look(page, "spend-waiting")
    return page.url.rpartition("/")[2]


def fills_in(page: Page, family: str, member: str, what: str, amount: str) -> None:
    """Fill in the form, but for the button."""
    page.goto(f"/families/{family}/money/new")
    page.get_by_label("What kind of help is it?").select_option(label="Beds, cots and bedding")
    page.get_by_label("What do you want to buy?").fill(what)
    page.get_by_role("checkbox", name=member).check()
    page.get_by_role("radio", name=GOAL).check()
    page.get_by_role("radio", name="Purchase card").check()
    needed = clock.today() + timedelta(days=4)
    fill_date(page, "When is it needed by?", *f"{needed:%d %m %Y}".split())
    page.get_by_label("Why do they need it?").fill("She sleeps in her mother's bed")
    page.get_by_label("How much is it?").press_sequentially(amount)


def decides(page: Page, spend: str, link: str) -> None:
    """The hub manager follows the link in her e-mail, sees everything on one page, approves."""
    page.goto("/alerts")
    expect(page.get_by_role("main")).to_contain_text("waits for your decision")
    look(page, "alerts")
    page.goto("/mailbox")
    look(page, "mailbox")
    page.goto("/approvals")
    look(page, "approvals")
    page.goto(link)
    main = page.get_by_role("main")
    for shown in (
        "£185.00: Single bed and mattress",
        "over the £100 limit",
        "£730.00 available of £1,000.00",
        "Poppy Hartley",
        "Overcrowding",
        GOAL,
        "Cot and blackout blinds",
        "She sleeps in her mother's bed",
    ):
        expect(main).to_contain_text(shown, ignore_case=True)
    look(page, "decide")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("main")).to_contain_text("Approved. The person who asked has been told")


def sees_the_decision(page: Page, spend: str) -> None:
    """The key worker, who has left the page open, sees who decided without reloading it."""
    expect(page.locator("[data-live]")).to_contain_text("Approved by Helen Marsh", timeout=20_000)
    look(page, "spend-approved-by-manager")


def buys(page: Page, spend: str, town: Town) -> None:
    """He records what it cost, adds the receipt, and the purse has the rest back."""
    page.goto(f"/spends/{spend}")
    page.get_by_role("button", name="Record the purchase").click()
    page.get_by_label("How much did you pay?").fill("79.99")
    page.get_by_label("Who did you buy it from?").fill("Norbridge Reuse")
    look(page, "record-the-purchase")
    page.get_by_role("button", name="Save the purchase").click()
    page.get_by_label("Photo or file of the receipt").set_input_files(
        {"name": "IMG_0042.PNG", "mimeType": "image/png", "buffer": PICTURE}
    )
    look(page, "add-the-receipt")
    page.get_by_role("button", name="Upload the receipt").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("The receipt is with the purchase")
    expect(main).to_contain_text("£79.99")
    look(page, "spend-bought")
    page.goto(f"/purses/{town.purse}")
    for shown in ("£735.01", "£79.99", "£185.00"):
        expect(main).to_contain_text(shown)
    look(page, "purse")
