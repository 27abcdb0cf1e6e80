"""Masking: what it leaves (leaks), what it takes of other texts (harm), how long it takes -> results/masking.json.

    python benchmarks/masking [--data ../shared/data] [--only harm]

The data hold the folders esco-1.1.1, esco-1.2-labels, rome-esco, skillspan, it-resumes, sjr-views and cv-docx; sets
that are not there are named as skipped. The leaks need no data. ``--only`` keeps the other parts of the file.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))

import harm
import leaks
import speed

from environment import RESULTS, describe, write

NOWHERE = Path("data that were not named")
PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "harm": harm.measure,
    "leaks": lambda data: leaks.measure(),
    "speed": speed.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(os.environ.get("JOBFIT_SHARED_DATA") or NOWHERE)
    parser.add_argument("--data", type=Path, default=shared, help="default: JOBFIT_SHARED_DATA")
    parser.add_argument("--only", choices=sorted(PARTS), action="append")
    options = parser.parse_args()
    path = RESULTS / "masking.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known["environment"] = describe()
    for name in options.only or PARTS:
        known[name] = PARTS[name](options.data)
        print("\n".join(_rows(known[name], name)))
    write("masking", known)


def _rows(value: dict[str, Any], path: str) -> list[str]:
    """One line for each share or mean in a tree of them, and for what was skipped."""
    if "skipped" in value:
        return [f"{path}: skipped, {value['skipped']}"]
    middle = value.get("share", value.get("mean"))
    if "n" in value and middle is not None:
        return [f"{path}: {middle:.4f} [{value['low']:.4f}, {value['high']:.4f}] (n = {value['n']})"]
    parts = ((name, part) for name, part in value.items() if isinstance(part, dict))
    return [row for name, part in parts for row in _rows(part, f"{path} / {name}")]


if __name__ == "__main__":
    main()
