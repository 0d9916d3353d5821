"""Every act in the audit has a sentence and every sentence an act; whose record it was is known."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from config.settings import ROOT
from keywork.auditing.reference import acts

ABOUT_NO_FAMILY = ("staff.", "search.", "purse.", "export.", "audit.")
"""As migration 0024 has it: what managers and service leads read of these, they may."""

# Of subject access the officers alone read, whosever record it was: migration 0022. "access."
OF_SEVERAL = frozenset({"person.merge", "person.undo_merge", "person.keep_apart", "handoff.send"})
"""About several records or none yet: read by the officer and whoever did it."""

A_FAMILYS_REFERENCE = (
    r"(family|joined|into|new|row)\.reference|reference|asked|\w+\.family_reference|_subject\(row\)"
)

Recorded = tuple[str, str, ast.Call]


def recorded() -> Iterator[Recorded]:
    """Each call of `audit.record` in keywork: where, the act as a pattern, and the call."""
    for path in sorted((ROOT / "keywork").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                for pattern in patterns(node.args[1], path):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", pattern, node


def patterns(act: ast.expr, path: Path) -> list[str]:
    """What an act can be: as it stands, with anything for a part worked out, or handed in."""
    if isinstance(act, ast.Constant):
        return [re.escape(act.value)]
    if isinstance(act, ast.JoinedStr):
        parts = [
            re.escape(p.value) if isinstance(p, ast.Constant) else "[a-z_]+" for p in act.values
        ]
        return ["".join(parts)]
    if isinstance(act, ast.IfExp):
        return patterns(act.body, path) + patterns(act.orelse, path)
    room = ROOT / "keywork" / path.relative_to(ROOT / "keywork").parts[0]
    named = re.findall(
        r'"([a-z_]+\.[a-z_]+)"', "".join(p.read_text() for p in sorted(room.rglob("*.py")))
    )
    return [re.escape(name) for name in named if name in acts()]


def test_every_act_has_a_sentence_and_every_sentence_an_act() -> None:
    found = list(recorded())
    known = acts()
    silent = [(where, p) for where, p, _ in found if not any(re.fullmatch(p, act) for act in known)]
    assert silent == [], "say these in config/reference/audit_acts.toml"
    unused = [act for act in known if not any(re.fullmatch(p, act) for _, p, _ in found)]
    assert unused == []


def test_whose_record_it_was_is_said_unless_its_reference_says_it() -> None:
    unsaid = [
        (where, pattern)
        for where, pattern, call in recorded()
        if not pattern.replace("\\", "").startswith(ABOUT_NO_FAMILY)
        and pattern.replace("\\", "") not in OF_SEVERAL
        and not pattern.startswith("access")
        and not any(keyword.arg == "family_id" for keyword in call.keywords)
        and not re.fullmatch(A_FAMILYS_REFERENCE, ast.unparse(call.args[2]))
    ]
    assert unsaid == []
