"""Every form of the product: who fills it in, where it is, and an answer that is right."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any

from config.settings import ROOT
from tests.integration.scenarios.sites import Site

FAMILY = "/families/{site.family}"


@dataclass(frozen=True)
class Case:
    """One form, by the endpoint it is sent to."""

    endpoint: str
    who: str
    page: str
    """The address of the page it is on, with the site's references in braces."""

    right: Callable[[Site], dict[str, Any]] = lambda site: {}
    sent_to: str = ""
    """How the form's own address ends, when it is not the page's."""

    may_be_empty: bool = False
    """Whether an answer without a word is right."""

    everywhere: bool = False
    """Whether whoever fills it in does so for every hub, so that another's is no less theirs."""

    def address(self, site: Site) -> str:
        """Where its page is at this site."""
        return self.page.format(site=site)


def on(name: str, day: date) -> dict[str, str]:
    """The three boxes of a date."""
    return {
        f"{name}-day": str(day.day),
        f"{name}-month": str(day.month),
        f"{name}-year": str(day.year),
    }


def cases() -> list[Case]:
    """Every form there is, from the modules in `cases/`."""
    found = sorted((ROOT / "tests/integration/scenarios/cases").glob("*.py"))
    modules = (import_module(f"tests.integration.scenarios.cases.{path.stem}") for path in found)
    return [case for module in modules for case in module.CASES]


ELSEWHERE = {
    "accounts.sign_in": "stores nothing but the sign-in; see test_sign_in.py",
    "accounts.sign_out": "has nothing to fill in",
    "accounts.code": "is part of signing in; see test_second_factor.py",
    "accounts.recovery_code": "is part of signing in; see test_second_factor.py",
    "accounts.first_password": "is part of signing in; see test_second_factor.py",
    "accounts.first_second_factor": "shows codes once in its answer; see test_second_factor.py",
    "accounts.change_second_factor": "shows codes once in its answer; see test_second_factor.py",
    "accounts.recovery_codes": "shows codes once in its answer; see test_account_forms.py",
    "accounts.change_password": "shows no password again; see test_account_forms.py",
    "accounts.forgotten": "is answered the same for every address; see test_reset.py",
    "accounts.reset": "shows no password again; see test_reset.py",
    "accounts.devices": "has nothing to fill in; see test_devices.py",
    "accounts.end_device": "has nothing to fill in; see test_devices.py",
    "alerts.inbox": "has nothing to fill in",
    "drafts.save": "keeps what another page's form says; see test_drafts.py",
    "drafts.discard": "has nothing to fill in; see test_drafts.py",
    "families.close_emergency": "has nothing to fill in; see test_emergencies.py",
    "subject_access.find": "stores nothing; see test_pages.py",
    "families.finding": "stores nothing; see test_finding.py",
    "commissioning.forecast": "is the form of commissioning.ask, and stores nothing",
}
"""Other addresses that take a post, and why they are not here."""
