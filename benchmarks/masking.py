"""Masking: what it leaves of personal details (leaks) and what it takes of other texts (harm) -> results/masking.json.

    python benchmarks/masking.py DATA [--only harm]

DATA is the folder of esco-1.1.1, esco-1.2-labels, rome-esco, skillspan, it-resumes and sjr-views; sets that are not
there are named as skipped. Each half is a module with ``measure(data)``; ``--only`` keeps the other half of the file.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import masking_harm
from environment import RESULTS, describe, write

HALVES: dict[str, Callable[[Path], dict[str, Any]]] = {"harm": masking_harm.measure}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", choices=sorted(HALVES), action="append")
    options = parser.parse_args()
    path = RESULTS / "masking.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known["environment"] = describe()
    for name, measure in HALVES.items():
        if name in (options.only or HALVES):
            known[name] = measure(options.data)
            for line in _rows(known[name]):
                print(line)
    write("masking", known)


def _rows(value: dict[str, Any], path: str = "") -> list[str]:
    """One line for each share or mean in a tree of them, and for what was skipped."""
    if "skipped" in value:
        return [f"{path}: skipped, {value['skipped']}"]
    middle = value.get("share", value.get("mean"))
    if "n" in value and middle is not None:
        return [f"{path}: {middle:.4f} [{value['low']:.4f}, {value['high']:.4f}] (n = {value['n']})"]
    parts = ((name, part) for name, part in value.items() if isinstance(part, dict))
    return [row for name, part in parts for row in _rows(part, f"{path} / {name}" if path else name)]


if __name__ == "__main__":
    main()
