"""Writes docs/mitigations.md of results/mitigations.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    setting = result["setting"]
    yield "# What reordering by groups costs and buys"
    yield ""
    yield (
        f"{setting['lists']} lists of {setting['length']} people drawn from {setting['people']}, the first "
        f"{setting['k']} places. Scores are drawn at random, with some groups behind by construction (0.6 standard "
        "deviations, and 0.3 for a second attribute): nothing here says who is right, only what each method does to "
        "such lists. Settings are the defaults; targets are the groups' shares. What each method is and promises: "
        "[`fairness.md`](fairness.md)."
    )
    yield ""
    yield (
        "*Kept*: DCG by score that is left. *Entered*: of the first places, how many others than by score hold. "
        "*Impact ratio*, *exposure ratio*: the lowest group over the highest, of being among the first places and of "
        "attention 1/log2(rank + 1), over all lists. *NDKL*: distance of every beginning from the pool, 0 the nearest. "
        "*Unmet*: places a list at which the method says that its promise could not be kept. Intervals (95 %) draw "
        "lists again; methods that share exposure out over lists balance just these lists. FA\\*IR looks at one group "
        "alone, the last."
    )
    for name, world in result["worlds"].items():
        yield ""
        yield f"## {name.capitalize()} ({', '.join(map(str, world['shares']))} people)"
        yield ""
        yield "| method | kept | entered | impact ratio | exposure ratio | NDKL | unmet |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for title, row in world["rows"].items():
            shown = [_interval(row[key]) for key in ("kept", "impact_ratio", "exposure_ratio", "ndkl")]
            kept, *ratios = shown
            cells = [title, kept, f"{row['entered']:.1f}", *ratios, f"{row['unmet']:.1f}"]
            yield f"| {' | '.join(cells)} |"
    yield ""
    yield (
        "On lists of trained models, by the truth of a market and beside the terms in training: "
        "[the fair recommender's report](../results/reproduce/fair-recommender/report.md)."
    )
    yield ""
    yield f"`{result['command']}`, jobfit {result['versions']['jobfit']}, Python {result['python']}."


def _interval(value: Mapping[str, Any]) -> str:
    between = "–" if value["low"] >= 0 else " to "
    return f"{value['mean']:.3f} ({value['low']:.3f}{between}{value['high']:.3f})"


if __name__ == "__main__":
    result = json.loads((ROOT / "results/mitigations.json").read_text(encoding="utf-8"))
    (ROOT / "docs/mitigations.md").write_text("\n".join(lines(result)).rstrip() + "\n", encoding="utf-8")
