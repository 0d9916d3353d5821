"""Redis dies: nobody is let in uncounted, and whoever is in goes on reading and writing."""

from uuid import uuid4

from tests.factories.accounts import PASSWORD
from tests.integration.scenarios.conftest import NewPlace, SignIn
from tests.running import Running
from tests.visitor import Visitor


def test_without_redis_nobody_signs_in_and_work_goes_on(
    running: Running, new_place: NewPlace, sign_in: SignIn
) -> None:
    place = new_place()
    worker = sign_in(place.worker.email)
    stranger = Visitor(running.base_url)
    asked = stranger.get("/sign-in")
    page = f"/families/{place.family.reference}/safe-contact"
    running.kill("redis")
    try:
        refused = stranger.submit(asked, email=place.manager.email, password=PASSWORD)
        form = worker.get(page)
        words = f"Ring {uuid4()}"
        saved = worker.submit(form, form.forms[0], advice=words)
    finally:
        running.restart("redis")
    assert refused.status == 503
    assert "Signing in is not possible just now" in refused.text
    assert (form.status, saved.status) == (200, 200)
    assert words in saved.text
    let_in = stranger.submit(asked, email=place.manager.email, password=PASSWORD)
    assert let_in.status == 200
    assert place.manager.name in let_in.text
