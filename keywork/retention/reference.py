"""Reference data: for how long each class of record is kept, by the version that holds."""

from datetime import date, timedelta
from functools import cache
from typing import Any

from keywork.kernel import clock
from keywork.kernel.reference import reference_data
from keywork.retention.policy import Policy, RecordClass, Rule


@cache
def _versions() -> list[dict[str, Any]]:
    found = reference_data("retention", folder="policy")["version"]
    return sorted(found, key=lambda version: version["valid_from"])


def version_on(day: date) -> dict[str, Any]:
    """What the file says for this day; before its first version, that one."""
    began = [version for version in _versions() if version["valid_from"] <= day]
    return began[-1] if began else _versions()[0]


def policy_on(day: date) -> Policy:
    """The rules in force on a day."""
    return policy_of(version_on(day))


def policy_of(version: dict[str, Any]) -> Policy:
    """The rules of one version of the file."""
    return Policy(
        valid_from=version["valid_from"],
        estimate_adds_years=version["estimate_adds_years"],
        child_until_years=version["child_until_years"],
        put_off_at_most_years=version["put_off_at_most_years"],
        hold_looked_at_within_years=version["hold_looked_at_within_years"],
        classes={
            key: RecordClass(
                key, kind["name"], tuple(Rule(r["after"], r["years"]) for r in kind["rules"])
            )
            for key, kind in version["record"].items()
        },
        handoff_years={key: kind["years"] for key, kind in version["handoff"].items()},
    )


def names() -> dict[str, str]:
    """What each class of record is called."""
    version = version_on(clock.today())
    return {key: kind["name"] for key, kind in (version["record"] | version["handoff"]).items()}


def swept_after(what: str) -> timedelta:
    """For how long something is kept that goes by itself."""
    return timedelta(days=version_on(clock.today())["swept"][what]["days"])
