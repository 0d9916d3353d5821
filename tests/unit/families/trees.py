"""Families to draw: one for each thing that a social worker draws."""

from datetime import date

from keywork.families.genogram import Couple, Descent, Facts, Siblings, Someone

SHAPES = {"m": "square", "f": "circle", "x": "diamond", "u": "triangle"}


class Family:
    """A family described by first names."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.people: list[Someone] = []
        self.couples: list[Couple] = []
        self.descents: list[Descent] = []
        self.siblings: list[Siblings] = []
        self.homes: list[list[int]] = []

    def add(self, *people: str) -> "Family":
        """Somebody for each `Name sex year`; those born after 2008 are children."""
        for said in people:
            name, sex, year = said.split()
            self.ids[name] = len(self.ids) + 1
            born = date(int(year), 1, 1 + len(self.ids) % 20)
            self.people.append(
                Someone(self.ids[name], SHAPES[sex], born, int(int(year) > 2008), (name, "Hartley"))
            )
        return self

    def couple(
        self, one: str, other: str, kind: str = "married", state: str = "together"
    ) -> "Family":
        """Two who are or were a couple."""
        self.couples.append(Couple(self.ids[one], self.ids[other], kind, state))
        return self

    def child(self, children: str, parents: str, kind: str = "birth_parent") -> "Family":
        """Children of these parents."""
        self.descents += [
            Descent(self.ids[parent], self.ids[child], kind)
            for child in children.split()
            for parent in parents.split()
        ]
        return self

    def sibling(self, one: str, other: str, kind: str = "sibling") -> "Family":
        """Two whose parents may not be known."""
        self.siblings.append(Siblings(self.ids[one], self.ids[other], kind))
        return self

    def home(self, people: str) -> "Family":
        """Who live together."""
        self.homes.append([self.ids[name] for name in people.split()])
        return self

    def twins(self, one: str, other: str) -> "Family":
        """Two who are born on the same day."""
        first = self.people[self.ids[one] - 1]
        second = self.people[self.ids[other] - 1]
        self.people[second.id - 1] = Someone(
            second.id, second.shape, first.born, second.generation, second.label
        )
        return self

    @property
    def facts(self) -> Facts:
        """What the layout is told."""
        return Facts(self.people, self.couples, self.descents, self.siblings, self.homes)


def _nuclear() -> Family:
    family = Family().add("Leanne f 1997", "Darren m 1995", "Callum m 2020", "Poppy f 2024")
    return (
        family.couple("Leanne", "Darren")
        .child("Callum Poppy", "Leanne Darren")
        .home("Leanne Darren Callum Poppy")
    )


def _separated() -> Family:
    family = Family().add("Leanne f 1997", "Darren m 1995", "Callum m 2020", "Poppy f 2024")
    family.couple("Leanne", "Darren", state="separated").child("Callum Poppy", "Leanne Darren")
    return family.home("Leanne Callum Poppy").home("Darren Callum")


def _remarried() -> Family:
    family = Family().add(
        "Ruth f 1985",
        "Ian m 1983",
        "Omar m 1984",
        "Zoe f 2010",
        "Sam m 2012",
        "Ali m 2019",
        "Gia f 1986",
        "Max m 2016",
    )
    family.couple("Ruth", "Ian", state="ended").couple("Ruth", "Omar").couple(
        "Ian", "Gia", "partners"
    )
    family.child("Zoe Sam", "Ruth Ian").child("Ali", "Ruth Omar").child("Max", "Ian Gia")
    family.child("Zoe", "Omar", "step_parent")
    return family.home("Ruth Omar Zoe Sam Ali").home("Ian Gia Max")


def _three_generations() -> Family:
    family = Family().add(
        "Joan f 1950",
        "Bert m 1948",
        "Kim f 1980",
        "Lee m 1979",
        "Amy f 2010",
        "Ben m 2013",
        "Carl m 1976",
    )
    family.couple("Joan", "Bert").couple("Kim", "Lee", "partners").child("Kim Carl", "Joan Bert")
    return family.child("Amy Ben", "Kim Lee").home("Joan Bert Kim Lee Amy Ben")


def _unborn() -> Family:
    family = Family().add("Ella f 2003", "Jay m 2001", "Baby u 2027", "Kit x 2022")
    return (
        family.couple("Ella", "Jay", "partners").child("Kit Baby", "Ella Jay").home("Ella Kit Baby")
    )


def _foster() -> Family:
    family = Family().add(
        "Tina f 1990", "Mia f 2014", "Rob m 2016", "Grace f 1968", "Paul m 1966", "Ned m 2009"
    )
    family.child("Mia Rob", "Tina").couple("Grace", "Paul").child(
        "Mia", "Grace Paul", "foster_carer"
    )
    return (
        family.child("Ned", "Grace Paul", "adoptive_parent")
        .home("Tina Rob")
        .home("Grace Paul Mia Ned")
    )


def _same_sex() -> Family:
    family = Family().add("Anna f 1988", "Beth f 1990", "Otis m 2018", "Ivy f 2021")
    family.couple("Anna", "Beth", "civil_partners").child("Otis Ivy", "Anna")
    return family.child("Otis Ivy", "Beth", "adoptive_parent").home("Anna Beth Otis Ivy")


def _twins() -> Family:
    family = Family().add(
        "Sue f 1985", "Bo m 1985", "Tia f 2015", "Tom m 2015", "Eve f 2011", "Jo x 2019"
    )
    family.couple("Sue", "Bo").child("Tia Tom Eve Jo", "Sue Bo").twins("Tia", "Tom")
    return family.home("Sue Bo Tia Tom Eve Jo")


def _unknown_fathers() -> Family:
    family = Family().add(
        "Dee f 1992", "Ash m 2012", "Bea f 2015", "Cy m 2020", "Nan f 1965", "Lou f 1990"
    )
    return (
        family.child("Ash Bea Cy", "Dee")
        .child("Dee Lou", "Nan")
        .home("Dee Ash Bea Cy")
        .home("Nan Lou")
    )


def _both_sides() -> Family:
    family = Family().add(
        "Al m 1950", "Bo f 1951", "Cass f 1952", "Dan m 1950",
        "Hal m 1978", "Hope f 1980", "Will m 1979", "Wren f 1981", "Winn f 1984", "Kay f 2010",
        "Kit m 2012", "Hugh m 1983",
    )  # fmt: skip
    family.couple("Al", "Bo").couple("Cass", "Dan", state="ended").couple("Hope", "Will")
    family.child("Hal Hope Hugh", "Al Bo").child("Will Wren Winn", "Cass Dan")
    return family.child("Kay Kit", "Hope Will").home("Hope Will Kay Kit").home("Al Bo Hugh")


def _twenty() -> Family:
    family = _both_sides().add(
        "Mo f 1985", "Pia f 2008", "Quin m 2010", "Rae f 2013", "Sol m 2015", "Tess f 2018",
        "Uma f 2020", "Vic u 2027",
    )  # fmt: skip
    family.couple("Hal", "Mo", "partners", "separated").child("Pia Quin Rae", "Hal Mo")
    family.child("Sol Tess Uma Vic", "Wren").home("Mo Pia Quin Rae").home("Wren Sol Tess Uma")
    return family


def _kinship_care() -> Family:
    family = Family().add("Gran f 1960", "Mum f 1985", "Kid m 2016", "Sib f 2018", "Aunt f 1988")
    family.child("Mum Aunt", "Gran").child("Kid Sib", "Mum")
    return family.child("Kid", "Gran", "special_guardian").home("Gran Kid Aunt").home("Mum Sib")


def _nothing_known() -> Family:
    family = Family().add(
        "Ana f 1990", "Jon m 1988", "Una f 2012", "Vera f 2015", "Wes m 2018", "Old f 1940"
    )
    return family.home("Ana Jon Una Vera Wes")


def _cousins() -> Family:
    family = Family().add(
        "Pa m 1940",
        "Ma f 1942",
        "Ed m 1965",
        "Flo f 1967",
        "Gus m 1990",
        "Hal f 1991",
        "Ira m 2015",
    )
    family.couple("Pa", "Ma").child("Ed Flo", "Pa Ma").child("Gus", "Ed").child("Hal", "Flo")
    return family.couple("Gus", "Hal").child("Ira", "Gus Hal").home("Gus Hal Ira")


def _siblings() -> Family:
    family = Family().add("Abe m 2010", "Bea f 2012", "Cat f 2014", "Dov m 2011", "Nan f 1950")
    family.sibling("Abe", "Bea").sibling("Bea", "Cat").sibling("Cat", "Dov", "half_sibling")
    return family.child("Abe", "Nan", "grandparent").home("Abe Nan").home("Bea Cat Dov")


def _five_partners() -> Family:
    family = Family().add(
        "Rex m 1970", *(f"W{n} f 197{n}" for n in range(5)), *(f"C{n} x 200{n}" for n in range(5))
    )
    for n, state in enumerate(("ended", "ended", "separated", "ended", "together")):
        family.couple("Rex", f"W{n}", "married", state).child(f"C{n}", f"Rex W{n}")
    return family.home("Rex W4 C4 C0")


FAMILIES = {
    name.removeprefix("_"): make().facts
    for name, make in list(globals().items())
    if name.startswith("_") and callable(make) and name[1:2].isalpha()
}
