"""The staff of the demonstration, and how each signs in."""

from dataclasses import dataclass
from typing import Final

PASSWORD: Final = "norbridge-demo-only"  # noqa: S105 - nobody real is behind it
"""Every demonstration sign-in's password."""

DOMAIN: Final = "norbridge.example"


@dataclass(frozen=True)
class DemoHub:
    """A hub and its patch."""

    code: str
    name: str
    districts: tuple[str, ...]
    purse_pence: int


@dataclass(frozen=True)
class DemoPerson:
    """A member of staff; `hub` is a hub's code, or empty for someone who works for all."""

    name: str
    role: str
    hub: str = ""

    @property
    def email(self) -> str:
        """How they sign in."""
        return f"{self.name.lower().replace(' ', '.')}@{DOMAIN}"


HUBS: Final = (
    DemoHub("NORTH", "Norbridge North", ("LS7", "LS8", "LS17"), 6_000_00),
    DemoHub("SOUTH", "Norbridge South", ("LS10", "LS11"), 6_000_00),
    DemoHub("WEST", "Norbridge West", ("LS12", "LS13"), 4_500_00),
)

STAFF: Final = (
    DemoPerson("Nadia Rahman", "health_visitor"),
    DemoPerson("Ruth Adeyemi", "health_visitor"),
    DemoPerson("Helen Marsh", "hub_manager", "NORTH"),
    DemoPerson("Tom Okafor", "key_worker", "NORTH"),
    DemoPerson("Priya Nair", "key_worker", "NORTH"),
    DemoPerson("Gareth Lloyd", "key_worker", "NORTH"),
    DemoPerson("Amy Collins", "key_worker", "NORTH"),
    DemoPerson("Dawn Whitaker", "specialist", "NORTH"),
    DemoPerson("Samir Haddad", "specialist", "NORTH"),
    DemoPerson("Ian Fletcher", "hub_manager", "SOUTH"),
    DemoPerson("Chloe Barnes", "key_worker", "SOUTH"),
    DemoPerson("Yusuf Karim", "key_worker", "SOUTH"),
    DemoPerson("Moira Quinn", "specialist", "SOUTH"),
    DemoPerson("Beth Sanders", "hub_manager", "WEST"),
    DemoPerson("Leon Grant", "key_worker", "WEST"),
    DemoPerson("Olive Thornton", "service_lead"),
    DemoPerson("Martin Cole", "finance"),
    DemoPerson("Farah Iqbal", "information_officer"),
    DemoPerson("Owen Blake", "information_officer"),
)


def one_per_role() -> list[dict[str, str]]:
    """A sign-in for each role, the first of each as listed."""
    first: dict[str, DemoPerson] = {}
    for person in STAFF:
        first.setdefault(person.role, person)
    return [
        {"role": p.role, "name": p.name, "email": p.email, "password": PASSWORD}
        for p in first.values()
    ]
