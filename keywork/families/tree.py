"""A family's tree in words and as a picture, from its members and how they are related."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from keywork.families.genogram import Couple, Descent, Facts, Picture, Siblings, Someone, draw
from keywork.families.policy import Kinship, follows, long_day
from keywork.families.queries import Household, MemberView, RelationshipView, TreeView
from keywork.kernel.ages import months_between

SHAPES: Final = {"male": "square", "female": "circle"}
LABEL_WIDTH: Final = 12.0
"""How many letters of usual width fit on a line below a symbol."""

LABEL_LINES: Final = 3
STATES: Final = {
    ("married", "ended"): "divorced",
    ("civil_partners", "ended"): "civil partnership dissolved",
    ("partners", "ended"): "ended",
}
"""How a couple that is one no longer is spoken of."""


@dataclass(frozen=True)
class TreePerson:
    """One person of the tree: what the picture and the table say."""

    member: MemberView
    former: bool
    died: bool
    age: str
    """As it stands inside the symbol: 34, 18m, 12d."""

    age_words: str
    parents: list[str]
    """Each with what they are: `Leanne Hartley (mother)`."""

    partners: list[str]
    """Each with how it stands: `Darren Pike (married, separated)`."""

    homes: list[Household]
    sentence: str
    """All that the symbol says, in words."""


@dataclass(frozen=True)
class DrawnTree:
    """A family tree, ready to be shown."""

    at: date
    picture: Picture
    people: dict[int, TreePerson]
    """By person id, those who are members first."""

    about: str


def drawn_tree(tree: TreeView, households: Sequence[Household]) -> DrawnTree:
    """The picture of a family and its facts. The households are those that the viewer may know."""
    known = [home for home in households if home.known]
    former = {member.person_id for member in tree.former}
    people = {}
    for member in tree.people:
        homes = [h for h in known if member.person_id in {m.person_id for m in h.members}]
        people[member.person_id] = _person(tree, member, homes, member.person_id in former)
    picture = draw(_facts(tree, known))
    count = len(tree.people)
    about = (
        f"{count} {'person' if count == 1 else 'people'}. "
        "The same facts are in the table on the family tree page."
    )
    return DrawnTree(tree.at, picture, people, about)


def _facts(tree: TreeView, households: Sequence[Household]) -> Facts:
    rows = [Kinship(t.first.person_id, t.second.person_id, t.kind.key) for t in tree.relationships]
    implied = {
        frozenset((row.first, row.second))
        for row in follows(row for row in rows if row.kind != "grandparent")
        if row.kind == "grandparent"
    }
    couples, descents, siblings = [], [], []
    for tie in tree.relationships:
        one, other, kind = tie.first.person_id, tie.second.person_id, tie.kind.key
        if tie.kind.group == "couple":
            couples.append(Couple(one, other, kind, tie.state(tree.at)))
        elif kind == "grandparent" and frozenset((one, other)) in implied:
            continue
        elif tie.kind.group == "parent" and tie.state(tree.at) != "ended":
            descents.append(Descent(one, other, kind))
        elif kind in ("sibling", "half_sibling"):
            siblings.append(Siblings(one, other, kind))
    return Facts(
        people=[_someone(member, tree.at) for member in tree.people],
        couples=couples,
        descents=descents,
        siblings=siblings,
        households=[[member.person_id for member in home.members] for home in households],
    )


def _someone(member: MemberView, at: date) -> Someone:
    label = label_lines(member.known_as or member.given_name, member.family_name)
    unborn = _unborn(member, at)
    if unborn and member.date_of_birth:
        label = [*label[: LABEL_LINES - 1], f"due {member.date_of_birth:%-d %b}"]
    return Someone(
        id=member.person_id,
        shape="triangle" if unborn else SHAPES.get(member.sex, "diamond"),
        born=member.date_of_birth,
        generation=int(member.role in ("child", "unborn")),
        label=label,
    )


def _unborn(member: MemberView, at: date) -> bool:
    later = member.date_of_birth is not None and member.date_of_birth > at
    return member.birth == "expected" or later


def _person(tree: TreeView, member: MemberView, homes: list[Household], former: bool) -> TreePerson:
    id_, at = member.person_id, tree.at
    up = [t for t in tree.relationships if t.second.person_id == id_ and t.kind.group == "parent"]
    couples = [
        t
        for t in tree.relationships
        if t.kind.group == "couple" and id_ in (t.first.person_id, t.second.person_id)
    ]
    return TreePerson(
        member=member,
        former=former,
        died=member.died_on is not None and member.died_on <= at,
        age=short_age(member, at),
        age_words=_age_words(member, at),
        parents=[f"{t.first.name} ({_until(t, at)})" for t in up],
        partners=[f"{_other(t, id_).name} ({_couple_words(t, at)})" for t in couples],
        homes=homes,
        sentence=", ".join(
            filter(None, [member.name, _age_words(member, at), _kin(id_, up, couples, tree)])
        )
        + (", no longer in the family" if former else ""),
    )


def _age_words(member: MemberView, at: date) -> str:
    if member.birth != "expected" and _unborn(member, at):
        return "not yet born"
    words = member.age_on(at)
    return "age not known" if words == "not known" else words


def _until(tie: RelationshipView, at: date) -> str:
    word = tie.words or tie.kind.word(tie.first.sex)
    return f"{word} until {long_day(tie.ended_on)}" if tie.ended_on and tie.ended_on <= at else word


def _couple_words(tie: RelationshipView, at: date) -> str:
    state = tie.state(at)
    words = tie.kind.key.replace("_", " ")
    if state == "together":
        return words
    return STATES[tie.kind.key, state] if state == "ended" else f"{words}, separated"


def _other(tie: RelationshipView, id_: int) -> MemberView:
    return tie.second if tie.first.person_id == id_ else tie.first


def _kin(
    id_: int,
    up: Sequence[RelationshipView],
    couples: Sequence[RelationshipView],
    tree: TreeView,
) -> str:
    """Whose child somebody is; failing that whose partner, or whose parent."""
    now = [tie for tie in up if tie.state(tree.at) != "ended"]
    if now:
        kind = now[0].kind
        names = [tie.first.name for tie in now if tie.kind is kind]
        return f"{kind.word(now[0].second.sex, second=True)} of {_listed(names)}"
    for tie in couples:
        if tie.state(tree.at) != "ended":
            mine = tie.first if tie.first.person_id == id_ else tie.second
            return f"{tie.kind.word(mine.sex)} of {_other(tie, id_).name}"
    down = [t for t in tree.relationships if t.first.person_id == id_ and t.kind.group == "parent"]
    if down:
        names = [t.second.name for t in down if t.kind is down[0].kind]
        return f"{down[0].kind.word(down[0].first.sex)} of {_listed(names)}"
    return ""


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def short_age(member: MemberView, at: date) -> str:
    """An age for inside a symbol: 34, 18m, 12d; of the dead, the age they reached; or nothing."""
    born = member.date_of_birth
    if born is None or _unborn(member, at):
        return ""
    until = min(member.died_on or at, at)
    months = months_between(born, until)
    if months < 1:
        return f"{(until - born).days}d"
    return f"{months}m" if months < 24 else f"{months // 12}"


def label_lines(*names: str) -> list[str]:
    """Names on lines that fit below a symbol: broken at spaces and hyphens, or else shortened."""
    lines: list[str] = []
    for name in names:
        line = ""
        for word in name.replace("-", "- ").split():
            joined = line + word if line.endswith("-") else f"{line} {word}".strip()
            if line and width_of(joined) > LABEL_WIDTH:
                lines.append(line)
                joined = word
            line = joined
        lines.append(line)
    if len(lines) > LABEL_LINES:
        lines = [*lines[: LABEL_LINES - 1], f"{lines[LABEL_LINES - 1]}…"]
    return [_shortened(line) for line in lines]


def width_of(text: str) -> float:
    """How wide a text is, in letters of usual width; generous, since fonts differ."""
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 2
    if letter in "iIjlt'.-,! f":
        return 0.6
    return 1.5 if letter in "mwMW@%…" else 1.2 if letter.isupper() else 1


def _shortened(line: str) -> str:
    if width_of(line) <= LABEL_WIDTH:
        return line
    while width_of(line) > LABEL_WIDTH - 1.5:
        line = line[:-1]
    return f"{line.rstrip('…')}…"
