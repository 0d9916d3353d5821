"""The people of the journey: a hub with a patch and a purse, and a health visitor."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from keywork.accounts import queries, services
from keywork.commissioning import services as commissioning
from keywork.kernel.viewer import set_viewer
from tests.factories.accounts import ACCOUNTS, password_hash
from tests.factories.commissioning import POLICY, TASK, a_purse

STAFF = {
    "Nadia Rahman": "health_visitor",
    "Helen Marsh": "hub_manager",
    "Tom Okafor": "key_worker",
    "Priya Nair": "key_worker",
    "Dawn Whitaker": "specialist",
    "Olive Thornton": "service_lead",
}
ELSEWHERE = {"health_visitor", "service_lead"}
"""Roles that belong to no hub."""


@dataclass(frozen=True)
class Town:
    """A hub of its own for each journey."""

    number: int
    purse: str

    @property
    def surname(self) -> str:
        """Of a family that no other town knows."""
        return "Hartley" if self.number == 1280 else "Hartley-Moss"

    @property
    def postcode(self) -> str:
        """One in the hub's patch."""
        return f"{_district(self.number)} 2AB"

    def email(self, name: str) -> str:
        """How one of its people signs in."""
        return _email(name, self.number)


def a_town(session: Session, number: int, pence: int) -> Town:
    """Make a town with so much in its purse."""
    set_viewer(session, ACCOUNTS)
    hub_id = services.add_hub(session, f"N{number}", f"Norbridge {number}", [_district(number)])
    for name, role in STAFF.items():
        post = (role, None if role in ELSEWHERE else hub_id)
        services.add_staff(session, _email(name, number), name, password_hash(), post, waived=True)
    set_viewer(session, TASK)
    commissioning.load_policy(session, POLICY)
    lead = queries.staff_by_email(session, _email("Olive Thornton", number))
    actor = queries.actor(session, lead.id) if lead else None
    assert actor
    return Town(number, a_purse(session, actor, hub_id, pence))


def _email(name: str, number: int) -> str:
    return f"{name.lower().replace(' ', '.')}@norbridge{number}.example"


def _district(number: int) -> str:
    return f"NB{number % 90 + 1}"
