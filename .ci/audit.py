"""Asks a vulnerability service about every pinned dependency: `make audit`.

The exit status says what came of it: 0, all were looked up and nothing is known against them; 1,
something is; 3, not all could be looked up, so that nothing is known. Whatever is not looked up is
never taken for harmless, as pip-audit by itself takes it.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
VULNERABLE: Final = 1
NOT_LOOKED_UP: Final = 3
COMMAND: Final = (
    *(sys.executable, "-m", "pip_audit", "--requirement", "requirements/production.txt"),
    *("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"),
)


def verdict(output: str, errors: str) -> tuple[int, list[str]]:
    """The exit status, and what to say, for what pip-audit wrote."""
    try:
        dependencies: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        last = (errors.strip().splitlines() or ["it said nothing"])[-1]
        return NOT_LOOKED_UP, ["NOT AUDITED: the vulnerability service did not answer.", last[:200]]
    known = [
        f"{found['name']} {found['version']}: {', '.join(each['id'] for each in found['vulns'])}"
        for found in dependencies
        if found.get("vulns")
    ]
    unknown = [found["name"] for found in dependencies if "skip_reason" in found]
    notes = [f"Looked up {len(dependencies) - len(unknown)} of {len(dependencies)} dependencies."]
    if unknown:
        notes.append(f"NOT AUDITED: the service does not know {len(unknown)}: {' '.join(unknown)}")
    if known:
        return VULNERABLE, [*notes, "VULNERABLE:", *known]
    return (NOT_LOOKED_UP if unknown or not dependencies else 0), notes


def main() -> int:
    """Ask, say what came of it, and return the exit status."""
    asked = subprocess.run(  # noqa: S603 - a command of ours
        COMMAND, cwd=ROOT, capture_output=True, text=True, check=False
    )
    status, notes = verdict(asked.stdout, asked.stderr)
    sys.stdout.write("\n".join([*notes, ""]))
    return status


if __name__ == "__main__":
    sys.exit(main())
