"""Run every benchmark and write `var/bench.json`: `python -m bench`, or `make bench`."""

import json
from dataclasses import asdict
from importlib import import_module

from config.settings import ROOT

BENCHMARKS = (
    "caseload",
    "chronology",
    "protection",
    "reserve_and_decide",
    "same_person",
    "finding",
    "registration",
)
"""In this order: `registration` asks about the million people that `finding` puts in."""


def main() -> None:
    """Measure, print a line each, and keep the list."""
    results = []
    for name in BENCHMARKS:
        result = import_module(f"bench.{name}").run()
        results.append(asdict(result))
        print(
            f"{result.name:45} floor {result.floor:8.2f} measured {result.measured:8.2f}"
            f" {result.unit}  ratio {result.ratio:5.2f}  p95 {result.p95_ms:8.2f} ms",
            "".join(f"\n    {figure:26} {value:8.2f}" for figure, value in result.also.items()),
            sep="",
            flush=True,
        )
    target = ROOT / "var" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
