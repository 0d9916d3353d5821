"""A key worker finds her family by a misspelt name, with the keyboard alone."""

from datetime import date

from playwright.sync_api import expect
from sqlalchemy.orm import Session

from keywork.families import services
from keywork.families.policy import NewPerson
from keywork.kernel.viewer import set_viewer
from tests.e2e.conftest import SignIn
from tests.e2e.looking import look
from tests.factories import commissioning
from tests.factories.families import Case, a_case
from tests.running import Running

BORN = date(1990, 7, 12)


def test_a_misspelt_name_leads_to_the_person(running: Running, sign_in: SignIn) -> None:
    with running.session() as session:
        commissioning.a_place(session)
        here = a_family(session, "Tolliver", date(1994, 3, 2))
        there = a_family(session, "Pemberton", BORN)
    page = sign_in(here.key_worker.email)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Find", exact=True).click()
    box = page.get_by_label("Name, date of birth")
    look(page, "find")

    box.fill("31/2/2024")
    box.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("31/2/2024 is not a real date")
    expect(box).to_have_value("31/2/2024")
    look(page, "find-error")

    box.fill("Toliver nerys")
    box.press("Enter")
    found = page.get_by_role("row").filter(has_text="Nerys")
    expect(found).to_contain_text("Parent or carer")
    expect(found.get_by_role("link", name=here.reference)).to_be_visible()
    assert "toliver" not in page.url.lower()
    look(page, "find-found")

    box.fill(f"Pemberton Nerys {BORN}")
    box.press("Enter")
    main = page.get_by_role("main")
    expect(main).to_contain_text("keywork holds a record of this person that you cannot open")
    expect(main).not_to_contain_text(there.reference)
    look(page, "find-held-elsewhere")

    box.fill("nobody of that name")
    box.press("Enter")
    expect(main).to_contain_text("Nobody in the families you can open fits this")

    box.fill(here.reference)
    box.press("Enter")
    page.get_by_role("link", name="Nerys").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nerys")


def a_family(session: Session, surname: str, born: date) -> Case:
    """A family with Nerys in it, born on this day."""
    case = a_case(session, surname)
    set_viewer(session, case.manager.viewer)
    nerys = NewPerson("Nerys", surname, born, None, "parent")
    services.add_members(session, case.manager, case.id, [nerys])
    return case
