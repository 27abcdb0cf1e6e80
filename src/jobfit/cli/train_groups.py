"""What ``jobfit train --groups`` adds to the answer: results by group, as they stand in the model's card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobfit.cli.output import stdout

if TYPE_CHECKING:
    from jobfit.groups import Groups


def found_by_group(folder: Path, groups: Groups | None) -> dict[str, Any]:
    """Return ``{"groups": rows}`` of the training in ``folder``, or nothing where no groups were given."""
    from jobfit.training.stages import RESULT

    if groups is None:
        return {}
    return {"groups": json.loads((folder / RESULT).read_bytes())["groups"]}


def show_groups(facts: Mapping[str, Any]) -> None:
    """Print the rows by group, each with its interval and n."""
    for row in facts.get("groups", ()):
        mean = "undefined" if row["mean"] is None else f"{row['mean']:.4f}"
        interval = "" if row["low"] is None else f" ({row['low']:.4f} to {row['high']:.4f})"
        stdout.print(f"{row['group']}: {mean}{interval}, n = {row['n']}", soft_wrap=True)
