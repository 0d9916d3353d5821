"""The invented families of Norbridge North."""

from typing import Final

from keywork.demo.stories.facts import (
    ANY_WAY,
    TEXT_ONLY,
    DemoContact,
    DemoGoal,
    DemoHome,
    DemoKin,
    DemoMember,
    DemoNeed,
    DemoPlace,
    DemoProfessional,
    DemoSpend,
    DemoVisit,
    Story,
)
from keywork.families.policy import SafeContact

HARTLEY: Final = Story(
    "Tom Okafor",
    (
        DemoMember(
            "Leanne",
            "Hartley",
            "parent",
            29,
            sex="female",
            facts={"known_as": "Lea", "ethnicity": "white_british", "language": "English"},
            former=("Leanne", "Pike"),
        ),
        DemoMember("Callum", "Hartley", "child", 6, sex="male", facts={"send": "support"}),
        DemoMember("Poppy", "Hartley", "child", 3, 4, sex="female"),
        DemoMember("Darren", "Pike", "non_resident_parent", 33, sex="male"),
        DemoMember("Jean", "Hartley", "relative", 58, sex="female"),
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
            voices={1: "“I draw when it is loud.”"},
        ),
        DemoVisit(
            9,
            (0, 1, 2),
            "Bedtime chart is up. Callum proud of four stickers."
            " Leanne asked about the group on Thursdays.",
            "Darren has been waiting outside school. Leanne has kept the messages.",
            next_in_days=4,
            voices={1: "“Mum reads two books now.”", 2: "Sat on my lap with the sticker book."},
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
    kin=(
        DemoKin(4, 0, "birth_parent"),
        DemoKin(0, 3, "married", since_days=2600, apart_days=210),
        DemoKin(0, 1, "birth_parent", "yes"),
        DemoKin(3, 1, "birth_parent", "yes"),
        DemoKin(0, 2, "birth_parent", "yes"),
        DemoKin(3, 2, "birth_parent", "yes"),
    ),
    homes=(
        DemoHome((0, 1, 2, 3), "14 Mill Lane", "LS8 2AB", 1500),
        DemoHome((0, 1, 2), "Flat 3, 9 Orchard Road", "LS7 4QT", 205, leaves=True, protected=True),
        DemoHome((4,), "2 Chapel Yard", "LS17 6PH", 4000),
    ),
    contacts=(
        DemoContact(
            0,
            "07700 900 411",
            {"may_text": True, "at_times": "Before 3pm", "seen_by": "Callum plays on this phone"},
        ),
        DemoContact(4, "0113 496 0122", {"may_call": True, "may_leave_message": True}),
    ),
    places=(
        DemoPlace(1, "school", "Mill Lane Primary School"),
        DemoPlace(2, "nursery", "Little Acorns", 150, protected=True),
    ),
    professionals=(
        DemoProfessional("Sally Doyle", "Class teacher of Callum", "Mill Lane Primary School"),
        DemoProfessional(
            "Anna Weir", "Domestic abuse adviser", "Norbridge Women's Aid", protected=True
        ),
    ),
)

BEGUM: Final = Story(
    "Tom Okafor",
    (
        DemoMember(
            "Fatima",
            "Begum",
            "parent",
            34,
            sex="female",
            facts={"ethnicity": "bangladeshi", "language": "Bengali", "interpreter_needed": False},
        ),
        DemoMember("Imran", "Hussain", "parent", 37, sex="male"),
        DemoMember("Zara", "Hussain", "child", 9, sex="female"),
        DemoMember("Ayaan", "Hussain", "child", 1, 8, sex="male"),
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
            next_in_days=2,
            voices={2: "“Dad laughed at breakfast.”"},
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
    open_days=300,
    kin=(
        DemoKin(0, 1, "married", since_days=4000),
        DemoKin(0, 2, "birth_parent", "yes"),
        DemoKin(1, 2, "birth_parent", "yes"),
        DemoKin(0, 3, "birth_parent", "yes"),
        DemoKin(1, 3, "birth_parent", "yes"),
    ),
    homes=(
        DemoHome((0, 1, 2, 3), "27 Station Terrace", "LS8 5DE", 1200),
        DemoHome((1,), "Flat 1, 60 Canal Street", "LS10 1NN", 160, "temporary", leaves=True),
        DemoHome((1,), "27 Station Terrace", "LS8 5DE", 40, leaves=True),
    ),
    contacts=(DemoContact(0, "07700 900 233", {"may_call": True, "may_text": True}),),
    places=(DemoPlace(2, "school", "Station Road Primary School"),),
)
"""Imran lived elsewhere for a while, with a record of his own, and came back."""

MARSDEN: Final = Story(
    "Tom Okafor",
    (
        DemoMember("Kelly", "Marsden", "parent", 22, sex="female"),
        DemoMember("Baby", "Marsden", "unborn", 0, due_in_days=62),
        DemoMember("Jordan", "Reeve", "other_adult", 24, sex="male"),
    ),
    SafeContact(True, True, False, True, "Her mother answers the landline"),
    (DemoNeed(0, "parental_mental_health", 1), DemoNeed(0, "housing", 2, "Sofa at a friend's")),
    (DemoGoal("Somewhere of our own before the baby", 1, (0, 2), "Housing application", 3),),
    (
        DemoVisit(
            19,
            (0,),
            "Kelly is 28 weeks. Anxious about where they will live.",
            next_in_days=1,
        ),
    ),
    open_days=25,
    kin=(
        DemoKin(0, 2, "partners", since_days=700),
        DemoKin(0, 1, "birth_parent", "yes"),
        DemoKin(2, 1, "birth_parent"),
    ),
    homes=(DemoHome((0, 2), "41 Beck Street", "LS7 3HL", 90, "temporary"),),
    contacts=(
        DemoContact(0, "0113 496 0177", {"may_call": True, "seen_by": "Her mother answers it"}),
    ),
    professionals=(DemoProfessional("Grace Obi", "Midwife", "Norbridge Maternity"),),
)

KOWALSKA: Final = Story(
    "Priya Nair",
    (
        DemoMember(
            "Marta",
            "Kowalska",
            "parent",
            31,
            sex="female",
            facts={"ethnicity": "other_white", "language": "Polish", "interpreter_needed": True},
        ),
        DemoMember("Jakub", "Kowalski", "child", 4, sex="male", facts={"language": "Polish"}),
        DemoMember("Irena", "Kowalska", "other_adult", 63, sex="female"),
        DemoMember("Tomasz", "Kowalski", "relative", 34, sex="male"),
        DemoMember("Hanna", "Kowalska", "child", 4, sex="female", facts={"language": "Polish"}),
    ),
    ANY_WAY,
    (
        DemoNeed(0, "parental_mental_health", 2, "Isolated; grandmother's English is better"),
        DemoNeed(1, "early_years", 2),
    ),
    (DemoGoal("Jakub starts nursery", 1, (2, 6), "Visit the nursery together", 1),),
    (
        DemoVisit(
            6,
            (0, 1, 2),
            "Irena interpreted. Jakub counted to ten in two languages.",
            next_in_days=8,
            voices={1: "Counted the stairs in Polish, then in English."},
        ),
    ),
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
    kin=(
        DemoKin(2, 0, "birth_parent"),
        DemoKin(0, 3, "married", since_days=2500),
        DemoKin(0, 1, "birth_parent", "yes"),
        DemoKin(3, 1, "birth_parent", "yes"),
        DemoKin(0, 4, "birth_parent", "yes"),
        DemoKin(3, 4, "birth_parent", "yes"),
    ),
    homes=(DemoHome((0, 1, 2, 4), "8 Beech Grove", "LS17 7RD", 900),),
    contacts=(DemoContact(2, "07700 900 518", {"may_call": True, "may_text": True}),),
    places=(DemoPlace(1, "nursery", "Beech Grove Nursery", 20),),
)
"""Three generations in one house."""

CLARKE: Final = Story(
    "Gareth Lloyd",
    (
        DemoMember(
            "Simone", "Clarke", "parent", 38, sex="female", facts={"ethnicity": "caribbean"}
        ),
        DemoMember("Tyrell", "Clarke", "child", 14, sex="male"),
        DemoMember("Jade", "Clarke", "child", 11, sex="female"),
        DemoMember("Kyle", "Clarke", "child", 16, sex="male"),
        DemoMember("Winston", "Clarke", "relative", 41, sex="male", died_days=800),
        DemoMember("Maureen", "Fields", "other_adult", 55, sex="female"),
    ),
    SafeContact(True, True, True, False, "After 17:00"),
    (
        DemoNeed(1, "education", 3, "At risk of exclusion"),
        DemoNeed(0, "substance_misuse", 1),
        DemoNeed(1, "crime", 2),
    ),
    (DemoGoal("Tyrell stays in his school", 0, (3, 5), "Meeting with the head of year", 4),),
    (
        DemoVisit(
            15,
            (0, 1, 2),
            "Tyrell talked for twenty minutes about bikes.",
            next_in_days=6,
            voices={1: "“I can strip a hub in ten minutes.”", 2: "Wants to see Kyle more."},
        ),
    ),
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
    kin=(
        DemoKin(0, 4, "married", since_days=6500),
        DemoKin(0, 3, "birth_parent", "yes"),
        DemoKin(4, 3, "birth_parent"),
        DemoKin(0, 1, "birth_parent", "yes"),
        DemoKin(4, 1, "birth_parent"),
        DemoKin(0, 2, "birth_parent", "yes"),
        DemoKin(4, 2, "birth_parent"),
        DemoKin(5, 3, "foster_carer", since_days=430),
    ),
    homes=(
        DemoHome((0, 1, 2, 3), "103 Elder Avenue", "LS8 3JX", 3000),
        DemoHome((3, 5), "5 Quarry Rise", "LS17 9BB", 430, "placement", leaves=True),
    ),
    contacts=(DemoContact(0, "07700 900 640", {"may_call": True, "may_leave_message": True}),),
    places=(
        DemoPlace(1, "school", "Elder Park Academy"),
        DemoPlace(2, "school", "Elder Park Academy", 80),
        DemoPlace(3, "college", "Norbridge College", 80),
    ),
    professionals=(
        DemoProfessional("Colin Baxter", "Social worker of Kyle", "Children looked after team"),
    ),
)
"""Kyle is looked after elsewhere; Winston died."""

WHITBY: Final = Story(
    "Priya Nair",
    (
        DemoMember("Rachel", "Ellison", "parent", 36, sex="female"),
        DemoMember("Maisie", "Whitby", "child", 10, sex="female"),
        DemoMember("Joe", "Whitby", "child", 7, sex="male"),
        DemoMember("Dan", "Whitby", "non_resident_parent", 39, sex="male"),
    ),
    ANY_WAY,
    (DemoNeed(1, "relationships", 2, "Carries messages between her parents"),),
    (DemoGoal("Maisie is not the postman", 0, (2, 3), "A shared notebook", 6),),
    (
        DemoVisit(
            11,
            (0, 1, 2),
            "Rachel and the children. The handovers on Fridays go better on the doorstep.",
            next_in_days=3,
            voices={1: "“I want one calendar for both houses.”"},
        ),
    ),
    kin=(
        DemoKin(0, 3, "married", since_days=4200, apart_days=500),
        DemoKin(0, 1, "birth_parent", "yes"),
        DemoKin(3, 1, "birth_parent", "yes"),
        DemoKin(0, 2, "birth_parent", "yes"),
        DemoKin(3, 2, "birth_parent", "yes"),
    ),
    homes=(
        DemoHome((0, 1, 2, 3), "19 Rowan Close", "LS8 1TW", 3000),
        DemoHome((3,), "6 Foundry Court", "LS11 9AA", 480, leaves=True),
        DemoHome((1, 2), "6 Foundry Court", "LS11 9AA", 470),
    ),
    contacts=(
        DemoContact(0, "07700 900 702", {"may_call": True, "may_text": True}),
        DemoContact(0, "rachel.ellison@home.example", {"may_write": True}),
    ),
    places=(
        DemoPlace(1, "school", "Rowan Primary School"),
        DemoPlace(2, "school", "Rowan Primary School"),
    ),
)
"""Separated parents who share their children; the father has a record of his own as well."""

STORIES: Final = (HARTLEY, BEGUM, MARSDEN, KOWALSKA, CLARKE, WHITBY)
