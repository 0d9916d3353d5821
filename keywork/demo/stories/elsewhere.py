"""The invented families of Norbridge South and West."""

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
    DemoVisit,
    Story,
)

MOHAMUD: Final = Story(
    "Chloe Barnes",
    (
        DemoMember(
            "Aisha",
            "Mohamud",
            "parent",
            27,
            sex="female",
            facts={"ethnicity": "african", "language": "Somali", "interpreter_needed": True},
        ),
        DemoMember("Hodan", "Mohamud", "child", 2, 2, sex="female"),
        DemoMember("Yasin", "Warsame", "non_resident_parent", 30, sex="male"),
    ),
    TEXT_ONLY,
    (
        DemoNeed(0, "domestic_abuse", 2, "Followed and threatened since she left", given_to=(0,)),
        DemoNeed(0, "housing", 3),
        DemoNeed(2, "substance_misuse", 2, "Drinks most evenings; wants to stop"),
    ),
    (
        DemoGoal("A safe place that is ours", 0, (1, 3), "Refuge move-on plan", 7),
        DemoGoal("Six weeks without a drink", 2, (2, 3), "First meeting of the group", 6),
    ),
    (
        DemoVisit(
            4,
            (0, 1),
            "Hodan has made a friend at the playgroup.",
            "Settling at the refuge. The move-on meeting is on Thursday.",
            given_to=(0,),
        ),
        DemoVisit(2, (2,), "Yasin came to the office. He has rung the group and has a date."),
    ),
    specialists=("Moira Quinn",),
    open_days=60,
    kin=(
        DemoKin(0, 2, "partners", since_days=1500, apart_days=75),
        DemoKin(0, 1, "birth_parent", "yes"),
        DemoKin(2, 1, "birth_parent"),
    ),
    homes=(
        DemoHome((0, 1, 2), "88 Lock Street", "LS10 2PE", 900),
        DemoHome(
            (0, 1), "House 4, The Willows", "LS13 1ZZ", 55, "refuge", True, True, given_to=(0,)
        ),
    ),
    contacts=(
        DemoContact(0, "07700 900 855", {"may_text": True, "at_times": "Before 3pm"}, True, (0,)),
        DemoContact(2, "07700 900 313", {"may_call": True}),
    ),
)
"""Mother and daughter are in a refuge; the man she left is on the record. Each has a copy."""

DUNN: Final = Story(
    "Leon Grant",
    (
        DemoMember("Stacey", "Dunn", "parent", 35, sex="female"),
        DemoMember("Alfie", "Dunn", "child", 7, sex="male"),
        DemoMember("Lacey", "Dunn", "child", 5, sex="female"),
        DemoMember("Ronnie", "Dunn", "other_adult", 66, sex="male"),
    ),
    ANY_WAY,
    (DemoNeed(0, "parental_mental_health", 3), DemoNeed(1, "health", 2)),
    (DemoGoal("Mum has one good day a week", 0, (1, 2, 4), "Appointment with the GP", 2),),
    (
        DemoVisit(
            8,
            (0, 1, 2, 3),
            "Ronnie does the school run. Stacey came down to talk.",
            voices={2: "“Grandad does funny voices.”"},
        ),
    ),
    kin=(
        DemoKin(3, 0, "birth_parent"),
        DemoKin(0, 1, "birth_parent", "yes"),
        DemoKin(0, 2, "birth_parent", "yes"),
    ),
    homes=(DemoHome((0, 1, 2, 3), "52 Gasworks Row", "LS12 4KD", 2500),),
    places=(
        DemoPlace(1, "school", "Gasworks Row Primary School"),
        DemoPlace(0, "gp", "The Wharf Surgery", 2000),
    ),
)

FOUNDRY: Final = Story(
    "Yusuf Karim",
    (
        DemoMember("Dan", "Whitby", "parent", 39, sex="male"),
        DemoMember("Maisie", "Whitby", "child", 10, sex="female"),
        DemoMember("Joe", "Whitby", "child", 7, sex="male"),
        DemoMember("Grace", "Adu", "parent", 33, sex="female"),
        DemoMember("Otis", "Whitby", "child", 0, 8, sex="male"),
    ),
    ANY_WAY,
    (DemoNeed(3, "parental_mental_health", 2, "Low since Otis was born"),),
    (DemoGoal("Grace gets an afternoon to herself", 0, (1, 3), "Ask about the crèche", 5),),
    (DemoVisit(7, (0, 3, 4), "Grace slept while Dan and I talked in the kitchen."),),
    kin=(
        DemoKin(0, 3, "partners", since_days=430),
        DemoKin(0, 4, "birth_parent", "yes"),
        DemoKin(3, 4, "birth_parent", "yes"),
    ),
    homes=(
        DemoHome((0, 3), "6 Foundry Court", "LS11 9AA", 480),
        DemoHome((1, 2), "6 Foundry Court", "LS11 9AA", 470),
        DemoHome((4,), "6 Foundry Court", "LS11 9AA", 230),
    ),
    open_days=45,
)
"""Dan, Maisie and Joe are known from the record of their other household."""

STORIES: Final = (MOHAMUD, DUNN, FOUNDRY)
