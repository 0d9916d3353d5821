"""The invented families of the demonstration, each in a few facts."""

from dataclasses import dataclass, field
from typing import Final

from keywork.families.policy import SafeContact


@dataclass(frozen=True)
class DemoMember:
    """Someone in a family; children are so many months old today, adults so many years."""

    given_name: str
    family_name: str
    role: str
    years: int
    months: int = 0


@dataclass(frozen=True)
class DemoNeed:
    """A need of one member, by their place in the list of members."""

    member: int
    domain: str
    severity: int
    words: str = ""


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
    specialists: tuple[str, ...] = field(default=())


ANY_WAY: Final = SafeContact(True, True, True, True, "")
TEXT_ONLY: Final = SafeContact(False, True, False, False, "Before 15:00")

STORIES: Final = (
    Story(
        "Tom Okafor",
        (
            DemoMember("Leanne", "Hartley", "parent", 29),
            DemoMember("Callum", "Hartley", "child", 6),
            DemoMember("Poppy", "Hartley", "child", 3, 4),
            DemoMember("Darren", "Pike", "non_resident_parent", 33),
        ),
        TEXT_ONLY,
        (
            DemoNeed(0, "parental_mental_health", 2, "Low since the separation; sleeps four hours"),
            DemoNeed(1, "education", 2, "Late three mornings in five"),
            DemoNeed(0, "domestic_abuse", 3, "Coercive contact since the separation"),
            DemoNeed(2, "early_years", 1, "Few words at the two-year review"),
        ),
        (
            DemoGoal(
                "Everyone sleeps through", 0, (3, 4, 4), "Bedtime routine chart with the children"
            ),
            DemoGoal("Callum walks into school on time", 1, (2, 5), "Meet the class teacher", 0),
            DemoGoal("We can open our own front door", 2, (1, 3), "Fit new locks and a door chain"),
        ),
        (
            DemoVisit(
                26,
                (0, 1, 2),
                "First visit at home. Leanne tired but welcoming. Callum"
                " showed his drawings; Poppy stayed close to her mother.",
            ),
            DemoVisit(
                9,
                (0, 1, 2),
                "Bedtime chart is up. Callum proud of four stickers."
                " Leanne asked about the group on Thursdays.",
                "Darren has been waiting outside school. Leanne has kept the messages.",
            ),
        ),
        (
            DemoSpend(
                0,
                "bed",
                "Cabin bed and mattress",
                "Callum shares his mother's bed",
                95_00,
                bought_pence=89_99,
            ),
            DemoSpend(
                0, "bed", "Single bed and mattress", "So that Poppy has a bed of her own", 185_00
            ),
        ),
        ("Dawn Whitaker",),
    ),
    Story(
        "Tom Okafor",
        (
            DemoMember("Fatima", "Begum", "parent", 34),
            DemoMember("Imran", "Hussain", "parent", 37),
            DemoMember("Zara", "Hussain", "child", 9),
            DemoMember("Ayaan", "Hussain", "child", 1, 8),
        ),
        ANY_WAY,
        (
            DemoNeed(1, "substance_misuse", 2, "Drinking daily since losing work"),
            DemoNeed(0, "money", 2, "Two months behind with the rent"),
            DemoNeed(2, "education", 1),
        ),
        (
            DemoGoal("Dad is up for breakfast", 0, (2, 4, 6), "Joint drug and alcohol appointment"),
            DemoGoal("No red letters on the mat", 1, (1, 4), "Agree a payment plan", 5),
        ),
        (
            DemoVisit(
                12,
                (0, 1, 2, 3),
                "All at home. Imran talked about stopping before Zara's"
                " birthday. Zara reads to Ayaan every night.",
            ),
        ),
        (
            DemoSpend(
                1,
                "white_goods",
                "Second-hand fridge freezer",
                "Food spoils; takeaways cost",
                99_00,
                bought_pence=92_50,
            ),
        ),
        ("Samir Haddad",),
    ),
    Story(
        "Tom Okafor",
        (
            DemoMember("Kelly", "Marsden", "parent", 22),
            DemoMember("Baby", "Marsden", "unborn", 0),
        ),
        SafeContact(True, True, False, True, "Her mother answers the landline"),
        (DemoNeed(0, "parental_mental_health", 1), DemoNeed(0, "housing", 2, "Sofa at a friend's")),
        (DemoGoal("Somewhere of our own before the baby", 1, (0, 2), "Housing application", 3),),
        (DemoVisit(19, (0,), "Kelly is 26 weeks. Anxious about where they will live."),),
    ),
    Story(
        "Priya Nair",
        (
            DemoMember("Marta", "Kowalska", "parent", 31),
            DemoMember("Jakub", "Kowalski", "child", 4),
            DemoMember("Irena", "Kowalska", "other_adult", 63),
        ),
        ANY_WAY,
        (
            DemoNeed(0, "parental_mental_health", 2, "Isolated; grandmother's English is better"),
            DemoNeed(1, "early_years", 2),
        ),
        (DemoGoal("Jakub starts nursery", 1, (2, 6), "Visit the nursery together", 1),),
        (DemoVisit(6, (0, 1, 2), "Irena interpreted. Jakub counted to ten in two languages."),),
        (
            DemoSpend(
                0,
                "transport",
                "Bus passes for four weeks",
                "Nursery is two buses away",
                48_00,
                bought_pence=48_00,
            ),
        ),
    ),
    Story(
        "Gareth Lloyd",
        (
            DemoMember("Simone", "Clarke", "parent", 38),
            DemoMember("Tyrell", "Clarke", "child", 14),
            DemoMember("Jade", "Clarke", "child", 11),
        ),
        SafeContact(True, True, True, False, "After 17:00"),
        (
            DemoNeed(1, "education", 3, "At risk of exclusion"),
            DemoNeed(0, "substance_misuse", 1),
            DemoNeed(1, "crime", 2),
        ),
        (DemoGoal("Tyrell stays in his school", 0, (3, 5), "Meeting with the head of year", 4),),
        (DemoVisit(15, (0, 1, 2), "Tyrell talked for twenty minutes about bikes."),),
        (
            DemoSpend(
                0,
                "course",
                "Bike mechanics course",
                "The one thing he turns up for",
                140_00,
                decided="approve",
            ),
        ),
    ),
    Story(
        "Chloe Barnes",
        (
            DemoMember("Aisha", "Mohamud", "parent", 27),
            DemoMember("Hodan", "Mohamud", "child", 2, 2),
        ),
        TEXT_ONLY,
        (DemoNeed(0, "domestic_abuse", 2), DemoNeed(0, "housing", 3)),
        (DemoGoal("A safe place that is ours", 1, (1, 3), "Refuge move-on plan", 7),),
        (DemoVisit(4, (0, 1), "Settling. Hodan has made a friend."),),
    ),
    Story(
        "Leon Grant",
        (
            DemoMember("Stacey", "Dunn", "parent", 35),
            DemoMember("Alfie", "Dunn", "child", 7),
            DemoMember("Lacey", "Dunn", "child", 5),
            DemoMember("Ronnie", "Dunn", "other_adult", 66),
        ),
        ANY_WAY,
        (DemoNeed(0, "parental_mental_health", 3), DemoNeed(1, "health", 2)),
        (DemoGoal("Mum has one good day a week", 0, (1, 2, 4), "Appointment with the GP", 2),),
        (DemoVisit(8, (0, 1, 2, 3), "Ronnie does the school run. Stacey came down to talk."),),
    ),
)
