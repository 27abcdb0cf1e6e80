"""docs/training/speed.md from results/bench-train.json and results/bench-mine.json."""

import json
import statistics
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "training" / "speed.md"
Result = Mapping[str, Any]


def write_page() -> None:
    """Write the page from the two results."""
    train, mine = (
        json.loads((ROOT / "results" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("bench-train", "bench-mine")
    )
    PAGE.write_text("\n".join(lines(train, mine)).rstrip() + "\n", encoding="utf-8")


def lines(train: Result, mine: Result) -> Iterator[str]:
    """Yield the lines of the page."""
    versions = ", ".join(f"{name} {number}" for name, number in train["versions"].items())
    yield f"""# How fast training and mining are

Written by `make bench-train` from `results/bench-train.json` and `results/bench-mine.json`, which hold every round.
Baseline and jobfit take turns in one run on the same data and machine: {_machine(train)}, {versions}.
"""
    yield from _training(train)
    yield from _growth(train)
    yield from _mining(mine)


def _machine(result: Result) -> str:
    machine = result["machine"]
    return f"{machine['cpu']} ({', '.join(machine['instructions'])}), {machine['cores']} cores"


def _training(train: Result) -> Iterator[str]:
    data, rounds = train["data"], len(train["contrastive"]["rounds"])
    yield f"""## Against what is usual

{data["pairs"]} pairs of a simulated market, batch {data["batch"]}, texts cut at {data["tokens"]} tokens (median
{data["tokens_per_text"]["median"]:.0f}; {data["tokens_per_text"]["share_of_256_or_more"]:.0%} are that long or longer).
Medians of {rounds} rounds; brackets hold the smallest and the largest ratio.

| what | usual | jobfit | times as fast | wanted |
| --- | --- | --- | --- | --- |
{_row("training, pairs a second", train["contrastive"], "at least 3.5")}
{_row("RankPO, triples a second", train["rankpo"], "at least 2.5")}

*Usual* for training is sentence-transformers' own trainer as it comes: 32-bit floats, dropout, a batch padded to its
longest text. Time is that of the whole call, tokenising and checkpoint included. *Usual* for RankPO is the published
scheme: 32-bit floats, everything padded to the window, the reference run in every step. Ours is bf16 autocast without
dropout, pieces of one length, and the reference's numbers kept; the time to compute them once is counted.

Both models rank vacancies that neither saw, every round (nDCG@10, mean over rounds; the 95 % intervals of one round):
"""
    yield "| direction | sentence-transformers | jobfit |"
    yield "| --- | --- | --- |"
    for measure in train["contrastive"]["rounds"][0]["ours"]["quality"]:
        cells = [_quality(train, name, measure) for name in ("theirs", "ours")]
        yield f"| {measure.split()[0].replace('_', ' ')} | {cells[0]} | {cells[1]} |"
    yield ""


def _row(what: str, found: Result, wanted: str) -> str:
    ratios = f"{found['times_as_fast']:.1f} ({min(found['ratios']):.1f} to {max(found['ratios']):.1f})"
    return f"| {what} | {found['theirs']:.2f} | {found['ours']:.2f} | {ratios} | {wanted} |"


def _quality(train: Result, name: str, measure: str) -> str:
    found = [one[name]["quality"][measure] for one in train["contrastive"]["rounds"]]
    mean = statistics.mean(one["mean"] for one in found)
    return f"{mean:.3f} ({found[0]['low']:.3f} to {found[0]['high']:.3f})"


def _growth(train: Result) -> Iterator[str]:
    grown = train["growth"]
    again = next(row for row in grown["training"]["batch"] if row["batch"] == train["data"]["batch"])
    yield f"""## How it grows

![Pairs and triples a second by batch, length and number of pairs](speed.svg)

Steps alone, after one that warms up, one measurement a point; what is usual was measured up to the sizes above. The
machine gives more at some hours than at others: here, at batch {again["batch"]}, {again["ours"]:.1f} against
{again["theirs"]:.1f} pairs a second. Compare the lines with each other, not with the table above.
"""
    for kind, axis, unit in (
        ("training", "batch", "pairs"), ("training", "tokens", "pairs"),
        ("rankpo", "batch", "triples"), ("rankpo", "tokens", "triples"),
    ):  # fmt: skip
        name = "batch" if axis == "batch" else "longest text, tokens"
        yield f"| {'RankPO' if kind == 'rankpo' else kind}: {name} | usual, {unit} a second | jobfit |"
        yield "| --- | --- | --- |"
        for row in grown[kind][axis]:
            usual = "" if row["theirs"] is None else f"{row['theirs']:.2f}"
            yield f"| {row[axis]} | {usual} | {row['ours']:.2f} |"
        yield ""
    yield "| training: pairs in all | jobfit, pairs a second | seconds before the first step |"
    yield "| --- | --- | --- |"
    for row in grown["training"]["pairs"]:
        yield f"| {row['pairs']:,} | {row['ours']:.2f} | {row['seconds_before_first_step']:.1f} |"
    yield ""


def _mining(mine: Result) -> Iterator[str]:
    sizes, paired, large = mine["sizes"], mine["paired"], mine["large"]
    runs = paired["jobfit"]["runs"]
    checked, differ = (sum(one[name] for one in runs) for name in ("checked_anchors", "anchors_that_differ"))
    yield f"""## Mining

RUM's window in both directions, {sizes["resumes"]:,} × {sizes["jobs"]:,} × {sizes["dimension"]} (the published size).

| what | seconds | peak memory, GiB | wanted |
| --- | --- | --- | --- |
| sorting every score, as published | {paired["full sort"]["median_seconds"]:.1f} | {_peak(paired["full sort"])} | |
| `jobfit mine` | {paired["jobfit"]["median_seconds"]:.1f} | {_peak(paired["jobfit"])} | under 8 s and 1 GiB |
| one way, {large["queries"]:,} × {large["documents"]:,} | {large["seconds"]:.1f} | {large["peak_rss_gib"]:.2f} | \
no growing memory |

Of {checked} anchors that were held against brute force in 64 bits, {differ} differ. In the large run
{large["vectors_gib"]:.2f} GiB are the vectors themselves, and the memory in use at each tenth was between
{min(large["rss_gib_at_each_tenth"]):.2f} and {max(large["rss_gib_at_each_tenth"]):.2f} GiB. By size of the corpus:

![Seconds and memory of mining by the number of pairs](mining.svg)
"""


def _peak(found: Result) -> str:
    return f"{max(one['peak_rss_gib'] for one in found['runs']):.2f}"
