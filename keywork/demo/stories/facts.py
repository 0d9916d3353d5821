"""What an invented family is told in: people by their place in a list, times by days from today."""

from dataclasses import dataclass, field
from typing import Any, Final

from keywork.families.policy import SafeContact


@dataclass(frozen=True)
class DemoMember:
    """Someone in a family; children are so many months old today, adults so many years."""

    given_name: str
    family_name: str
    role: str
    years: int
    months: int = 0
    sex: str = "not_known"
    facts: dict[str, Any] = field(default_factory=dict)
    """What else is known of them, as `families.services.change_person` takes it."""

    former: tuple[str, str] | None = None
    """A name that they had before."""

    died_days: int | None = None
    due_in_days: int | None = None
    """When an unborn child is expected."""


@dataclass(frozen=True)
class DemoKin:
    """What one member is to another, by their places in the list of members."""

    first: int
    second: int
    kind: str
    responsible: str = "not_known"
    since_days: int | None = None
    apart_days: int | None = None


@dataclass(frozen=True)
class DemoHome:
    """Where members have lived since so many days ago, and whether they left where they were."""

    members: tuple[int, ...]
    lines: str
    postcode: str
    since_days: int
    kind: str = "home"
    leaves: bool = False
    protected: bool = False
    given_to: tuple[int, ...] = ()
    """Who may be given it in a copy, though it is protected."""


@dataclass(frozen=True)
class DemoContact:
    """A telephone number or e-mail address; `rule` is what `ContactRule` takes."""

    member: int
    value: str
    rule: dict[str, Any]
    protected: bool = False
    given_to: tuple[int, ...] = ()


@dataclass(frozen=True)
class DemoPlace:
    """A school, GP practice or the like."""

    member: int
    kind: str
    name: str
    since_days: int = 400
    protected: bool = False


@dataclass(frozen=True)
class DemoProfessional:
    """Somebody outside who works with the family."""

    name: str
    role: str
    organisation: str
    protected: bool = False


@dataclass(frozen=True)
class DemoNeed:
    """A need of one member, by their place in the list of members."""

    member: int
    domain: str
    severity: int
    words: str = ""
    given_to: tuple[int, ...] = ()


@dataclass(frozen=True)
class DemoGoal:
    """A goal in the family's words, its scores in order, and what is being done about it."""

    words: str
    need: int
    scores: tuple[int, ...]
    action: str = ""
    due_in_days: int = 14


@dataclass(frozen=True)
class DemoVisit:
    """A visit so many days ago; `about` are places in the list of members."""

    days_ago: int
    about: tuple[int, ...]
    text: str
    protected_text: str = ""
    next_in_days: int | None = None
    given_to: tuple[int, ...] = ()
    """Who may be given what is protected of it."""

    voices: dict[int, str] = field(default_factory=dict)
    """What each child said or showed."""


@dataclass(frozen=True)
class DemoSpend:
    """A request for money towards the goal at a place in the list, and how far it got."""

    goal: int
    category: str
    what: str
    why: str
    pence: int
    bought_pence: int | None = None
    decided: str = ""


@dataclass(frozen=True)
class Story:
    """A family with its key worker (by name) and what has happened so far."""

    key_worker: str
    members: tuple[DemoMember, ...]
    contact: SafeContact
    needs: tuple[DemoNeed, ...] = ()
    goals: tuple[DemoGoal, ...] = ()
    visits: tuple[DemoVisit, ...] = ()
    spends: tuple[DemoSpend, ...] = ()
    specialists: tuple[str, ...] = ()
    open_days: int = 80
    kin: tuple[DemoKin, ...] = ()
    homes: tuple[DemoHome, ...] = ()
    contacts: tuple[DemoContact, ...] = ()
    places: tuple[DemoPlace, ...] = ()
    professionals: tuple[DemoProfessional, ...] = ()


ANY_WAY: Final = SafeContact(True, True, True, True, "")
TEXT_ONLY: Final = SafeContact(False, True, False, False, "Before 15:00")
