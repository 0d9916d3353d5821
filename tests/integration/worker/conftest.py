"""One worker and one relay for these tests, put back to work before each."""

import os
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from config.settings import settings
from keywork.alerts import services
from keywork.kernel.viewer import system_task
from tests.background import Background, MailServer
from tests.conftest import Database
from tests.factories.accounts import a_member_of_staff

_subjects = count(1)
Alerted = Callable[[], tuple[int, str]]


@pytest.fixture(autouse=True)
def own_settings() -> Iterator[None]:
    """Whatever servers a test names in the environment, the next test does not find there."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
    settings.cache_clear()


@pytest.fixture(scope="module")
def running(
    new_database: Callable[[str], Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Background]:
    """Both processes, and a mail server."""
    folder = tmp_path_factory.mktemp("background")
    with MailServer() as mail:
        background = Background(new_database("background"), mail, folder)
        try:
            yield background
        finally:
            background.end()


@pytest.fixture
def background(running: Background) -> Background:
    """Both processes at work, and a mail server that takes what it is sent."""
    running.mail.let_in.set()
    running.mail.refuses = False
    running.mail.at_the_door = 0
    running.start()
    return running


@pytest.fixture
def alerted(background: Background) -> Alerted:
    """Alert somebody new; the outbox id of the e-mail to be sent, and the address."""

    def alert() -> tuple[int, str]:
        with background.session(system_task("commissioning")) as session:
            manager = a_member_of_staff(session, "finance", None)
            services.raise_alert(
                session,
                kind="spend.waiting",
                subject=f"S-{next(_subjects)}",
                about_family_id=None,
                staff_ids=[manager.staff_id],
                path="/approvals",
                line="A request waits for your decision",
            )
            return background.newest_work(session), manager.email

    return alert
